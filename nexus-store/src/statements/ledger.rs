//! The ledger. Columns of credits are read as thousandths (`…Milli`); how they are written is the dialect's.

/// What is read of a wallet `w`, with two lists in JSON: its lots that have something left, and the movements that no lot knows
/// of. Further columns follow.
macro_rules! wallet_columns {
    ($($further:expr),*) => {
        concat!(
            r#"CAST(w."id" AS BIGINT) AS id, w."userId" AS owner, w."balanceMilli" AS balance,
        w."quarantinedAt" IS NOT NULL AS in_quarantine, "#,
            dialect::list!(
                r#"l."id", l."origin", l."amountMilli", l."remainingMilli", "#,
                dialect::milliseconds!(r#"l."expiresAt""#),
                ", ",
                dialect::milliseconds!(r#"l."createdAt""#),
                r#", l."key""#
            ),
            r#" FROM credit_lots l WHERE l."walletId" = w."id" AND l."remainingMilli" > 0) AS lots, "#,
            dialect::list!(r#"t."id", t."deltaMilli", "#, dialect::milliseconds!(r#"t."at""#)),
            r#" FROM credit_tx t WHERE t."walletId" = w."id" AND t."kind" IS NULL AND t."deltaMilli" <> 0
        AND NOT EXISTS (SELECT 1 FROM credit_tx_lots p WHERE p."txId" = t."id")) AS loose"#,
            $($further,)*
        )
    };
}

/// The wallet of the person `$1`. Further columns follow.
macro_rules! select_wallet {
    ($($further:expr),*) => {
        concat!(
            "SELECT ",
            sql::wallet_columns!($($further),*),
            r#" FROM credit_wallets w WHERE w."userId" = $1"#
        )
    };
}

macro_rules! lot_columns {
    () => {
        r#"l."id" AS id, l."origin" AS origin, l."amountMilli" AS amount, l."remainingMilli" AS remaining,
        l."expiresAt" AS expires_at, l."createdAt" AS created_at, l."key" AS key"#
    };
}

macro_rules! movement_columns {
    () => {
        r#"SELECT CAST(t."id" AS BIGINT) AS id, CAST(t."walletId" AS BIGINT) AS wallet, w."userId" AS owner, t."kind" AS kind,
        t."deltaMilli" AS delta, t."reason" AS description, t."sessionId" AS lesson, t."externalId" AS key, t."actor" AS actor,
        CAST(t."reversalOf" AS BIGINT) AS reverses, t."at" AS at
        FROM credit_tx t JOIN credit_wallets w ON w."id" = t."walletId""#
    };
}

pub(crate) use {select_wallet, wallet_columns};

pub(crate) const INSERT_WALLET: &str = r#"
INSERT INTO credit_wallets ("userId", "updatedAt") VALUES ($1, $2) ON CONFLICT ("userId") DO NOTHING"#;

/// The existing application keeps its keys in the same column, without any rule: the first of several counts.
pub(crate) const SELECT_BY_KEY: &str = concat!(
    movement_columns!(),
    r#" WHERE t."walletId" = $1 AND t."externalId" = $2 ORDER BY t."id" LIMIT 1"#
);

pub(crate) const SELECT_OF_LESSON: &str =
    concat!(movement_columns!(), r#" WHERE t."sessionId" = $1 AND t."kind" = $2"#);

pub(crate) const SELECT_MOVEMENT: &str = concat!(movement_columns!(), r#" WHERE t."id" = $1"#);

pub(crate) const SELECT_REVERSAL: &str = concat!(movement_columns!(), r#" WHERE t."reversalOf" = $1"#);

pub(crate) const SELECT_TRANSFER: &str = r#"
SELECT CAST("fromTxId" AS BIGINT), CAST("toTxId" AS BIGINT) FROM credit_transfers WHERE "fromTxId" = $1 OR "toTxId" = $1"#;

pub(crate) const INSERT_TRANSFER: &str =
    r#"INSERT INTO credit_transfers ("fromTxId", "toTxId", "at") VALUES ($1, $2, $3)"#;

pub(crate) const SELECT_PARTS: &str = concat!(
    "SELECT ",
    lot_columns!(),
    r#", p."deltaMilli" AS delta FROM credit_tx_lots p JOIN credit_lots l ON l."id" = p."lotId"
WHERE p."txId" = $1 ORDER BY COALESCE(l."parentLotId", l."id"), l."id""#
);

pub(crate) const SELECT_TO_SETTLE: &str = r#"
SELECT w."userId" FROM credit_wallets w
WHERE w."quarantinedAt" IS NULL AND (
    EXISTS (SELECT 1 FROM credit_lots l WHERE l."walletId" = w."id" AND l."remainingMilli" > 0 AND l."expiresAt" <= $1)
    OR EXISTS (SELECT 1 FROM credit_tx t WHERE t."walletId" = w."id" AND t."kind" IS NULL AND t."deltaMilli" <> 0
               AND NOT EXISTS (SELECT 1 FROM credit_tx_lots p WHERE p."txId" = t."id")))
ORDER BY w."id" LIMIT $2"#;

macro_rules! pupil_columns {
    () => {
        r#"s."id" AS id, s."userId" AS "user", COALESCE(u."firstName", '') AS first_name, COALESCE(u."lastName", '') AS last_name,
        u."email" AS email, s."grade" AS grade, s."school" AS school"#
    };
}

macro_rules! request_columns {
    () => {
        r#"r."id" AS request, r."studentId" AS student, r."amountMilli" AS amount, r."reason" AS reason, r."status" AS status,
        r."requestedBy" AS requested_by, r."createdAt" AS created_at"#
    };
}

macro_rules! hold_columns {
    () => {
        r#"SELECT "id", "userId" AS owner, "amountMilli" AS amount, "state", CAST("txId" AS BIGINT) AS movement,
        "deadline", "createdAt" AS created_at, "settledAt" AS settled_at FROM credit_holds WHERE "id" = $1"#
    };
}

pub(crate) use {hold_columns, pupil_columns, request_columns};

/// An account whose wallet a scope reaches: everybody's, or a child's. One's own is known without asking.
pub(crate) const REACHES_WALLET: &str = r#"
SELECT 1 FROM users u LEFT JOIN students s ON s."userId" = u."id"
WHERE u."id" = $4 AND u."deletedAt" IS NULL AND ($1 OR u."id" = $2 OR s."parentId" = $3)"#;

pub(crate) const SELECT_PUPIL: &str = concat!(
    "SELECT ",
    pupil_columns!(),
    r#" FROM students s JOIN users u ON u."id" = s."userId" WHERE "#,
    crate::scope::student_in_scope!(),
    r#" AND s."id" = $7 AND u."deletedAt" IS NULL"#
);

pub(crate) const SELECT_PUPILS: &str = concat!(
    "SELECT ",
    pupil_columns!(),
    r#", COALESCE(w."balanceMilli", 0) - COALESCE((
        SELECT CAST(sum(l."remainingMilli") AS BIGINT) FROM credit_lots l
        WHERE l."walletId" = w."id" AND l."remainingMilli" > 0 AND l."expiresAt" <= $1), 0) AS balance
FROM students s JOIN users u ON u."id" = s."userId" LEFT JOIN credit_wallets w ON w."userId" = u."id"
WHERE u."deletedAt" IS NULL ORDER BY lower(u."lastName"), lower(u."firstName"), s."id""#
);

pub(crate) const SELECT_MOVEMENTS: &str = r#"
SELECT CAST(t."id" AS BIGINT) AS id, CAST(t."walletId" AS BIGINT) AS wallet, w."userId" AS owner, t."kind" AS kind,
    t."deltaMilli" AS delta, t."reason" AS description, t."sessionId" AS lesson, t."externalId" AS key, t."actor" AS actor,
    CAST(t."reversalOf" AS BIGINT) AS reverses, t."at" AS at,
    (SELECT min(l."expiresAt") FROM credit_tx_lots p JOIN credit_lots l ON l."id" = p."lotId"
     WHERE p."txId" = t."id" AND p."deltaMilli" > 0) AS expires_at
FROM credit_tx t JOIN credit_wallets w ON w."id" = t."walletId"
WHERE t."walletId" = $1 ORDER BY t."at" DESC, t."id" DESC LIMIT $2"#;

pub(crate) const SELECT_WAITING_REQUESTS: &str = concat!(
    "SELECT ",
    request_columns!(),
    ", ",
    pupil_columns!(),
    r#", COALESCE(a."firstName", '') AS parent_first_name, COALESCE(a."lastName", '') AS parent_last_name, a."email" AS parent_email
FROM credit_requests r JOIN students s ON s."id" = r."studentId" JOIN users u ON u."id" = s."userId"
JOIN users a ON a."id" = r."requestedBy"
WHERE r."status" = 'PENDING' ORDER BY r."createdAt", r."id" LIMIT 1000"#
);

pub(crate) const SELECT_USAGE_PRICE: &str =
    r#"SELECT CAST("credits" AS BIGINT) FROM credit_usage WHERE "key" = $1"#;

pub(crate) const DECIDE_REQUEST: &str = r#"
UPDATE credit_requests SET "status" = $2, "decidedBy" = $3, "decisionReason" = $4, "decidedAt" = $5
WHERE "id" = $1 AND "status" = 'PENDING'"#;

pub(crate) const SAVE_HOLD: &str =
    r#"UPDATE credit_holds SET "state" = $2, "settledAt" = $3 WHERE "id" = $1 AND "state" = 'HELD'"#;

pub(crate) const SELECT_HOLDS_OVER: &str = r#"SELECT "id" FROM credit_holds WHERE "state" = 'HELD' AND "deadline" <= $1 ORDER BY "deadline", "id" LIMIT $2"#;
