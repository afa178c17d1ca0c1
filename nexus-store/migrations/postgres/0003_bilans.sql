-- Bilans: the truth of this application beside the columns of the existing one, which goes on adding rows that have none
-- of the new columns.
ALTER TABLE bilans
    ADD COLUMN "state"          TEXT CHECK ("state" IN ('DRAFT', 'SUBMITTED', 'SCORED', 'REPORT_PENDING_REVIEW', 'VALIDATED',
                                    'PUBLISHED', 'REJECTED', 'SCORING_FAILED', 'REPORT_GENERATION_FAILED', 'EXPIRED')),
    ADD COLUMN "bank"           TEXT,
    ADD COLUMN "bankVersion"    TEXT,
    ADD COLUMN "bankChecksum"   TEXT,
    ADD COLUMN "seed"           TEXT,
    ADD COLUMN "revision"       BIGINT NOT NULL DEFAULT 0 CHECK ("revision" >= 0),
    ADD COLUMN "reportRevision" BIGINT NOT NULL DEFAULT 0 CHECK ("reportRevision" >= 0),
    ADD COLUMN "expiresAt"      TIMESTAMP(3),
    ADD COLUMN "submittedAt"    TIMESTAMP(3),
    ADD COLUMN "failure"        TEXT,
    -- A row is wholly ours or wholly the existing application's.
    ADD CONSTRAINT bilans_whole CHECK (
        num_nulls("state", "bank", "bankVersion", "bankChecksum", "seed", "expiresAt") IN (0, 6));

CREATE INDEX bilans_student ON bilans ("studentId", "createdAt");
-- A pupil has one open attempt per bank, whatever races.
CREATE UNIQUE INDEX bilans_one_open_attempt ON bilans ("studentId", "bank") WHERE "state" = 'DRAFT';

CREATE TABLE bilan_answers (
    "bilanId"   TEXT NOT NULL REFERENCES bilans ("id") ON DELETE CASCADE,
    "itemId"    TEXT NOT NULL,
    "answer"    JSONB NOT NULL,
    -- Revision of the attempt that wrote this answer.
    "revision"  BIGINT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    PRIMARY KEY ("bilanId", "itemId")
);

CREATE TABLE bilan_survey_answers (
    "bilanId"   TEXT NOT NULL REFERENCES bilans ("id") ON DELETE CASCADE,
    "itemId"    TEXT NOT NULL,
    "answer"    JSONB NOT NULL,
    "revision"  BIGINT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    PRIMARY KEY ("bilanId", "itemId")
);

CREATE TABLE bilan_scores (
    "bilanId"       TEXT PRIMARY KEY REFERENCES bilans ("id") ON DELETE CASCADE,
    "facts"         JSONB NOT NULL,
    "checksum"      TEXT NOT NULL,
    "engineVersion" TEXT NOT NULL,
    "createdAt"     TIMESTAMP(3) NOT NULL
);

CREATE TABLE bilan_documents (
    "bilanId"     TEXT NOT NULL REFERENCES bilans ("id") ON DELETE CASCADE,
    "revision"    BIGINT NOT NULL,
    "variant"     TEXT NOT NULL CHECK ("variant" IN ('eleve', 'parent', 'nexus', 'general')),
    "payload"     JSONB NOT NULL,
    "pdfKey"      TEXT NOT NULL,
    "pdfChecksum" TEXT NOT NULL,
    "pdfBytes"    BIGINT NOT NULL,
    "createdAt"   TIMESTAMP(3) NOT NULL,
    PRIMARY KEY ("bilanId", "revision", "variant")
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % never changes', TG_TABLE_NAME;
END $$;

CREATE TRIGGER bilan_scores_are_immutable BEFORE UPDATE ON bilan_scores
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER bilan_documents_are_immutable BEFORE UPDATE ON bilan_documents
FOR EACH ROW EXECUTE FUNCTION refuse_change();
