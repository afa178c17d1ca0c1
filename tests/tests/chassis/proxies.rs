use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use axum::{Json, Router};
use nexus_http::ChassisSettings;
use nexus_http::chassis::{ClientAddress, RoutePolicies, SecureTransport};
use nexus_tests::stand::{Stand, from, unhurried};
use serde_json::{Value, json};

fn stand(trusted: &[&str]) -> Stand {
    let settings = ChassisSettings {
        trusted_proxies: trusted.iter().map(|network| network.parse().unwrap()).collect(),
        ..unhurried()
    };
    let whoami = async |client: ClientAddress, SecureTransport(secure): SecureTransport| {
        Json(json!({"ip": client.ip(), "secure": secure}))
    };
    Stand::new(settings, Router::new().route("/whoami", get(whoami)), RoutePolicies::default())
}

async fn seen(stand: &Stand, peer: &str, headers: &[(&str, &str)]) -> Value {
    let mut request = Request::get("/whoami");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    stand.send(from(peer, request.body(Body::empty()).unwrap())).await.expect(200)
}

#[tokio::test]
async fn forged_headers_change_nothing() {
    let forged = [
        ("x-forwarded-for", "198.51.100.1"),
        ("x-forwarded-proto", "https"),
        ("x-real-ip", "198.51.100.1"),
        ("forwarded", "for=198.51.100.1;proto=https"),
        ("client-ip", "198.51.100.1"),
    ];
    let expected = json!({"ip": "203.0.113.9", "secure": false});
    assert_eq!(seen(&stand(&[]), "203.0.113.9", &forged).await, expected);
    assert_eq!(seen(&stand(&["10.0.0.0/8"]), "203.0.113.9", &forged).await, expected);
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_about_what_it_saw_itself() {
    let stand = stand(&["10.0.0.0/8", "::1/128"]);
    for (peer, forwarded, client) in [
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("::1", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "<script>, ", "10.0.0.1"),
    ] {
        let headers = [("x-forwarded-for", forwarded), ("x-forwarded-proto", "https")];
        assert_eq!(seen(&stand, peer, &headers).await, json!({"ip": client, "secure": true}), "{forwarded}");
    }
    assert_eq!(seen(&stand, "10.0.0.1", &[]).await, json!({"ip": "10.0.0.1", "secure": false}));
}

#[tokio::test]
async fn a_real_connection_has_an_address() {
    let served = stand(&[]).serve().await;
    let mut line = served.connect().await;
    line.send("GET /whoami HTTP/1.1\r\nHost: nexus\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n").await;
    assert_eq!(line.reply().await.unwrap().expect(200)["ip"], "127.0.0.1");
}
