-- Credits of one wallet that went to another: the two movements that belong together. Neither is ever undone alone.
CREATE TABLE credit_transfers (
    "fromTxId" INTEGER PRIMARY KEY NOT NULL REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "toTxId"   INTEGER NOT NULL UNIQUE REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "at"       INTEGER NOT NULL,
    CHECK ("fromTxId" <> "toTxId")
) STRICT, WITHOUT ROWID;

CREATE TRIGGER credit_transfers_changed BEFORE UPDATE ON credit_transfers
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER credit_transfers_removed BEFORE DELETE ON credit_transfers
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
