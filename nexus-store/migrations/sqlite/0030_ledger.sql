-- The ledger: movements that are only added, each with the lots that it filled or emptied (nexus-core/src/ledger).
--
-- Credits are counted in thousandths. SQLite has no decimal numbers: the whole number is what is stored, compared and added;
-- the column that PostgreSQL stores as NUMERIC(12,3) is computed from it for readers.

CREATE TABLE credit_wallets_ledger (
    "id"            INTEGER PRIMARY KEY AUTOINCREMENT,
    "userId"        TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "balance"       REAL GENERATED ALWAYS AS ("balanceMilli" / 1000.0) VIRTUAL,
    "balanceMilli"  INTEGER NOT NULL DEFAULT 0,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT credit_wallets_balance_not_negative CHECK ("balanceMilli" >= 0 OR "quarantinedAt" IS NOT NULL)
) STRICT;
INSERT INTO credit_wallets_ledger ("id", "userId", "balanceMilli", "updatedAt", "quarantinedAt")
SELECT "id", "userId", "balance" * 1000, "updatedAt", "quarantinedAt" FROM credit_wallets;

CREATE TABLE credit_lots (
    "id"             INTEGER PRIMARY KEY AUTOINCREMENT,
    "walletId"       INTEGER NOT NULL REFERENCES credit_wallets_ledger ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "origin"         TEXT NOT NULL,
    "amount"         REAL GENERATED ALWAYS AS ("amountMilli" / 1000.0) VIRTUAL,
    "amountMilli"    INTEGER NOT NULL,
    "remaining"      REAL GENERATED ALWAYS AS ("remainingMilli" / 1000.0) VIRTUAL,
    "remainingMilli" INTEGER NOT NULL DEFAULT 0,
    "expiresAt"      INTEGER,
    "key"            TEXT NOT NULL,
    -- Given back: the lot whose credits these are.
    "parentLotId"    INTEGER REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    "createdAt"      INTEGER NOT NULL,
    CONSTRAINT credit_lots_origin_known CHECK ("origin" IN ('ALLOCATION', 'PURCHASE', 'ADJUSTMENT', 'IMPORT')),
    CONSTRAINT credit_lots_amount_positive CHECK ("amountMilli" > 0),
    CONSTRAINT credit_lots_remaining_within CHECK ("remainingMilli" BETWEEN 0 AND "amountMilli")
) STRICT;
CREATE UNIQUE INDEX credit_lots_once ON credit_lots ("walletId", "key");
CREATE INDEX credit_lots_held ON credit_lots ("walletId") WHERE "remainingMilli" > 0;
CREATE INDEX credit_lots_ending ON credit_lots ("expiresAt") WHERE "remainingMilli" > 0;
CREATE INDEX "credit_lots_parentLotId_idx" ON credit_lots ("parentLotId");

CREATE TABLE credit_tx_ledger (
    "id"         INTEGER PRIMARY KEY AUTOINCREMENT,
    "walletId"   INTEGER NOT NULL REFERENCES credit_wallets_ledger ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "delta"      REAL GENERATED ALWAYS AS ("deltaMilli" / 1000.0) VIRTUAL,
    "deltaMilli" INTEGER NOT NULL,
    "reason"     TEXT NOT NULL,
    "provider"   TEXT,
    "externalId" TEXT,
    "packId"     INTEGER,
    "at"         INTEGER NOT NULL,
    "kind"       TEXT,
    "sessionId"  TEXT,
    "actor"      TEXT,
    "reversalOf" INTEGER REFERENCES credit_tx_ledger ("id") ON DELETE RESTRICT,
    "endedLotId" INTEGER REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    CONSTRAINT credit_tx_kind_known
        CHECK ("kind" IN ('MONTHLY_ALLOCATION', 'PURCHASE', 'ADJUSTMENT', 'IMPORT', 'USAGE', 'REFUND', 'EXPIRATION', 'HOLD',
                          'RELEASE', 'REVERSAL')),
    CONSTRAINT credit_tx_sign CHECK (
        "kind" IS NULL OR "kind" IN ('ADJUSTMENT', 'IMPORT', 'REVERSAL')
        OR ("kind" IN ('USAGE', 'EXPIRATION', 'HOLD') AND "deltaMilli" < 0)
        OR ("kind" IN ('MONTHLY_ALLOCATION', 'PURCHASE', 'REFUND', 'RELEASE') AND "deltaMilli" > 0)),
    CONSTRAINT "credit_tx_endedLotId_of_expiration" CHECK (("kind" = 'EXPIRATION') = ("endedLotId" IS NOT NULL))
) STRICT;
INSERT INTO credit_tx_ledger ("id", "walletId", "deltaMilli", "reason", "provider", "externalId", "packId", "at")
SELECT "id", "walletId", "delta" * 1000, "reason", "provider", "externalId", "packId", "at" FROM credit_tx;

