-- Where a row waits that broke a rule before the rule existed. It is kept as it is; the rules leave it alone while
-- "quarantinedAt" is set, and quarantined_rows says which rules it breaks and since when. The other tables have the column
-- since 0004_existing_application.
CREATE TABLE quarantined_rows (
    "tableName" TEXT NOT NULL,
    "rowId"     TEXT NOT NULL,
    "rule"      TEXT NOT NULL,
    -- The row that it collides with, where there is one.
    "because"   TEXT,
    "at"        INTEGER NOT NULL,
    PRIMARY KEY ("tableName", "rowId", "rule")
) STRICT, WITHOUT ROWID;

ALTER TABLE users ADD COLUMN "quarantinedAt" INTEGER;
