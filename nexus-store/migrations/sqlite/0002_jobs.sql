-- Durable jobs. A claimed job is a pending one whose lease has not ended; the token proves the claim.
CREATE TABLE jobs (
    "id"         TEXT PRIMARY KEY NOT NULL,
    "kind"       TEXT NOT NULL,
    "subject"    TEXT NOT NULL,
    "uniqueKey"  TEXT NOT NULL UNIQUE,
    "state"      TEXT NOT NULL CHECK ("state" IN ('pending', 'done', 'quarantined')),
    "attempt"    INTEGER NOT NULL DEFAULT 0,
    "runAt"      INTEGER NOT NULL,
    "leaseUntil" INTEGER,
    "leaseToken" TEXT,
    "reason"     TEXT
) STRICT;

CREATE INDEX jobs_due ON jobs ("kind", "runAt") WHERE "state" = 'pending';
