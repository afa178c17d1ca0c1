//! Subscriptions and their requests. A row in quarantine is nobody's.

macro_rules! subscription_columns {
    () => {
        r#"b."id" AS subscription, b."studentId" AS student, b."planName" AS plan, CAST(b."monthlyPrice" AS BIGINT) AS price,
        CAST(b."creditsPerMonth" AS BIGINT) AS credits, CAST(b."status" AS TEXT) AS status, b."startDate" AS starts_at,
        b."endDate" AS ends_at, b."ariaSubjects" AS subjects"#
    };
}

macro_rules! demand_columns {
    () => {
        r#"d."id" AS demand, d."studentId" AS student, d."requestType" AS kind, d."planName" AS name,
        CAST(d."monthlyPrice" AS BIGINT) AS price, d."reason" AS reason, d."status" AS status, d."requestedBy" AS requested_by,
        d."requestedByEmail" AS requested_by_email, d."processedBy" AS processed_by, d."processedAt" AS processed_at,
        d."rejectionReason" AS rejection_reason, d."createdAt" AS created_at"#
    };
}

macro_rules! active_subscription {
    () => {
        concat!(
            "SELECT ",
            crate::statements::subscriptions::subscription_columns!(),
            r#" FROM subscriptions b WHERE b."studentId" = $1 AND b."status" = 'ACTIVE' AND b."quarantinedAt" IS NULL"#
        )
    };
}

macro_rules! one_demand {
    () => {
        concat!(
            "SELECT ",
            crate::statements::subscriptions::demand_columns!(),
            r#" FROM subscription_requests d WHERE d."id" = $1 AND d."quarantinedAt" IS NULL"#
        )
    };
}

/// To be followed by what locks the row.
macro_rules! one_subscription {
    () => {
        concat!(
            "SELECT ",
            crate::statements::subscriptions::subscription_columns!(),
            r#" FROM subscriptions b WHERE b."id" = $1 AND b."quarantinedAt" IS NULL"#
        )
    };
}

/// To be followed by what locks the row.
macro_rules! waiting_subscription {
    () => {
        concat!(
            "SELECT ",
            crate::statements::subscriptions::subscription_columns!(),
            r#" FROM subscriptions b WHERE b."studentId" = $1 AND b."planName" = $2 AND b."status" = 'INACTIVE'
            AND b."quarantinedAt" IS NULL ORDER BY b."createdAt" DESC, b."id" LIMIT 1"#
        )
    };
}

/// To be followed by what locks the row. The existing application says in the metadata alone what was paid for.
macro_rules! unused_payment {
    () => {
        r#"SELECT p."id" FROM payments p
        WHERE p."type" = 'SUBSCRIPTION' AND p."status" = 'COMPLETED' AND p."quarantinedAt" IS NULL
          AND COALESCE(p."studentId", p."metadata" ->> 'studentId') = $1
          AND COALESCE(p."itemKey", p."metadata" ->> 'itemKey') = $2
          AND NOT EXISTS (SELECT 1 FROM paid_entitlements e WHERE e."paymentId" = p."id")
        ORDER BY p."createdAt", p."id" LIMIT 1"#
    };
}

pub(crate) use {
    active_subscription, demand_columns, one_demand, one_subscription, subscription_columns, unused_payment,
    waiting_subscription,
};

pub(crate) const INSERT_SUBSCRIPTION: &str = r#"
INSERT INTO subscriptions ("id", "studentId", "planName", "monthlyPrice", "creditsPerMonth", "status", "startDate", "endDate",
    "ariaSubjects", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)"#;

pub(crate) const SAVE_SUBSCRIPTION: &str = r#"
UPDATE subscriptions SET "status" = $2, "endDate" = $3, "ariaSubjects" = $4, "updatedAt" = $5, "monthlyPrice" = $6,
    "creditsPerMonth" = $7, "startDate" = $8
WHERE "id" = $1"#;

pub(crate) const SELECT_SUBSCRIBER: &str =
    r#"SELECT "studentId" FROM subscriptions WHERE "id" = $1 AND "quarantinedAt" IS NULL"#;

pub(crate) const SELECT_PLAN_PRICE: &str = r#"
SELECT CAST("amount" AS BIGINT) FROM product_pricing
WHERE "itemType" = 'SUBSCRIPTION' AND "itemKey" = $1 AND "active" AND "currency" = 'TND' AND "quarantinedAt" IS NULL"#;

pub(crate) const SELECT_ADDON: &str = r#"
SELECT CAST("amount" AS BIGINT), "description" FROM product_pricing
WHERE "itemType" = 'ADDON' AND "itemKey" = $1 AND "active" AND "currency" = 'TND' AND "quarantinedAt" IS NULL"#;

pub(crate) const INSERT_DEMAND: &str = r#"
INSERT INTO subscription_requests ("id", "studentId", "requestType", "planName", "monthlyPrice", "reason", "status",
    "requestedBy", "requestedByEmail", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, CAST($5 AS DOUBLE PRECISION), $6, $7, $8, $9, $10, $10)"#;

pub(crate) const DECIDE_DEMAND: &str = r#"
UPDATE subscription_requests SET "status" = $2, "processedBy" = $3, "processedAt" = $4, "rejectionReason" = $5, "updatedAt" = $4
WHERE "id" = $1 AND "status" = 'PENDING'"#;

pub(crate) const GUARANTEE: &str = r#"
UPDATE students SET "guaranteeEligible" = TRUE, "guaranteeActivatedAt" = COALESCE("guaranteeActivatedAt", $2), "updatedAt" = $2
WHERE "id" = $1"#;

