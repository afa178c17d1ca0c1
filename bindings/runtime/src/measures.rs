//! The recorder of measures of this process, and what Linux tells about it.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use nexus_http::Measures;
use rustix::time::{ClockId, clock_gettime};
use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Bounds of the histogram of request times, in seconds. The alerts look at 0.5.
const BOUNDS: [f64; 13] = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How often single observations are folded into their histograms, so that they do not pile up where nobody reads them.
const FOLDING: Duration = Duration::from_secs(5);

static RECORDER: OnceLock<ProcessMeasures> = OnceLock::new();

/// The measures of this process; every clone writes the same page.
#[derive(Clone, Debug)]
pub struct ProcessMeasures {
    handle: PrometheusHandle,
    started: Instant,
}

impl ProcessMeasures {
    /// Installs the recorder of this process, once: a later call gives the same one. Where an embedding program has
    /// installed a recorder of its own, that one goes on recording and this page shows the process alone.
    pub fn install() -> Self {
        RECORDER.get_or_init(Self::build).clone()
    }

    fn build() -> Self {
        let builder = PrometheusBuilder::new();
        let name = Matcher::Full(nexus_http::chassis::DURATION.to_owned());
        // Refused only when there is no bound.
        let builder =
            builder.set_buckets_for_metric(name, &BOUNDS).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder of measures is installed already");
        }
        describe();
        Self { handle, started: Instant::now() }
    }

    /// Folds observations from time to time, for ever.
    pub async fn keep_folded(&self) {
        loop {
            tokio::time::sleep(FOLDING).await;
            self.handle.run_upkeep();
        }
    }
}

fn describe() {
    metrics::describe_gauge!("nexus_db_pool_connections", "Connections to the database, by pool and state");
    metrics::describe_gauge!(
        "nexus_database_up",
        "Whether the database answered when the measures were read"
    );
    metrics::describe_gauge!("nexus_jobs_pending", "Jobs that are not finished");
    metrics::describe_gauge!("nexus_jobs_quarantined", "Jobs that were given up");
    metrics::describe_gauge!("nexus_outbox_pending", "Effects that are waiting or being sent");
    metrics::describe_gauge!("nexus_outbox_dead", "Effects that were given up");
    metrics::describe_gauge!("nexus_outbox_ambiguous", "Effects that wait for a person");
}

impl Measures for ProcessMeasures {
    fn page(&self) -> String {
        let mut page = self.handle.render();
        process(&mut page, self.started.elapsed());
        page
    }
}

/// Adds what the usual collectors of processes tell, under the usual names. What the system does not tell is left out.
fn process(page: &mut String, uptime: Duration) {
    let mut tell = |name: &str, kind: &str, help: &str, value: Option<f64>| {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        }
    };
    tell("process_resident_memory_bytes", "gauge", "Resident memory", resident_memory());
    tell("process_cpu_seconds_total", "counter", "User and system time", Some(processor_time()));
    tell("process_open_fds", "gauge", "Open files and sockets", open_files());
    tell("process_uptime_seconds", "gauge", "Time since the recorder started", Some(uptime.as_secs_f64()));
}

fn resident_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

fn processor_time() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn open_files() -> Option<f64> {
    let count = std::fs::read_dir(Path::new("/proc/self/fd")).ok()?.count();
    // The folder that is being read is one of them.
    Some(count.saturating_sub(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_the_names_that_the_alerts_use() {
        let measures = ProcessMeasures::install();
        metrics::counter!(nexus_http::chassis::REQUESTS, "status" => "200").increment(3);
        metrics::histogram!(nexus_http::chassis::DURATION).record(0.3);
        measures.handle.run_upkeep();
        let page = ProcessMeasures::install().page();
        for line in [
            "http_requests_total{status=\"200\"} 3",
            "http_request_duration_seconds_bucket{le=\"0.25\"} 0",
            "http_request_duration_seconds_bucket{le=\"0.5\"} 1",
            "http_request_duration_seconds_bucket{le=\"+Inf\"} 1",
            "http_request_duration_seconds_count 1",
            "# TYPE process_cpu_seconds_total counter",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is not in {page}");
        }
        let value = |name: &str| {
            let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap();
            line.parse::<f64>().unwrap()
        };
        assert!(value("process_resident_memory_bytes") > 1e6);
        assert!(value("process_open_fds") >= 3.0);
    }
}
