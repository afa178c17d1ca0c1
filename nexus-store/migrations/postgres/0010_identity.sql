-- Who signs in, and how. Every new column of an existing table may be left out: the existing application goes on inserting.

-- Sessions that were opened under another version are closed.
ALTER TABLE users ADD COLUMN "sessionVersion" BIGINT NOT NULL DEFAULT 0;
-- When the owner chose a password; accounts of the existing application have none.
ALTER TABLE users ADD COLUMN "activatedAt" TIMESTAMP(3);
-- When the school closed the account.
ALTER TABLE users ADD COLUMN "disabledAt" TIMESTAMP(3);
-- When the owner was forgotten: his row stays, without anything that tells who he was.
ALTER TABLE users ADD COLUMN "deletedAt" TIMESTAMP(3);
-- The second factor, sealed; it counts from "totpEnabledAt" on, and no code of a step up to "totpLastStep" is taken again.
ALTER TABLE users ADD COLUMN "totpSecret" TEXT;
ALTER TABLE users ADD COLUMN "totpEnabledAt" TIMESTAMP(3);
ALTER TABLE users ADD COLUMN "totpLastStep" BIGINT;

CREATE INDEX "users_createdAt_idx" ON users ("createdAt", "id");

-- One-time links. Only the digest of the secret in a link is kept, and the digest of what the link was made for.
CREATE TABLE account_tokens (
    "id"        TEXT PRIMARY KEY,
    "userId"    TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "purpose"   TEXT    NOT NULL,
    "tokenHash" TEXT    NOT NULL UNIQUE,
    "boundTo"   TEXT    NOT NULL,
    -- The address to be confirmed.
    "newEmail"  TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "usedAt"    TIMESTAMP(3),
    "voidedAt"  TIMESTAMP(3)
);

CREATE INDEX "account_tokens_userId_purpose_idx" ON account_tokens ("userId", "purpose");

CREATE TABLE recovery_codes (
    "userId"    TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "codeHash"  TEXT    NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "usedAt"    TIMESTAMP(3),
    PRIMARY KEY ("userId", "codeHash")
);

-- Who agreed to what, for whom, to which text. A row changes once, when the consent is taken back.
CREATE TABLE consents (
    "id"            TEXT PRIMARY KEY,
    "subjectUserId" TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "givenByUserId" TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "kind"          TEXT    NOT NULL,
    "textVersion"   TEXT    NOT NULL,
    "givenAt"       TIMESTAMP(3) NOT NULL,
    "withdrawnAt"   TIMESTAMP(3)
);

CREATE INDEX "consents_subjectUserId_idx" ON consents ("subjectUserId");
CREATE INDEX "consents_givenByUserId_idx" ON consents ("givenByUserId");

-- What a family asked for when it registered.
CREATE TABLE registrations (
    "id"           TEXT PRIMARY KEY,
    "parentId"     TEXT    NOT NULL REFERENCES parent_profiles ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "studentId"    TEXT    NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "subjects"     TEXT    NOT NULL,
    "currentLevel" TEXT    NOT NULL,
    "objectives"   TEXT    NOT NULL,
    "difficulties" TEXT,
    "modality"     TEXT    NOT NULL,
    "availability" TEXT,
    "createdAt"    TIMESTAMP(3) NOT NULL
);

CREATE INDEX "registrations_parentId_idx" ON registrations ("parentId");
CREATE INDEX "registrations_studentId_idx" ON registrations ("studentId");

-- Attempts to sign in: under a digest of the address, and the network or the browser they came from (the throttle's history).
CREATE TABLE sign_in_attempts (
    "id"         TEXT         PRIMARY KEY,
    "accountKey" TEXT         NOT NULL,
    "networkKey" TEXT         NOT NULL,
    "deviceKey"  TEXT,
    "succeeded"  BOOLEAN      NOT NULL,
    "at"         TIMESTAMP(3) NOT NULL
);

CREATE INDEX "sign_in_attempts_accountKey_at_idx" ON sign_in_attempts ("accountKey", "at");
CREATE INDEX "sign_in_attempts_networkKey_at_idx" ON sign_in_attempts ("networkKey", "at");
CREATE INDEX "sign_in_attempts_succeeded_at_idx" ON sign_in_attempts ("succeeded", "at");
