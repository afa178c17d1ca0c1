-- The other tables of the existing application (decision 5), as SQLite holds them: instants are UTC milliseconds, enums are
-- checked text, JSON is checked text, vectors are little-endian 32-bit floats one after the other.
--
-- SQLite cannot add a rule to a table later, so those that PostgreSQL gets in 0020_constraints stand here. "quarantinedAt" is
-- set on a row that broke one of them before it existed (such a row comes from an adopted database): the rule then leaves it
-- alone until somebody has decided about it.
CREATE TABLE student_profiles (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "userId"    TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "grade"     TEXT,
    "school"    TEXT,
    "birthDate" INTEGER
) STRICT;

CREATE TABLE student_profile_data (
    "id"               TEXT PRIMARY KEY NOT NULL,
    "studentId"        TEXT NOT NULL UNIQUE REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "pedagoRawAnswers" TEXT CHECK (json_valid("pedagoRawAnswers")),
    "pedagoProfile"    TEXT CHECK (json_valid("pedagoProfile")),
    "preAnalyzedData"  TEXT CHECK (json_valid("preAnalyzedData")),
    "lastUpdatedAt"    INTEGER NOT NULL
) STRICT;

CREATE TABLE coach_profiles (
    "id"                TEXT PRIMARY KEY NOT NULL,
    "userId"            TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "title"             TEXT,
    "pseudonym"         TEXT NOT NULL UNIQUE,
    "tag"               TEXT,
    "description"       TEXT,
    "philosophy"        TEXT,
    "expertise"         TEXT,
    "subjects"          TEXT NOT NULL CHECK (json_valid("subjects")),
    "availableOnline"   INTEGER NOT NULL DEFAULT 1 CHECK ("availableOnline" IN (0, 1)),
    "availableInPerson" INTEGER NOT NULL DEFAULT 1 CHECK ("availableInPerson" IN (0, 1)),
    "createdAt"         INTEGER NOT NULL,
    "updatedAt"         INTEGER NOT NULL
) STRICT;