-- Whoever refers goes before what is referred to.
DROP TABLE credit_tx;
DROP TABLE credit_wallets;
ALTER TABLE credit_wallets_ledger RENAME TO credit_wallets;
ALTER TABLE credit_tx_ledger RENAME TO credit_tx;

CREATE INDEX "credit_tx_walletId_at_idx" ON credit_tx ("walletId", "at");
CREATE UNIQUE INDEX credit_tx_once ON credit_tx ("walletId", "externalId") WHERE "kind" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_one_usage ON credit_tx ("sessionId") WHERE "kind" = 'USAGE' AND "sessionId" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_one_refund ON credit_tx ("sessionId") WHERE "kind" = 'REFUND' AND "sessionId" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_reversed_once ON credit_tx ("reversalOf");
CREATE UNIQUE INDEX credit_tx_one_expiration ON credit_tx ("endedLotId");
CREATE INDEX credit_tx_loose ON credit_tx ("walletId") WHERE "kind" IS NULL;

CREATE TABLE credit_tx_lots (
    "txId"       INTEGER NOT NULL REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "lotId"      INTEGER NOT NULL REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    "delta"      REAL GENERATED ALWAYS AS ("deltaMilli" / 1000.0) VIRTUAL,
    "deltaMilli" INTEGER NOT NULL CHECK ("deltaMilli" <> 0),
    PRIMARY KEY ("txId", "lotId")
) STRICT;
CREATE INDEX "credit_tx_lots_lotId_idx" ON credit_tx_lots ("lotId");

-- A part moves what its lot has left, and nothing else does: it is always the sum of the parts.
CREATE TRIGGER credit_tx_lots_moves AFTER INSERT ON credit_tx_lots
BEGIN
    UPDATE credit_lots SET "remainingMilli" = "remainingMilli" + NEW."deltaMilli" WHERE "id" = NEW."lotId";
END;

CREATE TRIGGER credit_lots_opened AFTER INSERT ON credit_lots WHEN NEW."remainingMilli" <> 0
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;

CREATE TRIGGER credit_lots_changed AFTER UPDATE ON credit_lots
WHEN NEW."id" IS NOT OLD."id" OR NEW."walletId" IS NOT OLD."walletId" OR NEW."origin" IS NOT OLD."origin"
    OR NEW."amountMilli" IS NOT OLD."amountMilli" OR NEW."expiresAt" IS NOT OLD."expiresAt" OR NEW."key" IS NOT OLD."key"
    OR NEW."parentLotId" IS NOT OLD."parentLotId" OR NEW."createdAt" IS NOT OLD."createdAt"
    OR NEW."remainingMilli" <> (SELECT COALESCE(sum("deltaMilli"), 0) FROM credit_tx_lots WHERE "lotId" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;

CREATE TRIGGER credit_lots_removed BEFORE DELETE ON credit_lots
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;

CREATE TRIGGER credit_tx_changed BEFORE UPDATE ON credit_tx
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER credit_tx_removed BEFORE DELETE ON credit_tx
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER credit_tx_lots_changed BEFORE UPDATE ON credit_tx_lots
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER credit_tx_lots_removed BEFORE DELETE ON credit_tx_lots
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- INSERT OR REPLACE removes a row without asking the triggers above.
CREATE TRIGGER credit_tx_added BEFORE INSERT ON credit_tx WHEN EXISTS (SELECT 1 FROM credit_tx WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER credit_tx_lots_added BEFORE INSERT ON credit_tx_lots
WHEN EXISTS (SELECT 1 FROM credit_tx_lots WHERE "txId" = NEW."txId" AND "lotId" = NEW."lotId")
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER credit_lots_added BEFORE INSERT ON credit_lots WHEN EXISTS (SELECT 1 FROM credit_lots WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;
