-- Lessons for several pupils, rooms, moves, series, a waiting list, reminders, days without lessons, feeds. Columns that the
-- existing application does not know have a default: its own inserts go on working.
CREATE TABLE session_series (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "pattern"   TEXT NOT NULL CHECK (json_valid("pattern")),
    "createdBy" TEXT REFERENCES users ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    "createdAt" INTEGER NOT NULL
) STRICT;

-- "rootId" is the first lesson of a chain of moves, null on that one; its id is what the ledger knows the lesson by.
ALTER TABLE sessions ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'INDIVIDUAL'
    CHECK ("kind" IN ('INDIVIDUAL', 'GROUP', 'MASTERCLASS'));
ALTER TABLE sessions ADD COLUMN "modality" TEXT CHECK ("modality" IN ('ONLINE', 'IN_PERSON', 'HYBRID'));
ALTER TABLE sessions ADD COLUMN "rootId" TEXT REFERENCES sessions ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE sessions ADD COLUMN "rescheduledFromId" TEXT REFERENCES sessions ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE sessions ADD COLUMN "seriesId" TEXT REFERENCES session_series ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE sessions ADD COLUMN "sequence" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN "room" TEXT;
ALTER TABLE sessions ADD COLUMN "roomName" TEXT;
ALTER TABLE sessions ADD COLUMN "seats" INTEGER NOT NULL DEFAULT 1 CHECK ("seats" BETWEEN 1 AND 500);
ALTER TABLE sessions ADD COLUMN "bookedBy" TEXT;
ALTER TABLE sessions ADD COLUMN "completedAt" INTEGER;
ALTER TABLE sessions ADD COLUMN "cancelledAt" INTEGER;
ALTER TABLE sessions ADD COLUMN "cancellationReason" TEXT;
ALTER TABLE sessions ADD COLUMN "refunded" INTEGER CHECK ("refunded" IN (0, 1));

-- A lesson is moved once.
CREATE UNIQUE INDEX "sessions_rescheduledFromId_key" ON sessions ("rescheduledFromId");
CREATE INDEX "sessions_rootId_idx" ON sessions ("rootId");
CREATE INDEX "sessions_seriesId_idx" ON sessions ("seriesId");
CREATE INDEX "session_series_createdBy_idx" ON session_series ("createdBy");
CREATE INDEX "sessions_room_startsAt_idx" ON sessions ("room", "startsAt") WHERE "room" IS NOT NULL;

-- A room holds one lesson at a time.
CREATE TRIGGER sessions_room_no_overlap_insert AFTER INSERT ON sessions
WHEN NEW."room" IS NOT NULL AND NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_room_no_overlap') FROM sessions
    WHERE "room" = NEW."room" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;

CREATE TRIGGER sessions_room_no_overlap_update AFTER UPDATE ON sessions
WHEN NEW."room" IS NOT NULL AND NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_room_no_overlap') FROM sessions
    WHERE "room" = NEW."room" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;

