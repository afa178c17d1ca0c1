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

CREATE INDEX users_role_created ON users ("role", "createdAt");

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
    "id"        TEXT PRIMARY KEY,
    "userId"    TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "codeHash"  TEXT    NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "usedAt"    TIMESTAMP(3),
    UNIQUE ("userId", "codeHash")
);

-- Who agreed to what, for whom, to which text. Rows are written once.
CREATE TABLE consents (
    "id"            TEXT PRIMARY KEY,
    "subjectUserId" TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "givenByUserId" TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "kind"          TEXT    NOT NULL,
    "textVersion"   TEXT    NOT NULL,
    "givenAt"       TIMESTAMP(3) NOT NULL
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

-- Attempts to sign in, under keyed digests of the address and of the network: neither can be read back.
CREATE TABLE sign_in_attempts (
    "id"         TEXT PRIMARY KEY,
    "addressKey" TEXT    NOT NULL,
    "networkKey" TEXT    NOT NULL,
    "succeeded"  BOOLEAN NOT NULL,
    "at"         TIMESTAMP(3) NOT NULL
);

CREATE INDEX "sign_in_attempts_addressKey_at_idx" ON sign_in_attempts ("addressKey", "at");
CREATE INDEX "sign_in_attempts_networkKey_at_idx" ON sign_in_attempts ("networkKey", "at");
CREATE INDEX "sign_in_attempts_at_idx" ON sign_in_attempts ("at");
