use crate::adoption::rule::{Probe, Query, Repair, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "several_active_subscriptions",
        table: "subscriptions",
        sentence: "L'élève a un autre abonnement actif, plus récent que celui-ci.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Le plus récent reste en vigueur, les autres sont mis en quarantaine ; résiliez ceux qui ont été remplacés.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", "studentId" FROM (
                   SELECT "id", "studentId", "startDate", "createdAt",
                          count(*) OVER (PARTITION BY "studentId") AS members
                   FROM subscriptions WHERE "status" = 'ACTIVE'
               ) AS active WHERE members > 1
               ORDER BY "studentId", "startDate" DESC, "createdAt" DESC, "id" DESC"#,
        )),
    },
    Rule {
        name: "subscription_request_unknown_type",
        table: "subscription_requests",
        sentence: "Le genre de cette demande n'est ni PLAN_CHANGE, ni ARIA_ADDON, ni INVOICE_DETAILS.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La demande est mise en quarantaine ; corrigez son genre.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM subscription_requests
               WHERE "requestType" NOT IN ('PLAN_CHANGE', 'ARIA_ADDON', 'INVOICE_DETAILS') ORDER BY "id""#,
        )),
    },
    Rule {
        name: "subscription_request_unknown_status",
        table: "subscription_requests",
        sentence: "L'état de cette demande n'est ni PENDING, ni APPROVED, ni REJECTED.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La demande est mise en quarantaine ; corrigez son état.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM subscription_requests
               WHERE "status" NOT IN ('PENDING', 'APPROVED', 'REJECTED') ORDER BY "id""#,
        )),
    },
    Rule {
        name: "subscription_request_without_trace",
        table: "subscription_requests",
        sentence: "Cette demande est décidée sans dire par qui, quand, ou pourquoi elle a été refusée.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Complétez la décision si elle est encore connue.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM subscription_requests
               WHERE "status" IN ('APPROVED', 'REJECTED')
                 AND ("processedBy" IS NULL OR "processedAt" IS NULL
                      OR ("status" = 'REJECTED' AND "rejectionReason" IS NULL))
               ORDER BY "id""#,
        )),
    },
];
