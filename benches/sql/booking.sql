-- What nexus sends to PostgreSQL for one booking, statement by statement, as the log of the server shows it with
-- log_statement = all; the values that nexus computes are computed here in SQL. Benches run it by pgbench beside the use-case.
-- :client_id is the pair of a coach and a pupil, :n the number of the lesson.
\set n :n + 1
\set id random(1, 9000000000000000)

BEGIN ISOLATION LEVEL READ COMMITTED;

SELECT s."id" AS student, s."userId" AS account, s."parentId" AS parent, p."userId" AS parent_account,
    COALESCE(u."firstName", '') AS first_name, COALESCE(u."lastName", '') AS last_name
FROM students s JOIN users u ON u."id" = s."userId" JOIN parent_profiles p ON p."id" = s."parentId"
WHERE (s."id" = ('student-p' || :client_id::text) OR s."userId" = ('student-p' || :client_id::text)) AND u."deletedAt" IS NULL AND (FALSE OR s."id" = ('student-p' || :client_id::text) OR s."parentId" = NULL OR EXISTS (
            SELECT 1 FROM sessions lesson
            WHERE lesson."studentId" = s."id" AND lesson."coachId" = NULL AND lesson."scheduledAt" BETWEEN NULL AND NULL
              AND lesson."status" NOT IN ('CANCELLED', 'RESCHEDULED')));

SELECT "id" FROM coach_profiles WHERE "id" = ('c' || :client_id::text || '-profile') OR "userId" = ('c' || :client_id::text || '-profile');

SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(ARRAY['calendar of a coach:' || ('c' || :client_id::text || '-profile'), 'calendar of a pupil:' || ('student-p' || :client_id::text)]::text[]) AS held(name);

SELECT c."id" AS coach, u."id" AS account, COALESCE(u."firstName", '') AS first_name,
        COALESCE(u."lastName", '') AS last_name, c."description", c."philosophy", c."expertise", c."subjects",
        c."availableOnline" AS online, c."availableInPerson" AS in_person,
        (u."disabledAt" IS NULL AND u."deletedAt" IS NULL) AS active, (SELECT COALESCE(json_agg(json_build_array(rule."id", rule."dayOfWeek", rule."startTime", rule."endTime", CAST(extract(epoch FROM rule."specificDate") * 1000 AS BIGINT), CASE WHEN rule."isAvailable" THEN 1 ELSE 0 END, CAST(extract(epoch FROM rule."validFrom") * 1000 AS BIGINT), CAST(extract(epoch FROM rule."validUntil") * 1000 AS BIGINT))), '[]') FROM "CoachAvailability" rule WHERE rule."coachId" = u."id" AND rule."quarantinedAt" IS NULL
        AND (rule."specificDate" IS NULL OR rule."specificDate" BETWEEN date_trunc('day', (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour')) AND date_trunc('day', (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour')))) AS rules, (SELECT COALESCE(json_agg(json_build_array(CAST(extract(epoch FROM closed."firstDay") * 1000 AS BIGINT), CAST(extract(epoch FROM closed."lastDay") * 1000 AS BIGINT), closed."label")), '[]') FROM school_closures closed WHERE (closed."coachId" IS NULL OR closed."coachId" = u."id")
        AND closed."lastDay" >= date_trunc('day', (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour')) AND closed."firstDay" <= date_trunc('day', (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour'))) AS closures  FROM coach_profiles c JOIN users u ON u."id" = c."userId" WHERE c."id" = ('c' || :client_id::text || '-profile') OR c."userId" = ('c' || :client_id::text || '-profile');

