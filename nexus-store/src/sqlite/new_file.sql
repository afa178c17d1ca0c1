-- Written by nexus-store/tests/sqlite_migrations.rs from the steps of migrations/sqlite: see new_file.rs.
CREATE TABLE users (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "email"     TEXT NOT NULL UNIQUE,
    "password"  TEXT,
    "role"      TEXT NOT NULL CHECK ("role" IN ('ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE')),
    "firstName" TEXT,
    "lastName"  TEXT,
    "phone"     TEXT,
    "createdAt" INTEGER NOT NULL,
    "updatedAt" INTEGER NOT NULL
, "sessionVersion" INTEGER NOT NULL DEFAULT 0, "activatedAt" INTEGER, "disabledAt" INTEGER, "deletedAt" INTEGER, "totpSecret" TEXT, "totpEnabledAt" INTEGER, "totpLastStep" INTEGER, "quarantinedAt" INTEGER) STRICT;
CREATE TABLE parent_profiles (
    "id"      TEXT PRIMARY KEY NOT NULL,
    "userId"  TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "address" TEXT,
    "city"    TEXT,
    "country" TEXT DEFAULT 'Tunisie'
) STRICT;
CREATE TABLE students (
    "id"                   TEXT PRIMARY KEY NOT NULL,
    "parentId"             TEXT NOT NULL REFERENCES parent_profiles ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "userId"               TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "grade"                TEXT,
    "school"               TEXT,
    "birthDate"            INTEGER,
    "credits"              INTEGER NOT NULL DEFAULT 0,
    "totalSessions"        INTEGER NOT NULL DEFAULT 0,
    "completedSessions"    INTEGER NOT NULL DEFAULT 0,
    "freemiumUsage"        TEXT CHECK ("freemiumUsage" IS NULL OR json_valid("freemiumUsage")),
    "guaranteeEligible"    INTEGER NOT NULL DEFAULT 0,
    "guaranteeActivatedAt" INTEGER,
    "createdAt"            INTEGER NOT NULL,
    "updatedAt"            INTEGER NOT NULL
) STRICT;
CREATE TABLE jobs (
    "id"         TEXT PRIMARY KEY NOT NULL,
    "kind"       TEXT NOT NULL,
    "subject"    TEXT NOT NULL,
    "uniqueKey"  TEXT NOT NULL UNIQUE,
    "state"      TEXT NOT NULL CHECK ("state" IN ('pending', 'done', 'quarantined')),
    "attempt"    INTEGER NOT NULL DEFAULT 0,
    "runAt"      INTEGER NOT NULL,
    "leaseUntil" INTEGER,
    "leaseToken" TEXT,
    "reason"     TEXT
) STRICT;
CREATE TABLE bilans (
    "id"              TEXT PRIMARY KEY NOT NULL,
    "studentId"       TEXT NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "subject"         TEXT,
    "niveau"          TEXT,
    -- Schooling of the pupil; never the state of the work, which lives in "state".
    "statut"          TEXT,
    "qcmRaw"          TEXT NOT NULL DEFAULT '{}' CHECK (json_valid("qcmRaw")),
    "pedagoRaw"       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid("pedagoRaw")),
    "qcmScores"       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid("qcmScores")),
    "pedagoProfile"   TEXT NOT NULL DEFAULT '{}' CHECK (json_valid("pedagoProfile")),
    "preAnalyzedData" TEXT,
    "synthesis"       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid("synthesis")),
    "offers"          TEXT NOT NULL DEFAULT '{}' CHECK (json_valid("offers")),
    "pdfUrl"          TEXT,
    "pdfBlob"         BLOB,
    "reportText"      TEXT,
    "summaryText"     TEXT,
    "generatedAt"     INTEGER,
    "createdAt"       INTEGER NOT NULL,
    "updatedAt"       INTEGER NOT NULL,

    "state"           TEXT NOT NULL CHECK ("state" IN ('DRAFT', 'SUBMITTED', 'SCORED', 'REPORT_PENDING_REVIEW', 'VALIDATED',
                          'PUBLISHED', 'REJECTED', 'SCORING_FAILED', 'REPORT_GENERATION_FAILED', 'EXPIRED')),
    "bank"            TEXT NOT NULL,
    "bankVersion"     TEXT NOT NULL,
    "bankChecksum"    TEXT NOT NULL,
    "seed"            TEXT NOT NULL,
    "revision"        INTEGER NOT NULL DEFAULT 0 CHECK ("revision" >= 0),
    "reportRevision"  INTEGER NOT NULL DEFAULT 0 CHECK ("reportRevision" >= 0),
    "expiresAt"       INTEGER NOT NULL,
    "submittedAt"     INTEGER,
    "failure"         TEXT
) STRICT;
CREATE TABLE bilan_answers (
    "bilanId"   TEXT NOT NULL REFERENCES bilans ("id") ON DELETE CASCADE,
    "itemId"    TEXT NOT NULL,
    "answer"    TEXT NOT NULL CHECK (json_valid("answer")),
    -- Revision of the attempt that wrote this answer.
    "revision"  INTEGER NOT NULL,
    "updatedAt" INTEGER NOT NULL,
    PRIMARY KEY ("bilanId", "itemId")
) STRICT, WITHOUT ROWID;
CREATE TABLE bilan_survey_answers (
    "bilanId"   TEXT NOT NULL REFERENCES bilans ("id") ON DELETE CASCADE,
    "itemId"    TEXT NOT NULL,
    "answer"    TEXT NOT NULL CHECK (json_valid("answer")),
    "revision"  INTEGER NOT NULL,
    "updatedAt" INTEGER NOT NULL,
    PRIMARY KEY ("bilanId", "itemId")
) STRICT, WITHOUT ROWID;
CREATE TABLE bilan_scores (
    "bilanId"       TEXT PRIMARY KEY NOT NULL REFERENCES bilans ("id") ON DELETE CASCADE,
    "facts"         TEXT NOT NULL CHECK (json_valid("facts")),
    "checksum"      TEXT NOT NULL,
    "engineVersion" TEXT NOT NULL,
    "createdAt"     INTEGER NOT NULL
) STRICT;
CREATE TABLE bilan_documents (
    "bilanId"     TEXT NOT NULL REFERENCES bilans ("id") ON DELETE CASCADE,
    "revision"    INTEGER NOT NULL,
    "variant"     TEXT NOT NULL CHECK ("variant" IN ('eleve', 'parent', 'nexus', 'general')),
    "payload"     TEXT NOT NULL CHECK (json_valid("payload")),
    "pdfKey"      TEXT NOT NULL,
    "pdfChecksum" TEXT NOT NULL,
    "pdfBytes"    INTEGER NOT NULL,
    "createdAt"   INTEGER NOT NULL,
    PRIMARY KEY ("bilanId", "revision", "variant")
) STRICT, WITHOUT ROWID;
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
    "type"          TEXT NOT NULL CHECK (("type" = 'COURS_ONLINE' OR "type" = 'COURS_PRESENTIEL' OR "type" = 'ATELIER_GROUPE')),
    "subject"       TEXT NOT NULL
        CHECK (("subject" = 'MATHEMATIQUES' OR "subject" = 'NSI' OR "subject" = 'FRANCAIS' OR "subject" = 'PHILOSOPHIE'
      OR "subject" = 'HISTOIRE_GEO' OR "subject" = 'ANGLAIS' OR "subject" = 'ESPAGNOL'
      OR "subject" = 'PHYSIQUE_CHIMIE' OR "subject" = 'SVT' OR "subject" = 'SES')),
    "title"         TEXT NOT NULL,
    "description"   TEXT,
    "scheduledAt"   INTEGER NOT NULL,
    "duration"      INTEGER NOT NULL,
    "location"      TEXT,
    "creditCost"    REAL NOT NULL,
    "status"        TEXT NOT NULL DEFAULT 'SCHEDULED'
        CHECK (("status" = 'SCHEDULED' OR "status" = 'CONFIRMED' OR "status" = 'IN_PROGRESS' OR "status" = 'COMPLETED'
      OR "status" = 'CANCELLED' OR "status" = 'NO_SHOW' OR "status" = 'RESCHEDULED')),
    "report"        TEXT,
    "reportedAt"    INTEGER,
    "createdAt"     INTEGER NOT NULL,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    "startsAt"      INTEGER NOT NULL GENERATED ALWAYS AS ("scheduledAt") STORED,
    "endsAt"        INTEGER NOT NULL GENERATED ALWAYS AS ("scheduledAt" + "duration" * 60000) STORED, "kind" TEXT NOT NULL DEFAULT 'INDIVIDUAL'
    CHECK (("kind" = 'INDIVIDUAL' OR "kind" = 'GROUP' OR "kind" = 'MASTERCLASS')), "modality" TEXT CHECK (("modality" = 'ONLINE' OR "modality" = 'IN_PERSON' OR "modality" = 'HYBRID')), "rootId" TEXT REFERENCES sessions ("id") ON DELETE RESTRICT ON UPDATE CASCADE, "rescheduledFromId" TEXT REFERENCES sessions ("id") ON DELETE RESTRICT ON UPDATE CASCADE, "seriesId" TEXT REFERENCES session_series ("id") ON DELETE RESTRICT ON UPDATE CASCADE, "sequence" INTEGER NOT NULL DEFAULT 0, "room" TEXT, "roomName" TEXT, "seats" INTEGER NOT NULL DEFAULT 1 CHECK ("seats" BETWEEN 1 AND 500), "bookedBy" TEXT, "completedAt" INTEGER, "cancelledAt" INTEGER, "cancellationReason" TEXT, "refunded" INTEGER CHECK ("refunded" IN (0, 1)),
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
CREATE TABLE credit_packs (
    "id"        INTEGER PRIMARY KEY AUTOINCREMENT,
    "credits"   INTEGER NOT NULL,
    "priceTnd"  REAL NOT NULL,
    "bonus"     INTEGER NOT NULL DEFAULT 0,
    "active"    INTEGER NOT NULL DEFAULT 1 CHECK ("active" IN (0, 1)),
    "updatedAt" INTEGER NOT NULL
, "priceMinor" INTEGER
    CONSTRAINT "credit_packs_priceMinor_agrees" CHECK ("priceMinor" IS NULL OR abs("priceTnd" * 1000 - "priceMinor") < 0.5)) STRICT;
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
    "quarantinedAt" INTEGER, "amountMinor" INTEGER
    CONSTRAINT "payments_amountMinor_agrees" CHECK ("amountMinor" IS NULL OR abs("amount" * CASE "currency" WHEN 'TND' THEN 1000 ELSE 100 END - "amountMinor") < 0.5), "studentId" TEXT REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE, "itemType" TEXT, "itemKey" TEXT, "orderKey" TEXT, "orderHash" TEXT, "providerRef" TEXT, "providerUrl" TEXT, "decidedBy" TEXT, "decidedAt" INTEGER,
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
    "quarantinedAt" INTEGER, "amountMinor" INTEGER
    CONSTRAINT "payment_records_amountMinor_agrees" CHECK ("amountMinor" IS NULL OR abs("amountTnd" * CASE "currency" WHEN 'TND' THEN 1000 ELSE 100 END - "amountMinor") < 0.5), "reservedBy" TEXT, "note" TEXT, "decidedBy" TEXT, "decidedAt" INTEGER,
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
, "valueMinor" INTEGER
    CONSTRAINT "pricing_valueMinor_agrees" CHECK ("valueMinor" IS NULL OR abs("valeur" * CASE "devise" WHEN 'TND' THEN 1000 ELSE 100 END - "valueMinor") < 0.5)) STRICT;
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
    "userRole"      TEXT NOT NULL CHECK (("userRole" = 'ADMIN' OR "userRole" = 'ASSISTANTE' OR "userRole" = 'COACH' OR "userRole" = 'PARENT'
      OR "userRole" = 'ELEVE')),
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
, "subject" TEXT, "requestId" TEXT, "sequence" INTEGER, "previousHash" TEXT, "hash" TEXT) STRICT;
CREATE TABLE account_tokens (
    "id"        TEXT    PRIMARY KEY NOT NULL,
    "userId"    TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "purpose"   TEXT    NOT NULL,
    "tokenHash" TEXT    NOT NULL UNIQUE,
    "boundTo"   TEXT    NOT NULL,
    -- The address to be confirmed.
    "newEmail"  TEXT,
    "createdAt" INTEGER NOT NULL,
    "expiresAt" INTEGER NOT NULL,
    "usedAt"    INTEGER,
    "voidedAt"  INTEGER
) STRICT;
CREATE TABLE recovery_codes (
    "userId"    TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "codeHash"  TEXT    NOT NULL,
    "createdAt" INTEGER NOT NULL,
    "usedAt"    INTEGER,
    PRIMARY KEY ("userId", "codeHash")
) STRICT;
CREATE TABLE consents (
    "id"            TEXT    PRIMARY KEY NOT NULL,
    "subjectUserId" TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "givenByUserId" TEXT    NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "kind"          TEXT    NOT NULL,
    "textVersion"   TEXT    NOT NULL,
    "givenAt"       INTEGER NOT NULL,
    "withdrawnAt"   INTEGER
) STRICT;
CREATE TABLE registrations (
    "id"           TEXT    PRIMARY KEY NOT NULL,
    "parentId"     TEXT    NOT NULL REFERENCES parent_profiles ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "studentId"    TEXT    NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "subjects"     TEXT    NOT NULL,
    "currentLevel" TEXT    NOT NULL,
    "objectives"   TEXT    NOT NULL,
    "difficulties" TEXT,
    "modality"     TEXT    NOT NULL,
    "availability" TEXT,
    "createdAt"    INTEGER NOT NULL
) STRICT;
CREATE TABLE sign_in_attempts (
    "id"         TEXT    PRIMARY KEY NOT NULL,
    "accountKey" TEXT    NOT NULL,
    "networkKey" TEXT    NOT NULL,
    "deviceKey"  TEXT,
    "succeeded"  INTEGER NOT NULL,
    "at"         INTEGER NOT NULL
) STRICT;
CREATE TABLE outbox (
    "id"         TEXT PRIMARY KEY NOT NULL,
    "kind"       TEXT NOT NULL,
    "uniqueKey"  TEXT NOT NULL UNIQUE,
    "state"      TEXT NOT NULL CHECK (("state" = 'PENDING' OR "state" = 'SENDING' OR "state" = 'SENT' OR "state" = 'DEAD'
      OR "state" = 'AMBIGUOUS' OR "state" = 'DISCARDED')),
    "payload"    TEXT,
    "attempt"    INTEGER NOT NULL DEFAULT 0,
    "runAt"      INTEGER NOT NULL,
    "expiresAt"  INTEGER,
    "leaseUntil" INTEGER,
    "leaseToken" TEXT,
    "reason"     TEXT,
    "createdAt"  INTEGER NOT NULL,
    "settledAt"  INTEGER,
    CHECK (("state" IN ('SENT', 'DISCARDED')) = ("settledAt" IS NOT NULL)),
    CHECK ("state" NOT IN ('SENT', 'DISCARDED') OR "payload" IS NULL),
    CHECK ("state" IN ('PENDING', 'SENDING') OR "leaseToken" IS NULL)
) STRICT;
CREATE TABLE mail_logs (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "userId"        TEXT REFERENCES users ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    "recipient"     TEXT NOT NULL,
    "recipientHash" TEXT,
    "template"      TEXT NOT NULL,
    "status"        TEXT NOT NULL CHECK ("status" IN ('SENDING', 'SENT', 'FILE', 'FAILED', 'DEAD', 'AMBIGUOUS', 'DISCARDED')),
    "attempts"      INTEGER NOT NULL,
    "errorCode"     TEXT,
    "messageId"     TEXT NOT NULL,
    "createdAt"     INTEGER NOT NULL,
    "sentAt"        INTEGER,
    CHECK (("status" IN ('SENT', 'FILE')) = ("sentAt" IS NOT NULL))
) STRICT;
CREATE TABLE audit_head (
    "id"       INTEGER PRIMARY KEY CHECK ("id" = 1),
    "sequence" INTEGER NOT NULL CHECK ("sequence" >= 0),
    "hash"     TEXT NOT NULL
) STRICT;
CREATE TABLE idempotency_keys (
    "scope"       TEXT PRIMARY KEY,
    "fingerprint" TEXT NOT NULL,
    "token"       TEXT NOT NULL,
    "leaseUntil"  INTEGER NOT NULL,
    "expiresAt"   INTEGER NOT NULL,
    "status"      INTEGER CHECK ("status" BETWEEN 100 AND 599),
    "headers"     TEXT,
    "body"        BLOB
);
CREATE TABLE seed_marks (
    "id"        TEXT    PRIMARY KEY NOT NULL,
    "writtenAt" INTEGER NOT NULL
) STRICT;
CREATE TABLE quarantined_rows (
    "tableName" TEXT NOT NULL,
    "rowId"     TEXT NOT NULL,
    "rule"      TEXT NOT NULL,
    -- The row that it collides with, where there is one.
    "because"   TEXT,
    "at"        INTEGER NOT NULL,
    PRIMARY KEY ("tableName", "rowId", "rule")
) STRICT, WITHOUT ROWID;
CREATE TABLE "credit_wallets" (
    "id"            INTEGER PRIMARY KEY AUTOINCREMENT,
    "userId"        TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "balance"       REAL GENERATED ALWAYS AS ("balanceMilli" / 1000.0) VIRTUAL,
    "balanceMilli"  INTEGER NOT NULL DEFAULT 0,
    "updatedAt"     INTEGER NOT NULL,
    "quarantinedAt" INTEGER,
    CONSTRAINT credit_wallets_balance_not_negative CHECK ("balanceMilli" >= 0 OR "quarantinedAt" IS NOT NULL)
) STRICT;
CREATE TABLE credit_lots (
    "id"             INTEGER PRIMARY KEY AUTOINCREMENT,
    "walletId"       INTEGER NOT NULL REFERENCES "credit_wallets" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "origin"         TEXT NOT NULL,
    "amount"         REAL GENERATED ALWAYS AS ("amountMilli" / 1000.0) VIRTUAL,
    "amountMilli"    INTEGER NOT NULL,
    "remaining"      REAL GENERATED ALWAYS AS ("remainingMilli" / 1000.0) VIRTUAL,
    "remainingMilli" INTEGER NOT NULL DEFAULT 0,
    "expiresAt"      INTEGER,
    "key"            TEXT NOT NULL,
    -- Given back: the lot whose credits these are.
    "parentLotId"    INTEGER REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    "createdAt"      INTEGER NOT NULL,
    CONSTRAINT credit_lots_origin_known CHECK ("origin" IN ('ALLOCATION', 'PURCHASE', 'ADJUSTMENT', 'IMPORT')),
    CONSTRAINT credit_lots_amount_positive CHECK ("amountMilli" > 0),
    CONSTRAINT credit_lots_remaining_within CHECK ("remainingMilli" BETWEEN 0 AND "amountMilli")
) STRICT;
CREATE TABLE "credit_tx" (
    "id"         INTEGER PRIMARY KEY AUTOINCREMENT,
    "walletId"   INTEGER NOT NULL REFERENCES "credit_wallets" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "delta"      REAL GENERATED ALWAYS AS ("deltaMilli" / 1000.0) VIRTUAL,
    "deltaMilli" INTEGER NOT NULL,
    "reason"     TEXT NOT NULL,
    "provider"   TEXT,
    "externalId" TEXT,
    "packId"     INTEGER,
    "at"         INTEGER NOT NULL,
    "kind"       TEXT,
    "sessionId"  TEXT,
    "actor"      TEXT,
    "reversalOf" INTEGER REFERENCES "credit_tx" ("id") ON DELETE RESTRICT,
    "endedLotId" INTEGER REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    CONSTRAINT credit_tx_kind_known
        CHECK (("kind" = 'MONTHLY_ALLOCATION' OR "kind" = 'PURCHASE' OR "kind" = 'ADJUSTMENT' OR "kind" = 'IMPORT'
      OR "kind" = 'USAGE' OR "kind" = 'REFUND' OR "kind" = 'EXPIRATION' OR "kind" = 'HOLD'
      OR "kind" = 'RELEASE' OR "kind" = 'REVERSAL')),
    CONSTRAINT credit_tx_sign CHECK (
        "kind" IS NULL OR ("kind" = 'ADJUSTMENT' OR "kind" = 'IMPORT' OR "kind" = 'REVERSAL')
        OR (("kind" = 'USAGE' OR "kind" = 'EXPIRATION' OR "kind" = 'HOLD') AND "deltaMilli" < 0)
        OR (("kind" = 'MONTHLY_ALLOCATION' OR "kind" = 'PURCHASE' OR "kind" = 'REFUND' OR "kind" = 'RELEASE') AND "deltaMilli" > 0)),
    CONSTRAINT "credit_tx_endedLotId_of_expiration" CHECK (("kind" = 'EXPIRATION') = ("endedLotId" IS NOT NULL))
) STRICT;
CREATE TABLE credit_tx_lots (
    "txId"       INTEGER NOT NULL REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "lotId"      INTEGER NOT NULL REFERENCES credit_lots ("id") ON DELETE RESTRICT,
    "delta"      REAL GENERATED ALWAYS AS ("deltaMilli" / 1000.0) VIRTUAL,
    "deltaMilli" INTEGER NOT NULL CHECK ("deltaMilli" <> 0),
    PRIMARY KEY ("txId", "lotId")
) STRICT;
CREATE TABLE credit_requests (
    "id"             TEXT PRIMARY KEY NOT NULL,
    "studentId"      TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "amount"         REAL GENERATED ALWAYS AS ("amountMilli" / 1000.0) VIRTUAL,
    "amountMilli"    INTEGER NOT NULL,
    "reason"         TEXT,
    "status"         TEXT NOT NULL DEFAULT 'PENDING',
    "requestedBy"    TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "createdAt"      INTEGER NOT NULL,
    "decidedBy"      TEXT REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "decidedAt"      INTEGER,
    "decisionReason" TEXT,
    CONSTRAINT credit_requests_amount_positive CHECK ("amountMilli" > 0),
    CONSTRAINT credit_requests_status_known CHECK ("status" IN ('PENDING', 'APPROVED', 'REJECTED')),
    CONSTRAINT credit_requests_decided CHECK (("status" = 'PENDING') = ("decidedAt" IS NULL))
) STRICT;
CREATE TABLE credit_holds (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "userId"      TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "amount"      REAL GENERATED ALWAYS AS ("amountMilli" / 1000.0) VIRTUAL,
    "amountMilli" INTEGER NOT NULL,
    "state"       TEXT NOT NULL,
    "txId"        INTEGER NOT NULL REFERENCES credit_tx ("id") ON DELETE RESTRICT,
    "deadline"    INTEGER NOT NULL,
    "createdAt"   INTEGER NOT NULL,
    "settledAt"   INTEGER,
    CONSTRAINT credit_holds_state_known CHECK ("state" IN ('HELD', 'CAPTURED', 'RELEASED')),
    CONSTRAINT credit_holds_settled CHECK (("state" = 'HELD') = ("settledAt" IS NULL))
) STRICT;
CREATE TABLE session_series (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "pattern"   TEXT NOT NULL CHECK (json_valid("pattern")),
    "createdBy" TEXT REFERENCES users ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    "createdAt" INTEGER NOT NULL
) STRICT;
CREATE TABLE session_participants (
    "id"           TEXT PRIMARY KEY NOT NULL,
    "sessionId"    TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "studentId"    TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "lessonId"     TEXT NOT NULL,
    "state"        TEXT NOT NULL CHECK (("state" = 'ENROLLED' OR "state" = 'WAITING' OR "state" = 'OFFERED' OR "state" = 'LEFT'
      OR "state" = 'EXPIRED')),
    "blocking"     INTEGER NOT NULL CHECK ("blocking" IN (0, 1)),
    "startsAt"     INTEGER NOT NULL,
    "endsAt"       INTEGER NOT NULL,
    "offeredUntil" INTEGER,
    "createdAt"    INTEGER NOT NULL,
    "updatedAt"    INTEGER NOT NULL,
    CHECK ("state" <> 'OFFERED' OR "offeredUntil" IS NOT NULL)
) STRICT;
CREATE TABLE session_status_history (
    "id"         INTEGER PRIMARY KEY AUTOINCREMENT,
    "sessionId"  TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "fromStatus" TEXT CHECK (("fromStatus" = 'SCHEDULED' OR "fromStatus" = 'CONFIRMED' OR "fromStatus" = 'IN_PROGRESS'
      OR "fromStatus" = 'COMPLETED' OR "fromStatus" = 'CANCELLED' OR "fromStatus" = 'NO_SHOW'
      OR "fromStatus" = 'RESCHEDULED')),
    "toStatus"   TEXT NOT NULL CHECK (("toStatus" = 'SCHEDULED' OR "toStatus" = 'CONFIRMED' OR "toStatus" = 'IN_PROGRESS'
      OR "toStatus" = 'COMPLETED' OR "toStatus" = 'CANCELLED' OR "toStatus" = 'NO_SHOW'
      OR "toStatus" = 'RESCHEDULED')),
    "actor"      TEXT NOT NULL,
    "reason"     TEXT,
    "at"         INTEGER NOT NULL
) STRICT;
CREATE TABLE session_reminders (
    "sessionId"    TEXT NOT NULL REFERENCES sessions ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "reminderType" TEXT NOT NULL
        CHECK (("reminderType" = 'ONE_DAY_BEFORE' OR "reminderType" = 'TWO_HOURS_BEFORE'
      OR "reminderType" = 'THIRTY_MINUTES_BEFORE' OR "reminderType" = 'SESSION_STARTING')),
    "dueAt"        INTEGER NOT NULL,
    "doneAt"       INTEGER,
    "cancelledAt"  INTEGER,
    PRIMARY KEY ("sessionId", "reminderType"),
    CHECK ("doneAt" IS NULL OR "cancelledAt" IS NULL)
) STRICT;
CREATE TABLE school_closures (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "coachId"   TEXT REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "firstDay"  INTEGER NOT NULL,
    "lastDay"   INTEGER NOT NULL,
    "label"     TEXT NOT NULL,
    "createdAt" INTEGER NOT NULL,
    CHECK ("firstDay" <= "lastDay")
) STRICT;
CREATE TABLE calendar_feeds (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "userId"    TEXT NOT NULL REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "tokenHash" TEXT NOT NULL UNIQUE,
    "createdAt" INTEGER NOT NULL,
    "revokedAt" INTEGER
) STRICT;
CREATE TABLE webhook_events (
    "id"         INTEGER PRIMARY KEY AUTOINCREMENT,
    "provider"   TEXT NOT NULL,
    "eventKey"   TEXT NOT NULL,
    "paymentId"  TEXT NOT NULL,
    "receivedAt" INTEGER NOT NULL,
    "bodySha256" TEXT NOT NULL,
    "outcome"    TEXT NOT NULL
        CHECK ("outcome" IN ('completed', 'failed', 'known', 'mismatch', 'contradiction')), "toldStatus" TEXT, "toldKey" TEXT, "toldMinor" INTEGER, "toldCurrency" TEXT,
    CONSTRAINT webhook_events_once UNIQUE ("provider", "eventKey")
) STRICT;
CREATE TABLE payment_events (
    "id"      INTEGER PRIMARY KEY AUTOINCREMENT,
    "subject" TEXT NOT NULL,
    "before"  TEXT,
    "after"   TEXT NOT NULL,
    "actor"   TEXT NOT NULL,
    "reason"  TEXT,
    "at"      INTEGER NOT NULL
) STRICT;
CREATE TABLE invoice_counters (
    "series" TEXT NOT NULL CHECK ("series" IN ('INVOICE', 'CREDIT_NOTE')),
    "year"   INTEGER NOT NULL,
    "last"   INTEGER NOT NULL CHECK ("last" >= 0),
    PRIMARY KEY ("series", "year")
) STRICT;
CREATE TABLE invoices (
    "id"         TEXT PRIMARY KEY NOT NULL,
    "series"     TEXT NOT NULL CHECK ("series" IN ('INVOICE', 'CREDIT_NOTE')),
    "year"       INTEGER NOT NULL,
    "place"      INTEGER NOT NULL CHECK ("place" >= 1),
    "userId"     TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "subject"    TEXT NOT NULL UNIQUE,
    "lines"      TEXT NOT NULL,
    "netMinor"   INTEGER NOT NULL,
    "taxMinor"   INTEGER NOT NULL CHECK ("taxMinor" >= 0),
    "grossMinor" INTEGER NOT NULL CHECK ("grossMinor" >= 0),
    "currency"   TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    "issuedAt"   INTEGER NOT NULL,
    CONSTRAINT invoices_number_once UNIQUE ("series", "year", "place"),
    CONSTRAINT invoices_sums_agree CHECK ("netMinor" + "taxMinor" = "grossMinor")
) STRICT;
CREATE TABLE refunds (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "subject"     TEXT NOT NULL,
    "refundKey"   TEXT NOT NULL,
    "amountMinor" INTEGER NOT NULL CHECK ("amountMinor" > 0),
    "currency"    TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    -- Thousandths of a credit that were taken back.
    "credits"     INTEGER NOT NULL DEFAULT 0 CHECK ("credits" >= 0),
    "reason"      TEXT NOT NULL,
    "actor"       TEXT NOT NULL,
    "at"          INTEGER NOT NULL,
    CONSTRAINT refunds_once UNIQUE ("subject", "refundKey")
) STRICT;
CREATE TABLE payment_proofs (
    "id"            TEXT PRIMARY KEY NOT NULL,
    "paymentId"     TEXT NOT NULL REFERENCES payments ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "reference"     TEXT NOT NULL,
    "transferDate"  TEXT NOT NULL,
    "amountMinor"   INTEGER NOT NULL CHECK ("amountMinor" > 0),
    "currency"      TEXT NOT NULL CHECK ("currency" IN ('TND', 'EUR')),
    "fileKey"       TEXT,
    "mediaType"     TEXT CHECK ("mediaType" IN ('application/pdf', 'image/png', 'image/jpeg')),
    "sha256"        TEXT,
    "uploadedBy"    TEXT NOT NULL REFERENCES users ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "at"            INTEGER NOT NULL
) STRICT;
CREATE TABLE paid_entitlements (
    "paymentId"   TEXT PRIMARY KEY NOT NULL REFERENCES payments ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "studentId"   TEXT NOT NULL REFERENCES students ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "itemType"    TEXT NOT NULL CHECK ("itemType" IN ('SUBSCRIPTION', 'ADDON', 'PACK')),
    "itemKey"     TEXT NOT NULL,
    "createdAt"   INTEGER NOT NULL,
    "deliveredAt" INTEGER,
    "revokedAt"   INTEGER
) STRICT;
CREATE TABLE settings_changes (
    "id"          TEXT PRIMARY KEY NOT NULL,
    "field"       TEXT NOT NULL CHECK ("field" IN ('iban')),
    "before"      TEXT,
    "after"       TEXT,
    "requestedBy" TEXT NOT NULL,
    "requestedAt" INTEGER NOT NULL,
    "state"       TEXT NOT NULL DEFAULT 'PENDING' CHECK ("state" IN ('PENDING', 'APPROVED', 'REJECTED')),
    "decidedBy"   TEXT,
    "decidedAt"   INTEGER,
    CONSTRAINT settings_changes_two_people CHECK ("state" <> 'APPROVED' OR "decidedBy" <> "requestedBy"),
    CONSTRAINT settings_changes_decided CHECK (("state" = 'PENDING') = ("decidedAt" IS NULL))
) STRICT;
CREATE TABLE pricing_changes (
    "id"      INTEGER PRIMARY KEY AUTOINCREMENT,
    "kind"    TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "at"      INTEGER NOT NULL
) STRICT;
CREATE TABLE scheduled_runs (
    "job"    TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "at"     INTEGER NOT NULL,
    PRIMARY KEY ("job", "period")
) STRICT;
CREATE TABLE credit_imports (
    "transactionId" TEXT PRIMARY KEY REFERENCES credit_transactions ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "movementId"    INTEGER REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "outcome"       TEXT NOT NULL CHECK ("outcome" IN ('IMPORTED', 'SHORT', 'SKIPPED')),
    "at"            INTEGER NOT NULL
) STRICT;
CREATE TABLE invoice_documents (
    "invoiceId" TEXT PRIMARY KEY NOT NULL REFERENCES invoices ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "fileKey"   TEXT NOT NULL,
    "sha256"    TEXT NOT NULL,
    "bytes"     INTEGER NOT NULL CHECK ("bytes" > 0),
    "printedAt" INTEGER NOT NULL
) STRICT;
CREATE TABLE notice_decisions (
    "eventId"   INTEGER PRIMARY KEY NOT NULL REFERENCES webhook_events ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "decision"  TEXT NOT NULL CHECK ("decision" IN ('ACCEPTED', 'DISMISSED')),
    "reason"    TEXT NOT NULL CHECK ("reason" <> ''),
    "decidedBy" TEXT NOT NULL,
    "decidedAt" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE credit_transfers (
    "fromTxId" INTEGER PRIMARY KEY NOT NULL REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "toTxId"   INTEGER NOT NULL UNIQUE REFERENCES credit_tx ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    "at"       INTEGER NOT NULL,
    CHECK ("fromTxId" <> "toTxId")
) STRICT, WITHOUT ROWID;
CREATE INDEX students_parent ON students ("parentId");
CREATE INDEX jobs_due ON jobs ("kind", "runAt") WHERE "state" = 'pending';
CREATE INDEX bilans_student ON bilans ("studentId", "createdAt");
CREATE UNIQUE INDEX bilans_one_open_attempt ON bilans ("studentId", "bank") WHERE "state" = 'DRAFT';
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
CREATE INDEX "users_createdAt_idx" ON users ("createdAt", "id");
CREATE INDEX "account_tokens_userId_purpose_idx" ON account_tokens ("userId", "purpose");
CREATE INDEX "consents_subjectUserId_idx" ON consents ("subjectUserId");
CREATE INDEX "consents_givenByUserId_idx" ON consents ("givenByUserId");
CREATE INDEX "registrations_parentId_idx" ON registrations ("parentId");
CREATE INDEX "registrations_studentId_idx" ON registrations ("studentId");
CREATE INDEX "sign_in_attempts_accountKey_at_idx" ON sign_in_attempts ("accountKey", "at");
CREATE INDEX "sign_in_attempts_networkKey_at_idx" ON sign_in_attempts ("networkKey", "at");
CREATE INDEX "sign_in_attempts_succeeded_at_idx" ON sign_in_attempts ("succeeded", "at");
CREATE INDEX outbox_due ON outbox ("kind", "runAt") WHERE "state" = 'PENDING';
CREATE INDEX outbox_open ON outbox ("state", "createdAt") WHERE "settledAt" IS NULL;
CREATE INDEX outbox_newest ON outbox ("createdAt");
CREATE INDEX mail_logs_user ON mail_logs ("userId", "createdAt");
CREATE INDEX mail_logs_recipient ON mail_logs ("recipientHash", "createdAt");
CREATE INDEX mail_logs_newest ON mail_logs ("createdAt");
CREATE INDEX jobs_open ON jobs ("state") WHERE "state" <> 'done';
CREATE UNIQUE INDEX audit_logs_sequence ON audit_logs ("sequence") WHERE "sequence" IS NOT NULL;
CREATE INDEX audit_logs_unsealed ON audit_logs ("id") WHERE "sequence" IS NULL;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys ("expiresAt");
CREATE UNIQUE INDEX users_email_normalised ON users (lower(trim("email"))) WHERE "quarantinedAt" IS NULL;
CREATE INDEX users_email_lookup ON users (lower(trim("email")));
CREATE INDEX "sessions_coachId_startsAt_idx" ON sessions ("coachId", "startsAt");
CREATE INDEX "sessions_studentId_startsAt_idx" ON sessions ("studentId", "startsAt");
CREATE INDEX "sessions_status_startsAt_idx" ON sessions ("status", "startsAt");
CREATE UNIQUE INDEX "CoachAvailability_once"
    ON "CoachAvailability" ("coachId", "dayOfWeek", "startTime", "endTime", COALESCE("specificDate", -1))
    WHERE "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "SessionReminder_once" ON "SessionReminder" ("sessionId", "reminderType") WHERE "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "SessionNotification_once" ON "SessionNotification" ("sessionId", "userId", "type", "method")
    WHERE "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX payment_records_once ON payment_records ("provider", "externalId")
    WHERE "quarantinedAt" IS NULL AND "externalId" NOT IN ('cash-reservation', 'konnect-link-pending', 'pending');
CREATE UNIQUE INDEX subscriptions_one_active ON subscriptions ("studentId")
    WHERE "status" = 'ACTIVE' AND "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "LegalVersion_once" ON "LegalVersion" ("pageId", "version") WHERE "quarantinedAt" IS NULL;
CREATE INDEX "SessionBooking_parentId_idx" ON "SessionBooking" ("parentId");
CREATE INDEX "student_reports_studentId_idx" ON student_reports ("studentId");
CREATE INDEX "student_reports_coachId_idx" ON student_reports ("coachId");
CREATE INDEX "subscriptions_studentId_idx" ON subscriptions ("studentId");
CREATE INDEX "subscription_requests_studentId_idx" ON subscription_requests ("studentId");
CREATE INDEX "credit_transactions_studentId_createdAt_idx" ON credit_transactions ("studentId", "createdAt");
CREATE INDEX "payments_userId_idx" ON payments ("userId");
CREATE INDEX "payment_records_userId_idx" ON payment_records ("userId");
CREATE INDEX "payment_records_packId_idx" ON payment_records ("packId");
CREATE INDEX "notifications_userId_createdAt_idx" ON notifications ("userId", "createdAt");
CREATE INDEX "messages_senderId_createdAt_idx" ON messages ("senderId", "createdAt");
CREATE INDEX "messages_receiverId_createdAt_idx" ON messages ("receiverId", "createdAt");
CREATE INDEX "student_badges_badgeId_idx" ON student_badges ("badgeId");
CREATE INDEX "aria_conversations_studentId_idx" ON aria_conversations ("studentId");
CREATE INDEX "aria_messages_conversationId_createdAt_idx" ON aria_messages ("conversationId", "createdAt");
CREATE UNIQUE INDEX credit_lots_once ON credit_lots ("walletId", "key");
CREATE INDEX credit_lots_held ON credit_lots ("walletId") WHERE "remainingMilli" > 0;
CREATE INDEX credit_lots_ending ON credit_lots ("expiresAt") WHERE "remainingMilli" > 0;
CREATE INDEX "credit_lots_parentLotId_idx" ON credit_lots ("parentLotId");
CREATE INDEX "credit_tx_walletId_at_idx" ON credit_tx ("walletId", "at");
CREATE UNIQUE INDEX credit_tx_once ON credit_tx ("walletId", "externalId") WHERE "kind" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_one_usage ON credit_tx ("sessionId") WHERE "kind" = 'USAGE' AND "sessionId" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_one_refund ON credit_tx ("sessionId") WHERE "kind" = 'REFUND' AND "sessionId" IS NOT NULL;
CREATE UNIQUE INDEX credit_tx_reversed_once ON credit_tx ("reversalOf");
CREATE UNIQUE INDEX credit_tx_one_expiration ON credit_tx ("endedLotId");
CREATE INDEX credit_tx_loose ON credit_tx ("walletId") WHERE "kind" IS NULL;
CREATE INDEX "credit_tx_lots_lotId_idx" ON credit_tx_lots ("lotId");
CREATE INDEX credit_requests_waiting ON credit_requests ("createdAt") WHERE "status" = 'PENDING';
CREATE INDEX "credit_requests_studentId_idx" ON credit_requests ("studentId");
CREATE INDEX "credit_requests_requestedBy_idx" ON credit_requests ("requestedBy");
CREATE INDEX "credit_requests_decidedBy_idx" ON credit_requests ("decidedBy");
CREATE UNIQUE INDEX credit_holds_once ON credit_holds ("txId");
CREATE INDEX credit_holds_waiting ON credit_holds ("deadline") WHERE "state" = 'HELD';
CREATE INDEX "credit_holds_userId_idx" ON credit_holds ("userId");
CREATE UNIQUE INDEX "sessions_rescheduledFromId_key" ON sessions ("rescheduledFromId");
CREATE INDEX "sessions_rootId_idx" ON sessions ("rootId");
CREATE INDEX "sessions_seriesId_idx" ON sessions ("seriesId");
CREATE INDEX "session_series_createdBy_idx" ON session_series ("createdBy");
CREATE INDEX "sessions_room_startsAt_idx" ON sessions ("room", "startsAt") WHERE "room" IS NOT NULL;
CREATE UNIQUE INDEX session_participants_once ON session_participants ("sessionId", "studentId")
    WHERE "state" IN ('ENROLLED', 'WAITING', 'OFFERED');
CREATE INDEX session_participants_student ON session_participants ("studentId", "startsAt");
CREATE INDEX session_participants_session ON session_participants ("sessionId", "createdAt");
CREATE INDEX session_participants_offers ON session_participants ("offeredUntil") WHERE "state" = 'OFFERED';
CREATE INDEX session_status_history_session ON session_status_history ("sessionId", "id");
CREATE INDEX session_reminders_due ON session_reminders ("dueAt") WHERE "doneAt" IS NULL AND "cancelledAt" IS NULL;
CREATE INDEX school_closures_days ON school_closures ("lastDay");
CREATE INDEX "school_closures_coachId_idx" ON school_closures ("coachId");
CREATE INDEX calendar_feeds_user ON calendar_feeds ("userId");
CREATE INDEX payment_records_status ON payment_records ("status", "createdAt");
CREATE UNIQUE INDEX payments_order_once ON payments ("userId", "orderKey") WHERE "orderKey" IS NOT NULL;
CREATE INDEX "payments_studentId_idx" ON payments ("studentId");
CREATE INDEX "payments_status_createdAt_idx" ON payments ("status", "createdAt");
CREATE INDEX webhook_events_payment ON webhook_events ("paymentId");
CREATE INDEX payment_events_subject ON payment_events ("subject", "id");
CREATE INDEX invoices_user ON invoices ("userId", "issuedAt");
CREATE INDEX payment_proofs_payment ON payment_proofs ("paymentId");
CREATE INDEX payment_proofs_uploader ON payment_proofs ("uploadedBy");
CREATE INDEX paid_entitlements_student ON paid_entitlements ("studentId");
CREATE INDEX paid_entitlements_due ON paid_entitlements ("createdAt") WHERE "deliveredAt" IS NULL AND "revokedAt" IS NULL;
CREATE UNIQUE INDEX settings_changes_one_pending ON settings_changes ("field") WHERE "state" = 'PENDING';
CREATE INDEX subscription_requests_waiting ON subscription_requests ("createdAt") WHERE "status" = 'PENDING';
CREATE INDEX "credit_imports_movementId_idx" ON credit_imports ("movementId");
INSERT INTO audit_head ("id", "sequence", "hash") VALUES (1, 0, '6f9a85e26403cd62e0ca87609bb2fbea932c72db0354be4baae3b87d17c1a876');
CREATE TRIGGER bilan_scores_are_immutable BEFORE UPDATE ON bilan_scores
BEGIN SELECT RAISE(ABORT, 'a stored score never changes'); END;
CREATE TRIGGER bilan_documents_are_immutable BEFORE UPDATE ON bilan_documents
BEGIN SELECT RAISE(ABORT, 'a stored document never changes'); END;
CREATE TRIGGER audit_logs_added BEFORE INSERT ON audit_logs
WHEN NEW."sequence" IS NOT NULL OR NEW."previousHash" IS NOT NULL OR NEW."hash" IS NOT NULL
    -- INSERT OR REPLACE removes a row without asking the trigger below.
    OR EXISTS (SELECT 1 FROM audit_logs WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'audit_logs takes new rows that are not sealed'); END;
CREATE TRIGGER audit_logs_changed BEFORE UPDATE ON audit_logs
WHEN NOT (OLD."sequence" IS NULL AND OLD."previousHash" IS NULL AND OLD."hash" IS NULL
    AND NEW."sequence" IS NOT NULL AND NEW."previousHash" IS NOT NULL AND NEW."hash" IS NOT NULL
    AND NEW."id" IS OLD."id" AND NEW."actor" IS OLD."actor" AND NEW."action" IS OLD."action"
    AND NEW."subject" IS OLD."subject" AND NEW."diff" IS OLD."diff" AND NEW."requestId" IS OLD."requestId"
    AND NEW."at" IS OLD."at")
BEGIN SELECT RAISE(ABORT, 'audit_logs is append-only'); END;
CREATE TRIGGER audit_logs_removed BEFORE DELETE ON audit_logs
BEGIN SELECT RAISE(ABORT, 'audit_logs is append-only'); END;
CREATE TRIGGER audit_head_moved_back BEFORE UPDATE ON audit_head
WHEN NEW."sequence" <= OLD."sequence"
BEGIN SELECT RAISE(ABORT, 'the audit chain only grows'); END;
CREATE TRIGGER audit_head_removed BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit chain only grows'); END;
CREATE TRIGGER "students_parentId_restrict" BEFORE DELETE ON parent_profiles
WHEN EXISTS (SELECT 1 FROM students WHERE "parentId" = OLD."id")
BEGIN SELECT RAISE(ABORT, 'students_parentId_fkey'); END;
CREATE TRIGGER sessions_coach_no_overlap_insert AFTER INSERT ON sessions
WHEN (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_coach_no_overlap') FROM sessions
    WHERE "coachId" = NEW."coachId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND ("status" = 'SCHEDULED' OR "status" = 'CONFIRMED' OR "status" = 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;
CREATE TRIGGER sessions_coach_no_overlap_update AFTER UPDATE ON sessions
WHEN (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_coach_no_overlap') FROM sessions
    WHERE "coachId" = NEW."coachId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND ("status" = 'SCHEDULED' OR "status" = 'CONFIRMED' OR "status" = 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;
CREATE TRIGGER sessions_student_no_overlap_insert AFTER INSERT ON sessions
WHEN (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_student_no_overlap') FROM sessions
    WHERE "studentId" = NEW."studentId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND ("status" = 'SCHEDULED' OR "status" = 'CONFIRMED' OR "status" = 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;
CREATE TRIGGER sessions_student_no_overlap_update AFTER UPDATE ON sessions
WHEN (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_student_no_overlap') FROM sessions
    WHERE "studentId" = NEW."studentId" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND ("status" = 'SCHEDULED' OR "status" = 'CONFIRMED' OR "status" = 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;
CREATE TRIGGER credit_tx_lots_moves AFTER INSERT ON credit_tx_lots
BEGIN
    UPDATE credit_lots SET "remainingMilli" = "remainingMilli" + NEW."deltaMilli" WHERE "id" = NEW."lotId";
END;
CREATE TRIGGER credit_lots_opened AFTER INSERT ON credit_lots WHEN NEW."remainingMilli" <> 0
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;
CREATE TRIGGER credit_lots_changed AFTER UPDATE ON credit_lots
WHEN NEW."id" IS NOT OLD."id" OR NEW."walletId" IS NOT OLD."walletId" OR NEW."origin" IS NOT OLD."origin"
    OR NEW."amountMilli" IS NOT OLD."amountMilli" OR NEW."expiresAt" IS NOT OLD."expiresAt" OR NEW."key" IS NOT OLD."key"
    OR NEW."parentLotId" IS NOT OLD."parentLotId" OR NEW."createdAt" IS NOT OLD."createdAt"
    OR NEW."remainingMilli" <> (SELECT COALESCE(sum("deltaMilli"), 0) FROM credit_tx_lots WHERE "lotId" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;
CREATE TRIGGER credit_lots_removed BEFORE DELETE ON credit_lots
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;
CREATE TRIGGER credit_tx_changed BEFORE UPDATE ON credit_tx
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER credit_tx_removed BEFORE DELETE ON credit_tx
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER credit_tx_lots_changed BEFORE UPDATE ON credit_tx_lots
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER credit_tx_lots_removed BEFORE DELETE ON credit_tx_lots
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER credit_tx_added BEFORE INSERT ON credit_tx WHEN EXISTS (SELECT 1 FROM credit_tx WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER credit_tx_lots_added BEFORE INSERT ON credit_tx_lots
WHEN EXISTS (SELECT 1 FROM credit_tx_lots WHERE "txId" = NEW."txId" AND "lotId" = NEW."lotId")
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER credit_lots_added BEFORE INSERT ON credit_lots WHEN EXISTS (SELECT 1 FROM credit_lots WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'credit_lots holds the sum of its parts'); END;
CREATE TRIGGER sessions_room_no_overlap_insert AFTER INSERT ON sessions
WHEN NEW."room" IS NOT NULL AND (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_room_no_overlap') FROM sessions
    WHERE "room" = NEW."room" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND ("status" = 'SCHEDULED' OR "status" = 'CONFIRMED' OR "status" = 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;
CREATE TRIGGER sessions_room_no_overlap_update AFTER UPDATE ON sessions
WHEN NEW."room" IS NOT NULL AND (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
BEGIN
    SELECT RAISE(ABORT, 'sessions_room_no_overlap') FROM sessions
    WHERE "room" = NEW."room" AND "startsAt" < NEW."endsAt" AND NEW."startsAt" < "endsAt" AND "id" <> NEW."id"
      AND ("status" = 'SCHEDULED' OR "status" = 'CONFIRMED' OR "status" = 'IN_PROGRESS') AND "quarantinedAt" IS NULL;
END;
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
            (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL,
            NEW."startsAt", NEW."endsAt", NEW."createdAt", NEW."updatedAt");
END;
CREATE TRIGGER sessions_participants_follow AFTER UPDATE ON sessions
BEGIN
    UPDATE session_participants
    SET "studentId" = CASE WHEN "id" = NEW."id" AND NEW."kind" = 'INDIVIDUAL' THEN NEW."studentId" ELSE "studentId" END,
        "startsAt" = NEW."startsAt", "endsAt" = NEW."endsAt",
        "blocking" = "state" IN ('ENROLLED', 'OFFERED')
            AND (NEW."status" = 'SCHEDULED' OR NEW."status" = 'CONFIRMED' OR NEW."status" = 'IN_PROGRESS') AND NEW."quarantinedAt" IS NULL
    WHERE "sessionId" = NEW."id";
END;
CREATE TRIGGER webhook_events_changed BEFORE UPDATE ON webhook_events BEGIN SELECT RAISE(ABORT, 'webhook_events is append-only'); END;
CREATE TRIGGER webhook_events_removed BEFORE DELETE ON webhook_events BEGIN SELECT RAISE(ABORT, 'webhook_events is append-only'); END;
CREATE TRIGGER payment_events_changed BEFORE UPDATE ON payment_events BEGIN SELECT RAISE(ABORT, 'payment_events is append-only'); END;
CREATE TRIGGER payment_events_removed BEFORE DELETE ON payment_events BEGIN SELECT RAISE(ABORT, 'payment_events is append-only'); END;
CREATE TRIGGER invoices_changed BEFORE UPDATE ON invoices BEGIN SELECT RAISE(ABORT, 'invoices is append-only'); END;
CREATE TRIGGER invoices_removed BEFORE DELETE ON invoices BEGIN SELECT RAISE(ABORT, 'invoices is append-only'); END;
CREATE TRIGGER refunds_changed BEFORE UPDATE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds is append-only'); END;
CREATE TRIGGER refunds_removed BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds is append-only'); END;
CREATE TRIGGER payment_proofs_changed BEFORE UPDATE ON payment_proofs BEGIN SELECT RAISE(ABORT, 'payment_proofs is append-only'); END;
CREATE TRIGGER payment_proofs_removed BEFORE DELETE ON payment_proofs BEGIN SELECT RAISE(ABORT, 'payment_proofs is append-only'); END;
CREATE TRIGGER invoice_documents_changed BEFORE UPDATE ON invoice_documents BEGIN SELECT RAISE(ABORT, 'invoice_documents is append-only'); END;
CREATE TRIGGER invoice_documents_removed BEFORE DELETE ON invoice_documents BEGIN SELECT RAISE(ABORT, 'invoice_documents is append-only'); END;
CREATE TRIGGER notice_decisions_changed BEFORE UPDATE ON notice_decisions BEGIN SELECT RAISE(ABORT, 'notice_decisions is append-only'); END;
CREATE TRIGGER notice_decisions_removed BEFORE DELETE ON notice_decisions BEGIN SELECT RAISE(ABORT, 'notice_decisions is append-only'); END;
CREATE TRIGGER credit_transfers_changed BEFORE UPDATE ON credit_transfers
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER credit_transfers_removed BEFORE DELETE ON credit_transfers
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
