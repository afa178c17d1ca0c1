//! What the chassis knows of each route: its template, its policy, its meters.

use super::meters::RouteMeters;
use super::policy::{RoutePolicies, RoutePolicy};
use axum::http::Method;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Name of what no route answers, in logs and measures.
pub(super) const UNMATCHED: &str = "unmatched";

/// One route.
pub(super) struct RouteEntry {
    pub(super) template: Arc<str>,
    pub(super) meters: RouteMeters,
    policies: Vec<(Method, RoutePolicy)>,
}

impl RouteEntry {
    fn new(template: &str, policies: Vec<(Method, RoutePolicy)>) -> Arc<Self> {
        let template: Arc<str> = template.into();
        Arc::new(Self { meters: RouteMeters::new(&template), template, policies })
    }

    pub(super) fn policy(&self, method: &Method) -> RoutePolicy {
        // A route that is read answers HEAD as it answers GET.
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.policies
            .iter()
            .find(|(known, _)| known == method)
            .map_or(RoutePolicy::USUAL, |(_, policy)| *policy)
    }
}

/// Every route.
pub(super) struct RouteBook {
    known: HashMap<String, Arc<RouteEntry>>,
    /// Routes without a policy of their own, as they are met. Templates are written in the program: there is an end to them.
    met: RwLock<HashMap<String, Arc<RouteEntry>>>,
    unmatched: Arc<RouteEntry>,
}

impl RouteBook {
    pub(super) fn new(policies: RoutePolicies) -> Self {
        let entry = |(template, policies): (String, _)| {
            let entry = RouteEntry::new(&template, policies);
            (template, entry)
        };
        Self {
            known: policies.into_templates().map(entry).collect(),
            met: RwLock::default(),
            unmatched: RouteEntry::new(UNMATCHED, Vec::new()),
        }
    }

    /// The entry of a template; of what no route answers when there is none.
    pub(super) fn entry(&self, template: Option<&str>) -> Arc<RouteEntry> {
        let Some(template) = template else { return Arc::clone(&self.unmatched) };
        if let Some(entry) = self.known.get(template) {
            return Arc::clone(entry);
        }
        if let Some(entry) = self.met.read().unwrap_or_else(PoisonError::into_inner).get(template) {
            return Arc::clone(entry);
        }
        let mut met = self.met.write().unwrap_or_else(PoisonError::into_inner);
        let entry = met.entry(template.to_owned()).or_insert_with(|| RouteEntry::new(template, Vec::new()));
        Arc::clone(entry)
    }
}
