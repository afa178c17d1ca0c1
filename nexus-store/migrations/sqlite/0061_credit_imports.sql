-- Which rows of the existing application's third ledger (credit_transactions) have become movements. A row is looked at once.
CREATE TABLE credit_imports (
    "transactionId" TEXT PRIMARY KEY REFERENCES credit_transactions ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "movementId"    INTEGER REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "outcome"       TEXT NOT NULL CHECK ("outcome" IN ('IMPORTED', 'SHORT', 'SKIPPED')),
    "at"            INTEGER NOT NULL
) STRICT;
CREATE INDEX "credit_imports_movementId_idx" ON credit_imports ("movementId");
