-- What a notice said, for whoever has to look at one that was put aside.
ALTER TABLE webhook_events ADD COLUMN "toldStatus" TEXT;
ALTER TABLE webhook_events ADD COLUMN "toldKey" TEXT;
ALTER TABLE webhook_events ADD COLUMN "toldMinor" BIGINT;
ALTER TABLE webhook_events ADD COLUMN "toldCurrency" TEXT;

-- What somebody decided about a notice that was put aside: one decision, which stands.
CREATE TABLE notice_decisions (
    "eventId"   BIGINT PRIMARY KEY REFERENCES webhook_events ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "decision"  TEXT NOT NULL CHECK ("decision" IN ('ACCEPTED', 'DISMISSED')),
    "reason"    TEXT NOT NULL CHECK ("reason" <> ''),
    "decidedBy" TEXT NOT NULL,
    "decidedAt" TIMESTAMP(3) NOT NULL
);

CREATE TRIGGER notice_decisions_stay BEFORE UPDATE OR DELETE ON notice_decisions FOR EACH ROW EXECUTE FUNCTION till_rows_stay();
