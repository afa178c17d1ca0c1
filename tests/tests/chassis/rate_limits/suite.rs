//! What every limiter promises; in this process and in Redis.

use super::redis_server::RedisServer;
use jiff::{SignedDuration, Timestamp};
use nexus_core::Clock;
use nexus_core::testing::ManualClock;
use nexus_http::chassis::{Decision, LimitKey, MemoryRateLimiter, Quota, RateLimiter, RedisRateLimiter};
use nexus_tests::golden;
use serde_json::json;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// A limiter under test, with the clock that drives it.
struct Fixture {
    limiter: Arc<dyn RateLimiter>,
    clock: Arc<ManualClock>,
    _server: Option<RedisServer>,
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-09-14T08:30:00Z".parse::<Timestamp>().unwrap()))
}

async fn in_memory() -> Fixture {
    let clock = clock();
    Fixture { limiter: Arc::new(MemoryRateLimiter::new(clock.clone())), clock, _server: None }
}

async fn in_redis() -> Fixture {
    let (clock, server) = (clock(), RedisServer::start().await);
    let limiter = RedisRateLimiter::new(&server.address(), clock.clone()).unwrap();
    Fixture { limiter: Arc::new(limiter), clock, _server: Some(server) }
}

macro_rules! limiter_suite {
    ($($make:ident: $($case:ident),+ $(,)?;)+) => {$(
        mod $make {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    super::$case(&super::$make().await).await;
                }
            )+
        }
    )+};
}

limiter_suite! {
    in_memory: three_at_once_and_no_more, requests_come_back_one_by_one, keys_are_independent,
        a_refusal_uses_nothing_up, of_many_at_once_so_many_pass, a_clock_that_was_put_back_locks_nobody_out,
        no_window_holds_more_than_twice_the_quota;
    in_redis: three_at_once_and_no_more, requests_come_back_one_by_one, keys_are_independent,
        a_refusal_uses_nothing_up, of_many_at_once_so_many_pass, a_clock_that_was_put_back_locks_nobody_out,
        no_window_holds_more_than_twice_the_quota;
}

fn quota(most: u32, seconds: u64) -> Quota {
    Quota { most: NonZeroU32::new(most).unwrap(), within: Duration::from_secs(seconds) }
}

impl Fixture {
    async fn check(&self, key: u128, quota: Quota) -> Decision {
        self.limiter.check(LimitKey::new(key), quota).await.unwrap()
    }

    fn advance(&self, milliseconds: i64) {
        self.clock.advance(SignedDuration::from_millis(milliseconds));
    }

    fn in_seconds(&self, decision: &Decision) -> f64 {
        decision.reset_at.duration_since(self.clock.now()).as_secs_f64()
    }
}

/// Golden vector O2.
async fn three_at_once_and_no_more(fixture: &Fixture) {
    let mut seen = Vec::new();
    for _ in 0..4 {
        let decision = fixture.check(1, quota(3, 60)).await;
        seen.push(json!([decision.allowed, decision.remaining]));
    }
    let expected = json!([[true, 2], [true, 1], [true, 0], [false, 0]]);
    assert_eq!(json!(seen), expected);
    if let Some(vector) = golden::core("O2") {
        assert_eq!(vector["expected"], expected);
    }
}

async fn requests_come_back_one_by_one(fixture: &Fixture) {
    let quota = quota(3, 60);
    let resets: Vec<_> = [
        fixture.check(1, quota).await,
        fixture.check(1, quota).await,
        fixture.check(1, quota).await,
        fixture.check(1, quota).await,
    ]
    .iter()
    .map(|decision| fixture.in_seconds(decision))
    .collect();
    // The whole quota in 20, 40, 60 s; the refused one may come back in 20 s.
    assert_eq!(resets, [20.0, 40.0, 60.0, 20.0]);
    fixture.advance(19_999);
    let refused = fixture.check(1, quota).await;
    assert_eq!((refused.allowed, fixture.in_seconds(&refused)), (false, 0.001));
    fixture.advance(1);
    assert!(fixture.check(1, quota).await.allowed);
    assert!(!fixture.check(1, quota).await.allowed);
    fixture.advance(60_000);
    assert_eq!(fixture.check(1, quota).await.remaining, 2);
}

