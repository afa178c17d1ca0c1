-- The audit log becomes a chain: each sealed row has a place, the hash of the row before it and a hash of its own, computed by
-- the program (nexus-core, audit/chain.rs). A row that the existing application writes has none until it is sealed.
ALTER TABLE audit_logs
    ADD COLUMN "subject"      TEXT,
    ADD COLUMN "requestId"    TEXT,
    ADD COLUMN "sequence"     BIGINT,
    ADD COLUMN "previousHash" TEXT,
    ADD COLUMN "hash"         TEXT;

CREATE UNIQUE INDEX audit_logs_sequence ON audit_logs ("sequence") WHERE "sequence" IS NOT NULL;
CREATE INDEX audit_logs_unsealed ON audit_logs ("id") WHERE "sequence" IS NULL;

-- The end of the chain: shows rows that were cut off, and is what appending transactions wait for. Its first hash is that of
-- a chain without rows.
CREATE TABLE audit_head (
    "id"       BIGINT PRIMARY KEY CHECK ("id" = 1),
    "sequence" BIGINT NOT NULL CHECK ("sequence" >= 0),
    "hash"     TEXT NOT NULL
);
INSERT INTO audit_head ("id", "sequence", "hash")
VALUES (1, 0, '6f9a85e26403cd62e0ca87609bb2fbea932c72db0354be4baae3b87d17c1a876');

-- Rows are added, and sealed once; nothing else happens to them.
CREATE FUNCTION audit_logs_guard() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW."sequence" IS NOT NULL OR NEW."previousHash" IS NOT NULL OR NEW."hash" IS NOT NULL THEN
            RAISE EXCEPTION 'audit_logs takes new rows that are not sealed';
        END IF;
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD."sequence" IS NULL AND OLD."previousHash" IS NULL AND OLD."hash" IS NULL
            AND NEW."sequence" IS NOT NULL AND NEW."previousHash" IS NOT NULL AND NEW."hash" IS NOT NULL
            AND (NEW."id", NEW."actor", NEW."action", NEW."subject", NEW."diff", NEW."requestId", NEW."at")
                IS NOT DISTINCT FROM
                (OLD."id", OLD."actor", OLD."action", OLD."subject", OLD."diff", OLD."requestId", OLD."at") THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_logs is append-only';
END
$$;

CREATE TRIGGER audit_logs_guard BEFORE INSERT OR UPDATE OR DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION audit_logs_guard();
CREATE TRIGGER audit_logs_emptied BEFORE TRUNCATE ON audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION audit_logs_guard();

CREATE FUNCTION audit_head_guard() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW."sequence" > OLD."sequence" THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit chain only grows';
END
$$;

CREATE TRIGGER audit_head_guard BEFORE UPDATE OR DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_guard();
CREATE TRIGGER audit_head_emptied BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_head_guard();
