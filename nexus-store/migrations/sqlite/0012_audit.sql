-- The audit log becomes a chain: each sealed row has a place, the hash of the row before it and a hash of its own, computed by
-- the program (nexus-core, audit/chain.rs). A row that the existing application writes has none until it is sealed.
ALTER TABLE audit_logs ADD COLUMN "subject" TEXT;
ALTER TABLE audit_logs ADD COLUMN "requestId" TEXT;
ALTER TABLE audit_logs ADD COLUMN "sequence" INTEGER;
ALTER TABLE audit_logs ADD COLUMN "previousHash" TEXT;
ALTER TABLE audit_logs ADD COLUMN "hash" TEXT;

CREATE UNIQUE INDEX audit_logs_sequence ON audit_logs ("sequence") WHERE "sequence" IS NOT NULL;
CREATE INDEX audit_logs_unsealed ON audit_logs ("id") WHERE "sequence" IS NULL;

-- The end of the chain: shows rows that were cut off, and is what appending transactions wait for. Its first hash is that of
-- a chain without rows.
CREATE TABLE audit_head (
    "id"       INTEGER PRIMARY KEY CHECK ("id" = 1),
    "sequence" INTEGER NOT NULL CHECK ("sequence" >= 0),
    "hash"     TEXT NOT NULL
) STRICT;
INSERT INTO audit_head ("id", "sequence", "hash")
VALUES (1, 0, '6f9a85e26403cd62e0ca87609bb2fbea932c72db0354be4baae3b87d17c1a876');

-- Rows are added, and sealed once; nothing else happens to them.
CREATE TRIGGER audit_logs_added BEFORE INSERT ON audit_logs
WHEN NEW."sequence" IS NOT NULL OR NEW."previousHash" IS NOT NULL OR NEW."hash" IS NOT NULL
    -- INSERT OR REPLACE removes a row without asking the trigger below.
    OR EXISTS (SELECT 1 FROM audit_logs WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'audit_logs takes new rows that are not sealed'); END;

CREATE TRIGGER audit_logs_changed BEFORE UPDATE ON audit_logs
WHEN NOT (OLD."sequence" IS NULL AND OLD."previousHash" IS NULL AND OLD."hash" IS NULL
    AND NEW."sequence" IS NOT NULL AND NEW."previousHash" IS NOT NULL AND NEW."hash" IS NOT NULL
    AND NEW."id" IS OLD."id" AND NEW."actor" IS OLD."actor" AND NEW."action" IS OLD."action"
    AND NEW."subject" IS OLD."subject" AND NEW."diff" IS OLD."diff" AND NEW."requestId" IS OLD."requestId"
    AND NEW."at" IS OLD."at")
BEGIN SELECT RAISE(ABORT, 'audit_logs is append-only'); END;

CREATE TRIGGER audit_logs_removed BEFORE DELETE ON audit_logs
BEGIN SELECT RAISE(ABORT, 'audit_logs is append-only'); END;

CREATE TRIGGER audit_head_moved_back BEFORE UPDATE ON audit_head
WHEN NEW."sequence" <= OLD."sequence"
BEGIN SELECT RAISE(ABORT, 'the audit chain only grows'); END;

CREATE TRIGGER audit_head_removed BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit chain only grows'); END;
