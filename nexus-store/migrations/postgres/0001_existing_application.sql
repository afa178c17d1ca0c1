-- The tables of the existing application, name by name and type by type (decision 5).
--
-- On an empty database this makes them. On a database that the existing application made it adds what an older version
-- of it lacked and touches nothing that is there. Its own shapes are kept for that reason: instants are timestamp(3) in
-- UTC, money is double precision, text ids and "updatedAt" have no default. What Nexus adds comes in later steps.
SET LOCAL client_min_messages = warning; -- "already exists, skipping" is what an adopted database is expected to say
CREATE EXTENSION IF NOT EXISTS vector;

CREATE OR REPLACE FUNCTION pg_temp.ensure_enum(name TEXT, VARIADIC labels TEXT[]) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    label TEXT;
BEGIN
    IF to_regtype(quote_ident(name)) IS NULL THEN
        EXECUTE format('CREATE TYPE %I AS ENUM (%s)', name,
                       (SELECT string_agg(quote_literal(each), ', ' ORDER BY place)
                        FROM unnest(labels) WITH ORDINALITY AS known (each, place)));
        RETURN;
    END IF;
    FOREACH label IN ARRAY labels LOOP
        EXECUTE format('ALTER TYPE %I ADD VALUE IF NOT EXISTS %L', name, label);
    END LOOP;
END $$;

-- Makes the table, or adds the columns that it lacks. A column that must be filled and has no default can only be added
-- while the table is empty: nothing here invents a value, except that a row without "updatedAt" was updated now.
CREATE OR REPLACE FUNCTION pg_temp.ensure_table(target TEXT, columns TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    lacking RECORD;
    has_rows BOOLEAN;
BEGIN
    IF to_regclass(target) IS NULL THEN
        EXECUTE format('CREATE TABLE %s (%s)', target, columns);
        RETURN;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', target) INTO has_rows;
    EXECUTE format('CREATE TEMPORARY TABLE expected (%s)', columns);
    FOR lacking IN
        SELECT wanted.attname AS name, format_type(wanted.atttypid, wanted.atttypmod) AS type,
               wanted.attnotnull AS filled, pg_get_expr(expression.adbin, expression.adrelid) AS value
        FROM pg_attribute wanted
        LEFT JOIN pg_attrdef expression ON expression.adrelid = wanted.attrelid AND expression.adnum = wanted.attnum
        WHERE wanted.attrelid = 'pg_temp.expected'::regclass AND wanted.attnum > 0
          AND NOT EXISTS (SELECT FROM pg_attribute there
                          WHERE there.attrelid = target::regclass AND there.attname = wanted.attname
                            AND NOT there.attisdropped)
        ORDER BY wanted.attnum
    LOOP
        IF lacking.name = 'updatedAt' THEN
            EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s NOT NULL DEFAULT CURRENT_TIMESTAMP',
                           target, lacking.name, lacking.type);
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', target, lacking.name);
        ELSIF lacking.filled AND lacking.value IS NULL AND has_rows THEN
            RAISE EXCEPTION 'the rows of % lack %, and no value can be invented', target, lacking.name
                USING ERRCODE = 'undefined_column';
        ELSE
            EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', target, lacking.name, lacking.type)
                || CASE WHEN lacking.value IS NULL THEN '' ELSE ' DEFAULT ' || lacking.value END
                || CASE WHEN lacking.filled THEN ' NOT NULL' ELSE '' END;
        END IF;
    END LOOP;
    DROP TABLE pg_temp.expected;
END $$;

-- A foreign key that is already there stays as it is. Orphans do not stop the step: the key is then checked for new rows
-- only, and `nexus migrate --check` names the old ones.
CREATE OR REPLACE FUNCTION pg_temp.ensure_foreign_key(target TEXT, source TEXT, referred TEXT, removal TEXT)
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    name TEXT := trim(BOTH '"' FROM target) || '_' || source || '_fkey';
    orphan BOOLEAN;
