-- What a notice said, for whoever has to look at one that was put aside.
ALTER TABLE webhook_events ADD COLUMN "toldStatus" TEXT;
ALTER TABLE webhook_events ADD COLUMN "toldKey" TEXT;
ALTER TABLE webhook_events ADD COLUMN "toldMinor" INTEGER;
ALTER TABLE webhook_events ADD COLUMN "toldCurrency" TEXT;

-- What somebody decided about a notice that was put aside: one decision, which stands.
CREATE TABLE notice_decisions (
    "eventId"   INTEGER PRIMARY KEY NOT NULL REFERENCES webhook_events ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "decision"  TEXT NOT NULL CHECK ("decision" IN ('ACCEPTED', 'DISMISSED')),
    "reason"    TEXT NOT NULL CHECK ("reason" <> ''),
    "decidedBy" TEXT NOT NULL,
    "decidedAt" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER notice_decisions_changed BEFORE UPDATE ON notice_decisions BEGIN SELECT RAISE(ABORT, 'notice_decisions is append-only'); END;
CREATE TRIGGER notice_decisions_removed BEFORE DELETE ON notice_decisions BEGIN SELECT RAISE(ABORT, 'notice_decisions is append-only'); END;