-- Who takes part. Every lesson has a row for its first pupil, under its own id, however it was written: triggers see to it,
-- and keep "startsAt", "endsAt" and "blocking" what the lesson says. "lessonId" is what the ledger knows the seat by.
CREATE TABLE session_participants (
    "id"           TEXT PRIMARY KEY NOT NULL,
    "sessionId"    TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "studentId"    TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "lessonId"     TEXT NOT NULL,
    "state"        TEXT NOT NULL CHECK ("state" IN ('ENROLLED', 'WAITING', 'OFFERED', 'LEFT', 'EXPIRED')),
    "blocking"     INTEGER NOT NULL CHECK ("blocking" IN (0, 1)),
    "startsAt"     INTEGER NOT NULL,
    "endsAt"       INTEGER NOT NULL,
    "offeredUntil" INTEGER,
    "createdAt"    INTEGER NOT NULL,
    "updatedAt"    INTEGER NOT NULL,
    CHECK ("state" <> 'OFFERED' OR "offeredUntil" IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX session_participants_once ON session_participants ("sessionId", "studentId")
    WHERE "state" IN ('ENROLLED', 'WAITING', 'OFFERED');
CREATE INDEX session_participants_student ON session_participants ("studentId", "startsAt");
CREATE INDEX session_participants_session ON session_participants ("sessionId", "createdAt");
CREATE INDEX session_participants_offers ON session_participants ("offeredUntil") WHERE "state" = 'OFFERED';

INSERT INTO session_participants ("id", "sessionId", "studentId", "lessonId", "state", "blocking", "startsAt", "endsAt",
                                  "createdAt", "updatedAt")
SELECT "id", "id", "studentId", "id", 'ENROLLED',
       "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL, "startsAt", "endsAt", "createdAt",
       "updatedAt"
FROM sessions;

-- Nobody is in two lessons at once, whoever else is there.
CREATE TRIGGER session_participants_no_overlap_insert AFTER INSERT ON session_participants
WHEN NEW."blocking"
BEGIN
    SELECT RAISE(ABORT, 'sessions_student_no_overlap') FROM session_participants
    WHERE "studentId" = NEW."studentId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "blocking";
END;

CREATE TRIGGER session_participants_no_overlap_update AFTER UPDATE ON session_participants
WHEN NEW."blocking"
BEGIN
    SELECT RAISE(ABORT, 'sessions_student_no_overlap') FROM session_participants
    WHERE "studentId" = NEW."studentId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "blocking";
END;

-- There are never more than the seats.
CREATE TRIGGER session_participants_seats_insert AFTER INSERT ON session_participants
WHEN NEW."state" IN ('ENROLLED', 'OFFERED')
BEGIN
    SELECT RAISE(ABORT, 'session_participants_seats') FROM sessions held
    WHERE held."id" = NEW."sessionId"
      AND held."seats" < (SELECT count(*) FROM session_participants other
                          WHERE other."sessionId" = NEW."sessionId" AND other."state" IN ('ENROLLED', 'OFFERED'));
END;

CREATE TRIGGER session_participants_seats_update AFTER UPDATE OF "state" ON session_participants
WHEN NEW."state" IN ('ENROLLED', 'OFFERED')
BEGIN
    SELECT RAISE(ABORT, 'session_participants_seats') FROM sessions held
    WHERE held."id" = NEW."sessionId"
      AND held."seats" < (SELECT count(*) FROM session_participants other
                          WHERE other."sessionId" = NEW."sessionId" AND other."state" IN ('ENROLLED', 'OFFERED'));
END;

CREATE TRIGGER sessions_first_participant AFTER INSERT ON sessions
BEGIN
    INSERT INTO session_participants ("id", "sessionId", "studentId", "lessonId", "state", "blocking", "startsAt", "endsAt",
                                      "createdAt", "updatedAt")
    VALUES (NEW."id", NEW."id", NEW."studentId", COALESCE(NEW."rootId", NEW."id"), 'ENROLLED',
            NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL,
            NEW."startsAt", NEW."endsAt", NEW."createdAt", NEW."updatedAt");
END;

CREATE TRIGGER sessions_participants_follow AFTER UPDATE ON sessions
BEGIN
    UPDATE session_participants
    SET "studentId" = CASE WHEN "id" = NEW."id" AND NEW."kind" = 'INDIVIDUAL' THEN NEW."studentId" ELSE "studentId" END,
        "startsAt" = NEW."startsAt", "endsAt" = NEW."endsAt",
        "blocking" = "state" IN ('ENROLLED', 'OFFERED')
            AND NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
    WHERE "sessionId" = NEW."id";
END;

-- What happened to a lesson.
CREATE TABLE session_status_history (
    "id"         INTEGER PRIMARY KEY AUTOINCREMENT,
    "sessionId"  TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "fromStatus" TEXT CHECK ("fromStatus" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW',
                                              'RESCHEDULED')),
    "toStatus"   TEXT NOT NULL CHECK ("toStatus" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED',
                                                     'NO_SHOW', 'RESCHEDULED')),
    "actor"      TEXT NOT NULL,
    "reason"     TEXT,
    "at"         INTEGER NOT NULL
) STRICT;
CREATE INDEX session_status_history_session ON session_status_history ("sessionId", "id");

-- Who takes part is reminded once per lesson and kind. A reminder that is done has left as effects of the outbox.
CREATE TABLE session_reminders (
    "sessionId"    TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "reminderType" TEXT NOT NULL
        CHECK ("reminderType" IN ('ONE_DAY_BEFORE', 'TWO_HOURS_BEFORE', 'THIRTY_MINUTES_BEFORE', 'SESSION_STARTING')),
    "dueAt"        INTEGER NOT NULL,
    "doneAt"       INTEGER,
    "cancelledAt"  INTEGER,
    PRIMARY KEY ("sessionId", "reminderType"),
    CHECK ("doneAt" IS NULL OR "cancelledAt" IS NULL)
) STRICT;
CREATE INDEX session_reminders_due ON session_reminders ("dueAt") WHERE "doneAt" IS NULL AND "cancelledAt" IS NULL;

-- Days without lessons, first and last included: of the school, or of one coach. A day is the midnight of UTC at which it
-- begins, as in "CoachAvailability".
CREATE TABLE school_closures (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "coachId"   TEXT REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "firstDay"  INTEGER NOT NULL,
    "lastDay"   INTEGER NOT NULL,
    "label"     TEXT NOT NULL,
    "createdAt" INTEGER NOT NULL,
    CHECK ("firstDay" <= "lastDay")
) STRICT;
CREATE INDEX school_closures_days ON school_closures ("lastDay");
CREATE INDEX "school_closures_coachId_idx" ON school_closures ("coachId");

-- Calendars that somebody subscribed to; of the secret in their address, only the digest is kept.
CREATE TABLE calendar_feeds (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "userId"    TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "tokenHash" TEXT NOT NULL UNIQUE,
    "createdAt" INTEGER NOT NULL,
    "revokedAt" INTEGER
) STRICT;
CREATE INDEX calendar_feeds_user ON calendar_feeds ("userId");
