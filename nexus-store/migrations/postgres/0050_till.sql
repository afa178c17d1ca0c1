-- The till. Amounts are whole minor units of their currency (1 TND = 1000 millimes). The columns of the existing application
-- keep their numbers of dinars, which its own reads go on using: Nexus writes both, and the database refuses that they disagree.
-- A row that somebody else wrote has the old number only; readers take it from there.

-- Catalogue and orders --------------------------------------------------------------------------------------------------

ALTER TABLE credit_packs ADD COLUMN "priceMinor" BIGINT
    CONSTRAINT "credit_packs_priceMinor_agrees" CHECK ("priceMinor" IS NULL OR abs("priceTnd" * 1000 - "priceMinor") < 0.5);
ALTER TABLE pricing ADD COLUMN "valueMinor" BIGINT
    CONSTRAINT "pricing_valueMinor_agrees" CHECK ("valueMinor" IS NULL OR abs("valeur" * CASE "devise" WHEN 'TND' THEN 1000 ELSE 100 END - "valueMinor") < 0.5);
ALTER TABLE payment_records ADD COLUMN "amountMinor" BIGINT
    CONSTRAINT "payment_records_amountMinor_agrees" CHECK ("amountMinor" IS NULL OR abs("amountTnd" * CASE "currency" WHEN 'TND' THEN 1000 ELSE 100 END - "amountMinor") < 0.5);
ALTER TABLE payments ADD COLUMN "amountMinor" BIGINT
    CONSTRAINT "payments_amountMinor_agrees" CHECK ("amountMinor" IS NULL OR abs("amount" * CASE "currency" WHEN 'TND' THEN 1000 ELSE 100 END - "amountMinor") < 0.5);

ALTER TABLE payment_records ADD COLUMN "reservedBy" TEXT;
ALTER TABLE payment_records ADD COLUMN "note" TEXT;
ALTER TABLE payment_records ADD COLUMN "decidedBy" TEXT;
ALTER TABLE payment_records ADD COLUMN "decidedAt" TIMESTAMP(3);
CREATE INDEX payment_records_status ON payment_records ("status", "createdAt");

-- For whom and what an order is; "orderKey" is the idempotency key that its sender chose, "providerUrl" where he pays.
ALTER TABLE payments ADD COLUMN "studentId" TEXT REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE payments ADD COLUMN "itemType" TEXT;
ALTER TABLE payments ADD COLUMN "itemKey" TEXT;
ALTER TABLE payments ADD COLUMN "orderKey" TEXT;
ALTER TABLE payments ADD COLUMN "orderHash" TEXT;
ALTER TABLE payments ADD COLUMN "providerRef" TEXT;
ALTER TABLE payments ADD COLUMN "providerUrl" TEXT;
ALTER TABLE payments ADD COLUMN "decidedBy" TEXT;
ALTER TABLE payments ADD COLUMN "decidedAt" TIMESTAMP(3);
CREATE UNIQUE INDEX payments_order_once ON payments ("userId", "orderKey") WHERE "orderKey" IS NOT NULL;
CREATE INDEX "payments_studentId_idx" ON payments ("studentId");
CREATE INDEX "payments_status_createdAt_idx" ON payments ("status", "createdAt");

-- What happened ------------------------------------------------------------------------------------------------------------

-- A notice of a provider, once. Two copies of one event cannot both be in.
CREATE TABLE webhook_events (
    "id"         BIGSERIAL PRIMARY KEY,
    "provider"   TEXT NOT NULL,
    "eventKey"   TEXT NOT NULL,
    "paymentId"  TEXT NOT NULL,
    "receivedAt" TIMESTAMP(3) NOT NULL,
    "bodySha256" TEXT NOT NULL,
    "outcome"    TEXT NOT NULL
        CHECK ("outcome" IN ('completed', 'failed', 'known', 'mismatch', 'contradiction')),
    CONSTRAINT webhook_events_once UNIQUE ("provider", "eventKey")
);
CREATE INDEX webhook_events_payment ON webhook_events ("paymentId");

-- The history of a payment: "subject" is record:<id> or payment:<id>.
CREATE TABLE payment_events (
    "id"      BIGSERIAL PRIMARY KEY,
    "subject" TEXT NOT NULL,
    "before"  TEXT,
    "after"   TEXT NOT NULL,
    "actor"   TEXT NOT NULL,
    "reason"  TEXT,
    "at"      TIMESTAMP(3) NOT NULL
);
CREATE INDEX payment_events_subject ON payment_events ("subject", "id");

-- The last number of each series and year: the row is locked by whoever takes the next one, so that a transaction that is
-- rolled back gives its number back and none is ever missing.
CREATE TABLE invoice_counters (
    "series" TEXT NOT NULL CHECK ("series" IN ('INVOICE', 'CREDIT_NOTE')),
    "year"   BIGINT NOT NULL,
    "last"   BIGINT NOT NULL CHECK ("last" >= 0),
    PRIMARY KEY ("series", "year")
);

