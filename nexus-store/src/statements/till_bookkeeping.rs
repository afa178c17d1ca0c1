//! Documents, refunds, proofs, entitlements, and the changes that two people make.

pub(crate) const TAKE_PLACE: &str = r#"
INSERT INTO invoice_counters ("series", "year", "last") VALUES ($1, $2, 1)
ON CONFLICT ("series", "year") DO UPDATE SET "last" = invoice_counters."last" + 1
RETURNING "last""#;

pub(crate) const INSERT_INVOICE: &str = r#"
INSERT INTO invoices ("id", "series", "year", "place", "userId", "subject", "lines", "netMinor", "taxMinor", "grossMinor",
    "currency", "issuedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"#;

macro_rules! invoices {
    () => {
        r#"SELECT "id", "userId" AS user_id, "series", "year", "place", "subject", "lines", "netMinor" AS net, "taxMinor" AS tax, "grossMinor" AS gross,
    "currency", "issuedAt" AS issued_at FROM invoices"#
    };
}

pub(crate) const SELECT_INVOICE: &str = concat!(invoices!(), r#" WHERE "subject" = $1"#);

pub(crate) const SELECT_INVOICES_OF_USER: &str = concat!(
    invoices!(),
    r#" WHERE "userId" = $1 ORDER BY "issuedAt" DESC, "series", "year" DESC, "place" DESC LIMIT $2"#
);

pub(crate) const SELECT_INVOICE_BY_NUMBER: &str =
    concat!(invoices!(), r#" WHERE "series" = $1 AND "year" = $2 AND "place" = $3"#);

pub(crate) const INSERT_PRINT: &str = r#"
INSERT INTO invoice_documents ("invoiceId", "fileKey", "sha256", "bytes", "printedAt") VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("invoiceId") DO NOTHING"#;

/// The scope: everything (`$1`), an account (`$2`), a parent (`$3`).
pub(crate) const SELECT_PRINT: &str = r#"
SELECT d."fileKey" AS key, d."sha256" AS checksum, d."bytes" AS bytes
FROM invoices i LEFT JOIN invoice_documents d ON d."invoiceId" = i."id"
WHERE i."series" = $4 AND i."year" = $5 AND i."place" = $6 AND ($1 OR i."userId" = $2
    OR EXISTS (SELECT 1 FROM students s WHERE s."userId" = i."userId" AND s."parentId" = $3)
    OR EXISTS (SELECT 1 FROM parent_profiles p WHERE p."userId" = i."userId" AND p."id" = $3))"#;

macro_rules! refunds {
    () => {
        r#"
SELECT "id", "subject", "refundKey" AS key, "amountMinor" AS amount, "currency", "credits", "reason", "actor", "at"
FROM refunds"#
    };
}

pub(crate) const SELECT_REFUND: &str = concat!(refunds!(), r#" WHERE "id" = $1"#);

pub(crate) const SELECT_REFUNDS: &str = concat!(refunds!(), r#" WHERE "subject" = $1 ORDER BY "at", "id""#);

pub(crate) const INSERT_REFUND: &str = r#"
INSERT INTO refunds ("id", "subject", "refundKey", "amountMinor", "currency", "credits", "reason", "actor", "at")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ("subject", "refundKey") DO NOTHING"#;

pub(crate) const INSERT_PROOF: &str = r#"
INSERT INTO payment_proofs ("id", "paymentId", "reference", "transferDate", "amountMinor", "currency", "fileKey", "mediaType",
    "sha256", "uploadedBy", "at")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#;

pub(crate) const ADD_ENTITLEMENT: &str = r#"
INSERT INTO paid_entitlements ("paymentId", "studentId", "itemType", "itemKey", "createdAt") VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("paymentId") DO NOTHING"#;

/// To be followed by what locks the rows.
macro_rules! due_entitlements {
    () => {
        r#"
SELECT "paymentId" AS payment, "studentId" AS student, "itemType" AS item_type, "itemKey" AS item_key, "createdAt" AS at
FROM paid_entitlements WHERE "deliveredAt" IS NULL AND "revokedAt" IS NULL ORDER BY "createdAt", "paymentId" LIMIT $1"#
    };
}
pub(crate) use due_entitlements;

pub(crate) const DELIVER_ENTITLEMENT: &str = r#"
UPDATE paid_entitlements SET "deliveredAt" = $2
WHERE "paymentId" = $1 AND "deliveredAt" IS NULL AND "revokedAt" IS NULL"#;

pub(crate) const REVOKE_ENTITLEMENT: &str =
    r#"UPDATE paid_entitlements SET "revokedAt" = $2 WHERE "paymentId" = $1 AND "revokedAt" IS NULL"#;

macro_rules! iban_change {
    () => {
        r#"SELECT "id", "before" AS former, "after" AS wanted, "requestedBy" AS requested_by, "requestedAt" AS requested_at
FROM settings_changes WHERE "field" = 'iban' AND "state" = 'PENDING'"#
    };
}
pub(crate) use iban_change;
pub(crate) const SELECT_IBAN_CHANGE: &str = iban_change!();

pub(crate) const INSERT_IBAN_CHANGE: &str = r#"
INSERT INTO settings_changes ("id", "field", "before", "after", "requestedBy", "requestedAt")
VALUES ($1, 'iban', $2, $3, $4, $5) ON CONFLICT ("field") WHERE "state" = 'PENDING' DO NOTHING"#;

pub(crate) const DECIDE_IBAN_CHANGE: &str = r#"
UPDATE settings_changes SET "state" = $2, "decidedBy" = $3, "decidedAt" = $4 WHERE "id" = $1 AND "state" = 'PENDING'"#;
