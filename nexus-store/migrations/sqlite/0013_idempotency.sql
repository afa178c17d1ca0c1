-- Requests that carry an idempotency key. "scope" is a keyed hash of who asked, for what, with which key; an answer holds
-- personal data and is erased when the key expires. Without a "status" the request is being done, until "leaseUntil".
CREATE TABLE idempotency_keys (
    "scope"       TEXT PRIMARY KEY,
    "fingerprint" TEXT NOT NULL,
    "token"       TEXT NOT NULL,
    "leaseUntil"  INTEGER NOT NULL,
    "expiresAt"   INTEGER NOT NULL,
    "status"      INTEGER CHECK ("status" BETWEEN 100 AND 599),
    "headers"     TEXT,
    "body"        BLOB
);

CREATE INDEX idempotency_keys_expiry ON idempotency_keys ("expiresAt");