BEGIN
    IF EXISTS (
        SELECT FROM pg_constraint known
        JOIN pg_attribute held ON held.attrelid = known.conrelid AND known.conkey = ARRAY[held.attnum]
        WHERE known.contype = 'f' AND known.conrelid = target::regclass AND known.confrelid = referred::regclass
          AND held.attname = source
    ) THEN
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s ("id")
                    ON DELETE %s ON UPDATE CASCADE NOT VALID', target, name, source, referred, removal);
    EXECUTE format('SELECT EXISTS (SELECT FROM %s held LEFT JOIN %s known ON known."id" = held.%I
                                   WHERE held.%I IS NOT NULL AND known."id" IS NULL)',
                   target, referred, source, source) INTO orphan;
    IF NOT orphan THEN
        EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', target, name);
    END IF;
END $$;

SELECT pg_temp.ensure_enum('UserRole', 'ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE');
SELECT pg_temp.ensure_enum('Subject', 'MATHEMATIQUES', 'NSI', 'FRANCAIS', 'PHILOSOPHIE', 'HISTOIRE_GEO', 'ANGLAIS', 'ESPAGNOL',
                           'PHYSIQUE_CHIMIE', 'SVT', 'SES');
SELECT pg_temp.ensure_enum('ServiceType', 'COURS_ONLINE', 'COURS_PRESENTIEL', 'ATELIER_GROUPE');
SELECT pg_temp.ensure_enum('SessionStatus', 'SCHEDULED', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW',
                           'RESCHEDULED');
SELECT pg_temp.ensure_enum('SessionType', 'INDIVIDUAL', 'GROUP', 'MASTERCLASS');
SELECT pg_temp.ensure_enum('SessionModality', 'ONLINE', 'IN_PERSON', 'HYBRID');
SELECT pg_temp.ensure_enum('SubscriptionStatus', 'ACTIVE', 'INACTIVE', 'CANCELLED', 'EXPIRED');
SELECT pg_temp.ensure_enum('PaymentType', 'SUBSCRIPTION', 'CREDIT_PACK', 'SPECIAL_PACK');
SELECT pg_temp.ensure_enum('PaymentStatus', 'PENDING', 'COMPLETED', 'FAILED', 'REFUNDED');
SELECT pg_temp.ensure_enum('NotificationType', 'SESSION_BOOKED', 'SESSION_CONFIRMED', 'SESSION_REMINDER', 'SESSION_CANCELLED',
                           'SESSION_RESCHEDULED', 'SESSION_COMPLETED', 'COACH_ASSIGNED', 'PAYMENT_REQUIRED');
SELECT pg_temp.ensure_enum('NotificationStatus', 'PENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED');
SELECT pg_temp.ensure_enum('NotificationMethod', 'EMAIL', 'SMS', 'IN_APP', 'PUSH');
SELECT pg_temp.ensure_enum('ReminderType', 'ONE_DAY_BEFORE', 'TWO_HOURS_BEFORE', 'THIRTY_MINUTES_BEFORE', 'SESSION_STARTING');
SELECT pg_temp.ensure_enum('MemoryKind', 'EPISODIC', 'SEMANTIC', 'PLAN');

