-- The till. Amounts are whole minor units of their currency (1 TND = 1000 millimes). The columns of the existing application
-- keep their numbers of dinars, which its own reads go on using: Nexus writes both, and the database refuses that they disagree.
-- A row that somebody else wrote has the old number only; readers take it from there.

-- Catalogue and orders --------------------------------------------------------------------------------------------------

ALTER TABLE credit_packs ADD COLUMN "priceMinor" INTEGER
    CONSTRAINT "credit_packs_priceMinor_agrees" CHECK ("priceMinor" IS NULL OR abs("priceTnd" * 1000 - "priceMinor") < 0.5);
ALTER TABLE pricing ADD COLUMN "valueMinor" INTEGER
    CONSTRAINT "pricing_valueMinor_agrees" CHECK ("valueMinor" IS NULL OR abs("valeur" * CASE "devise" WHEN 'TND' THEN 1000 ELSE 100 END - "valueMinor") < 0.5);
ALTER TABLE payment_records ADD COLUMN "amountMinor" INTEGER
    CONSTRAINT "payment_records_amountMinor_agrees" CHECK ("amountMinor" IS NULL OR abs("amountTnd" * CASE "currency" WHEN 'TND' THEN 1000 ELSE 100 END - "amountMinor") < 0.5);
ALTER TABLE payments ADD COLUMN "amountMinor" INTEGER
    CONSTRAINT "payments_amountMinor_agrees" CHECK ("amountMinor" IS NULL OR abs("amount" * CASE "currency" WHEN 'TND' THEN 1000 ELSE 100 END - "amountMinor") < 0.5);

ALTER TABLE payment_records ADD COLUMN "reservedBy" TEXT;
ALTER TABLE payment_records ADD COLUMN "note" TEXT;
ALTER TABLE payment_records ADD COLUMN "decidedBy" TEXT;
ALTER TABLE payment_records ADD COLUMN "decidedAt" INTEGER;
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
ALTER TABLE payments ADD COLUMN "decidedAt" INTEGER;
CREATE UNIQUE INDEX payments_order_once ON payments ("userId", "orderKey") WHERE "orderKey" IS NOT NULL;
CREATE INDEX "payments_studentId_idx" ON payments ("studentId");
CREATE INDEX "payments_status_createdAt_idx" ON payments ("status", "createdAt");

-- What happened ------------------------------------------------------------------------------------------------------------

-- A notice of a provider, once. Two copies of one event cannot both be in.
CREATE TABLE webhook_events (
    "id"         INTEGER PRIMARY KEY AUTOINCREMENT,
    "provider"   TEXT NOT NULL,
    "eventKey"   TEXT NOT NULL,
    "paymentId"  TEXT NOT NULL,
    "receivedAt" INTEGER NOT NULL,
    "bodySha256" TEXT NOT NULL,
    "outcome"    TEXT NOT NULL
        CHECK ("outcome" IN ('completed', 'failed', 'known', 'mismatch', 'contradiction')),
    CONSTRAINT webhook_events_once UNIQUE ("provider", "eventKey")
) STRICT;
CREATE INDEX webhook_events_payment ON webhook_events ("paymentId");

