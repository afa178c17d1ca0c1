-- Credits of one wallet that went to another: the two movements that belong together. Neither is ever undone alone.
CREATE TABLE credit_transfers (
    "fromTxId" INTEGER PRIMARY KEY REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "toTxId"   INTEGER NOT NULL UNIQUE REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "at"       TIMESTAMP(3) NOT NULL,
    CHECK ("fromTxId" <> "toTxId")
);

CREATE TRIGGER credit_transfers_guard BEFORE UPDATE OR DELETE ON credit_transfers
    FOR EACH ROW EXECUTE FUNCTION credit_ledger_guard();
CREATE TRIGGER credit_transfers_emptied BEFORE TRUNCATE ON credit_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION credit_ledger_guard();
