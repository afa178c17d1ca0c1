//! The catalogue. Amounts are read from the column of minor units; a row of the existing application has only its number of
//! units, from which they are made once.

/// The minor units of a row. The currency is a column, or a text of SQL.
macro_rules! minor_units {
    ($minor:literal, $units:literal, $currency:literal) => {
        concat!(
            "COALESCE(",
            $minor,
            ", CAST(round(",
            $units,
            " * CASE ",
            $currency,
            " WHEN 'TND' THEN 1000 ELSE 100 END) AS BIGINT))"
        )
    };
}
pub(crate) use minor_units;

macro_rules! packs {
    () => {
        concat!(
            r#"SELECT CAST("id" AS BIGINT) AS id, CAST("credits" AS BIGINT) AS credits, "#,
            $crate::statements::till_catalogue::minor_units!(r#""priceMinor""#, r#""priceTnd""#, "'TND'"),
            r#" AS price, CAST("bonus" AS BIGINT) AS bonus, "active", "updatedAt" AS updated_at FROM credit_packs"#
        )
    };
}
pub(crate) use packs;

pub(crate) const SELECT_PACKS: &str = concat!(packs!(), r#" ORDER BY "credits", "id""#);

pub(crate) const INSERT_PACK: &str = r#"
INSERT INTO credit_packs ("credits", "priceTnd", "priceMinor", "bonus", "active", "updatedAt")
VALUES ($1, CAST($2 AS BIGINT) / 1000.0, $2, $3, $4, $5) RETURNING CAST("id" AS BIGINT)"#;

pub(crate) const UPDATE_PACK: &str = r#"
UPDATE credit_packs SET "credits" = $2, "priceTnd" = CAST($3 AS BIGINT) / 1000.0, "priceMinor" = $3, "bonus" = $4,
    "active" = $5, "updatedAt" = $6 WHERE "id" = $1"#;

macro_rules! usages {
    () => {
        r#"SELECT "key", CAST("credits" AS BIGINT) AS credits, "updatedAt" AS updated_at FROM credit_usage"#
    };
}
pub(crate) use usages;

pub(crate) const SELECT_USAGES: &str = concat!(usages!(), r#" ORDER BY "key""#);

pub(crate) const INSERT_USAGE: &str = r#"INSERT INTO credit_usage ("key", "credits", "updatedAt") VALUES ($1, $2, $3) ON CONFLICT ("key") DO NOTHING"#;

pub(crate) const UPDATE_USAGE: &str =
    r#"UPDATE credit_usage SET "credits" = $2, "updatedAt" = $3 WHERE "key" = $1"#;

pub(crate) const DELETE_USAGE: &str = r#"DELETE FROM credit_usage WHERE "key" = $1"#;

macro_rules! pricing {
    () => {
        concat!(
            r#"SELECT CAST("id" AS BIGINT) AS id, "service", "variable", "devise" AS currency, "#,
            $crate::statements::till_catalogue::minor_units!(r#""valueMinor""#, r#""valeur""#, r#""devise""#),
            r#" AS value, "updatedAt" AS updated_at FROM pricing"#
        )
    };
}
pub(crate) use pricing;

pub(crate) const SELECT_PRICING: &str =
    concat!(pricing!(), r#" WHERE "devise" IN ('TND', 'EUR') ORDER BY "id" DESC"#);

pub(crate) const INSERT_PRICING: &str = r#"
INSERT INTO pricing ("service", "variable", "valeur", "valueMinor", "devise", "updatedAt")
VALUES ($1, $2, CAST($3 AS BIGINT) / CAST($4 AS DOUBLE PRECISION), $3, $5, $6)
ON CONFLICT ("service", "variable") DO NOTHING RETURNING CAST("id" AS BIGINT)"#;

pub(crate) const UPDATE_PRICING: &str = r#"
UPDATE pricing SET "service" = $2, "variable" = $3, "valeur" = CAST($4 AS BIGINT) / CAST($5 AS DOUBLE PRECISION),
    "valueMinor" = $4, "devise" = $6, "updatedAt" = $7
WHERE "id" = $1 AND NOT EXISTS (
    SELECT 1 FROM pricing other WHERE other."service" = $2 AND other."variable" = $3 AND other."id" <> $1)"#;

pub(crate) const DELETE_PRICING: &str = r#"DELETE FROM pricing WHERE "id" = $1"#;

pub(crate) const SELECT_PRODUCT: &str = r#"
SELECT CAST("amount" AS BIGINT) AS amount, "currency", "description", "active" FROM product_pricing
WHERE "itemType" = $1 AND "itemKey" = $2"#;

pub(crate) const SELECT_PRODUCTS: &str = r#"
SELECT "itemType", "itemKey", CAST("amount" AS BIGINT) AS amount, "currency", "description", "active" FROM product_pricing
WHERE "itemType" IN ('SUBSCRIPTION', 'ADDON', 'PACK') ORDER BY "itemType", "itemKey""#;

pub(crate) const SAVE_PRODUCT: &str = r#"
INSERT INTO product_pricing ("id", "itemType", "itemKey", "amount", "currency", "description", "active", "createdAt",
    "updatedAt")
VALUES ($1, $2, $3, CAST($4 AS BIGINT), $5, $6, $7, $8, $8)
ON CONFLICT ("itemType", "itemKey") DO UPDATE SET "amount" = excluded."amount", "currency" = excluded."currency",
    "description" = excluded."description", "active" = excluded."active", "updatedAt" = excluded."updatedAt""#;

macro_rules! billing_policy {
    () => {
        r#"SELECT CAST("annualDepositPct" AS BIGINT) AS deposit, "scheduleEndISO" AS schedule_end, "updatedAt" AS updated_at
FROM billing_policy WHERE "id" = 1"#
    };
}
pub(crate) use billing_policy;
pub(crate) const SELECT_BILLING_POLICY: &str = billing_policy!();

pub(crate) const SAVE_BILLING_POLICY: &str = r#"
INSERT INTO billing_policy ("id", "annualDepositPct", "scheduleEndISO", "updatedAt") VALUES (1, $1, $2, $3)
ON CONFLICT ("id") DO UPDATE SET "annualDepositPct" = excluded."annualDepositPct",
    "scheduleEndISO" = excluded."scheduleEndISO", "updatedAt" = excluded."updatedAt""#;

macro_rules! payment_settings {
    () => {
        r#"SELECT "allowCard" AS allow_card, "allowWire" AS allow_wire, "allowCash" AS allow_cash, "iban",
    "cashNote" AS cash_note, "updatedAt" AS updated_at FROM payment_settings WHERE "id" = 1"#
    };
}
pub(crate) use payment_settings;
pub(crate) const SELECT_PAYMENT_SETTINGS: &str = payment_settings!();

pub(crate) const SAVE_PAYMENT_SETTINGS: &str = r#"
INSERT INTO payment_settings ("id", "allowCard", "allowWire", "allowCash", "iban", "cashNote", "updatedAt")
VALUES (1, $1, $2, $3, $4, $5, $6)
ON CONFLICT ("id") DO UPDATE SET "allowCard" = excluded."allowCard", "allowWire" = excluded."allowWire",
    "allowCash" = excluded."allowCash", "iban" = excluded."iban", "cashNote" = excluded."cashNote",
    "updatedAt" = excluded."updatedAt""#;

pub(crate) const SAVE_OFFER: &str = r#"
INSERT INTO offer_bindings ("code", "label", "includeAria", "refs", "updatedAt") VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("code") DO UPDATE SET "label" = excluded."label", "includeAria" = excluded."includeAria",
    "refs" = excluded."refs", "updatedAt" = excluded."updatedAt""#;

pub(crate) const NOTE_CHANGE: &str =
    r#"INSERT INTO pricing_changes ("kind", "payload", "at") VALUES ($1, $2, $3)"#;

pub(crate) const SELECT_CHANGES: &str =
    r#"SELECT "id", "kind", "payload" FROM pricing_changes WHERE "id" > $1 ORDER BY "id" LIMIT $2"#;

pub(crate) const LAST_CHANGE: &str = r#"SELECT COALESCE(max("id"), 0) FROM pricing_changes"#;
