-- Effects towards the outside. A claimed effect is a pending one whose lease has not ended; one that is being sent is never
-- claimed again by itself. The payload is sealed by the program, and erased with the end of the effect.
CREATE TABLE outbox (
    "id"         TEXT PRIMARY KEY,
    "kind"       TEXT NOT NULL,
    "uniqueKey"  TEXT NOT NULL UNIQUE,
    "state"      TEXT NOT NULL CHECK ("state" IN ('PENDING', 'SENDING', 'SENT', 'DEAD', 'AMBIGUOUS', 'DISCARDED')),
    "payload"    TEXT,
    "attempt"    BIGINT NOT NULL DEFAULT 0,
    "runAt"      TIMESTAMP(3) NOT NULL,
    "expiresAt"  TIMESTAMP(3),
    "leaseUntil" TIMESTAMP(3),
    "leaseToken" TEXT,
    "reason"     TEXT,
    "createdAt"  TIMESTAMP(3) NOT NULL,
    "settledAt"  TIMESTAMP(3),
    CHECK (("state" IN ('SENT', 'DISCARDED')) = ("settledAt" IS NOT NULL)),
    CHECK ("state" NOT IN ('SENT', 'DISCARDED') OR "payload" IS NULL),
    CHECK ("state" IN ('PENDING', 'SENDING') OR "leaseToken" IS NULL)
);

CREATE INDEX outbox_due ON outbox ("kind", "runAt") WHERE "state" = 'PENDING';
CREATE INDEX outbox_open ON outbox ("state", "createdAt") WHERE "settledAt" IS NULL;
CREATE INDEX outbox_newest ON outbox ("createdAt");

-- What became of each mail: to whom (an account, and the address masked), which one, when; never what it said. The keyed
-- fingerprint finds the mails of an address without keeping the address.
CREATE TABLE mail_logs (
    "id"            TEXT PRIMARY KEY,
    "userId"        TEXT REFERENCES users ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    "recipient"     TEXT NOT NULL,
    "recipientHash" TEXT,
    "template"      TEXT NOT NULL,
    "status"        TEXT NOT NULL CHECK ("status" IN ('SENDING', 'SENT', 'FILE', 'FAILED', 'DEAD', 'AMBIGUOUS', 'DISCARDED')),
    "attempts"      BIGINT NOT NULL,
    "errorCode"     TEXT,
    "messageId"     TEXT NOT NULL,
    "createdAt"     TIMESTAMP(3) NOT NULL,
    "sentAt"        TIMESTAMP(3),
    CHECK (("status" IN ('SENT', 'FILE')) = ("sentAt" IS NOT NULL))
);

CREATE INDEX mail_logs_user ON mail_logs ("userId", "createdAt");
CREATE INDEX mail_logs_recipient ON mail_logs ("recipientHash", "createdAt");
CREATE INDEX mail_logs_newest ON mail_logs ("createdAt");

-- Counting what is unfinished does not read what is.
CREATE INDEX jobs_open ON jobs ("state") WHERE "state" <> 'done';
