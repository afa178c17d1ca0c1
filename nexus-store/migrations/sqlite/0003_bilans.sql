-- Bilans: the columns of the existing application first, so that its pages go on reading, then the truth of this one.
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

CREATE INDEX bilans_student ON bilans ("studentId", "createdAt");
-- A pupil has one open attempt per bank, whatever races.
CREATE UNIQUE INDEX bilans_one_open_attempt ON bilans ("studentId", "bank") WHERE "state" = 'DRAFT';

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

CREATE TRIGGER bilan_scores_are_immutable BEFORE UPDATE ON bilan_scores
BEGIN SELECT RAISE(ABORT, 'a stored score never changes'); END;

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

CREATE TRIGGER bilan_documents_are_immutable BEFORE UPDATE ON bilan_documents
BEGIN SELECT RAISE(ABORT, 'a stored document never changes'); END;
