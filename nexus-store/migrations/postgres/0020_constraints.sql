-- What the database itself refuses from now on. Rows that already break a rule were put in quarantine in this very
-- transaction (nexus-store/src/adoption); every rule leaves them alone.

-- People ---------------------------------------------------------------------------------------------------------------

-- One account per address, however it is written.
CREATE UNIQUE INDEX users_email_normalised ON users (lower(trim("email"))) WHERE "quarantinedAt" IS NULL;
-- Finds every account of an address, those in quarantine too.
CREATE INDEX users_email_lookup ON users (lower(trim("email")));

-- Removing a parent never removes his children, nor a pupil his lessons and his money: people are anonymised.
ALTER TABLE students
    DROP CONSTRAINT IF EXISTS "students_parentId_fkey",
    ADD CONSTRAINT "students_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES parent_profiles ("id")
        ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE sessions
    DROP CONSTRAINT IF EXISTS "sessions_studentId_fkey",
    ADD CONSTRAINT "sessions_studentId_fkey" FOREIGN KEY ("studentId") REFERENCES students ("id")
        ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE subscriptions
    DROP CONSTRAINT IF EXISTS "subscriptions_studentId_fkey",
    ADD CONSTRAINT "subscriptions_studentId_fkey" FOREIGN KEY ("studentId") REFERENCES students ("id")
        ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE credit_transactions
    DROP CONSTRAINT IF EXISTS "credit_transactions_studentId_fkey",
    ADD CONSTRAINT "credit_transactions_studentId_fkey" FOREIGN KEY ("studentId") REFERENCES students ("id")
        ON DELETE RESTRICT ON UPDATE CASCADE;

-- Calendar -------------------------------------------------------------------------------------------------------------

-- Computed, so that a row that the existing application writes has them, and nothing can make them disagree.
ALTER TABLE sessions
    ADD COLUMN "startsAt" TIMESTAMP(3) NOT NULL GENERATED ALWAYS AS ("scheduledAt") STORED,
    ADD COLUMN "endsAt"   TIMESTAMP(3) NOT NULL GENERATED ALWAYS AS ("scheduledAt" + make_interval(mins => "duration")) STORED,
    ADD CONSTRAINT sessions_end_after_start CHECK ("duration" > 0 OR "quarantinedAt" IS NOT NULL);

