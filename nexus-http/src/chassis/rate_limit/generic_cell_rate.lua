-- The generic cell rate algorithm.
-- KEYS[1]: whom to count. ARGV: the present, the interval after which one request more is there (both in milliseconds),
-- the requests that may come at once.
-- Returns whether it may pass (1 or 0), how many may follow, and when (in milliseconds) one is accepted again, or, of an
-- accepted one, when all are there again.
local now = tonumber(ARGV[1])
local interval = tonumber(ARGV[2])
local most = tonumber(ARGV[3])
local whole = interval * most
local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
-- An arrival further ahead than the whole quota was written before the clock was put back.
if arrival > now + whole then
  arrival = now
end
arrival = math.max(arrival, now)
local next_arrival = arrival + interval
local earliest = next_arrival - whole
if now < earliest then
  return { 0, 0, earliest }
end
redis.call('SET', KEYS[1], next_arrival, 'PX', math.max(next_arrival - now, 1))
local remaining = math.floor((now + whole - next_arrival) / interval)
return { 1, remaining, now + (most - remaining) * interval }
