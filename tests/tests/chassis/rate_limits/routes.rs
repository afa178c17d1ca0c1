use super::redis_server::RedisServer;
use crate::support::routes;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use axum::routing::{get, post};
use jiff::SignedDuration;
use nexus_core::testing::ManualClock;
use nexus_core::{Actor, Role};
use nexus_http::ChassisSettings;
use nexus_http::chassis::{
    LimiterUnavailable, Quota, RateClass, RateLimiter, RateQuotas, RedisRateLimiter, RoutePolicies,
    RoutePolicy,
};
use nexus_tests::Reply;
use nexus_tests::stand::{Stand, from, somebody, unhurried};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn settings() -> ChassisSettings {
    let quota = |most| Quota::per_minute(NonZeroU32::new(most).unwrap());
    ChassisSettings {
        quotas: RateQuotas { usual: quota(3), heavy: quota(2), sensitive: quota(2) },
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..unhurried()
    }
}

fn every_class() -> (Router, RoutePolicies) {
    let mut policies = RoutePolicies::default();
    let of = |rate| RoutePolicy { rate, public: true, ..RoutePolicy::USUAL };
    policies.add(Method::GET, "/usual", of(RateClass::Usual));
    policies.add(Method::GET, "/heavy", of(RateClass::Heavy));
    policies.add(Method::POST, "/signin", of(RateClass::Sensitive));
    policies.add(Method::GET, "/live", RoutePolicy::PROBE);
    let routes = routes()
        .route("/usual", get(async || "ok"))
        .route("/heavy", get(async || "ok"))
        .route("/signin", post(async |body: String| body))
        .route("/live", get(async || "ok"));
    (routes, policies)
}

fn stand() -> Stand {
    let (routes, policies) = every_class();
    Stand::new(settings(), routes, policies)
}

async fn call(stand: &Stand, path: &str, who: Option<&Actor>, peer: &str) -> Reply {
    let method = if path == "/signin" { Method::POST } else { Method::GET };
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    if let Some(who) = who {
        request.extensions_mut().insert(who.clone());
    }
    stand.send(from(peer, request)).await
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let stand = stand();
    for (remaining, reset) in [("2", "20"), ("1", "40"), ("0", "60")] {
        let reply = call(&stand, "/usual", None, "203.0.113.9").await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("ratelimit-limit"), "3");
        assert_eq!(reply.header("ratelimit-remaining"), remaining);
        assert_eq!(reply.header("ratelimit-reset"), reset);
    }
    stand.clock.advance(SignedDuration::from_millis(1_500));
    let reply = call(&stand, "/usual", None, "203.0.113.9").await;
    let body = reply.problem(429, "rate_limited");
    assert_eq!(reply.header("retry-after"), "19");
    assert_eq!(reply.header("ratelimit-remaining"), "0");
    // What the existing pages read.
    assert_eq!(body["error"], "rate_limited");
    assert_eq!(body["resetAt"], 1_789_374_620_000_i64);
    stand.clock.advance(SignedDuration::from_secs(19));
    assert_eq!(call(&stand, "/usual", None, "203.0.113.9").await.status, 200);
}

#[tokio::test]
async fn classes_people_and_networks_are_counted_apart() {
    let stand = stand();
    let (lea, tom) = (somebody("lea", Role::Eleve), somebody("tom", Role::Eleve));
    let until_refused = async |path: &str, who: Option<&Actor>, peer: &str| {
        let mut passed = 0;
        while call(&stand, path, who, peer).await.status == 200 {
            passed += 1;
        }
        passed
    };
    // One class of pupils shares one address: each has a quota of his own.
    assert_eq!(until_refused("/usual", Some(&lea), "203.0.113.9").await, 3);
    assert_eq!(until_refused("/usual", Some(&tom), "203.0.113.9").await, 3);
    assert_eq!(until_refused("/usual", None, "203.0.113.9").await, 3);
    // Another address gives the same person nothing.
    assert_eq!(until_refused("/usual", Some(&lea), "203.0.113.10").await, 0);
    assert_eq!(until_refused("/heavy", Some(&lea), "203.0.113.9").await, 2);
    assert_eq!(until_refused("/usual", None, "203.0.113.10").await, 3);
    // Addresses of one IPv6 network are one.
    assert_eq!(until_refused("/usual", None, "2001:db8::1").await, 3);
    assert_eq!(until_refused("/usual", None, "2001:db8::ffff:2").await, 0);
    for _ in 0..50 {
        assert_eq!(call(&stand, "/live", None, "203.0.113.9").await.status, 200);
    }
}

#[tokio::test]
async fn an_account_gives_nobody_more_tries_at_what_is_sensitive() {
    let stand = stand();
    let mut passed = 0;
    for number in 0..20 {
        let account = somebody(&format!("account{number}"), Role::Parent);
        passed += usize::from(call(&stand, "/signin", Some(&account), "203.0.113.9").await.status == 200);
    }
    assert_eq!(passed, 2);
}