-- Nobody is in two lessons at once. Equality of texts inside a GiST index would need an extension; equality of their
-- 64-bit hashes, as one-point ranges, does not.
ALTER TABLE sessions
    ADD CONSTRAINT sessions_coach_no_overlap EXCLUDE USING gist (
        int8range(hashtextextended("coachId", 0), hashtextextended("coachId", 0), '[]') WITH &&,
        tsrange("startsAt", "endsAt") WITH &&
    ) WHERE ("status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL),
    ADD CONSTRAINT sessions_student_no_overlap EXCLUDE USING gist (
        int8range(hashtextextended("studentId", 0), hashtextextended("studentId", 0), '[]') WITH &&,
        tsrange("startsAt", "endsAt") WITH &&
    ) WHERE ("status" IN ('SCHEDULED', 'CONFIRMED', 'IN_PROGRESS') AND "quarantinedAt" IS NULL);

ALTER TABLE "SessionBooking" ADD CONSTRAINT "SessionBooking_end_after_start"
    CHECK (lpad("startTime", 5, '0') < lpad("endTime", 5, '0') OR "quarantinedAt" IS NOT NULL);
ALTER TABLE "CoachAvailability" ADD CONSTRAINT "CoachAvailability_end_after_start"
    CHECK (lpad("startTime", 5, '0') < lpad("endTime", 5, '0') OR "quarantinedAt" IS NOT NULL);

-- The unique index of the existing application takes two rows without a date for different ones.
CREATE UNIQUE INDEX "CoachAvailability_once"
    ON "CoachAvailability" ("coachId", "dayOfWeek", "startTime", "endTime", "specificDate") NULLS NOT DISTINCT
    WHERE "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "SessionReminder_once" ON "SessionReminder" ("sessionId", "reminderType") WHERE "quarantinedAt" IS NULL;
CREATE UNIQUE INDEX "SessionNotification_once" ON "SessionNotification" ("sessionId", "userId", "type", "method")
    WHERE "quarantinedAt" IS NULL;

-- Money ----------------------------------------------------------------------------------------------------------------

-- The three texts are what the existing application writes while it has no reference of the payment yet.
CREATE UNIQUE INDEX payment_records_once ON payment_records ("provider", "externalId")
    WHERE "quarantinedAt" IS NULL AND "externalId" NOT IN ('cash-reservation', 'konnect-link-pending', 'pending');
ALTER TABLE payment_records
    ADD CONSTRAINT payment_records_provider_known
        CHECK ("provider" IN ('konnect', 'wire', 'cash') OR "quarantinedAt" IS NOT NULL),
    ADD CONSTRAINT payment_records_status_known
        CHECK ("status" IN ('created', 'pending', 'paid', 'failed', 'cancelled') OR "quarantinedAt" IS NOT NULL);
ALTER TABLE payments ADD CONSTRAINT payments_method_known
    CHECK ("method" IN ('konnect', 'wise', 'manual') OR "quarantinedAt" IS NOT NULL);
ALTER TABLE credit_wallets ADD CONSTRAINT credit_wallets_balance_not_negative
    CHECK ("balance" >= 0 OR "quarantinedAt" IS NOT NULL);
ALTER TABLE credit_transactions ADD CONSTRAINT credit_transactions_type_known
    CHECK ("type" IN ('MONTHLY_ALLOCATION', 'PURCHASE', 'USAGE', 'REFUND', 'EXPIRATION', 'CREDIT_REQUEST', 'CREDIT_ADD',
                      'CREDIT_REJECTED') OR "quarantinedAt" IS NOT NULL);
ALTER TABLE product_pricing ADD CONSTRAINT "product_pricing_itemType_known"
    CHECK ("itemType" IN ('SUBSCRIPTION', 'ADDON', 'PACK') OR "quarantinedAt" IS NOT NULL);

-- Subscriptions and the rest -------------------------------------------------------------------------------------------

CREATE UNIQUE INDEX subscriptions_one_active ON subscriptions ("studentId")
    WHERE "status" = 'ACTIVE' AND "quarantinedAt" IS NULL;
ALTER TABLE subscription_requests
    ADD CONSTRAINT "subscription_requests_requestType_known"
        CHECK ("requestType" IN ('PLAN_CHANGE', 'ARIA_ADDON', 'INVOICE_DETAILS') OR "quarantinedAt" IS NOT NULL),
    ADD CONSTRAINT subscription_requests_status_known
        CHECK ("status" IN ('PENDING', 'APPROVED', 'REJECTED') OR "quarantinedAt" IS NOT NULL);
ALTER TABLE badges ADD CONSTRAINT badges_category_known
    CHECK ("category" IN ('ASSIDUITE', 'PROGRESSION', 'CURIOSITE') OR "quarantinedAt" IS NOT NULL);
CREATE UNIQUE INDEX "LegalVersion_once" ON "LegalVersion" ("pageId", "version") WHERE "quarantinedAt" IS NULL;

-- References that the existing application never declared. Old orphans stay; a key that has none is checked for every row,
-- another one for new rows only.
DO $$
DECLARE
    wanted RECORD;
    orphan BOOLEAN;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('credit_wallets', 'userId', 'users', 'RESTRICT'),
            ('payment_records', 'userId', 'users', 'RESTRICT'),
            ('payment_records', 'packId', 'credit_packs', 'RESTRICT'),
            ('notifications', 'userId', 'users', 'CASCADE'),
            ('ingest_jobs', 'docId', 'user_documents', 'CASCADE')
        ) AS key (source, field, referred, removal)
    LOOP
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %I ("id")
                        ON DELETE %s ON UPDATE CASCADE NOT VALID',
                       wanted.source, wanted.source || '_' || wanted.field || '_fkey', wanted.field, wanted.referred,
                       wanted.removal);
        EXECUTE format('SELECT EXISTS (SELECT FROM %I held LEFT JOIN %I known ON known."id" = held.%I
                                       WHERE known."id" IS NULL)',
                       wanted.source, wanted.referred, wanted.field) INTO orphan;
        IF NOT orphan THEN
            EXECUTE format('ALTER TABLE %I VALIDATE CONSTRAINT %I',
                           wanted.source, wanted.source || '_' || wanted.field || '_fkey');
        END IF;
    END LOOP;
END $$;

-- Vectors --------------------------------------------------------------------------------------------------------------

-- A database of the existing application holds vectors of 3072 dimensions and goes on writing such ones; the official
-- space has 1536 (decision 14). A column without a dimension takes both, and not one stored vector changes.
DO $$
DECLARE
    held RECORD;
BEGIN
    FOR held IN
        SELECT attrelid::regclass AS owner FROM pg_attribute
        WHERE attrelid IN ('knowledge_assets'::regclass, 'memories'::regclass)
          AND attname = 'embedding' AND format_type(atttypid, atttypmod) <> 'vector(1536)'
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN "embedding" TYPE vector', held.owner);
    END LOOP;
END $$;

-- Every foreign key leads an index -------------------------------------------------------------------------------------

CREATE INDEX "students_parentId_idx" ON students ("parentId");
CREATE INDEX "sessions_coachId_startsAt_idx" ON sessions ("coachId", "startsAt");
CREATE INDEX "sessions_studentId_startsAt_idx" ON sessions ("studentId", "startsAt");
CREATE INDEX "sessions_status_startsAt_idx" ON sessions ("status", "startsAt");
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
