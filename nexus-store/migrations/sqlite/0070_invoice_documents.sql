-- The print of a document: written once, when it is there. What it holds names the file.
CREATE TABLE invoice_documents (
    "invoiceId" TEXT PRIMARY KEY NOT NULL REFERENCES invoices ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "fileKey"   TEXT NOT NULL,
    "sha256"    TEXT NOT NULL,
    "bytes"     INTEGER NOT NULL CHECK ("bytes" > 0),
    "printedAt" INTEGER NOT NULL
) STRICT;

CREATE TRIGGER invoice_documents_changed BEFORE UPDATE ON invoice_documents BEGIN SELECT RAISE(ABORT, 'invoice_documents is append-only'); END;
CREATE TRIGGER invoice_documents_removed BEFORE DELETE ON invoice_documents BEGIN SELECT RAISE(ABORT, 'invoice_documents is append-only'); END;

-- What was issued before is printed too.
INSERT INTO jobs ("id", "kind", "subject", "uniqueKey", "state", "runAt")
SELECT 'print-' || "id", 'print_invoice', "number", 'invoice:' || "number", 'pending', "issuedAt"
FROM (SELECT "id", "issuedAt", CASE "series" WHEN 'INVOICE' THEN 'F' ELSE 'A' END || "year" || '-' || printf('%05d', "place") AS "number" FROM invoices);
