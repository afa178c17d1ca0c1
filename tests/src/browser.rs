//! A browser in front of a system: it keeps cookies, and says where its requests come from.

use crate::{App, Reply};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Cookies, by name.
#[derive(Debug, Clone, Default)]
pub struct Browser(pub BTreeMap<String, String>);

impl Browser {
    /// Opens an address.
    pub async fn get(&mut self, app: &App, path: &str) -> Reply {
        self.send(app, Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form, as a page does.
    pub async fn form(&mut self, app: &App, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(app, request.body(Body::from(body.finish())).unwrap()).await
    }

    /// Sends JSON.
    pub async fn json(&mut self, app: &App, method: Method, path: &str, body: &Value) -> Reply {
        let request =
            Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        self.send(app, request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Sends any request with the cookies, and keeps those of the answer.
    pub async fn send(&mut self, app: &App, mut request: Request<Body>) -> Reply {
        if !self.0.is_empty() {
            let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, pairs.join("; ").parse().unwrap());
        }
        let reply = app.send(request).await;
        for cookie in reply.cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// The anti-forgery token of this browser.
    pub async fn csrf(&mut self, app: &App) -> String {
        let reply = self.get(app, "/api/auth/csrf").await;
        reply.expect(200)["csrfToken"].as_str().unwrap().to_owned()
    }

    /// Signs in as `next-auth/react` does: providers, token, form.
    pub async fn sign_in(&mut self, app: &App, email: &str, password: &str) -> Reply {
        assert_eq!(
            self.get(app, "/api/auth/providers").await.expect(200)["credentials"]["type"],
            "credentials"
        );
        let token = self.csrf(app).await;
        let fields = [
            ("email", email),
            ("password", password),
            ("redirect", "false"),
            ("csrfToken", &token),
            ("callbackUrl", "http://localhost/auth/signin"),
            ("json", "true"),
        ];
        self.form(app, "/api/auth/callback/credentials", &fields).await
    }

    /// Who is signed in, as the server says.
    pub async fn session(&mut self, app: &App) -> Value {
        self.get(app, "/api/auth/session").await.expect(200)
    }

    /// Whether nobody is.
    pub async fn is_signed_out(&mut self, app: &App) -> bool {
        self.session(app).await == json!({})
    }
}
