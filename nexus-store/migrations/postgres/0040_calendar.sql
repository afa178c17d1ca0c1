-- Lessons for several pupils, rooms, moves, series, a waiting list, reminders, days without lessons, feeds. Columns that the
-- existing application does not know have a default: its own inserts go on working.
CREATE TABLE session_series (
    "id"        TEXT PRIMARY KEY,
    "pattern"   JSONB NOT NULL,
    "createdBy" TEXT REFERENCES users ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    "createdAt" TIMESTAMP(3) NOT NULL
);

-- "rootId" is the first lesson of a chain of moves, null on that one; its id is what the ledger knows the lesson by.
ALTER TABLE sessions
    ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'INDIVIDUAL' CHECK ("kind" IN ('INDIVIDUAL', 'GROUP', 'MASTERCLASS')),
    ADD COLUMN "modality" TEXT CHECK ("modality" IN ('ONLINE', 'IN_PERSON', 'HYBRID')),
    ADD COLUMN "rootId" TEXT REFERENCES sessions ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    ADD COLUMN "rescheduledFromId" TEXT REFERENCES sessions ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    ADD COLUMN "seriesId" TEXT REFERENCES session_series ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    ADD COLUMN "sequence" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "room" TEXT,
    ADD COLUMN "roomName" TEXT,
    ADD COLUMN "seats" INTEGER NOT NULL DEFAULT 1 CHECK ("seats" BETWEEN 1 AND 500),
    ADD COLUMN "bookedBy" TEXT,
    ADD COLUMN "completedAt" TIMESTAMP(3),
    ADD COLUMN "cancelledAt" TIMESTAMP(3),
    ADD COLUMN "cancellationReason" TEXT,
    ADD COLUMN "refunded" BOOLEAN;

-- A lesson is moved once.
CREATE UNIQUE INDEX "sessions_rescheduledFromId_key" ON sessions ("rescheduledFromId");
CREATE INDEX "sessions_rootId_idx" ON sessions ("rootId");
CREATE INDEX "sessions_seriesId_idx" ON sessions ("seriesId");
CREATE INDEX "session_series_createdBy_idx" ON session_series ("createdBy");
CREATE INDEX "sessions_room_startsAt_idx" ON sessions ("room", "startsAt") WHERE "room" IS NOT NULL;

-- A room holds one lesson at a time.
ALTER TABLE sessions
    ADD CONSTRAINT sessions_room_no_overlap EXCLUDE USING gist (
        int8range(hashtextextended("room", 0), hashtextextended("room", 0), '[]') WITH &&,
        tsrange("startsAt", "endsAt") WITH &&
    ) WHERE ("room" IS NOT NULL AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL);

-- Who takes part. Every lesson has a row for its first pupil, under its own id, however it was written: triggers see to it,
-- and keep "startsAt", "endsAt" and "blocking" what the lesson says. "lessonId" is what the ledger knows the seat by.
CREATE TABLE session_participants (
    "id"           TEXT PRIMARY KEY,
    "sessionId"    TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "studentId"    TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "lessonId"     TEXT NOT NULL,
    "state"        TEXT NOT NULL CHECK ("state" IN ('ENROLLED', 'WAITING', 'OFFERED', 'LEFT', 'EXPIRED')),
    "blocking"     BOOLEAN NOT NULL,
    "startsAt"     TIMESTAMP(3) NOT NULL,
    "endsAt"       TIMESTAMP(3) NOT NULL,
    "offeredUntil" TIMESTAMP(3),
    "createdAt"    TIMESTAMP(3) NOT NULL,
    "updatedAt"    TIMESTAMP(3) NOT NULL,
    CHECK ("state" <> 'OFFERED' OR "offeredUntil" IS NOT NULL),
    -- Nobody is in two lessons at once, whoever else is there.
    CONSTRAINT session_participants_no_overlap EXCLUDE USING gist (
        int8range(hashtextextended("studentId", 0), hashtextextended("studentId", 0), '[]') WITH &&,
        tsrange("startsAt", "endsAt") WITH &&
    ) WHERE ("blocking")
);

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