CREATE TABLE "CoachAvailability" (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "coachId"       TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "dayOfWeek"     INTEGER NOT NULL,
    "startTime"     TEXT NOT NULL,
    "endTime"       TEXT NOT NULL,
    "specificDate"  INTEGER,
    "isAvailable"   INTEGER NOT NULL DEFAULT 1 CHECK ("isAvailable" IN (0, 1)),
    "isRecurring"   INTEGER NOT NULL DEFAULT 1 CHECK ("isRecurring" IN (0, 1)),
    "validFrom"     INTEGER NOT NULL,
    "validUntil"    INTEGER,
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT "CoachAvailability_end_after_start"
        CHECK (substr('0' || "startTime", -5) < substr('0' || "endTime", -5) OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE sessions (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "studentId"     TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "coachId"       TEXT NOT NULL REFERENCES coach_profiles ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "type"          TEXT NOT NULL CHECK ("type" IN ('COURS_ONLINE', 'COURS_PRESENTIEL', 'ATELIER_GROUPE')),
    "subject"       TEXT NOT NULL
        CHECK ("subject" IN ('MATHEMATIQUES', 'NSI', 'FRANCAIS', 'PHILOSOPHIE', 'HISTOIRE_GEO', 'ANGLAIS', 'ESPAGNOL',
               'PHYSIQUE_CHIMIE', 'SVT', 'SES')),
    "title"         TEXT NOT NULL,
    "description"   TEXT,
    "scheduledAt"   INTEGER NOT NULL,
    "duration"      INTEGER NOT NULL,
    "location"      TEXT,
    "creditCost"    REAL NOT NULL,
    "status"        TEXT NOT NULL DEFAULT 'SCHEDULED'
        CHECK ("status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW', 'RESCHEDULED')),
    "report"        TEXT,
    "reportedAt"    INTEGER,
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    "startsAt"      INTEGER NOT NULL GENERATED ALWAYS AS ("scheduledAt") STORED,
    "endsAt"        INTEGER NOT NULL GENERATED ALWAYS AS ("scheduledAt" + "duration" * 60000) STORED,
    CONSTRAINT sessions_end_after_start CHECK ("duration" > 0 OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE "SessionBooking" (
    "id"              TEXT PRIMARY KEY NOT NULL,
    "studentId"       TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "coachId"         TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "parentId"        TEXT REFERENCES users ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    "subject"         TEXT NOT NULL
        CHECK ("subject" IN ('MATHEMATIQUES', 'NSI', 'FRANCAIS', 'PHILOSOPHIE', 'HISTOIRE_GEO', 'ANGLAIS', 'ESPAGNOL',
               'PHYSIQUE_CHIMIE', 'SVT', 'SES')),
    "title"           TEXT NOT NULL,
    "description"     TEXT,
    "scheduledDate"   INTEGER NOT NULL,
    "startTime"       TEXT NOT NULL,
    "endTime"         TEXT NOT NULL,
    "duration"        INTEGER NOT NULL,
    "status"          TEXT NOT NULL DEFAULT 'SCHEDULED'
        CHECK ("status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW', 'RESCHEDULED')),
    "type"            TEXT NOT NULL DEFAULT 'INDIVIDUAL' CHECK ("type" IN ('INDIVIDUAL', 'GROUP', 'MASTERCLASS')),
    "modality"        TEXT NOT NULL DEFAULT 'ONLINE' CHECK ("modality" IN ('ONLINE', 'IN_PERSON', 'HYBRID')),
    "meetingUrl"      TEXT,
    "meetingId"       TEXT,
    "location"        TEXT,
    "creditsUsed"     INTEGER NOT NULL DEFAULT 1,
    "coachNotes"      TEXT,
    "studentNotes"    TEXT,
    "rating"          INTEGER,
    "feedback"        TEXT,
    "studentAttended" INTEGER CHECK ("studentAttended" IN (0, 1)),
    "coachAttended"   INTEGER NOT NULL DEFAULT 1 CHECK ("coachAttended" IN (0, 1)),
    "createdAt"       INTEGER NOT NULL,
    "updatedAt"       INTEGER NOT NULL,
    "completedAt"     INTEGER,
    "cancelledAt"     INTEGER,
    "quarantinedAt"   INTEGER,
    CONSTRAINT "SessionBooking_end_after_start"
        CHECK (substr('0' || "startTime", -5) < substr('0' || "endTime", -5) OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE "SessionNotification" (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "sessionId"     TEXT NOT NULL REFERENCES "SessionBooking" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "userId"        TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "type"          TEXT NOT NULL
        CHECK ("type" IN ('SESSION_BOOKED', 'SESSION_CONFIRMED', 'SESSION_REMINDER', 'SESSION_CANCELLED',
               'SESSION_RESCHEDULED', 'SESSION_COMPLETED', 'COACH_ASSIGNED', 'PAYMENT_REQUIRED')),
    "title"         TEXT NOT NULL,
    "message"       TEXT NOT NULL,
    "status"        TEXT NOT NULL DEFAULT 'PENDING' CHECK ("status" IN ('PENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED')),
    "sentAt"        INTEGER,
    "readAt"        INTEGER,
    "method"        TEXT NOT NULL DEFAULT 'EMAIL' CHECK ("method" IN ('EMAIL', 'SMS', 'IN_APP', 'PUSH')),
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER
) STRICT;

CREATE TABLE "SessionReminder" (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "sessionId"     TEXT NOT NULL REFERENCES "SessionBooking" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "reminderType"  TEXT NOT NULL
        CHECK ("reminderType" IN ('ONE_DAY_BEFORE', 'TWO_HOURS_BEFORE', 'THIRTY_MINUTES_BEFORE', 'SESSION_STARTING')),
    "scheduledFor"  INTEGER NOT NULL,
    "sent"          INTEGER NOT NULL DEFAULT 0 CHECK ("sent" IN (0, 1)),
    "sentAt"        INTEGER,
    "createdAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER
) STRICT;

CREATE TABLE student_reports (
    "id"              TEXT PRIMARY KEY NOT NULL,
    "studentId"       TEXT NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "coachId"         TEXT NOT NULL REFERENCES coach_profiles ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "title"           TEXT NOT NULL,
    "content"         TEXT NOT NULL,
    "period"          TEXT NOT NULL,
    "sessionsCount"   INTEGER NOT NULL DEFAULT 0,
    "averageGrade"    REAL,
    "progressNotes"   TEXT,
    "recommendations" TEXT,
    "createdAt"       INTEGER NOT NULL
) STRICT;

CREATE TABLE subscriptions (
    "id"              TEXT PRIMARY KEY NOT NULL,
    "studentId"       TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "planName"        TEXT NOT NULL,
    "monthlyPrice"    INTEGER NOT NULL,
    "creditsPerMonth" INTEGER NOT NULL,
    "status"          TEXT NOT NULL CHECK ("status" IN ('ACTIVE', 'INACTIVE', 'CANCELLED', 'EXPIRED')),
    "startDate"       INTEGER NOT NULL,
    "endDate"         INTEGER,
    "ariaSubjects"    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid("ariaSubjects")),
    "ariaCost"        INTEGER NOT NULL DEFAULT 0,
    "createdAt"       INTEGER NOT NULL,
    "updatedAt"       INTEGER NOT NULL,
    "quarantinedAt"   INTEGER
) STRICT;

CREATE TABLE subscription_requests (
    "id"               TEXT PRIMARY KEY NOT NULL,
    "studentId"        TEXT NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "requestType"      TEXT NOT NULL,
    "planName"         TEXT,
    "monthlyPrice"     REAL NOT NULL,
    "reason"           TEXT,
    "status"           TEXT NOT NULL,
    "requestedBy"      TEXT NOT NULL,
    "requestedByEmail" TEXT NOT NULL,
    "processedBy"      TEXT,
    "processedAt"      INTEGER,
    "rejectionReason"  TEXT,
    "createdAt"        INTEGER NOT NULL,
    "updatedAt"        INTEGER NOT NULL,
    "quarantinedAt"    INTEGER,
    CONSTRAINT "subscription_requests_requestType_known"
        CHECK ("requestType" IN ('PLAN_CHANGE', 'ARIA_ADDON', 'INVOICE_DETAILS') OR "quarantinedAt" IS NOT NULL),
    CONSTRAINT subscription_requests_status_known
        CHECK ("status" IN ('PENDING', 'APPROVED', 'REJECTED') OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE credit_transactions (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "studentId"     TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "type"          TEXT NOT NULL,
    "amount"        REAL NOT NULL,
    "description"   TEXT NOT NULL,
    "sessionId"     TEXT,
    "expiresAt"     INTEGER,
    "createdAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT credit_transactions_type_known
        CHECK ("type" IN ('MONTHLY_ALLOCATION', 'PURCHASE', 'USAGE', 'REFUND', 'EXPIRATION', 'CREDIT_REQUEST', 'CREDIT_ADD',
               'CREDIT_REJECTED') OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE credit_wallets (
    "id"            INTEGER PRIMARY KEY AUTOINCREMENT,
    "userId"        TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "balance"       INTEGER NOT NULL DEFAULT 0,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT credit_wallets_balance_not_negative CHECK ("balance" >= 0 OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE credit_tx (
    "id"         INTEGER PRIMARY KEY AUTOINCREMENT,
    "walletId"   INTEGER NOT NULL REFERENCES credit_wallets ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "delta"      INTEGER NOT NULL,
    "reason"     TEXT NOT NULL,
    "provider"   TEXT,
    "externalId" TEXT,
    "packId"     INTEGER,
    "at"         INTEGER NOT NULL
) STRICT;

CREATE TABLE credit_packs (
    "id"        INTEGER PRIMARY KEY AUTOINCREMENT,
    "credits"   INTEGER NOT NULL,
    "priceTnd"  REAL NOT NULL,
    "bonus"     INTEGER NOT NULL DEFAULT 0,
    "active"    INTEGER NOT NULL DEFAULT 1 CHECK ("active" IN (0, 1)),
    "updatedAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE credit_usage (
    "key"       TEXT PRIMARY KEY NOT NULL,
    "credits"   INTEGER NOT NULL,
    "updatedAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE payments (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "userId"        TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "type"          TEXT NOT NULL CHECK ("type" IN ('SUBSCRIPTION', 'CREDIT_PACK', 'SPECIAL_PACK')),
    "amount"        REAL NOT NULL,
    "currency"      TEXT NOT NULL DEFAULT 'TND',
    "description"   TEXT NOT NULL,
    "status"        TEXT NOT NULL DEFAULT 'PENDING' CHECK ("status" IN ('PENDING', 'COMPLETED', 'FAILED', 'REFUNDED')),
    "method"        TEXT,
    "externalId"    TEXT UNIQUE,
    "metadata"      TEXT CHECK (json_valid("metadata")),
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT payments_method_known
        CHECK ("method" IN ('konnect', 'wise', 'manual') OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE payment_records (
    "id"            INTEGER PRIMARY KEY AUTOINCREMENT,
    "provider"      TEXT NOT NULL,
    "externalId"    TEXT NOT NULL,
    "userId"        TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "packId"        INTEGER NOT NULL REFERENCES credit_packs ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "amountTnd"     REAL NOT NULL,
    "currency"      TEXT NOT NULL DEFAULT 'TND',
    "status"        TEXT NOT NULL DEFAULT 'created',
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT payment_records_provider_known
        CHECK ("provider" IN ('konnect', 'wire', 'cash') OR "quarantinedAt" IS NOT NULL),
    CONSTRAINT payment_records_status_known
        CHECK ("status" IN ('created', 'pending', 'paid', 'failed', 'cancelled') OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE payment_settings (
    "id"        INTEGER PRIMARY KEY NOT NULL DEFAULT 1,
    "allowCard" INTEGER NOT NULL DEFAULT 1 CHECK ("allowCard" IN (0, 1)),
    "allowWire" INTEGER NOT NULL DEFAULT 1 CHECK ("allowWire" IN (0, 1)),
    "allowCash" INTEGER NOT NULL DEFAULT 1 CHECK ("allowCash" IN (0, 1)),
    "iban"      TEXT,
    "cashNote"  TEXT,
    "updatedAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE billing_policy (
    "id"               INTEGER PRIMARY KEY NOT NULL DEFAULT 1,
    "annualDepositPct" INTEGER NOT NULL DEFAULT 20,
    "scheduleEndISO"   TEXT NOT NULL DEFAULT '2026-06-30',
    "updatedAt"        INTEGER NOT NULL
) STRICT;

CREATE TABLE pricing (
    "id"        INTEGER PRIMARY KEY AUTOINCREMENT,
    "service"   TEXT NOT NULL,
    "variable"  TEXT NOT NULL,
    "valeur"    REAL NOT NULL,
    "devise"    TEXT NOT NULL DEFAULT 'TND',
    "updatedAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE product_pricing (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "itemType"      TEXT NOT NULL,
    "itemKey"       TEXT NOT NULL,
    "amount"        INTEGER NOT NULL,
    "currency"      TEXT NOT NULL DEFAULT 'TND',
    "description"   TEXT NOT NULL,
    "active"        INTEGER NOT NULL DEFAULT 1 CHECK ("active" IN (0, 1)),
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT "product_pricing_itemType_known"
        CHECK ("itemType" IN ('SUBSCRIPTION', 'ADDON', 'PACK') OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE offer_bindings (
    "code"        TEXT PRIMARY KEY NOT NULL,
    "label"       TEXT NOT NULL,
    "includeAria" INTEGER NOT NULL DEFAULT 0 CHECK ("includeAria" IN (0, 1)),
    "refs"        TEXT NOT NULL CHECK (json_valid("refs")),
    "updatedAt"   INTEGER NOT NULL
) STRICT;

CREATE TABLE user_documents (
    "id"           TEXT PRIMARY KEY NOT NULL,
    "ownerId"      TEXT,
    "ownerRole"    TEXT,
    "originalName" TEXT NOT NULL,
    "mime"         TEXT NOT NULL,
    "storageKey"   TEXT NOT NULL UNIQUE,
    "status"       TEXT NOT NULL DEFAULT 'UPLOADED',
    "meta"         TEXT CHECK (json_valid("meta")),
    "createdAt"    INTEGER NOT NULL
) STRICT;

CREATE TABLE knowledge_assets (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "docId"     TEXT NOT NULL REFERENCES user_documents ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "subject"   TEXT NOT NULL,
    "level"     TEXT NOT NULL,
    "chunk"     TEXT NOT NULL,
    "tokens"    INTEGER NOT NULL,
    "embedding" BLOB NOT NULL,
    "meta"      TEXT NOT NULL CHECK (json_valid("meta")),
    "createdAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE ingest_jobs (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "docId"         TEXT NOT NULL REFERENCES user_documents ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "status"        TEXT NOT NULL DEFAULT 'PENDING',
    "step"          TEXT NOT NULL DEFAULT 'queued',
    "progress"      INTEGER NOT NULL DEFAULT 0,
    "error"         TEXT,
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER
) STRICT;

CREATE TABLE pedagogical_contents (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "title"     TEXT NOT NULL,
    "content"   TEXT NOT NULL,
    "subject"   TEXT NOT NULL
        CHECK ("subject" IN ('MATHEMATIQUES', 'NSI', 'FRANCAIS', 'PHILOSOPHIE', 'HISTOIRE_GEO', 'ANGLAIS', 'ESPAGNOL',
               'PHYSIQUE_CHIMIE', 'SVT', 'SES')),
    "grade"     TEXT,
    "embedding" TEXT NOT NULL DEFAULT '[]' CHECK (json_valid("embedding")),
    "tags"      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid("tags")),
    "createdAt" INTEGER NOT NULL,
    "updatedAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE aria_conversations (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "studentId" TEXT NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "subject"   TEXT NOT NULL
        CHECK ("subject" IN ('MATHEMATIQUES', 'NSI', 'FRANCAIS', 'PHILOSOPHIE', 'HISTOIRE_GEO', 'ANGLAIS', 'ESPAGNOL',
               'PHYSIQUE_CHIMIE', 'SVT', 'SES')),
    "title"     TEXT,
    "createdAt" INTEGER NOT NULL,
    "updatedAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE aria_messages (
    "id"             TEXT PRIMARY KEY NOT NULL,
    "conversationId" TEXT NOT NULL REFERENCES aria_conversations ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "role"           TEXT NOT NULL,
    "content"        TEXT NOT NULL,
    "feedback"       INTEGER CHECK ("feedback" IN (0, 1)),
    "createdAt"      INTEGER NOT NULL
) STRICT;

CREATE TABLE memories (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "studentId" TEXT NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "kind"      TEXT NOT NULL CHECK ("kind" IN ('EPISODIC', 'SEMANTIC', 'PLAN')),
    "content"   TEXT NOT NULL,
    "embedding" BLOB,
    "meta"      TEXT CHECK (json_valid("meta")),
    "createdAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE badges (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "name"          TEXT NOT NULL UNIQUE,
    "description"   TEXT NOT NULL,
    "category"      TEXT NOT NULL,
    "icon"          TEXT,
    "condition"     TEXT NOT NULL,
    "createdAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT badges_category_known
        CHECK ("category" IN ('ASSIDUITE', 'PROGRESSION', 'CURIOSITE') OR "quarantinedAt" IS NOT NULL)
) STRICT;

CREATE TABLE student_badges (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "studentId" TEXT NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "badgeId"   TEXT NOT NULL REFERENCES badges ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "earnedAt"  INTEGER NOT NULL
) STRICT;

CREATE TABLE notifications (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "userId"        TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "userRole"      TEXT NOT NULL CHECK ("userRole" IN ('ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE')),
    "type"          TEXT NOT NULL,
    "title"         TEXT NOT NULL,
    "message"       TEXT NOT NULL,
    "data"          TEXT NOT NULL CHECK (json_valid("data")),
    "read"          INTEGER NOT NULL DEFAULT 0 CHECK ("read" IN (0, 1)),
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER
) STRICT;

CREATE TABLE messages (
    "id"         TEXT PRIMARY KEY NOT NULL,
    "senderId"   TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "receiverId" TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "content"    TEXT NOT NULL,
    "fileUrl"    TEXT,
    "fileName"   TEXT,
    "readAt"     INTEGER,
    "createdAt"  INTEGER NOT NULL
) STRICT;

CREATE TABLE "LegalPage" (
    "id"           INTEGER PRIMARY KEY AUTOINCREMENT,
    "slug"         TEXT NOT NULL UNIQUE,
    "title"        TEXT NOT NULL,
    "contentMd"    TEXT NOT NULL,
    "contentHtml"  TEXT,
    "placeholders" TEXT CHECK (json_valid("placeholders")),
    "version"      INTEGER NOT NULL DEFAULT 1,
    "contentHash"  TEXT NOT NULL,
    "gitCommit"    TEXT,
    "updatedBy"    TEXT,
    "createdAt"    INTEGER NOT NULL,
    "updatedAt"    INTEGER NOT NULL
) STRICT;

CREATE TABLE "LegalVersion" (
    "id"            INTEGER PRIMARY KEY AUTOINCREMENT,
    "pageId"        INTEGER NOT NULL REFERENCES "LegalPage" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "slug"          TEXT NOT NULL,
    "title"         TEXT NOT NULL,
    "contentMd"     TEXT NOT NULL,
    "contentHtml"   TEXT,
    "version"       INTEGER NOT NULL,
    "contentHash"   TEXT NOT NULL,
    "gitCommit"     TEXT,
    "editorId"      TEXT,
    "createdAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER
) STRICT;

CREATE TABLE audit_logs (
    "id"     INTEGER PRIMARY KEY AUTOINCREMENT,
    "actor"  TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "diff"   TEXT CHECK (json_valid("diff")),
    "at"     INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX "CoachAvailability_coachId_dayOfWeek_startTime_endTime_speci_key"
    ON "CoachAvailability" ("coachId", "dayOfWeek", "startTime", "endTime", "specificDate");
CREATE UNIQUE INDEX "pricing_service_variable_key" ON pricing ("service", "variable");
CREATE UNIQUE INDEX "product_pricing_itemType_itemKey_key" ON product_pricing ("itemType", "itemKey");
CREATE UNIQUE INDEX "student_badges_studentId_badgeId_key" ON student_badges ("studentId", "badgeId");
CREATE INDEX "CoachAvailability_coachId_dayOfWeek_idx" ON "CoachAvailability" ("coachId", "dayOfWeek");
CREATE INDEX "CoachAvailability_coachId_specificDate_idx" ON "CoachAvailability" ("coachId", "specificDate");
CREATE INDEX "SessionBooking_studentId_scheduledDate_idx" ON "SessionBooking" ("studentId", "scheduledDate");
CREATE INDEX "SessionBooking_coachId_scheduledDate_idx" ON "SessionBooking" ("coachId", "scheduledDate");
CREATE INDEX "SessionBooking_status_scheduledDate_idx" ON "SessionBooking" ("status", "scheduledDate");
CREATE INDEX "SessionBooking_scheduledDate_idx" ON "SessionBooking" ("scheduledDate");
CREATE INDEX "SessionNotification_sessionId_idx" ON "SessionNotification" ("sessionId");
CREATE INDEX "SessionNotification_userId_status_idx" ON "SessionNotification" ("userId", "status");
CREATE INDEX "SessionReminder_sessionId_idx" ON "SessionReminder" ("sessionId");
CREATE INDEX "SessionReminder_scheduledFor_sent_idx" ON "SessionReminder" ("scheduledFor", "sent");
CREATE INDEX "knowledge_assets_docId_idx" ON knowledge_assets ("docId");
CREATE INDEX "ingest_jobs_docId_status_idx" ON ingest_jobs ("docId", "status");
CREATE INDEX "memories_studentId_kind_idx" ON memories ("studentId", "kind");
CREATE INDEX "LegalVersion_pageId_version_idx" ON "LegalVersion" ("pageId", "version");
CREATE INDEX "LegalVersion_slug_idx" ON "LegalVersion" ("slug");
