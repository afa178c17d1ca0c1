//! Dinars in euros: what is told, by whom, and that a failure is never kept.

use axum::body::Body;
use axum::http::{Method, Request};
use jiff::SignedDuration;
use nexus_core::money::RateDesk;
use nexus_runtime::{HttpRates, RateTable};
use nexus_tests::golden::core_copy;
use nexus_tests::{App, Reply};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

async fn exchange(app: &App, query: &str) -> Reply {
    let uri = format!("/api/pricing/exchange?{query}");
    app.send(Request::builder().method(Method::GET).uri(uri).body(Body::empty()).unwrap()).await
}

/// A provider on this machine that fails, babbles, and then tells a rate; gives its address and how often it was asked.
async fn provider() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let answer = axum::routing::get(move || {
        let place = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match place {
                0 => (axum::http::StatusCode::BAD_GATEWAY, String::new()),
                1 => (axum::http::StatusCode::OK, "{\"rates\": {\"EUR\": \"NaN\"}}".to_owned()),
                _ => (axum::http::StatusCode::OK, "{\"rates\": {\"EUR\": 0.2985}}".to_owned()),
            }
        }
    });
    #[allow(clippy::disallowed_methods)] // a provider is no route of ours
    let router = axum::Router::new().route("/latest", answer);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/latest"), asked)
}

#[tokio::test]
async fn a_failure_is_told_and_the_next_one_asks_again() {
    let (address, asked) = provider().await;
    let rates = HttpRates::with_patience(address, Duration::from_secs(5)).unwrap();
    let app = App::new().await.with_rates(RateDesk::new(Arc::new(rates), SignedDuration::from_hours(3)));
    for _ in 0..2 {
        exchange(&app, "amountTnd=450").await.problem(503, "rate_unavailable");
    }
    for _ in 0..2 {
        let told = exchange(&app, "amountTnd=450").await.expect(200);
        // 450 × 0.2985 = 134.325, halves up.
        assert_eq!((&told["amount"], &told["amountMinor"]), (&json!(134.33), &json!(13_433)));
        assert_eq!(told["toldAt"], "2026-09-14T08:30:00Z");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 3, "what was told is used again, a failure is not");
    app.clock.advance(SignedDuration::from_hours(3));
    exchange(&app, "amountTnd=450").await.expect(200);
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

/// Golden vectors M1 and M3 at the route.
#[tokio::test]
async fn amounts_are_exact_and_other_currencies_are_refused() {
    let zone = jiff::tz::TimeZone::get("Africa/Tunis").unwrap();
    let table = RateTable::parse("2026-09-01=0.30", zone).unwrap();
    let app = App::new().await;
    exchange(&app, "amountTnd=450").await.problem(503, "rate_unavailable");
    let app = app.with_rates(RateDesk::new(Arc::new(table), SignedDuration::from_hours(3)));
    let millimes = core_copy(
        "M1",
        json!({"input": ["450", "0.1", "19.99", "0.285", "1234.567"], "expected": [450_000, 100, 19_990, 285, 1_234_567]}),
    );
    let pairs = millimes["input"].as_array().unwrap().iter().zip(millimes["expected"].as_array().unwrap());
    for (text, minor) in pairs {
        let told = exchange(&app, &format!("amountTnd={}&to=TND", text.as_str().unwrap())).await.expect(200);
        assert_eq!(told["amountMinor"], *minor);
    }
    assert_eq!(exchange(&app, "amountTnd=450").await.expect(200)["amountMinor"], 13_500);
    let vector = core_copy(
        "M3",
        json!({"input": {"amount": 10, "currency": "USD"}, "expected": {"error": "Devise non supportée: USD"}}),
    );
    let refused = exchange(&app, "amountTnd=10&to=USD").await.problem(422, "unknown_currency");
    assert_eq!(refused["error"], vector["expected"]["error"]);
    for wrong in ["amountTnd=0.2855", "amountTnd=NaN", "amountTnd=-1", "amountTnd=1e3"] {
        assert_eq!(exchange(&app, wrong).await.status.as_u16(), 422, "{wrong}");
    }
    exchange(&app, "").await.problem(422, "field_required");
}
