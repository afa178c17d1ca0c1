//! The ledger. Columns of credits are read as thousandths (`…Milli`); how they are written is the dialect's.

macro_rules! wallet_columns {
    () => {
        r#"SELECT CAST(w."id" AS BIGINT) AS id, w."userId" AS owner, w."balanceMilli" AS balance,
        w."quarantinedAt" IS NOT NULL AS in_quarantine FROM credit_wallets w WHERE w."userId" = $1"#
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

pub(crate) use wallet_columns;

pub(crate) const INSERT_WALLET: &str = r#"
INSERT INTO credit_wallets ("userId", "updatedAt") VALUES ($1, $2) ON CONFLICT ("userId") DO NOTHING"#;

pub(crate) const SELECT_LOTS: &str = concat!(
    "SELECT ",
    lot_columns!(),
    r#" FROM credit_lots l WHERE l."walletId" = $1 AND l."remainingMilli" > 0 ORDER BY l."id""#
);

pub(crate) const SELECT_LOOSE: &str = r#"
SELECT CAST(t."id" AS BIGINT) AS id, t."deltaMilli" AS delta, t."at" AS at FROM credit_tx t
WHERE t."walletId" = $1 AND t."kind" IS NULL AND t."deltaMilli" <> 0
  AND NOT EXISTS (SELECT 1 FROM credit_tx_lots p WHERE p."txId" = t."id") ORDER BY t."id""#;

/// The existing application keeps its keys in the same column, without any rule: the first of several counts.
pub(crate) const SELECT_BY_KEY: &str = concat!(
    movement_columns!(),
    r#" WHERE t."walletId" = $1 AND t."externalId" = $2 ORDER BY t."id" LIMIT 1"#
);

pub(crate) const SELECT_OF_LESSON: &str =
    concat!(movement_columns!(), r#" WHERE t."sessionId" = $1 AND t."kind" = $2"#);

pub(crate) const SELECT_MOVEMENT: &str = concat!(movement_columns!(), r#" WHERE t."id" = $1"#);

pub(crate) const SELECT_REVERSAL: &str = concat!(movement_columns!(), r#" WHERE t."reversalOf" = $1"#);

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
