-- What the calendar asks for is done once per period, whoever does it.
CREATE TABLE scheduled_runs (
    "job"    TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "at"     INTEGER NOT NULL,
    PRIMARY KEY ("job", "period")
) STRICT;
CREATE INDEX subscription_requests_waiting ON subscription_requests ("createdAt") WHERE "status" = 'PENDING';
