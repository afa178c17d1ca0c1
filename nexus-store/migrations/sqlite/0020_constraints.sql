-- What the database itself refuses, beside the checks and references that its tables have since 0004_existing_application.
-- Triggers stand where PostgreSQL has an exclusion constraint or another action on a foreign key.

-- People ---------------------------------------------------------------------------------------------------------------

-- One account per address, however it is written.
CREATE UNIQUE INDEX users_email_normalised ON users (lower(trim("email"))) WHERE "quarantinedAt" IS NULL;
-- Finds every account of an address, those in quarantine too.
CREATE INDEX users_email_lookup ON users (lower(trim("email")));

-- Removing a parent never removes his children: people are anonymised.
CREATE TRIGGER "students_parentId_restrict" BEFORE DELETE ON parent_profiles
WHEN EXISTS (SELECT 1 FROM students WHERE "parentId" = OLD."id")
BEGIN SELECT RAISE(ABORT, 'students_parentId_fkey'); END;

-- Calendar -------------------------------------------------------------------------------------------------------------

CREATE INDEX "sessions_coachId_startsAt_idx" ON sessions ("coachId", "startsAt");
CREATE INDEX "sessions_studentId_startsAt_idx" ON sessions ("studentId", "startsAt");
CREATE INDEX "sessions_status_startsAt_idx" ON sessions ("status", "startsAt");

-- Nobody is in two lessons at once.
CREATE TRIGGER sessions_coach_no_overlap_insert AFTER INSERT ON sessions
WHEN NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_coach_no_overlap') FROM sessions
    WHERE "coachId" = NEW."coachId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;

CREATE TRIGGER sessions_coach_no_overlap_update AFTER UPDATE ON sessions
WHEN NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_coach_no_overlap') FROM sessions
    WHERE "coachId" = NEW."coachId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;

CREATE TRIGGER sessions_student_no_overlap_insert AFTER INSERT ON sessions
WHEN NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_student_no_overlap') FROM sessions
    WHERE "studentId" = NEW."studentId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;

CREATE TRIGGER sessions_student_no_overlap_update AFTER UPDATE ON sessions
WHEN NEW."status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_student_no_overlap') FROM sessions
    WHERE "studentId" = NEW."studentId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND "status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;

-- The unique index of the existing application takes two rows without a date for different ones. No date is stored as -1
-- millisecond.
CREATE UNIQUE INDEX "CoachAvailability_once"
    ON "CoachAvailability" ("coachId", "dayOfWeek", "startTime", "endTime", COALESCE("specificDate", -1))
    WHERE "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "SessionReminder_once" ON "SessionReminder" ("sessionId", "reminderType") WHERE "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "SessionNotification_once" ON "SessionNotification" ("sessionId", "userId", "type", "method")
    WHERE "quarantinedAt" IS NULL;

-- Money ----------------------------------------------------------------------------------------------------------------

-- The three texts are what the existing application writes while it has no reference of the payment yet.
CREATE UNIQUE INDEX payment_records_once ON payment_records ("provider", "externalId")
    WHERE "quarantinedAt" IS NULL AND "externalId" NOT IN ('cash-reservation', 'konnect-link-pending', 'pending');

-- Subscriptions and the rest -------------------------------------------------------------------------------------------

CREATE UNIQUE INDEX subscriptions_one_active ON subscriptions ("studentId")
    WHERE "status" = 'ACTIVE' AND "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "LegalVersion_once" ON "LegalVersion" ("pageId", "version") WHERE "quarantinedAt" IS NULL;

-- Every foreign key leads an index -------------------------------------------------------------------------------------

CREATE INDEX "SessionBooking_parentId_idx" ON "SessionBooking" ("parentId");
CREATE INDEX "student_reports_studentId_idx" ON student_reports ("studentId");
CREATE INDEX "student_reports_coachId_idx" ON student_reports ("coachId");
CREATE INDEX "subscriptions_studentId_idx" ON subscriptions ("studentId");
CREATE INDEX "subscription_requests_studentId_idx" ON subscription_requests ("studentId");
CREATE INDEX "credit_transactions_studentId_createdAt_idx" ON credit_transactions ("studentId", "createdAt");
CREATE INDEX "credit_tx_walletId_at_idx" ON credit_tx ("walletId", "at");
CREATE INDEX "payments_userId_idx" ON payments ("userId");
CREATE INDEX "payment_records_userId_idx" ON payment_records ("userId");
CREATE INDEX "payment_records_packId_idx" ON payment_records ("packId");
CREATE INDEX "notifications_userId_createdAt_idx" ON notifications ("userId", "createdAt");
CREATE INDEX "messages_senderId_createdAt_idx" ON messages ("senderId", "createdAt");
CREATE INDEX "messages_receiverId_createdAt_idx" ON messages ("receiverId", "createdAt");
CREATE INDEX "student_badges_badgeId_idx" ON student_badges ("badgeId");
CREATE INDEX "aria_conversations_studentId_idx" ON aria_conversations ("studentId");
CREATE INDEX "aria_messages_conversationId_createdAt_idx" ON aria_messages ("conversationId", "createdAt");