pub(crate) const SELECT_NAME: &str = r#"
SELECT trim(COALESCE("firstName", '') || ' ' || COALESCE("lastName", '')), "email" FROM users WHERE "id" = $1"#;

pub(crate) const SELECT_TO_ALLOCATE: &str = r#"
SELECT "studentId" FROM subscriptions
WHERE "status" = 'ACTIVE' AND "creditsPerMonth" > 0 AND "quarantinedAt" IS NULL AND "studentId" > $1
ORDER BY "studentId" LIMIT $2"#;

pub(crate) const SELECT_OVER: &str = r#"
SELECT "studentId" FROM subscriptions
WHERE "status" = 'ACTIVE' AND "endDate" <= $1 AND "quarantinedAt" IS NULL ORDER BY "endDate", "id" LIMIT $2"#;

pub(crate) const WAS_RUN: &str = r#"SELECT 1 FROM scheduled_runs WHERE "job" = $1 AND "period" = $2"#;

pub(crate) const RECORD_RUN: &str = r#"
INSERT INTO scheduled_runs ("job", "period", "at") VALUES ($1, $2, $3) ON CONFLICT ("job", "period") DO NOTHING"#;

/// The notification of a lot names it, so that nobody is told twice.
pub(crate) const SELECT_ENDING: &str = r#"
SELECT w."userId", l."remainingMilli", l."expiresAt", l."id" FROM credit_lots l JOIN credit_wallets w ON w."id" = l."walletId"
WHERE l."remainingMilli" > 0 AND l."expiresAt" BETWEEN $1 AND $2 AND w."quarantinedAt" IS NULL
  AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n."id" = 'credits-ending-' || CAST(l."id" AS TEXT) || '-0')
ORDER BY l."expiresAt", l."id" LIMIT $3"#;

pub(crate) const SELECT_GUARDIAN: &str = r#"
SELECT p."userId" FROM students s JOIN parent_profiles p ON p."id" = s."parentId" WHERE s."userId" = $1"#;

pub(crate) const SELECT_ACTIVE: &str = active_subscription!();

pub(crate) const SELECT_ACTIVE_WITHIN: &str = concat!(
    "SELECT ",
    subscription_columns!(),
    r#" FROM subscriptions b JOIN students s ON s."id" = b."studentId" WHERE "#,
    crate::scope::student_in_scope!(),
    r#" AND b."studentId" = $7 AND b."status" = 'ACTIVE' AND b."quarantinedAt" IS NULL"#
);

/// `$1` is a state or nothing; `$2` to `$4` are one pattern in small letters, with a capital, in capitals.
macro_rules! listed_subscriptions {
    () => {
        r#" FROM subscriptions b JOIN students s ON s."id" = b."studentId" JOIN users u ON u."id" = s."userId"
        LEFT JOIN parent_profiles g ON g."id" = s."parentId" LEFT JOIN users p ON p."id" = g."userId" AND p."deletedAt" IS NULL
        WHERE b."quarantinedAt" IS NULL AND u."deletedAt" IS NULL AND ($1 = '' OR CAST(b."status" AS TEXT) = $1)
        AND ($2 = '' OR lower(u."email") LIKE $2 ESCAPE '\'
            OR lower(COALESCE(u."firstName", '') || ' ' || COALESCE(u."lastName", '')) LIKE $2 ESCAPE '\'
            OR COALESCE(u."firstName", '') || ' ' || COALESCE(u."lastName", '') LIKE $3 ESCAPE '\'
            OR COALESCE(u."firstName", '') || ' ' || COALESCE(u."lastName", '') LIKE $4 ESCAPE '\')"#
    };
}

pub(crate) const COUNT_SUBSCRIPTIONS: &str = concat!("SELECT count(*)", listed_subscriptions!());

pub(crate) const SELECT_SUBSCRIPTIONS: &str = concat!(
    "SELECT ",
    subscription_columns!(),
    ", ",
    crate::statements::ledger::pupil_columns!(),
    r#", b."createdAt" AS created_at, p."email" AS parent_email, COALESCE(p."firstName", '') AS parent_first_name,
    COALESCE(p."lastName", '') AS parent_last_name"#,
    listed_subscriptions!(),
    r#" ORDER BY b."createdAt" DESC, b."id" LIMIT $5 OFFSET $6"#
);

pub(crate) const SELECT_CHILDREN: &str = r#"
SELECT s."id" FROM students s JOIN users u ON u."id" = s."userId"
WHERE s."parentId" = $1 AND u."deletedAt" IS NULL ORDER BY s."createdAt", s."id""#;

pub(crate) const SELECT_DEMANDS_OF: &str = concat!(
    "SELECT ",
    demand_columns!(),
    r#" FROM subscription_requests d WHERE d."studentId" = $1 AND d."quarantinedAt" IS NULL ORDER BY d."createdAt" DESC, d."id""#
);

pub(crate) const SELECT_DEMANDS: &str = concat!(
    "SELECT ",
    demand_columns!(),
    r#" FROM subscription_requests d WHERE d."status" = $1 AND d."quarantinedAt" IS NULL
ORDER BY d."createdAt", d."id" LIMIT $2 OFFSET $3"#
);

pub(crate) const COUNT_DEMANDS: &str =
    r#"SELECT count(*) FROM subscription_requests WHERE "status" = $1 AND "quarantinedAt" IS NULL"#;