CREATE TABLE invoices (
    "id"         TEXT PRIMARY KEY NOT NULL,
    "series"     TEXT NOT NULL CHECK ("series" IN ('INVOICE', 'CREDIT_NOTE')),
    "year"       BIGINT NOT NULL,
    "place"      BIGINT NOT NULL CHECK ("place" >= 1),
    "userId"     TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "subject"    TEXT NOT NULL UNIQUE,
    "lines"      TEXT NOT NULL,
    "netMinor"   BIGINT NOT NULL,
    "taxMinor"   BIGINT NOT NULL CHECK ("taxMinor" >= 0),
    "grossMinor" BIGINT NOT NULL CHECK ("grossMinor" >= 0),
    "currency"   TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    "issuedAt"   TIMESTAMP(3) NOT NULL,
    CONSTRAINT invoices_number_once UNIQUE ("series", "year", "place"),
    CONSTRAINT invoices_sums_agree CHECK ("netMinor" + "taxMinor" = "grossMinor")
);
CREATE INDEX invoices_user ON invoices ("userId", "issuedAt");

CREATE TABLE refunds (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "subject"     TEXT NOT NULL,
    "refundKey"   TEXT NOT NULL,
    "amountMinor" BIGINT NOT NULL CHECK ("amountMinor" > 0),
    "currency"    TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    -- Thousandths of a credit that were taken back.
    "credits"     BIGINT NOT NULL DEFAULT 0 CHECK ("credits" >= 0),
    "reason"      TEXT NOT NULL,
    "actor"       TEXT NOT NULL,
    "at"          TIMESTAMP(3) NOT NULL,
    CONSTRAINT refunds_once UNIQUE ("subject", "refundKey")
);

CREATE TABLE payment_proofs (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "paymentId"     TEXT NOT NULL REFERENCES payments ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "reference"     TEXT NOT NULL,
    "transferDate"  TEXT NOT NULL,
    "amountMinor"   BIGINT NOT NULL CHECK ("amountMinor" > 0),
    "currency"      TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    "fileKey"       TEXT,
    "mediaType"     TEXT CHECK ("mediaType" IN ('application/pdf', 'image/png', 'image/jpeg')),
    "sha256"        TEXT,
    "uploadedBy"    TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "at"            TIMESTAMP(3) NOT NULL
);
CREATE INDEX payment_proofs_payment ON payment_proofs ("paymentId");
CREATE INDEX payment_proofs_uploader ON payment_proofs ("uploadedBy");

-- What a paid order entitles to and another part of the school delivers: a plan, a subject of ARIA. Written with the payment,
-- delivered once.
CREATE TABLE paid_entitlements (
    "paymentId"   TEXT PRIMARY KEY NOT NULL REFERENCES payments ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "studentId"   TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "itemType"    TEXT NOT NULL CHECK ("itemType" IN ('SUBSCRIPTION', 'ADDON', 'PACK')),
    "itemKey"     TEXT NOT NULL,
    "createdAt"   TIMESTAMP(3) NOT NULL,
    "deliveredAt" TIMESTAMP(3),
    "revokedAt"   TIMESTAMP(3)
);
CREATE INDEX paid_entitlements_student ON paid_entitlements ("studentId");
CREATE INDEX paid_entitlements_due ON paid_entitlements ("createdAt") WHERE "deliveredAt" IS NULL AND "revokedAt" IS NULL;

-- A change of the account number waits for a second person; one at a time.
CREATE TABLE settings_changes (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "field"       TEXT NOT NULL CHECK ("field" IN ('iban')),
    "before"      TEXT,
    "after"       TEXT,
    "requestedBy" TEXT NOT NULL,
    "requestedAt" TIMESTAMP(3) NOT NULL,
    "state"       TEXT NOT NULL DEFAULT 'PENDING' CHECK ("state" IN ('PENDING', 'APPROVED', 'REJECTED')),
    "decidedBy"   TEXT,
    "decidedAt"   TIMESTAMP(3),
    CONSTRAINT settings_changes_two_people CHECK ("state" <> 'APPROVED' OR "decidedBy" <> "requestedBy"),
    CONSTRAINT settings_changes_decided CHECK (("state" = 'PENDING') = ("decidedAt" IS NULL))
);
CREATE UNIQUE INDEX settings_changes_one_pending ON settings_changes ("field") WHERE "state" = 'PENDING';

-- What the stream of prices tells: one row per committed change, in the order of the commits.
CREATE TABLE pricing_changes (
    "id"      BIGSERIAL PRIMARY KEY,
    "kind"    TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "at"      TIMESTAMP(3) NOT NULL
);

-- What happened stays: these rows are only added. ---------------------------------------------------------------------------

CREATE FUNCTION till_rows_stay() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER webhook_events_stay BEFORE UPDATE OR DELETE ON webhook_events FOR EACH ROW EXECUTE FUNCTION till_rows_stay();
CREATE TRIGGER payment_events_stay BEFORE UPDATE OR DELETE ON payment_events FOR EACH ROW EXECUTE FUNCTION till_rows_stay();
CREATE TRIGGER invoices_stay BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION till_rows_stay();
CREATE TRIGGER refunds_stay BEFORE UPDATE OR DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION till_rows_stay();
CREATE TRIGGER payment_proofs_stay BEFORE UPDATE OR DELETE ON payment_proofs FOR EACH ROW EXECUTE FUNCTION till_rows_stay();
