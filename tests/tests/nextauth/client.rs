use nexus_tests::accounts::{PASSWORD, family};
use nexus_tests::{App, node};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The code of the existing pages, unchanged, against the real server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_the_existing_application_sign_in_and_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let app = App::reached_at(&origin).await;
    family(&app).await;
    let router = app.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let input = json!({"origin": origin, "email": "Zoe@example.test", "password": PASSWORD, "wrong": "faux"});
    let seen: Value = tokio::task::spawn_blocking(move || node::run("client.mjs", &input)).await.unwrap();
    server.abort();

    assert_eq!(seen["before"], Value::Null, "{seen}");
    assert_eq!(seen["providers"]["credentials"]["id"], "credentials");
    assert_eq!(seen["token"], 64);
    assert_eq!(
        seen["refused"],
        json!({"error": "CredentialsSignin", "status": 401, "ok": false, "url": null})
    );
    assert_eq!(seen["stillNobody"], Value::Null);
    assert_eq!(
        seen["accepted"],
        json!({"error": null, "status": 200, "ok": true, "url": format!("{origin}/dashboard")})
    );
    assert_eq!(
        seen["session"]["user"],
        json!({
            "name": "Zoé Ben Salah", "email": "zoe@example.test", "id": "account-zoe", "role": "ELEVE",
            "firstName": "Zoé", "lastName": "Ben Salah", "studentId": "profile-zoe", "parentId": "profile-parent",
        })
    );
    assert_eq!(seen["cookies"], json!(["next-auth.csrf-token", "next-auth.session-token", "nexus.device"]));
    assert_eq!(seen["left"], json!({"url": format!("{origin}/")}));
    assert_eq!(seen["after"], Value::Null);
    assert_eq!(seen["wentTo"], format!("{origin}/cours"));
}
