-- Durable jobs. A claimed job is a pending one whose lease has not ended; the token proves the claim.
CREATE TABLE jobs (
    "id"         TEXT PRIMARY KEY,
    "kind"       TEXT NOT NULL,
    "subject"    TEXT NOT NULL,
    "uniqueKey"  TEXT NOT NULL UNIQUE,
    "state"      TEXT NOT NULL CHECK ("state" IN ('pending', 'done', 'quarantined')),
    "attempt"    BIGINT NOT NULL DEFAULT 0,
    "runAt"      TIMESTAMP(3) NOT NULL,
    "leaseUntil" TIMESTAMP(3),
    "leaseToken" TEXT,
    "reason"     TEXT
);

CREATE INDEX jobs_due ON jobs ("kind", "runAt") WHERE "state" = 'pending';
