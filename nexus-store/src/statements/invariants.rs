//! Rows that break a rule of `nexus_core::invariants`, by the rule's name. Every statement takes `$1` (an instant: what is open
//! since before it is late) and `$2` (at most so many), and gives texts.

/// The statement of a rule.
pub(crate) fn statement(rule: &str) -> Option<&'static str> {
    STATEMENTS.iter().find(|(name, _)| *name == rule).map(|(_, statement)| *statement)
}

macro_rules! rows {
    ($query:literal) => {
        concat!(
            "SELECT CAST(found.id AS TEXT) FROM (",
            $query,
            ") AS found, (SELECT $1 AS late) AS asked WHERE asked.late IS NOT NULL ORDER BY 1 LIMIT $2"
        )
    };
    (late $query:literal) => {
        concat!("SELECT CAST(found.id AS TEXT) FROM (", $query, ") AS found ORDER BY 1 LIMIT $2")
    };
}

pub(crate) const STATEMENTS: &[(&str, &str)] = &[
    (
        "role_has_its_profile",
        rows!(
            r#"SELECT u."id" AS id FROM users u WHERE u."quarantinedAt" IS NULL AND u."deletedAt" IS NULL AND (
            (u."role" = 'ELEVE' AND NOT EXISTS (SELECT 1 FROM students s WHERE s."userId" = u."id"))
            OR (u."role" = 'PARENT' AND NOT EXISTS (SELECT 1 FROM parent_profiles p WHERE p."userId" = u."id"))
            OR (u."role" = 'COACH' AND NOT EXISTS (SELECT 1 FROM coach_profiles c WHERE c."userId" = u."id")))"#
        ),
    ),
    (
        "an_administrator_is_left",
        rows!(
            r#"SELECT 'users' AS id WHERE NOT EXISTS (SELECT 1 FROM users
            WHERE "role" = 'ADMIN' AND "disabledAt" IS NULL AND "deletedAt" IS NULL)"#
        ),
    ),
    (
        "passwords_are_not_shared",
        rows!(
            r#"SELECT u."id" AS id FROM users u WHERE u."password" IS NOT NULL AND EXISTS (
            SELECT 1 FROM users other WHERE other."password" = u."password" AND other."id" <> u."id")"#
        ),
    ),
    (
        "coach_in_one_lesson",
        rows!(
            r#"SELECT s."id" AS id FROM sessions s WHERE s."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND EXISTS (
            SELECT 1 FROM sessions o WHERE o."coachId" = s."coachId" AND o."id" <> s."id"
            AND o."startsAt" < s."endsAt" AND s."startsAt" < o."endsAt"
            AND o."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS'))"#
        ),
    ),
    (
        "pupil_in_one_lesson",
        rows!(
            r#"SELECT p."sessionId" AS id FROM session_participants p WHERE p."blocking" AND EXISTS (
            SELECT 1 FROM session_participants o WHERE o."studentId" = p."studentId" AND o."id" <> p."id" AND o."blocking"
            AND o."startsAt" < p."endsAt" AND p."startsAt" < o."endsAt")"#
        ),
    ),
    (
        "lesson_has_its_coach",
        rows!(
            r#"SELECT s."id" AS id FROM sessions s
            WHERE NOT EXISTS (SELECT 1 FROM coach_profiles c WHERE c."id" = s."coachId")"#
        ),
    ),
    (
        "lesson_is_closed",
        rows!(
            late r#"SELECT s."id" AS id FROM sessions s
            WHERE s."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND s."endsAt" < $1"#
        ),
    ),
    (
        "balance_is_the_sum",
        rows!(
            r#"SELECT w."id" AS id FROM credit_wallets w WHERE w."balanceMilli" <> COALESCE(
            (SELECT sum(t."deltaMilli") FROM credit_tx t WHERE t."walletId" = w."id"), 0)"#
        ),
    ),
    (
        "lots_make_the_balance",
        rows!(
            r#"SELECT w."id" AS id FROM credit_wallets w WHERE w."quarantinedAt" IS NULL AND w."balanceMilli" <> COALESCE(
            (SELECT sum(l."remainingMilli") FROM credit_lots l WHERE l."walletId" = w."id"), 0)"#
        ),
    ),
    (
        "lot_is_the_sum",
        rows!(
            r#"SELECT l."id" AS id FROM credit_lots l WHERE l."remainingMilli" <> COALESCE(
            (SELECT sum(p."deltaMilli") FROM credit_tx_lots p WHERE p."lotId" = l."id"), 0)"#
        ),
    ),
    (
        "balance_is_not_negative",
        rows!(r#"SELECT w."id" AS id FROM credit_wallets w WHERE w."balanceMilli" < 0"#),
    ),
    (
        "lot_has_ended",
        rows!(
            late r#"SELECT l."id" AS id FROM credit_lots l WHERE l."remainingMilli" > 0 AND l."expiresAt" < $1"#
        ),
    ),
    (
        "refund_within_usage",
        rows!(
            r#"SELECT r."id" AS id FROM credit_tx r WHERE r."kind" = 'REFUND' AND r."sessionId" IS NOT NULL
            AND r."deltaMilli" > COALESCE((SELECT -sum(u."deltaMilli") FROM credit_tx u
                WHERE u."kind" = 'USAGE' AND u."sessionId" = r."sessionId"), 0)"#
        ),
    ),
    (
        "transfer_is_even",
        rows!(
            r#"SELECT x."fromTxId" AS id FROM credit_transfers x
            JOIN credit_tx f ON f."id" = x."fromTxId" JOIN credit_tx t ON t."id" = x."toTxId"
            WHERE f."deltaMilli" + t."deltaMilli" <> 0 OR f."deltaMilli" >= 0 OR f."walletId" = t."walletId""#
        ),
    ),
    (
        "payment_reference_once",
        rows!(
            r#"SELECT r."id" AS id FROM payment_records r
            WHERE r."externalId" NOT IN ('cash-reservation', 'konnect-link-pending', 'pending') AND EXISTS (
                SELECT 1 FROM payment_records o
                WHERE o."provider" = r."provider" AND o."externalId" = r."externalId" AND o."id" <> r."id")"#
        ),
    ),
    // What the existing application took as paid has no event: it is none of this rule's business.
    (
        "paid_is_delivered",
        rows!(
            r#"SELECT r."id" AS id FROM payment_records r WHERE r."status" = 'paid' AND r."provider" = 'cash'
            AND EXISTS (SELECT 1 FROM payment_events e WHERE e."after" = 'paid'
                        AND e."subject" = 'record:' || CAST(r."id" AS TEXT))
            AND NOT EXISTS (SELECT 1 FROM credit_tx t WHERE t."kind" = 'PURCHASE'
                            AND t."externalId" = 'cash:' || CAST(r."id" AS TEXT))"#
        ),
    ),
    (
        "entitlement_is_delivered",
        rows!(
            late r#"SELECT e."paymentId" AS id FROM paid_entitlements e
            WHERE e."deliveredAt" IS NULL AND e."revokedAt" IS NULL AND e."createdAt" < $1"#
        ),
    ),
    (
        "invoices_without_gap",
        rows!(
            r#"SELECT i."series" || ' ' || CAST(i."year" AS TEXT) AS id FROM invoices i
            GROUP BY i."series", i."year" HAVING max(i."place") <> count(*)"#
        ),
    ),
    (
        "one_active_subscription",
        rows!(
            r#"SELECT s."studentId" AS id FROM subscriptions s WHERE s."status" = 'ACTIVE'
            GROUP BY s."studentId" HAVING count(*) > 1"#
        ),
    ),
    (
        "decided_by_somebody",
        rows!(
            r#"SELECT d."id" AS id FROM subscription_requests d
            WHERE d."status" IN ('APPROVED', 'REJECTED') AND (d."processedBy" IS NULL OR d."processedAt" IS NULL)"#
        ),
    ),
    (
        "effect_is_settled",
        rows!(r#"SELECT o."id" AS id FROM outbox o WHERE o."state" IN ('AMBIGUOUS', 'DEAD')"#),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_statement_and_no_other() {
        let named: Vec<_> = STATEMENTS.iter().map(|(name, _)| *name).collect();
        let rules: Vec<_> = nexus_core::invariants::RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(named, rules);
    }
}
