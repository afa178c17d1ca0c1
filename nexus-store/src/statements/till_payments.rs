//! Payments, their history, and the notices of providers.

use super::till_catalogue::minor_units;

macro_rules! records {
    () => {
        concat!(
            r#"SELECT CAST("id" AS BIGINT) AS id, "provider", "externalId" AS reference, "userId" AS user_id,
    CAST("packId" AS BIGINT) AS pack, "currency", "#,
            $crate::statements::till_catalogue::minor_units!(
                r#""amountMinor""#,
                r#""amountTnd""#,
                r#""currency""#
            ),
            r#" AS amount, "status", "reservedBy" AS reserved_by, "note", "createdAt" AS created_at,
    "updatedAt" AS updated_at FROM payment_records"#
        )
    };
}
pub(crate) use records;

/// What the rules know; rows of former times may hold anything.
pub(crate) const SELECT_RECORDS: &str = concat!(
    records!(),
    r#"
WHERE "provider" IN ('konnect', 'wire', 'cash') AND "status" IN ('created', 'pending', 'paid', 'failed', 'cancelled')
    AND "currency" IN ('TND', 'EUR')
    AND ($1 IS NULL OR "provider" = $1) AND ($2 IS NULL OR "status" = $2)
ORDER BY "createdAt" DESC, "id" DESC LIMIT $3"#
);

pub(crate) const INSERT_RECORD: &str = r#"
INSERT INTO payment_records ("provider", "externalId", "userId", "packId", "amountTnd", "amountMinor", "currency", "status",
    "reservedBy", "note", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, CAST($5 AS BIGINT) / CAST($6 AS DOUBLE PRECISION), $5, $7, $8, $9, $10, $11, $11)
RETURNING CAST("id" AS BIGINT)"#;

pub(crate) const MOVE_RECORD: &str = r#"
UPDATE payment_records SET "status" = $3, "decidedBy" = $4, "decidedAt" = $5, "updatedAt" = $5
WHERE "id" = $1 AND "status" = $2"#;

/// `$metadata` is the column of JSON as text.
macro_rules! payments {
    ($metadata:expr) => {
        concat!(
            r#"SELECT p."id" AS id, p."userId" AS user_id, p."studentId" AS student_id, CAST(p."type" AS TEXT) AS kind,
    p."itemType" AS item_type, p."itemKey" AS item_key, p."currency" AS currency, "#,
            $crate::statements::till_catalogue::minor_units!(
                r#"p."amountMinor""#,
                r#"p."amount""#,
                r#"p."currency""#
            ),
            r#" AS amount, p."description" AS description, CAST(p."status" AS TEXT) AS status, p."method" AS method,
    p."orderKey" AS order_key, p."orderHash" AS order_hash, p."providerRef" AS provider_ref,
    p."providerUrl" AS provider_url, "#,
            $metadata,
            r#" AS metadata, p."createdAt" AS created_at FROM payments p"#
        )
    };
}
pub(crate) use payments;

pub(crate) const INSERT_PAYMENT: &str = r#"
INSERT INTO payments ("id", "userId", "type", "amount", "amountMinor", "currency", "description", "status", "method",
    "externalId", "metadata", "studentId", "itemType", "itemKey", "orderKey", "orderHash", "createdAt", "updatedAt")
VALUES ($1, $2, $3, CAST($4 AS BIGINT) / CAST($5 AS DOUBLE PRECISION), $4, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
    $17, $17)
ON CONFLICT ("userId", "orderKey") WHERE "orderKey" IS NOT NULL DO NOTHING"#;

pub(crate) const MOVE_PAYMENT: &str = r#"
UPDATE payments SET "status" = $3, "metadata" = $4, "decidedBy" = $5, "decidedAt" = $6, "updatedAt" = $6
WHERE "id" = $1 AND "status" = $2"#;

pub(crate) const SAVE_METADATA: &str =
    r#"UPDATE payments SET "metadata" = $2, "updatedAt" = $3 WHERE "id" = $1"#;

pub(crate) const SAVE_OPENED: &str = r#"
UPDATE payments SET "providerRef" = $2, "providerUrl" = $3, "updatedAt" = $4
WHERE "id" = $1 AND "providerUrl" IS NULL"#;

pub(crate) const INSERT_EVENT: &str = r#"
INSERT INTO payment_events ("subject", "before", "after", "actor", "reason", "at") VALUES ($1, $2, $3, $4, $5, $6)"#;

pub(crate) const INSERT_NOTICE: &str = r#"
INSERT INTO webhook_events ("provider", "eventKey", "paymentId", "receivedAt", "bodySha256", "outcome", "toldStatus", "toldKey",
    "toldMinor", "toldCurrency")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT ("provider", "eventKey") DO NOTHING"#;

macro_rules! alerts {
    () => {
        r#"SELECT CAST(e."id" AS BIGINT) AS id, e."provider" AS provider, e."paymentId" AS payment, e."outcome" AS reason,
    e."toldStatus" AS told_status, e."toldKey" AS told_key, CAST(e."toldMinor" AS BIGINT) AS told_minor,
    e."toldCurrency" AS told_currency, e."receivedAt" AS received_at, d."decision" AS decision, d."reason" AS decided_for,
    d."decidedBy" AS decided_by, d."decidedAt" AS decided_at
FROM webhook_events e LEFT JOIN notice_decisions d ON d."eventId" = e."id"
WHERE e."outcome" IN ('mismatch', 'contradiction')"#
    };
}

pub(crate) const SELECT_ALERT: &str = concat!(alerts!(), r#" AND e."id" = $1"#);

pub(crate) const SELECT_ALERTS: &str =
    concat!(alerts!(), r#" AND ($1 OR d."eventId" IS NULL) ORDER BY e."id" DESC LIMIT $2"#);

pub(crate) const INSERT_ALERT_DECISION: &str = r#"
INSERT INTO notice_decisions ("eventId", "decision", "reason", "decidedBy", "decidedAt") VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("eventId") DO NOTHING"#;

pub(crate) const COUNT_ALARMING: &str = r#"
SELECT count(*) FROM webhook_events e WHERE e."outcome" IN ('mismatch', 'contradiction')
    AND NOT EXISTS (SELECT 1 FROM notice_decisions d WHERE d."eventId" = e."id")"#;

pub(crate) const SELECT_ACCOUNT_OF_STUDENT: &str = r#"SELECT "userId" FROM students WHERE "id" = $1"#;

pub(crate) const ACTIVE_ACCOUNT: &str = r#"
SELECT 1 FROM users WHERE "id" = $1 AND "disabledAt" IS NULL AND "deletedAt" IS NULL AND "quarantinedAt" IS NULL"#;

pub(crate) const PAID_THROUGH: &str = concat!(
    r#"SELECT COALESCE("providerRef", "externalId", "id") AS reference, "currency" AS currency, "#,
    minor_units!(r#""amountMinor""#, r#""amount""#, r#""currency""#),
    r#" AS amount FROM payments
WHERE "method" = $1 AND "status" IN ('COMPLETED', 'REFUNDED') AND "currency" IN ('TND', 'EUR')
    AND "createdAt" >= $2 AND "createdAt" < $3"#
);
