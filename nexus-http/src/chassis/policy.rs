//! How each route is treated: what it may be sent, how often, and what must not be kept of its answers.

use super::constant::Constant;
use axum::http::Method;
use nexus_core::rights::{Action, Caller};
use std::collections::HashMap;

/// How often a route may be called; each class has a quota of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// As often as one likes: it costs nothing and must never be refused.
    Unlimited,
    /// What people do all day.
    Usual,
    /// What costs the machine or money: documents, exports, models, mail.
    Heavy,
    /// What a stranger would try many times: sign-in, registration, links. Always counted by network, and refused when
    /// nobody can count.
    Sensitive,
}

impl RateClass {
    /// Its name, in hashes and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unlimited => "unlimited",
            Self::Usual => "usual",
            Self::Heavy => "heavy",
            Self::Sensitive => "sensitive",
        }
    }
}

/// What a route may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyClass {
    /// A form or a webhook.
    Small,
    /// Usual JSON.
    Usual,
    /// A file.
    File,
}

/// How a route is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // independent marks, each read in one place
pub struct RoutePolicy {
    /// How often it may be called.
    pub rate: RateClass,
    /// What it may be sent.
    pub body: BodyClass,
    /// Its answers hold a secret, or mix one with what was sent: they are neither compressed nor kept.
    pub secret: bool,
    /// It may be called without an identity.
    pub public: bool,
    /// It is asked by machines, every few seconds: its lines in the log are for debugging, its answers get no entity tag.
    pub probe: bool,
    /// Its handler may take long.
    pub long: bool,
    /// It asks for an anti-forgery token by itself, in the form that it is sent.
    pub own_csrf: bool,
    /// It keeps idempotency keys by itself, with what it writes.
    pub own_keys: bool,
}

impl RoutePolicy {
    /// What holds for a route of which nothing else is known.
    pub const USUAL: Self = Self {
        rate: RateClass::Usual,
        body: BodyClass::Usual,
        secret: false,
        public: false,
        probe: false,
        long: false,
        own_csrf: false,
        own_keys: false,
    };

    /// A probe that touches nothing: always answered.
    pub const PROBE: Self =
        Self { rate: RateClass::Unlimited, body: BodyClass::Small, public: true, probe: true, ..Self::USUAL };

    /// Whether nothing that the gate does concerns the route: everybody may ask, as often as he likes, at any time.
    pub(super) const fn is_open(self) -> bool {
        self.probe && self.public && matches!(self.rate, RateClass::Unlimited)
    }

    /// What follows from the action that a route stands for, and from its method.
    pub fn of(action: Action, method: &Method) -> Self {
        let policy = Self::of_action(action);
        // Pages ask all day whether somebody is still signed in: that is no guess at anything.
        if action == Action::SignIn && *method == Method::GET {
            return Self { rate: RateClass::Usual, own_csrf: false, ..policy };
        }
        policy
    }

    const fn of_action(action: Action) -> Self {
        let public = action.relation(Caller::Anonymous).is_some();
        let usual = Self { public, ..Self::USUAL };
        match action {
            Action::SignIn => Self {
                rate: RateClass::Sensitive,
                body: BodyClass::Small,
                secret: true,
                own_csrf: true,
                ..usual
            },
            Action::RedeemLink => {
                Self { rate: RateClass::Sensitive, body: BodyClass::Small, secret: true, ..usual }
            }
            Action::Register => Self { rate: RateClass::Sensitive, body: BodyClass::Small, ..usual },
            // The address holds the secret that opens it.
            Action::ReadCalendarFeed => Self { body: BodyClass::Small, secret: true, ..usual },
            // The secret of a second factor and its recovery codes are shown once, by these.
            Action::ManageAccount => Self { secret: true, ..usual },
            Action::ReadHealth | Action::ReadMetrics => Self { probe: true, ..usual },
            Action::ReceiveNotice => Self { body: BodyClass::Small, ..usual },
            // The existing pages tell an order that is found again from a new one, even under another key.
            Action::OrderForChild | Action::RefundPayments => Self { own_keys: true, ..usual },
            Action::ReviewBilan | Action::ManagePersonalData | Action::TestMail => {
                Self { rate: RateClass::Heavy, long: true, ..usual }
            }
            Action::ManageKnowledge | Action::SubmitProof | Action::Reconcile => {
                Self { rate: RateClass::Heavy, body: BodyClass::File, long: true, ..usual }
            }
            _ => usual,
        }
    }
}

/// The policy of each route, by its template and method.
#[derive(Debug, Clone, Default)]
pub struct RoutePolicies(HashMap<String, RouteTreatment>);

/// What is known of one template.
#[derive(Debug, Clone, Default)]
pub(super) struct RouteTreatment {
    pub(super) policies: Vec<(Method, RoutePolicy)>,
    pub(super) constant: Option<Constant>,
}

impl RoutePolicies {
    /// Names the policy of a route. A method that is not named is treated as [`RoutePolicy::USUAL`].
    pub fn add(&mut self, method: Method, template: &str, policy: RoutePolicy) {
        let methods = &mut self.0.entry(template.to_owned()).or_default().policies;
        methods.retain(|(known, _)| *known != method);
        methods.push((method, policy));
    }

    /// Says what a route that is a [`RoutePolicy::PROBE`] always answers to `GET`, so that it need not be asked.
    pub fn always_answers(&mut self, template: &str, constant: Constant) {
        self.0.entry(template.to_owned()).or_default().constant = Some(constant);
    }

    pub(super) fn into_templates(self) -> impl Iterator<Item = (String, RouteTreatment)> {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_follow_from_actions() {
        let lines: Vec<_> = Action::ALL
            .iter()
            .map(|action| (action, RoutePolicy::of(*action, &Method::POST)))
            .filter(|(_, policy)| *policy != RoutePolicy::USUAL)
            .map(|(action, policy)| format!("{}: {policy:?}", action.as_str()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn asking_whether_one_is_signed_in_is_no_attempt_to_sign_in() {
        let [asking, trying] =
            [Method::GET, Method::POST].map(|method| RoutePolicy::of(Action::SignIn, &method));
        assert_eq!((asking.rate, asking.own_csrf), (RateClass::Usual, false));
        assert_eq!((trying.rate, trying.own_csrf), (RateClass::Sensitive, true));
        assert!(asking.secret && trying.secret);
    }

    #[test]
    fn whoever_may_be_anybody_is_counted() {
        for action in Action::ALL {
            for method in [Method::GET, Method::POST] {
                assert_ne!(RoutePolicy::of(*action, &method).rate, RateClass::Unlimited, "{action:?}");
            }
        }
    }
}