SELECT pg_temp.ensure_table('users', $columns$
    "id"        TEXT         PRIMARY KEY,
    "email"     TEXT         NOT NULL,
    "password"  TEXT,
    "role"      "UserRole"   NOT NULL,
    "firstName" TEXT,
    "lastName"  TEXT,
    "phone"     TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('parent_profiles', $columns$
    "id"      TEXT PRIMARY KEY,
    "userId"  TEXT NOT NULL,
    "address" TEXT,
    "city"    TEXT,
    "country" TEXT DEFAULT 'Tunisie'
$columns$);

SELECT pg_temp.ensure_table('student_profiles', $columns$
    "id"        TEXT         PRIMARY KEY,
    "userId"    TEXT         NOT NULL,
    "grade"     TEXT,
    "school"    TEXT,
    "birthDate" TIMESTAMP(3)
$columns$);

SELECT pg_temp.ensure_table('students', $columns$
    "id"                   TEXT         PRIMARY KEY,
    "parentId"             TEXT         NOT NULL,
    "userId"               TEXT         NOT NULL,
    "grade"                TEXT,
    "school"               TEXT,
    "birthDate"            TIMESTAMP(3),
    "credits"              INTEGER      NOT NULL DEFAULT 0,
    "totalSessions"        INTEGER      NOT NULL DEFAULT 0,
    "completedSessions"    INTEGER      NOT NULL DEFAULT 0,
    "freemiumUsage"        JSONB,
    "guaranteeEligible"    BOOLEAN      NOT NULL DEFAULT false,
    "guaranteeActivatedAt" TIMESTAMP(3),
    "createdAt"            TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"            TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('student_profile_data', $columns$
    "id"               TEXT         PRIMARY KEY,
    "studentId"        TEXT         NOT NULL,
    "pedagoRawAnswers" JSONB,
    "pedagoProfile"    JSONB,
    "preAnalyzedData"  JSONB,
    "lastUpdatedAt"    TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('coach_profiles', $columns$
    "id"                TEXT         PRIMARY KEY,
    "userId"            TEXT         NOT NULL,
    "title"             TEXT,
    "pseudonym"         TEXT         NOT NULL,
    "tag"               TEXT,
    "description"       TEXT,
    "philosophy"        TEXT,
    "expertise"         TEXT,
    "subjects"          TEXT         NOT NULL,
    "availableOnline"   BOOLEAN      NOT NULL DEFAULT true,
    "availableInPerson" BOOLEAN      NOT NULL DEFAULT true,
    "createdAt"         TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"         TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('"CoachAvailability"', $columns$
    "id"           TEXT         PRIMARY KEY,
    "coachId"      TEXT         NOT NULL,
    "dayOfWeek"    INTEGER      NOT NULL,
    "startTime"    TEXT         NOT NULL,
    "endTime"      TEXT         NOT NULL,
    "specificDate" TIMESTAMP(3),
    "isAvailable"  BOOLEAN      NOT NULL DEFAULT true,
    "isRecurring"  BOOLEAN      NOT NULL DEFAULT true,
    "validFrom"    TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "validUntil"   TIMESTAMP(3),
    "createdAt"    TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"    TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('sessions', $columns$
    "id"          TEXT             PRIMARY KEY,
    "studentId"   TEXT             NOT NULL,
    "coachId"     TEXT             NOT NULL,
    "type"        "ServiceType"    NOT NULL,
    "subject"     "Subject"        NOT NULL,
    "title"       TEXT             NOT NULL,
    "description" TEXT,
    "scheduledAt" TIMESTAMP(3)     NOT NULL,
    "duration"    INTEGER          NOT NULL,
    "location"    TEXT,
    "creditCost"  DOUBLE PRECISION NOT NULL,
    "status"      "SessionStatus"  NOT NULL DEFAULT 'SCHEDULED',
    "report"      TEXT,
    "reportedAt"  TIMESTAMP(3),
    "createdAt"   TIMESTAMP(3)     NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"   TIMESTAMP(3)     NOT NULL
$columns$);

SELECT pg_temp.ensure_table('"SessionBooking"', $columns$
    "id"              TEXT              PRIMARY KEY,
    "studentId"       TEXT              NOT NULL,
    "coachId"         TEXT              NOT NULL,
    "parentId"        TEXT,
    "subject"         "Subject"         NOT NULL,
    "title"           TEXT              NOT NULL,
    "description"     TEXT,
    "scheduledDate"   TIMESTAMP(3)      NOT NULL,
    "startTime"       TEXT              NOT NULL,
    "endTime"         TEXT              NOT NULL,
    "duration"        INTEGER           NOT NULL,
    "status"          "SessionStatus"   NOT NULL DEFAULT 'SCHEDULED',
    "type"            "SessionType"     NOT NULL DEFAULT 'INDIVIDUAL',
    "modality"        "SessionModality" NOT NULL DEFAULT 'ONLINE',
    "meetingUrl"      TEXT,
    "meetingId"       TEXT,
    "location"        TEXT,
    "creditsUsed"     INTEGER           NOT NULL DEFAULT 1,
    "coachNotes"      TEXT,
    "studentNotes"    TEXT,
    "rating"          INTEGER,
    "feedback"        TEXT,
    "studentAttended" BOOLEAN,
    "coachAttended"   BOOLEAN           NOT NULL DEFAULT true,
    "createdAt"       TIMESTAMP(3)      NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"       TIMESTAMP(3)      NOT NULL,
    "completedAt"     TIMESTAMP(3),
    "cancelledAt"     TIMESTAMP(3)
$columns$);

SELECT pg_temp.ensure_table('"SessionNotification"', $columns$
    "id"        TEXT                 PRIMARY KEY,
    "sessionId" TEXT                 NOT NULL,
    "userId"    TEXT                 NOT NULL,
    "type"      "NotificationType"   NOT NULL,
    "title"     TEXT                 NOT NULL,
    "message"   TEXT                 NOT NULL,
    "status"    "NotificationStatus" NOT NULL DEFAULT 'PENDING',
    "sentAt"    TIMESTAMP(3),
    "readAt"    TIMESTAMP(3),
    "method"    "NotificationMethod" NOT NULL DEFAULT 'EMAIL',
    "createdAt" TIMESTAMP(3)         NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3)         NOT NULL
$columns$);

SELECT pg_temp.ensure_table('"SessionReminder"', $columns$
    "id"           TEXT           PRIMARY KEY,
    "sessionId"    TEXT           NOT NULL,
    "reminderType" "ReminderType" NOT NULL,
    "scheduledFor" TIMESTAMP(3)   NOT NULL,
    "sent"         BOOLEAN        NOT NULL DEFAULT false,
    "sentAt"       TIMESTAMP(3),
    "createdAt"    TIMESTAMP(3)   NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('student_reports', $columns$
    "id"              TEXT             PRIMARY KEY,
    "studentId"       TEXT             NOT NULL,
    "coachId"         TEXT             NOT NULL,
    "title"           TEXT             NOT NULL,
    "content"         TEXT             NOT NULL,
    "period"          TEXT             NOT NULL,
    "sessionsCount"   INTEGER          NOT NULL DEFAULT 0,
    "averageGrade"    DOUBLE PRECISION,
    "progressNotes"   TEXT,
    "recommendations" TEXT,
    "createdAt"       TIMESTAMP(3)     NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('subscriptions', $columns$
    "id"              TEXT                 PRIMARY KEY,
    "studentId"       TEXT                 NOT NULL,
    "planName"        TEXT                 NOT NULL,
    "monthlyPrice"    INTEGER              NOT NULL,
    "creditsPerMonth" INTEGER              NOT NULL,
    "status"          "SubscriptionStatus" NOT NULL,
    "startDate"       TIMESTAMP(3)         NOT NULL,
    "endDate"         TIMESTAMP(3),
    "ariaSubjects"    TEXT                 NOT NULL DEFAULT '[]',
    "ariaCost"        INTEGER              NOT NULL DEFAULT 0,
    "createdAt"       TIMESTAMP(3)         NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"       TIMESTAMP(3)         NOT NULL
$columns$);

SELECT pg_temp.ensure_table('subscription_requests', $columns$
    "id"               TEXT             PRIMARY KEY,
    "studentId"        TEXT             NOT NULL,
    "requestType"      TEXT             NOT NULL,
    "planName"         TEXT,
    "monthlyPrice"     DOUBLE PRECISION NOT NULL,
    "reason"           TEXT,
    "status"           TEXT             NOT NULL,
    "requestedBy"      TEXT             NOT NULL,
    "requestedByEmail" TEXT             NOT NULL,
    "processedBy"      TEXT,
    "processedAt"      TIMESTAMP(3),
    "rejectionReason"  TEXT,
    "createdAt"        TIMESTAMP(3)     NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"        TIMESTAMP(3)     NOT NULL
$columns$);

SELECT pg_temp.ensure_table('credit_transactions', $columns$
    "id"          TEXT             PRIMARY KEY,
    "studentId"   TEXT             NOT NULL,
    "type"        TEXT             NOT NULL,
    "amount"      DOUBLE PRECISION NOT NULL,
    "description" TEXT             NOT NULL,
    "sessionId"   TEXT,
    "expiresAt"   TIMESTAMP(3),
    "createdAt"   TIMESTAMP(3)     NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('credit_wallets', $columns$
    "id"        SERIAL       PRIMARY KEY,
    "userId"    TEXT         NOT NULL,
    "balance"   INTEGER      NOT NULL DEFAULT 0,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('credit_tx', $columns$
    "id"         SERIAL       PRIMARY KEY,
    "walletId"   INTEGER      NOT NULL,
    "delta"      INTEGER      NOT NULL,
    "reason"     TEXT         NOT NULL,
    "provider"   TEXT,
    "externalId" TEXT,
    "packId"     INTEGER,
    "at"         TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('credit_packs', $columns$
    "id"        SERIAL           PRIMARY KEY,
    "credits"   INTEGER          NOT NULL,
    "priceTnd"  DOUBLE PRECISION NOT NULL,
    "bonus"     INTEGER          NOT NULL DEFAULT 0,
    "active"    BOOLEAN          NOT NULL DEFAULT true,
    "updatedAt" TIMESTAMP(3)     NOT NULL
$columns$);

SELECT pg_temp.ensure_table('credit_usage', $columns$
    "key"       TEXT         PRIMARY KEY,
    "credits"   INTEGER      NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('payments', $columns$
    "id"          TEXT             PRIMARY KEY,
    "userId"      TEXT             NOT NULL,
    "type"        "PaymentType"    NOT NULL,
    "amount"      DOUBLE PRECISION NOT NULL,
    "currency"    TEXT             NOT NULL DEFAULT 'TND',
    "description" TEXT             NOT NULL,
    "status"      "PaymentStatus"  NOT NULL DEFAULT 'PENDING',
    "method"      TEXT,
    "externalId"  TEXT,
    "metadata"    JSONB,
    "createdAt"   TIMESTAMP(3)     NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"   TIMESTAMP(3)     NOT NULL
$columns$);

SELECT pg_temp.ensure_table('payment_records', $columns$
    "id"         SERIAL           PRIMARY KEY,
    "provider"   TEXT             NOT NULL,
    "externalId" TEXT             NOT NULL,
    "userId"     TEXT             NOT NULL,
    "packId"     INTEGER          NOT NULL,
    "amountTnd"  DOUBLE PRECISION NOT NULL,
    "currency"   TEXT             NOT NULL DEFAULT 'TND',
    "status"     TEXT             NOT NULL DEFAULT 'created',
    "createdAt"  TIMESTAMP(3)     NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"  TIMESTAMP(3)     NOT NULL
$columns$);

SELECT pg_temp.ensure_table('payment_settings', $columns$
    "id"        INTEGER      PRIMARY KEY DEFAULT 1,
    "allowCard" BOOLEAN      NOT NULL DEFAULT true,
    "allowWire" BOOLEAN      NOT NULL DEFAULT true,
    "allowCash" BOOLEAN      NOT NULL DEFAULT true,
    "iban"      TEXT,
    "cashNote"  TEXT,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('billing_policy', $columns$
    "id"               INTEGER      PRIMARY KEY DEFAULT 1,
    "annualDepositPct" INTEGER      NOT NULL DEFAULT 20,
    "scheduleEndISO"   TEXT         NOT NULL DEFAULT '2026-06-30',
    "updatedAt"        TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('pricing', $columns$
    "id"        SERIAL           PRIMARY KEY,
    "service"   TEXT             NOT NULL,
    "variable"  TEXT             NOT NULL,
    "valeur"    DOUBLE PRECISION NOT NULL,
    "devise"    TEXT             NOT NULL DEFAULT 'TND',
    "updatedAt" TIMESTAMP(3)     NOT NULL
$columns$);

SELECT pg_temp.ensure_table('product_pricing', $columns$
    "id"          TEXT         PRIMARY KEY,
    "itemType"    TEXT         NOT NULL,
    "itemKey"     TEXT         NOT NULL,
    "amount"      INTEGER      NOT NULL,
    "currency"    TEXT         NOT NULL DEFAULT 'TND',
    "description" TEXT         NOT NULL,
    "active"      BOOLEAN      NOT NULL DEFAULT true,
    "createdAt"   TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"   TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('offer_bindings', $columns$
    "code"        TEXT         PRIMARY KEY,
    "label"       TEXT         NOT NULL,
    "includeAria" BOOLEAN      NOT NULL DEFAULT false,
    "refs"        JSONB        NOT NULL,
    "updatedAt"   TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('bilans', $columns$
    "id"              TEXT         PRIMARY KEY,
    "studentId"       TEXT         NOT NULL,
    "subject"         TEXT,
    "niveau"          TEXT,
    "statut"          TEXT,
    "qcmRaw"          JSONB        NOT NULL,
    "pedagoRaw"       JSONB        NOT NULL,
    "qcmScores"       JSONB        NOT NULL,
    "pedagoProfile"   JSONB        NOT NULL,
    "preAnalyzedData" JSONB,
    "synthesis"       JSONB        NOT NULL,
    "offers"          JSONB        NOT NULL,
    "pdfUrl"          TEXT,
    "pdfBlob"         BYTEA,
    "reportText"      TEXT,
    "summaryText"     TEXT,
    "generatedAt"     TIMESTAMP(3),
    "createdAt"       TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"       TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('user_documents', $columns$
    "id"           TEXT         PRIMARY KEY,
    "ownerId"      TEXT,
    "ownerRole"    TEXT,
    "originalName" TEXT         NOT NULL,
    "mime"         TEXT         NOT NULL,
    "storageKey"   TEXT         NOT NULL,
    "status"       TEXT         NOT NULL DEFAULT 'UPLOADED',
    "meta"         JSONB,
    "createdAt"    TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('knowledge_assets', $columns$
    "id"        TEXT         PRIMARY KEY,
    "docId"     TEXT         NOT NULL,
    "subject"   TEXT         NOT NULL,
    "level"     TEXT         NOT NULL,
    "chunk"     TEXT         NOT NULL,
    "tokens"    INTEGER      NOT NULL,
    "embedding" vector(1536) NOT NULL,
    "meta"      JSONB        NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('ingest_jobs', $columns$
    "id"        TEXT         PRIMARY KEY,
    "docId"     TEXT         NOT NULL,
    "status"    TEXT         NOT NULL DEFAULT 'PENDING',
    "step"      TEXT         NOT NULL DEFAULT 'queued',
    "progress"  INTEGER      NOT NULL DEFAULT 0,
    "error"     TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('pedagogical_contents', $columns$
    "id"        TEXT         PRIMARY KEY,
    "title"     TEXT         NOT NULL,
    "content"   TEXT         NOT NULL,
    "subject"   "Subject"    NOT NULL,
    "grade"     TEXT,
    "embedding" TEXT         NOT NULL DEFAULT '[]',
    "tags"      TEXT         NOT NULL DEFAULT '[]',
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('aria_conversations', $columns$
    "id"        TEXT         PRIMARY KEY,
    "studentId" TEXT         NOT NULL,
    "subject"   "Subject"    NOT NULL,
    "title"     TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('aria_messages', $columns$
    "id"             TEXT         PRIMARY KEY,
    "conversationId" TEXT         NOT NULL,
    "role"           TEXT         NOT NULL,
    "content"        TEXT         NOT NULL,
    "feedback"       BOOLEAN,
    "createdAt"      TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('memories', $columns$
    "id"        TEXT         PRIMARY KEY,
    "studentId" TEXT         NOT NULL,
    "kind"      "MemoryKind" NOT NULL,
    "content"   TEXT         NOT NULL,
    "embedding" vector(1536),
    "meta"      JSONB,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('badges', $columns$
    "id"          TEXT         PRIMARY KEY,
    "name"        TEXT         NOT NULL,
    "description" TEXT         NOT NULL,
    "category"    TEXT         NOT NULL,
    "icon"        TEXT,
    "condition"   TEXT         NOT NULL,
    "createdAt"   TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('student_badges', $columns$
    "id"        TEXT         PRIMARY KEY,
    "studentId" TEXT         NOT NULL,
    "badgeId"   TEXT         NOT NULL,
    "earnedAt"  TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('notifications', $columns$
    "id"        TEXT         PRIMARY KEY,
    "userId"    TEXT         NOT NULL,
    "userRole"  "UserRole"   NOT NULL,
    "type"      TEXT         NOT NULL,
    "title"     TEXT         NOT NULL,
    "message"   TEXT         NOT NULL,
    "data"      TEXT         NOT NULL,
    "read"      BOOLEAN      NOT NULL DEFAULT false,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('messages', $columns$
    "id"         TEXT         PRIMARY KEY,
    "senderId"   TEXT         NOT NULL,
    "receiverId" TEXT         NOT NULL,
    "content"    TEXT         NOT NULL,
    "fileUrl"    TEXT,
    "fileName"   TEXT,
    "readAt"     TIMESTAMP(3),
    "createdAt"  TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('"LegalPage"', $columns$
    "id"           SERIAL       PRIMARY KEY,
    "slug"         TEXT         NOT NULL,
    "title"        TEXT         NOT NULL,
    "contentMd"    TEXT         NOT NULL,
    "contentHtml"  TEXT,
    "placeholders" JSONB,
    "version"      INTEGER      NOT NULL DEFAULT 1,
    "contentHash"  TEXT         NOT NULL,
    "gitCommit"    TEXT,
    "updatedBy"    TEXT,
    "createdAt"    TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"    TIMESTAMP(3) NOT NULL
$columns$);

SELECT pg_temp.ensure_table('"LegalVersion"', $columns$
    "id"          SERIAL       PRIMARY KEY,
    "pageId"      INTEGER      NOT NULL,
    "slug"        TEXT         NOT NULL,
    "title"       TEXT         NOT NULL,
    "contentMd"   TEXT         NOT NULL,
    "contentHtml" TEXT,
    "version"     INTEGER      NOT NULL,
    "contentHash" TEXT         NOT NULL,
    "gitCommit"   TEXT,
    "editorId"    TEXT,
    "createdAt"   TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

SELECT pg_temp.ensure_table('audit_logs', $columns$
    "id"     SERIAL       PRIMARY KEY,
    "actor"  TEXT         NOT NULL,
    "action" TEXT         NOT NULL,
    "diff"   JSONB,
    "at"     TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
$columns$);

CREATE UNIQUE INDEX IF NOT EXISTS "users_email_key" ON users ("email");
CREATE UNIQUE INDEX IF NOT EXISTS "parent_profiles_userId_key" ON parent_profiles ("userId");
CREATE UNIQUE INDEX IF NOT EXISTS "student_profiles_userId_key" ON student_profiles ("userId");
CREATE UNIQUE INDEX IF NOT EXISTS "students_userId_key" ON students ("userId");
CREATE UNIQUE INDEX IF NOT EXISTS "student_profile_data_studentId_key" ON student_profile_data ("studentId");
CREATE UNIQUE INDEX IF NOT EXISTS "coach_profiles_userId_key" ON coach_profiles ("userId");
CREATE UNIQUE INDEX IF NOT EXISTS "coach_profiles_pseudonym_key" ON coach_profiles ("pseudonym");
CREATE UNIQUE INDEX IF NOT EXISTS "CoachAvailability_coachId_dayOfWeek_startTime_endTime_speci_key"
    ON "CoachAvailability" ("coachId", "dayOfWeek", "startTime", "endTime", "specificDate");
CREATE UNIQUE INDEX IF NOT EXISTS "credit_wallets_userId_key" ON credit_wallets ("userId");
CREATE UNIQUE INDEX IF NOT EXISTS "payments_externalId_key" ON payments ("externalId");
CREATE UNIQUE INDEX IF NOT EXISTS "pricing_service_variable_key" ON pricing ("service", "variable");
CREATE UNIQUE INDEX IF NOT EXISTS "product_pricing_itemType_itemKey_key" ON product_pricing ("itemType", "itemKey");
CREATE UNIQUE INDEX IF NOT EXISTS "user_documents_storageKey_key" ON user_documents ("storageKey");
CREATE UNIQUE INDEX IF NOT EXISTS "badges_name_key" ON badges ("name");
CREATE UNIQUE INDEX IF NOT EXISTS "student_badges_studentId_badgeId_key" ON student_badges ("studentId", "badgeId");
CREATE UNIQUE INDEX IF NOT EXISTS "LegalPage_slug_key" ON "LegalPage" ("slug");
CREATE INDEX IF NOT EXISTS "CoachAvailability_coachId_dayOfWeek_idx" ON "CoachAvailability" ("coachId", "dayOfWeek");
CREATE INDEX IF NOT EXISTS "CoachAvailability_coachId_specificDate_idx" ON "CoachAvailability" ("coachId", "specificDate");
CREATE INDEX IF NOT EXISTS "SessionBooking_studentId_scheduledDate_idx" ON "SessionBooking" ("studentId", "scheduledDate");
CREATE INDEX IF NOT EXISTS "SessionBooking_coachId_scheduledDate_idx" ON "SessionBooking" ("coachId", "scheduledDate");
CREATE INDEX IF NOT EXISTS "SessionBooking_status_scheduledDate_idx" ON "SessionBooking" ("status", "scheduledDate");
CREATE INDEX IF NOT EXISTS "SessionBooking_scheduledDate_idx" ON "SessionBooking" ("scheduledDate");
CREATE INDEX IF NOT EXISTS "SessionNotification_sessionId_idx" ON "SessionNotification" ("sessionId");
CREATE INDEX IF NOT EXISTS "SessionNotification_userId_status_idx" ON "SessionNotification" ("userId", "status");
CREATE INDEX IF NOT EXISTS "SessionReminder_sessionId_idx" ON "SessionReminder" ("sessionId");
CREATE INDEX IF NOT EXISTS "SessionReminder_scheduledFor_sent_idx" ON "SessionReminder" ("scheduledFor", "sent");
CREATE INDEX IF NOT EXISTS "knowledge_assets_docId_idx" ON knowledge_assets ("docId");
CREATE INDEX IF NOT EXISTS "ingest_jobs_docId_status_idx" ON ingest_jobs ("docId", "status");
CREATE INDEX IF NOT EXISTS "memories_studentId_kind_idx" ON memories ("studentId", "kind");
CREATE INDEX IF NOT EXISTS "LegalVersion_pageId_version_idx" ON "LegalVersion" ("pageId", "version");
CREATE INDEX IF NOT EXISTS "LegalVersion_slug_idx" ON "LegalVersion" ("slug");

SELECT pg_temp.ensure_foreign_key('parent_profiles', 'userId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('student_profiles', 'userId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('students', 'parentId', 'parent_profiles', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('students', 'userId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('student_profile_data', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('coach_profiles', 'userId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('"CoachAvailability"', 'coachId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('sessions', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('sessions', 'coachId', 'coach_profiles', 'RESTRICT');
SELECT pg_temp.ensure_foreign_key('"SessionBooking"', 'studentId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('"SessionBooking"', 'coachId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('"SessionBooking"', 'parentId', 'users', 'SET NULL');
SELECT pg_temp.ensure_foreign_key('"SessionNotification"', 'sessionId', '"SessionBooking"', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('"SessionNotification"', 'userId', 'users', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('"SessionReminder"', 'sessionId', '"SessionBooking"', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('student_reports', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('student_reports', 'coachId', 'coach_profiles', 'RESTRICT');
SELECT pg_temp.ensure_foreign_key('subscriptions', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('subscription_requests', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('credit_transactions', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('credit_tx', 'walletId', 'credit_wallets', 'RESTRICT');
SELECT pg_temp.ensure_foreign_key('payments', 'userId', 'users', 'RESTRICT');
SELECT pg_temp.ensure_foreign_key('bilans', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('knowledge_assets', 'docId', 'user_documents', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('aria_conversations', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('aria_messages', 'conversationId', 'aria_conversations', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('memories', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('student_badges', 'studentId', 'students', 'CASCADE');
SELECT pg_temp.ensure_foreign_key('student_badges', 'badgeId', 'badges', 'RESTRICT');
SELECT pg_temp.ensure_foreign_key('messages', 'senderId', 'users', 'RESTRICT');
SELECT pg_temp.ensure_foreign_key('messages', 'receiverId', 'users', 'RESTRICT');
SELECT pg_temp.ensure_foreign_key('"LegalVersion"', 'pageId', '"LegalPage"', 'CASCADE');

DROP FUNCTION pg_temp.ensure_enum(TEXT, TEXT[]);
DROP FUNCTION pg_temp.ensure_table(TEXT, TEXT);
DROP FUNCTION pg_temp.ensure_foreign_key(TEXT, TEXT, TEXT, TEXT);