#[tokio::test]
async fn what_a_request_says_about_itself_moves_no_limit() {
    let stand = stand();
    let mut passed = 0;
    for number in 0..20_u8 {
        let request = Request::get("/usual")
            .header("x-forwarded-for", format!("198.51.100.{number}"))
            .header("x-real-ip", format!("198.51.100.{number}"))
            .header("authorization", format!("Bearer forged{number}"))
            .header("cookie", format!("next-auth.session-token=forged{number}"))
            .header("x-user-id", format!("user{number}"))
            .body(Body::empty());
        passed += usize::from(stand.send(from("203.0.113.9", request.unwrap())).await.status == 200);
    }
    assert_eq!(passed, 3);
    // Behind a trusted proxy, what the client wrote stays behind what the proxy saw.
    let mut passed = 0;
    for number in 0..20_u8 {
        let request = Request::get("/usual")
            .header("x-forwarded-for", format!("198.51.100.{number}, 192.0.2.7"))
            .body(Body::empty());
        passed += usize::from(stand.send(from("10.0.0.1", request.unwrap())).await.status == 200);
    }
    assert_eq!(passed, 3);
}

#[tokio::test]
async fn nothing_of_the_body_is_read_before_the_limit() {
    let stand = stand();
    let never = || Body::from_stream(tokio_stream::pending::<Result<Vec<u8>, std::io::Error>>());
    for _ in 0..2 {
        call(&stand, "/signin", None, "203.0.113.9").await;
    }
    let request = Request::post("/signin").header("content-length", 1_000).body(never()).unwrap();
    stand.send(from("203.0.113.9", request)).await.problem(429, "rate_limited");
}

/// A limiter that is away; counts how often it was asked for.
#[derive(Default)]
struct Away(AtomicUsize);

#[async_trait::async_trait]
impl RateLimiter for Away {
    async fn check(
        &self,
        _: nexus_http::chassis::LimitKey,
        _: Quota,
    ) -> Result<nexus_http::chassis::Decision, LimiterUnavailable> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(LimiterUnavailable("away".into()))
    }
}

#[tokio::test]
async fn without_the_shared_limiter_what_is_sensitive_is_refused_and_the_rest_counted_alone() {
    let (routes, policies) = every_class();
    let away = Arc::new(Away::default());
    let limiter = Arc::clone(&away);
    let stand = Stand::prepared(settings(), routes, policies, |chassis| chassis.with_shared_limiter(limiter));
    let reply = call(&stand, "/signin", None, "203.0.113.9").await;
    reply.problem(503, "rate_limit_unavailable");
    assert_eq!(reply.header("retry-after"), "5");
    let mut passed = 0;
    for _ in 0..20 {
        passed += usize::from(call(&stand, "/usual", None, "203.0.113.9").await.status == 200);
    }
    assert_eq!(passed, 3);
    assert_eq!(call(&stand, "/live", None, "203.0.113.9").await.status, 200);
    // Requests do not wait for it one after the other: it is left alone for a second.
    assert_eq!(away.0.load(Ordering::Relaxed), 1);
    stand.clock.advance(SignedDuration::from_secs(1));
    call(&stand, "/usual", None, "203.0.113.9").await;
    assert_eq!(away.0.load(Ordering::Relaxed), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_a_quota_and_outlive_their_redis() {
    let server = RedisServer::start().await;
    let start = "2026-09-14T08:30:00Z".parse().unwrap();
    let clock = Arc::new(ManualClock::at(start));
    let key = nexus_core::PseudonymKey::derive(&"a secret of both servers".into());
    let server_of = |address: &secrecy::SecretString| {
        let limiter = Arc::new(RedisRateLimiter::new(address, clock.clone()).unwrap());
        let (routes, policies) = every_class();
        let settings = ChassisSettings { pseudonym_key: Some(key.clone()), ..settings() };
        Stand::at(clock.clone(), settings, routes, policies, |chassis| chassis.with_shared_limiter(limiter))
    };
    let servers = [server_of(&server.address()), server_of(&server.address())];
    let mut passed = 0;
    for number in 0..10 {
        passed += usize::from(call(&servers[number % 2], "/usual", None, "203.0.113.9").await.status == 200);
    }
    assert_eq!(passed, 3, "the quota is one");

    let port = server.port();
    drop(server);
    call(&servers[0], "/signin", None, "203.0.113.9").await.problem(503, "rate_limit_unavailable");
    assert_eq!(call(&servers[0], "/usual", None, "203.0.113.9").await.status, 200);

    let _server = RedisServer::start_at(port).await.expect("the port is free again");
    let deadline = std::time::Instant::now() + nexus_tests::stand::PATIENCE;
    loop {
        // A limiter that was away is left alone for a second.
        clock.advance(SignedDuration::from_secs(2));
        let reply = call(&servers[0], "/signin", None, "203.0.113.11").await;
        if reply.status == 200 {
            break;
        }
        reply.problem(503, "rate_limit_unavailable");
        assert!(std::time::Instant::now() < deadline, "it comes back by itself");
    }
}