SELECT 'coach', "startsAt", "endsAt" FROM sessions
WHERE "coachId" = ('c' || :client_id::text || '-profile') AND "startsAt" < (TIMESTAMP '2030-01-01' + (:n + 1) * INTERVAL '1 hour') AND "endsAt" > (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour') AND "id" <> '' AND "quarantinedAt" IS NULL AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') UNION ALL SELECT 'student', "startsAt", "endsAt" FROM session_participants
WHERE "studentId" = ('student-p' || :client_id::text) AND "startsAt" < (TIMESTAMP '2030-01-01' + (:n + 1) * INTERVAL '1 hour') AND "endsAt" > (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour') AND "sessionId" <> '' AND "blocking"
UNION ALL SELECT 'room', "startsAt", "endsAt" FROM sessions
WHERE "room" = NULL AND "startsAt" < (TIMESTAMP '2030-01-01' + (:n + 1) * INTERVAL '1 hour') AND "endsAt" > (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour') AND "id" <> '' AND "quarantinedAt" IS NULL AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS');

INSERT INTO sessions ("id", "rootId", "rescheduledFromId", "seriesId", "sequence", "studentId", "coachId", "type", "kind",
                      "modality", "subject", "title", "description", "scheduledAt", "duration", "room", "seats", "creditCost",
                      "status", "bookedBy", "createdAt", "updatedAt")
VALUES (('mesure-' || :id::text), NULL, NULL, NULL, 0, ('student-p' || :client_id::text), ('c' || :client_id::text || '-profile'), 'COURS_ONLINE', 'INDIVIDUAL', 'ONLINE', 'MATHEMATIQUES', 'Suites', NULL, (TIMESTAMP '2030-01-01' + :n * INTERVAL '1 hour'), 60, NULL, 1, CAST(1000 AS BIGINT) / 1000.0, 'SCHEDULED', ('student-user-p' || :client_id::text),
        TIMESTAMP '20260914T083000', TIMESTAMP '20260914T083000');

SELECT CAST(w."id" AS BIGINT) AS id, w."userId" AS owner, w."balanceMilli" AS balance,
        w."quarantinedAt" IS NOT NULL AS in_quarantine FROM credit_wallets w WHERE w."userId" = ('student-user-p' || :client_id::text) FOR NO KEY UPDATE OF w
\gset wallet_

SELECT l."id" AS id, l."origin" AS origin, l."amountMilli" AS amount, l."remainingMilli" AS remaining,
        l."expiresAt" AS expires_at, l."createdAt" AS created_at, l."key" AS key FROM credit_lots l WHERE l."walletId" = :wallet_id AND l."remainingMilli" > 0
UNION ALL
SELECT CAST(t."id" AS BIGINT), NULL, t."deltaMilli", t."deltaMilli", NULL, t."at", '' FROM credit_tx t
WHERE t."walletId" = :wallet_id AND t."kind" IS NULL AND t."deltaMilli" <> 0
  AND NOT EXISTS (SELECT 1 FROM credit_tx_lots p WHERE p."txId" = t."id")
ORDER BY 1
\gset lot_

INSERT INTO credit_tx ("walletId", "delta", "kind", "reason", "sessionId", "externalId", "actor", "reversalOf", "endedLotId", "at") VALUES (:wallet_id, ((-1000) / 1000.0), 'USAGE', 'Réservation de session: Suites', ('mesure-' || :id::text), NULL, 'ELEVE:' || ('student-user-p' || :client_id::text), NULL, NULL, TIMESTAMP '20260914T083000') ON CONFLICT DO NOTHING RETURNING CAST("id" AS BIGINT) AS id
\gset movement_

SELECT "id" FROM users WHERE "role" = 'ASSISTANTE' AND "deletedAt" IS NULL AND "disabledAt" IS NULL ORDER BY "id";

WITH w0 AS (INSERT INTO session_status_history ("sessionId", "fromStatus", "toStatus", "actor", "reason", "at")
SELECT (r.value ->> 'session'), (r.value ->> 'from'), (r.value ->> 'to'), (r.value ->> 'actor'), (r.value ->> 'reason'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'at' AS BIGINT) * INTERVAL '1 millisecond') FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('at', 1789374600000, 'to', 'SCHEDULED', 'from', NULL, 'actor', 'ELEVE:' || ('student-user-p' || :client_id::text), 'reason', NULL, 'session', ('mesure-' || :id::text)))) WITH ORDINALITY AS r("value", "number") ORDER BY r."number" RETURNING 1), w1 AS (UPDATE credit_wallets SET "balance" = ((credit_wallets."balanceMilli" + moved.delta) / 1000.0), "updatedAt" = moved.at FROM (SELECT CAST(r.value ->> 'wallet' AS BIGINT) AS wallet, CAST(sum(CAST(r.value ->> 'delta' AS BIGINT)) AS BIGINT) AS delta, max((TIMESTAMP '1970-01-01' + CAST(r.value ->> 'at' AS BIGINT) * INTERVAL '1 millisecond')) AS at FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('at', 1789374600000, 'delta', -1000, 'wallet', :wallet_id::bigint))) WITH ORDINALITY AS r("value", "number") GROUP BY 1) AS moved
WHERE credit_wallets."id" = moved.wallet AND credit_wallets."balanceMilli" + moved.delta >= 0 RETURNING 1), w2 AS (INSERT INTO credit_tx_lots ("txId", "lotId", "delta") SELECT CAST(r.value ->> 'movement' AS BIGINT), CAST(r.value ->> 'lot' AS BIGINT), ((CAST(r.value ->> 'delta' AS BIGINT)) / 1000.0) FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('lot', :lot_id::bigint, 'delta', -1000, 'movement', :movement_id::bigint))) WITH ORDINALITY AS r("value", "number") ORDER BY r."number" RETURNING 1), w3 AS (INSERT INTO session_reminders ("sessionId", "reminderType", "dueAt")
SELECT (r.value ->> 'session'), (r.value ->> 'kind'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'at' AS BIGINT) * INTERVAL '1 millisecond') FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('at', 1789374600000, 'kind', 'ONE_DAY_BEFORE', 'session', ('mesure-' || :id::text)), jsonb_build_object('at', 1789374600000, 'kind', 'TWO_HOURS_BEFORE', 'session', ('mesure-' || :id::text)), jsonb_build_object('at', 1789374600000, 'kind', 'THIRTY_MINUTES_BEFORE', 'session', ('mesure-' || :id::text)))) WITH ORDINALITY AS r("value", "number") WHERE true ON CONFLICT ("sessionId", "reminderType") DO NOTHING RETURNING 1), w4 AS (INSERT INTO outbox ("id", "kind", "uniqueKey", "state", "payload", "runAt", "expiresAt", "createdAt")
SELECT (r.value ->> 'id'), (r.value ->> 'kind'), (r.value ->> 'key'), 'PENDING', (r.value ->> 'payload'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'runAt' AS BIGINT) * INTERVAL '1 millisecond'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'expiresAt' AS BIGINT) * INTERVAL '1 millisecond'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'createdAt' AS BIGINT) * INTERVAL '1 millisecond') FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('id', ('mesure-' || :id::text) || '-coach', 'key', 'lesson-' || ('mesure-' || :id::text) || '-coach', 'kind', 'send_mail', 'runAt', 1789374600000, 'payload', repeat('x', 1700), 'createdAt', 1789374600000, 'expiresAt', 1999999999999), jsonb_build_object('id', ('mesure-' || :id::text) || '-parent', 'key', 'lesson-' || ('mesure-' || :id::text) || '-parent', 'kind', 'send_mail', 'runAt', 1789374600000, 'payload', repeat('x', 1700), 'createdAt', 1789374600000, 'expiresAt', 1999999999999))) WITH ORDINALITY AS r("value", "number") WHERE true ON CONFLICT ("uniqueKey") DO NOTHING RETURNING 1), w5 AS (INSERT INTO notifications ("id", "userId", "userRole", "type", "title", "message", "data", "createdAt", "updatedAt")
SELECT (r.value ->> 'id'), u."id", u."role", (r.value ->> 'kind'), (r.value ->> 'title'), (r.value ->> 'message'), (r.value ->> 'data'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'at' AS BIGINT) * INTERVAL '1 millisecond'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'at' AS BIGINT) * INTERVAL '1 millisecond') FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('id', ('mesure-' || :id::text) || '-notice', 'to', ('student-user-p' || :client_id::text), 'kind', 'SESSION_BOOKED', 'title', 'Cours réservé', 'message', 'Cours de mathématiques le vendredi 23 octobre 2026 à 13 h 00 avec Samia Trabelsi', 'data', '{}', 'at', 1789374600000))) WITH ORDINALITY AS r("value", "number") JOIN users u ON u."id" = (r.value ->> 'to') RETURNING 1) SELECT ARRAY[(SELECT count(*) FROM w0), (SELECT count(*) FROM w1), (SELECT count(*) FROM w2), (SELECT count(*) FROM w3), (SELECT count(*) FROM w4), (SELECT count(*) FROM w5)];

