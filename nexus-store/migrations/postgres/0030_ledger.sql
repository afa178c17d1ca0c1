-- The ledger: movements that are only added, each with the lots that it filled or emptied (nexus-core/src/ledger).
--
-- The existing application goes on writing wallets and movements, and knows nothing of lots: its movements have no kind, and
-- get their lots when the wallet is next held (ADR 40).

-- Credits are counted in thousandths. The column with the whole number is computed: what both databases compare and add.
ALTER TABLE credit_wallets ALTER COLUMN "balance" TYPE NUMERIC(12,3);
ALTER TABLE credit_wallets
    ADD COLUMN "balanceMilli" BIGINT NOT NULL GENERATED ALWAYS AS (("balance" * 1000)::BIGINT) STORED;
ALTER TABLE credit_tx ALTER COLUMN "delta" TYPE NUMERIC(12,3);
ALTER TABLE credit_tx
    ADD COLUMN "deltaMilli" BIGINT NOT NULL GENERATED ALWAYS AS (("delta" * 1000)::BIGINT) STORED;

CREATE TABLE credit_lots (
    "id"             BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    "walletId"       INTEGER NOT NULL REFERENCES credit_wallets ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "origin"         TEXT NOT NULL,
    "amount"         NUMERIC(12,3) NOT NULL,
    "amountMilli"    BIGINT NOT NULL GENERATED ALWAYS AS (("amount" * 1000)::BIGINT) STORED,
    "remaining"      NUMERIC(12,3) NOT NULL DEFAULT 0,
    "remainingMilli" BIGINT NOT NULL GENERATED ALWAYS AS (("remaining" * 1000)::BIGINT) STORED,
    "expiresAt"      TIMESTAMP(3),
    "key"            TEXT NOT NULL,
    -- Given back: the lot whose credits these are.
    "parentLotId"    BIGINT REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    "createdAt"      TIMESTAMP(3) NOT NULL,
    CONSTRAINT credit_lots_origin_known CHECK ("origin" IN ('ALLOCATION', 'PURCHASE', 'ADJUSTMENT', 'IMPORT')),
    CONSTRAINT credit_lots_amount_positive CHECK ("amount" > 0),
    CONSTRAINT credit_lots_remaining_within CHECK ("remaining" BETWEEN 0 AND "amount")
);
CREATE UNIQUE INDEX credit_lots_once ON credit_lots ("walletId", "key");
CREATE INDEX credit_lots_held ON credit_lots ("walletId") WHERE "remaining" > 0;
CREATE INDEX credit_lots_ending ON credit_lots ("expiresAt") WHERE "remaining" > 0;
CREATE INDEX "credit_lots_parentLotId_idx" ON credit_lots ("parentLotId");

ALTER TABLE credit_tx
    ADD COLUMN "kind"       TEXT,
    ADD COLUMN "sessionId"  TEXT,
    ADD COLUMN "actor"      TEXT,
    ADD COLUMN "reversalOf" INTEGER REFERENCES credit_tx ("id") ON DELETE RESTRICT,
    ADD COLUMN "endedLotId" BIGINT REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    ADD CONSTRAINT credit_tx_kind_known
        CHECK ("kind" IN ('MONTHLY_ALLOCATION', 'PURCHASE', 'ADJUSTMENT', 'IMPORT', 'USAGE', 'REFUND', 'EXPIRATION', 'HOLD',
                          'RELEASE', 'REVERSAL')),
    ADD CONSTRAINT credit_tx_sign CHECK (
        "kind" IS NULL OR "kind" IN ('ADJUSTMENT', 'IMPORT', 'REVERSAL')
        OR ("kind" IN ('USAGE', 'EXPIRATION', 'HOLD') AND "delta" < 0)
        OR ("kind" IN ('MONTHLY_ALLOCATION', 'PURCHASE', 'REFUND', 'RELEASE') AND "delta" > 0)),
    ADD CONSTRAINT "credit_tx_endedLotId_of_expiration" CHECK (("kind" = 'EXPIRATION') = ("endedLotId" IS NOT NULL));
CREATE UNIQUE INDEX credit_tx_once ON credit_tx ("walletId", "externalId") WHERE "kind" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_one_usage ON credit_tx ("sessionId") WHERE "kind" = 'USAGE' AND "sessionId" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_one_refund ON credit_tx ("sessionId") WHERE "kind" = 'REFUND' AND "sessionId" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_reversed_once ON credit_tx ("reversalOf");
CREATE UNIQUE INDEX credit_tx_one_expiration ON credit_tx ("endedLotId");
CREATE INDEX credit_tx_loose ON credit_tx ("walletId") WHERE "kind" IS NULL;

CREATE TABLE credit_tx_lots (
    "txId"       INTEGER NOT NULL REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "lotId"      BIGINT NOT NULL REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    "delta"      NUMERIC(12,3) NOT NULL CHECK ("delta" <> 0),
    "deltaMilli" BIGINT NOT NULL GENERATED ALWAYS AS (("delta" * 1000)::BIGINT) STORED,
    PRIMARY KEY ("txId", "lotId")
);
CREATE INDEX "credit_tx_lots_lotId_idx" ON credit_tx_lots ("lotId");

-- A part moves what its lot has left, and nothing else does: it is always the sum of the parts.
CREATE FUNCTION credit_tx_lots_moves() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE credit_lots SET "remaining" = "remaining" + NEW."delta" WHERE "id" = NEW."lotId";
    RETURN NULL;
END
$$;
CREATE TRIGGER credit_tx_lots_moves AFTER INSERT ON credit_tx_lots FOR EACH ROW EXECUTE FUNCTION credit_tx_lots_moves();

CREATE FUNCTION credit_lots_guard() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW."remaining" = 0 THEN
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        IF (NEW."id", NEW."walletId", NEW."origin", NEW."amount", NEW."expiresAt", NEW."key", NEW."parentLotId", NEW."createdAt")
            IS NOT DISTINCT FROM
            (OLD."id", OLD."walletId", OLD."origin", OLD."amount", OLD."expiresAt", OLD."key", OLD."parentLotId", OLD."createdAt")
            AND NEW."remaining" = (SELECT COALESCE(sum("delta"), 0) FROM credit_tx_lots WHERE "lotId" = NEW."id") THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'credit_lots holds the sum of its parts';
END
$$;
CREATE TRIGGER credit_lots_guard AFTER INSERT OR UPDATE OR DELETE ON credit_lots
    FOR EACH ROW EXECUTE FUNCTION credit_lots_guard();
CREATE TRIGGER credit_lots_emptied BEFORE TRUNCATE ON credit_lots
    FOR EACH STATEMENT EXECUTE FUNCTION credit_lots_guard();

CREATE FUNCTION credit_ledger_guard() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END
$$;
CREATE TRIGGER credit_tx_guard BEFORE UPDATE OR DELETE ON credit_tx FOR EACH ROW EXECUTE FUNCTION credit_ledger_guard();
CREATE TRIGGER credit_tx_emptied BEFORE TRUNCATE ON credit_tx FOR EACH STATEMENT EXECUTE FUNCTION credit_ledger_guard();
CREATE TRIGGER credit_tx_lots_guard BEFORE UPDATE OR DELETE ON credit_tx_lots
    FOR EACH ROW EXECUTE FUNCTION credit_ledger_guard();
CREATE TRIGGER credit_tx_lots_emptied BEFORE TRUNCATE ON credit_tx_lots
    FOR EACH STATEMENT EXECUTE FUNCTION credit_ledger_guard();