-- There are never more than the seats. Who counts holds the lesson, so that two who count do not both find the last seat.
CREATE FUNCTION session_participants_within_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    available INTEGER;
BEGIN
    SELECT "seats" INTO available FROM sessions WHERE "id" = NEW."sessionId" FOR NO KEY UPDATE;
    IF available < (SELECT count(*) FROM session_participants
                    WHERE "sessionId" = NEW."sessionId" AND "state" IN ('ENROLLED', 'OFFERED')) THEN
        RAISE EXCEPTION USING ERRCODE = '23P01', CONSTRAINT = 'session_participants_seats',
            MESSAGE = 'session_participants_seats';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER session_participants_seats AFTER INSERT OR UPDATE OF "state" ON session_participants
FOR EACH ROW WHEN (NEW."state" IN ('ENROLLED', 'OFFERED') AND NEW."id" <> NEW."sessionId")
EXECUTE FUNCTION session_participants_within_seats();

CREATE FUNCTION sessions_participants_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    active BOOLEAN := NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO session_participants ("id", "sessionId", "studentId", "lessonId", "state", "blocking", "startsAt",
                                          "endsAt", "createdAt", "updatedAt")
        VALUES (NEW."id", NEW."id", NEW."studentId", COALESCE(NEW."rootId", NEW."id"), 'ENROLLED', active, NEW."startsAt",
                NEW."endsAt", NEW."createdAt", NEW."updatedAt");
    ELSE
        UPDATE session_participants
        SET "studentId" = CASE WHEN "id" = NEW."id" AND NEW."kind" = 'INDIVIDUAL' THEN NEW."studentId" ELSE "studentId" END,
            "startsAt" = NEW."startsAt", "endsAt" = NEW."endsAt",
            "blocking" = active AND "state" IN ('ENROLLED', 'OFFERED')
        WHERE "sessionId" = NEW."id";
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sessions_participants_follow AFTER INSERT OR UPDATE ON sessions
FOR EACH ROW EXECUTE FUNCTION sessions_participants_follow();

-- What happened to a lesson.
CREATE TABLE session_status_history (
    "id"         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    "sessionId"  TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "fromStatus" TEXT CHECK ("fromStatus" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW',
                                              'RESCHEDULED')),
    "toStatus"   TEXT NOT NULL CHECK ("toStatus" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED',
                                                     'NO_SHOW', 'RESCHEDULED')),
    "actor"      TEXT NOT NULL,
    "reason"     TEXT,
    "at"         TIMESTAMP(3) NOT NULL
);
CREATE INDEX session_status_history_session ON session_status_history ("sessionId", "id");

-- Who takes part is reminded once per lesson and kind. A reminder that is done has left as effects of the outbox.
CREATE TABLE session_reminders (
    "sessionId"    TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "reminderType" TEXT NOT NULL
        CHECK ("reminderType" IN ('ONE_DAY_BEFORE', 'TWO_HOURS_BEFORE', 'THIRTY_MINUTES_BEFORE', 'SESSION_STARTING')),
    "dueAt"        TIMESTAMP(3) NOT NULL,
    "doneAt"       TIMESTAMP(3),
    "cancelledAt"  TIMESTAMP(3),
    PRIMARY KEY ("sessionId", "reminderType"),
    CHECK ("doneAt" IS NULL OR "cancelledAt" IS NULL)
);
CREATE INDEX session_reminders_due ON session_reminders ("dueAt") WHERE "doneAt" IS NULL AND "cancelledAt" IS NULL;

-- Days without lessons, first and last included: of the school, or of one coach. A day is the midnight of UTC at which it
-- begins, as in "CoachAvailability".
CREATE TABLE school_closures (
    "id"        TEXT PRIMARY KEY,
    "coachId"   TEXT REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "firstDay"  TIMESTAMP(3) NOT NULL,
    "lastDay"   TIMESTAMP(3) NOT NULL,
    "label"     TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    CHECK ("firstDay" <= "lastDay")
);
CREATE INDEX school_closures_days ON school_closures ("lastDay");
CREATE INDEX "school_closures_coachId_idx" ON school_closures ("coachId");

-- Calendars that somebody subscribed to; of the secret in their address, only the digest is kept.
CREATE TABLE calendar_feeds (
    "id"        TEXT PRIMARY KEY,
    "userId"    TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "tokenHash" TEXT NOT NULL UNIQUE,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "revokedAt" TIMESTAMP(3)
);
CREATE INDEX calendar_feeds_user ON calendar_feeds ("userId");