INSERT INTO audit_logs ("actor", "action", "subject", "diff", "requestId", "at") SELECT (r.value ->> 'actor'), (r.value ->> 'action'), (r.value ->> 'subject'), CAST(r.value ->> 'diff' AS JSONB), (r.value ->> 'requestId'), (TIMESTAMP '1970-01-01' + CAST(r.value ->> 'at' AS BIGINT) * INTERVAL '1 millisecond') FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('at', 1789374600000, 'diff', '{"coachId": "c0-profile", "duration": 60, "milliCredits": 1000, "scheduledAt": "2026-10-23"}', 'actor', 'ELEVE:' || ('student-user-p' || :client_id::text), 'action', 'SESSION_BOOK', 'subject', 'session:' || ('mesure-' || :id::text), 'requestId', '2fc41ef0bb0df902242c7edf'))) WITH ORDINALITY AS r("value", "number") ORDER BY r."number" RETURNING CAST("id" AS BIGINT) AS id, "actor", "action", "subject", "diff"::text AS diff, "requestId" AS request_id, "at", "sequence", "previousHash" AS previous_hash, "hash"
\gset row_

SELECT "sequence", "hash", "sequence" + 1 AS next, EXISTS (SELECT 1 FROM audit_logs WHERE "sequence" IS NULL AND "id" < :row_id)
FROM audit_head WHERE "id" = 1 FOR NO KEY UPDATE
\gset head_

WITH w1 AS (UPDATE audit_logs SET "sequence" = CAST(r.value ->> 'sequence' AS BIGINT), "previousHash" = (r.value ->> 'previousHash'), "hash" = (r.value ->> 'hash') FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('id', :row_id::bigint, 'hash', md5(('mesure-' || :id::text)) || md5(('mesure-' || :id::text)), 'sequence', :head_next::bigint, 'previousHash', :head_hash::text))) WITH ORDINALITY AS r("value", "number") WHERE audit_logs."id" = CAST(r.value ->> 'id' AS BIGINT) AND audit_logs."sequence" IS NULL RETURNING 1), w2 AS (UPDATE audit_head SET "sequence" = CAST(r.value ->> 'sequence' AS BIGINT), "hash" = (r.value ->> 'hash') FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('hash', md5(('mesure-' || :id::text)) || md5(('mesure-' || :id::text)), 'sequence', :head_next::bigint))) WITH ORDINALITY AS r("value", "number") WHERE audit_head."id" = 1 RETURNING 1) SELECT ARRAY[(SELECT count(*) FROM w1), (SELECT count(*) FROM w2)];

COMMIT;
