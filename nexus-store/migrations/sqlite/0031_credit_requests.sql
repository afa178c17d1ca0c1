-- What families ask for, which is no credit before somebody has decided; and credits that are set aside for a while.

CREATE TABLE credit_requests (
    "id"             TEXT PRIMARY KEY NOT NULL,
    "studentId"      TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "amount"         REAL GENERATED ALWAYS AS ("amountMilli" / 1000.0) VIRTUAL,
    "amountMilli"    INTEGER NOT NULL,
    "reason"         TEXT,
    "status"         TEXT NOT NULL DEFAULT 'PENDING',
    "requestedBy"    TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "createdAt"      INTEGER NOT NULL,
    "decidedBy"      TEXT REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "decidedAt"      INTEGER,
    "decisionReason" TEXT,
    CONSTRAINT credit_requests_amount_positive CHECK ("amountMilli" > 0),
    CONSTRAINT credit_requests_status_known CHECK ("status" IN ('PENDING', 'APPROVED', 'REJECTED')),
    CONSTRAINT credit_requests_decided CHECK (("status" = 'PENDING') = ("decidedAt" IS NULL))
) STRICT;
CREATE INDEX credit_requests_waiting ON credit_requests ("createdAt") WHERE "status" = 'PENDING';
CREATE INDEX "credit_requests_studentId_idx" ON credit_requests ("studentId");
CREATE INDEX "credit_requests_requestedBy_idx" ON credit_requests ("requestedBy");
CREATE INDEX "credit_requests_decidedBy_idx" ON credit_requests ("decidedBy");

CREATE TABLE credit_holds (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "userId"      TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "amount"      REAL GENERATED ALWAYS AS ("amountMilli" / 1000.0) VIRTUAL,
    "amountMilli" INTEGER NOT NULL,
    "state"       TEXT NOT NULL,
    "txId"        INTEGER NOT NULL REFERENCES credit_tx ("id") ON DELETE RESTRICT,
    "deadline"    INTEGER NOT NULL,
    "createdAt"   INTEGER NOT NULL,
    "settledAt"   INTEGER,
    CONSTRAINT credit_holds_state_known CHECK ("state" IN ('HELD', 'CAPTURED', 'RELEASED')),
    CONSTRAINT credit_holds_settled CHECK (("state" = 'HELD') = ("settledAt" IS NULL))
) STRICT;
CREATE UNIQUE INDEX credit_holds_once ON credit_holds ("txId");
CREATE INDEX credit_holds_waiting ON credit_holds ("deadline") WHERE "state" = 'HELD';
CREATE INDEX "credit_holds_userId_idx" ON credit_holds ("userId");
