-- Where a row waits that broke a rule before the rule existed. It is kept as it is; the rules of 0020_constraints leave it
-- alone while "quarantinedAt" is set, and quarantined_rows says which rules it breaks and since when.
CREATE TABLE quarantined_rows (
    "tableName" TEXT         NOT NULL,
    "rowId"     TEXT         NOT NULL,
    "rule"      TEXT         NOT NULL,
    -- The row that it collides with, where there is one.
    "because"   TEXT,
    "at"        TIMESTAMP(3) NOT NULL,
    PRIMARY KEY ("tableName", "rowId", "rule")
);

ALTER TABLE users ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE sessions ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE "SessionBooking" ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE "SessionNotification" ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE "SessionReminder" ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE "CoachAvailability" ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE subscriptions ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE subscription_requests ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE credit_transactions ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE credit_wallets ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE payments ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE payment_records ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE product_pricing ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE badges ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE notifications ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE ingest_jobs ADD COLUMN "quarantinedAt" TIMESTAMP(3);
ALTER TABLE "LegalVersion" ADD COLUMN "quarantinedAt" TIMESTAMP(3);
