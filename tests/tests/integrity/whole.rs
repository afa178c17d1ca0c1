use nexus_core::Clock;
use nexus_core::audit::verify_audit;
use nexus_core::invariants::{RULES, Severity, look_at};
use nexus_tests::App;

/// Asserts that no rule about the data is broken, and that the audit log is an unbroken chain.
pub(crate) async fn assert_whole(app: &App, context: &str) {
    let now = app.clock.now();
    for rule in RULES {
        let finding = look_at(&*app.store, *rule, now, 3).await.unwrap();
        // What is only late depends on the clock, which proofs move.
        assert!(
            finding.ok || rule.severity == Severity::Warning,
            "{context}: {} {:?}",
            rule.name,
            finding.ids
        );
    }
    let report = verify_audit(&*app.store, None, |_| {}).await.unwrap();
    assert!(report.findings.is_empty(), "{context}: {:?}", report.findings);
}
