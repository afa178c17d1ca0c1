-- The print of a document: written once, when it is there. What it holds names the file.
CREATE TABLE invoice_documents (
    "invoiceId" TEXT PRIMARY KEY REFERENCES invoices ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "fileKey"   TEXT NOT NULL,
    "sha256"    TEXT NOT NULL,
    "bytes"     BIGINT NOT NULL CHECK ("bytes" > 0),
    "printedAt" TIMESTAMP(3) NOT NULL
);

CREATE TRIGGER invoice_documents_stay BEFORE UPDATE OR DELETE ON invoice_documents FOR EACH ROW EXECUTE FUNCTION till_rows_stay();

-- What was issued before is printed too.
INSERT INTO jobs ("id", "kind", "subject", "uniqueKey", "state", "runAt")
SELECT 'print-' || "id", 'print_invoice', "number", 'invoice:' || "number", 'pending', "issuedAt"
FROM (SELECT "id", "issuedAt", CASE "series" WHEN 'INVOICE' THEN 'F' ELSE 'A' END || "year" || '-'
    || lpad("place"::text, greatest(5, length("place"::text)), '0') AS "number" FROM invoices) issued;