async fn keys_are_independent(fixture: &Fixture) {
    for key in [1, 2, 1 << 64, u128::MAX] {
        assert!(fixture.check(key, quota(1, 60)).await.allowed, "{key}");
        assert!(!fixture.check(key, quota(1, 60)).await.allowed, "{key}");
    }
}

async fn a_refusal_uses_nothing_up(fixture: &Fixture) {
    for _ in 0..50 {
        fixture.check(1, quota(2, 10)).await;
    }
    fixture.advance(5_000);
    assert!(fixture.check(1, quota(2, 10)).await.allowed);
}

async fn of_many_at_once_so_many_pass(fixture: &Fixture) {
    let start = Arc::new(Barrier::new(64));
    let mut checks = JoinSet::new();
    for _ in 0..64 {
        let (limiter, start) = (Arc::clone(&fixture.limiter), Arc::clone(&start));
        checks.spawn(async move {
            start.wait().await;
            limiter.check(LimitKey::new(7), quota(10, 60)).await.unwrap().allowed
        });
    }
    assert_eq!(checks.join_all().await.into_iter().filter(|allowed| *allowed).count(), 10);
}

async fn a_clock_that_was_put_back_locks_nobody_out(fixture: &Fixture) {
    fixture.advance(7_200_000);
    for _ in 0..3 {
        fixture.check(1, quota(3, 60)).await;
    }
    fixture.clock.advance(SignedDuration::from_hours(-1));
    assert!(fixture.check(1, quota(3, 60)).await.allowed);
}

/// Whatever the rhythm: a burst, then the slow return.
async fn no_window_holds_more_than_twice_the_quota(fixture: &Fixture) {
    let quota = quota(6, 60);
    let mut passed = Vec::new();
    for step in 0..400_i64 {
        if fixture.check(1, quota).await.allowed {
            passed.push(fixture.clock.now());
        }
        fixture.advance(if step % 3 == 0 { 50 } else { 900 });
    }
    for start in &passed {
        let window = passed
            .iter()
            .filter(|at| *at >= start && at.duration_since(*start) < SignedDuration::from_secs(60));
        assert!(window.count() <= 12);
    }
    let whole = passed.last().unwrap().duration_since(passed[0]).as_secs();
    let most = 6 + whole / 10;
    assert!(i64::try_from(passed.len()).unwrap() <= most + 1, "{} in {whole} s", passed.len());
}

/// However many addresses somebody has, the memory has an end, and whoever is known already keeps his quota.
#[tokio::test]
async fn memory_is_bounded() {
    let clock = clock();
    let limiter = MemoryRateLimiter::with_capacity(clock.clone(), 1_600);
    let quota = quota(5, 60);
    let known = LimitKey::new(0xdead_beef);
    assert_eq!(limiter.count(known, quota).remaining, 4);
    let mut allowed = 0;
    for number in 0..100_000_u128 {
        allowed += usize::from(
            limiter.count(LimitKey::new(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)), quota).allowed,
        );
    }
    assert!(limiter.remembered() <= 1_600, "{}", limiter.remembered());
    assert!(allowed < 2_000, "the others share one quota: {allowed}");
    assert_eq!(limiter.count(known, quota).remaining, 3);
    // Idle keys are forgotten, and everybody is welcome again.
    clock.advance(SignedDuration::from_mins(2));
    for number in 1_000_000..1_000_100_u128 {
        assert!(limiter.count(LimitKey::new(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)), quota).allowed);
    }
    assert!(limiter.remembered() < 200);
}
