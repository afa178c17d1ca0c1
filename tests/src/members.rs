//! People with accounts, as the routes of accounts meet them.

use crate::{App, Reply};
use axum::body::Body;
use axum::http::{Method, Request, header};
use nexus_core::identity::origin::{Network, Origin};
use nexus_core::identity::use_cases::{Behalf, SignIn, SignInError, SignedIn, sign_in};
use nexus_core::rights::{Action, authorize};
use nexus_core::{Actor, Clock, UserId};
use serde_json::{Value, json};

/// The password of everybody who chose one.
pub const PASSWORD: &str = "quatre mots bien choisis";
/// The same, as the existing application keeps it, at the least cost.
pub const OLD_HASH: &str = "$2b$04$SzFwyexFuWEUlosAv8VLOeQbaW8k8lS4DA6TGgp0nvV7tbzhlkV/i";

/// A family that registers; the child is thirteen.
pub fn registration(parent: &str) -> Value {
    json!({
        "parentFirstName": "Hélène", "parentLastName": "O'Connor & Fils", "parentEmail": parent,
        "parentPhone": "+216 99 19 28 29", "parentPassword": PASSWORD,
        "studentFirstName": "Zoé", "studentLastName": "O'Connor", "studentGrade": "terminale",
        "studentSchool": "Lycée de Carthage", "studentBirthDate": "2013-03-30",
        "subjects": ["MATHEMATIQUES", "NSI"], "currentLevel": "moyen",
        "objectives": "Passer en classe préparatoire", "preferredModality": "hybride", "acceptTerms": true
    })
}

impl App {
    /// Asks as somebody, or as nobody.
    pub async fn ask(&self, actor: Option<&Actor>, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send_as(actor, request.body(body).unwrap()).await
    }

    /// `POST` as somebody, or as nobody.
    pub async fn post_as(&self, actor: Option<&Actor>, path: &str, body: Value) -> Reply {
        self.ask(actor, Method::POST, path, Some(body)).await
    }

    /// Registers a family; gives the parent.
    pub async fn family(&self, parent: &str) -> Actor {
        let reply = self.post_as(None, "/api/bilan-gratuit", registration(parent)).await.expect(201);
        self.actor(reply["user"]["id"].as_str().unwrap()).await
    }

    /// Who somebody is today, as a session would find out.
    pub async fn actor(&self, user: &str) -> Actor {
        let user = UserId::parse(user).unwrap();
        let facts = self.store.session_facts(&user).await.unwrap().unwrap();
        let version = facts.session_version;
        facts.actor(&user, version).unwrap_or_else(|| panic!("{user} cannot be signed in"))
    }

    /// The version under which somebody's sessions count.
    pub async fn session_version(&self, user: &UserId) -> u32 {
        self.store.session_facts(user).await.unwrap().unwrap().session_version
    }

    /// Signs in.
    pub async fn enter(
        &self,
        email: &str,
        password: &str,
        code: Option<&str>,
    ) -> Result<SignedIn, SignInError> {
        let permit = authorize(None, Action::SignIn, self.clock.now()).unwrap();
        let command = SignIn {
            email: email.to_owned(),
            password: password.into(),
            code: code.map(str::to_owned),
            from: Origin::network(Network::of("192.0.2.7".parse().unwrap())),
        };
        sign_in(&self.identity, Behalf::of(&permit), &command).await
    }

    /// Gives somebody the password of everybody, as the existing application kept it.
    pub async fn give_password(&self, user: &str) -> Actor {
        self.execute(&format!(r#"UPDATE users SET "password" = '{OLD_HASH}' WHERE "id" = '{user}'"#)).await;
        self.actor(user).await
    }

    /// The names of the audit rows, oldest first.
    pub async fn audit_actions(&self) -> Vec<String> {
        let rows = self.store.recent_audit(200).await.unwrap();
        rows.into_iter().rev().map(|row| row.action).collect()
    }
}
