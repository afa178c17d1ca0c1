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

pub(crate) use {active_subscription, demand_columns, one_demand, subscription_columns};

pub(crate) const INSERT_SUBSCRIPTION: &str = r#"
INSERT INTO subscriptions ("id", "studentId", "planName", "monthlyPrice", "creditsPerMonth", "status", "startDate", "endDate",
    "ariaSubjects", "createdAt", "updatedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)"#;

pub(crate) const SAVE_SUBSCRIPTION: &str = r#"
UPDATE subscriptions SET "status" = $2, "endDate" = $3, "ariaSubjects" = $4, "updatedAt" = $5 WHERE "id" = $1"#;

pub(crate) const SELECT_WAITING: &str = r#"
SELECT "id" FROM subscriptions WHERE "studentId" = $1 AND "planName" = $2 AND "status" = 'INACTIVE' AND "quarantinedAt" IS NULL
ORDER BY "createdAt", "id" LIMIT 1"#;

pub(crate) const START_SUBSCRIPTION: &str = r#"
UPDATE subscriptions SET "monthlyPrice" = $2, "creditsPerMonth" = $3, "status" = $4, "startDate" = $5, "endDate" = $6,
    "ariaSubjects" = $7, "updatedAt" = $8 WHERE "id" = $1"#;

pub(crate) const SELECT_PLAN_PRICE: &str = r#"
SELECT CAST("amount" AS BIGINT) FROM product_pricing
WHERE "itemType" = 'SUBSCRIPTION' AND "itemKey" = $1 AND "active" AND "currency" = 'TND' AND "quarantinedAt" IS NULL"#;

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
