//! What is measured of requests: `http_requests_total`, `http_request_duration_seconds`, `http_requests_in_flight`.
//!
//! Labels come from closed lists: the template of the route, never the path; a known method; the status.

use axum::http::{Method, StatusCode};
use metrics::{Counter, Gauge, Histogram, SharedString, Unit};
use std::sync::{Arc, RwLock};
use std::time::Duration;

/// Name of the counter of answers.
pub const REQUESTS: &str = "http_requests_total";
/// Name of the histogram of times, in seconds until an answer begins.
pub const DURATION: &str = "http_request_duration_seconds";
/// Name of the gauge of requests whose answer has not begun.
pub const IN_FLIGHT: &str = "http_requests_in_flight";

/// Says to the recorder what the measures are.
pub(super) fn describe() {
    metrics::describe_counter!(REQUESTS, "Answers, by method, route and status");
    metrics::describe_histogram!(DURATION, Unit::Seconds, "Time until an answer begins, by method and route");
    metrics::describe_gauge!(IN_FLIGHT, "Requests whose answer has not begun");
}

/// The requests in flight, of all routes.
pub(super) fn in_flight() -> Gauge {
    metrics::gauge!(IN_FLIGHT)
}

/// The word of a method; only those that a route can have get a word of their own.
pub(super) const fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The meters of one route. Each is looked up in the recorder once.
pub(super) struct RouteMeters {
    template: SharedString,
    known: RwLock<Vec<Meter>>,
}

struct Meter {
    method: &'static str,
    status: StatusCode,
    requests: Counter,
    duration: Histogram,
}

impl RouteMeters {
    pub(super) fn new(template: &Arc<str>) -> Self {
        Self { template: SharedString::from_shared(Arc::clone(template)), known: RwLock::new(Vec::new()) }
    }

    /// Counts an answer.
    pub(super) fn count(&self, method: &'static str, status: StatusCode, took: Duration) {
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(meter) = known.iter().find(|meter| meter.status == status && meter.method == method) {
            meter.requests.increment(1);
            meter.duration.record(took);
            return;
        }
        drop(known);
        let meter = self.look_up(method, status);
        meter.requests.increment(1);
        meter.duration.record(took);
        // Two that come at once leave two entries for the same meter, of which the first one is found.
        self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(meter);
    }

    fn look_up(&self, method: &'static str, status: StatusCode) -> Meter {
        let template = self.template.clone();
        let requests = metrics::counter!(
            REQUESTS,
            "method" => method,
            "route" => template.clone(),
            "status" => status.as_str().to_owned()
        );
        let duration = metrics::histogram!(DURATION, "method" => method, "route" => template);
        Meter { method, status, requests, duration }
    }
}