-- The history of a payment: "subject" is record:<id> or payment:<id>.
CREATE TABLE payment_events (
    "id"      INTEGER PRIMARY KEY AUTOINCREMENT,
    "subject" TEXT NOT NULL,
    "before"  TEXT,
    "after"   TEXT NOT NULL,
    "actor"   TEXT NOT NULL,
    "reason"  TEXT,
    "at"      INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_events_subject ON payment_events ("subject", "id");

-- The last number of each series and year: the row is locked by whoever takes the next one, so that a transaction that is
-- rolled back gives its number back and none is ever missing.
CREATE TABLE invoice_counters (
    "series" TEXT NOT NULL CHECK ("series" IN ('INVOICE', 'CREDIT_NOTE')),
    "year"   INTEGER NOT NULL,
    "last"   INTEGER NOT NULL CHECK ("last" >= 0),
    PRIMARY KEY ("series", "year")
) STRICT;

CREATE TABLE invoices (
    "id"         TEXT PRIMARY KEY NOT NULL,
    "series"     TEXT NOT NULL CHECK ("series" IN ('INVOICE', 'CREDIT_NOTE')),
    "year"       INTEGER NOT NULL,
    "place"      INTEGER NOT NULL CHECK ("place" >= 1),
    "userId"     TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "subject"    TEXT NOT NULL UNIQUE,
    "lines"      TEXT NOT NULL,
    "netMinor"   INTEGER NOT NULL,
    "taxMinor"   INTEGER NOT NULL CHECK ("taxMinor" >= 0),
    "grossMinor" INTEGER NOT NULL CHECK ("grossMinor" >= 0),
    "currency"   TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    "issuedAt"   INTEGER NOT NULL,
    CONSTRAINT invoices_number_once UNIQUE ("series", "year", "place"),
    CONSTRAINT invoices_sums_agree CHECK ("netMinor" + "taxMinor" = "grossMinor")
) STRICT;
CREATE INDEX invoices_user ON invoices ("userId", "issuedAt");

CREATE TABLE refunds (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "subject"     TEXT NOT NULL,
    "refundKey"   TEXT NOT NULL,
    "amountMinor" INTEGER NOT NULL CHECK ("amountMinor" > 0),
    "currency"    TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    -- Thousandths of a credit that were taken back.
    "credits"     INTEGER NOT NULL DEFAULT 0 CHECK ("credits" >= 0),
    "reason"      TEXT NOT NULL,
    "actor"       TEXT NOT NULL,
    "at"          INTEGER NOT NULL,
    CONSTRAINT refunds_once UNIQUE ("subject", "refundKey")
) STRICT;

CREATE TABLE payment_proofs (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "paymentId"     TEXT NOT NULL REFERENCES payments ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "reference"     TEXT NOT NULL,
    "transferDate"  TEXT NOT NULL,
    "amountMinor"   INTEGER NOT NULL CHECK ("amountMinor" > 0),
    "currency"      TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    "fileKey"       TEXT,
    "mediaType"     TEXT CHECK ("mediaType" IN ('application/pdf', 'image/png', 'image/jpeg')),
    "sha256"        TEXT,
    "uploadedBy"    TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "at"            INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_proofs_payment ON payment_proofs ("paymentId");
CREATE INDEX payment_proofs_uploader ON payment_proofs ("uploadedBy");

-- What a paid order entitles to and another part of the school delivers: a plan, a subject of ARIA. Written with the payment,
-- delivered once.
CREATE TABLE paid_entitlements (
    "paymentId"   TEXT PRIMARY KEY NOT NULL REFERENCES payments ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "studentId"   TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "itemType"    TEXT NOT NULL CHECK ("itemType" IN ('SUBSCRIPTION', 'ADDON', 'PACK')),
    "itemKey"     TEXT NOT NULL,
    "createdAt"   INTEGER NOT NULL,
    "deliveredAt" INTEGER,
    "revokedAt"   INTEGER
) STRICT;
CREATE INDEX paid_entitlements_student ON paid_entitlements ("studentId");
CREATE INDEX paid_entitlements_due ON paid_entitlements ("createdAt") WHERE "deliveredAt" IS NULL AND "revokedAt" IS NULL;

-- A change of the account number waits for a second person; one at a time.
CREATE TABLE settings_changes (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "field"       TEXT NOT NULL CHECK ("field" IN ('iban')),
    "before"      TEXT,
    "after"       TEXT,
    "requestedBy" TEXT NOT NULL,
    "requestedAt" INTEGER NOT NULL,
    "state"       TEXT NOT NULL DEFAULT 'PENDING' CHECK ("state" IN ('PENDING', 'APPROVED', 'REJECTED')),
    "decidedBy"   TEXT,
    "decidedAt"   INTEGER,
    CONSTRAINT settings_changes_two_people CHECK ("state" <> 'APPROVED' OR "decidedBy" <> "requestedBy"),
    CONSTRAINT settings_changes_decided CHECK (("state" = 'PENDING') = ("decidedAt" IS NULL))
) STRICT;
CREATE UNIQUE INDEX settings_changes_one_pending ON settings_changes ("field") WHERE "state" = 'PENDING';

-- What the stream of prices tells: one row per committed change, in the order of the commits.
CREATE TABLE pricing_changes (
    "id"      INTEGER PRIMARY KEY AUTOINCREMENT,
    "kind"    TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "at"      INTEGER NOT NULL
) STRICT;

-- What happened stays: these rows are only added. ---------------------------------------------------------------------------

CREATE TRIGGER webhook_events_changed BEFORE UPDATE ON webhook_events BEGIN SELECT RAISE(ABORT, 'webhook_events is append-only'); END;
CREATE TRIGGER webhook_events_removed BEFORE DELETE ON webhook_events BEGIN SELECT RAISE(ABORT, 'webhook_events is append-only'); END;
CREATE TRIGGER payment_events_changed BEFORE UPDATE ON payment_events BEGIN SELECT RAISE(ABORT, 'payment_events is append-only'); END;
CREATE TRIGGER payment_events_removed BEFORE DELETE ON payment_events BEGIN SELECT RAISE(ABORT, 'payment_events is append-only'); END;
CREATE TRIGGER invoices_changed BEFORE UPDATE ON invoices BEGIN SELECT RAISE(ABORT, 'invoices is append-only'); END;
CREATE TRIGGER invoices_removed BEFORE DELETE ON invoices BEGIN SELECT RAISE(ABORT, 'invoices is append-only'); END;
CREATE TRIGGER refunds_changed BEFORE UPDATE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds is append-only'); END;
CREATE TRIGGER refunds_removed BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds is append-only'); END;
CREATE TRIGGER payment_proofs_changed BEFORE UPDATE ON payment_proofs BEGIN SELECT RAISE(ABORT, 'payment_proofs is append-only'); END;
CREATE TRIGGER payment_proofs_removed BEFORE DELETE ON payment_proofs BEGIN SELECT RAISE(ABORT, 'payment_proofs is append-only'); END;
