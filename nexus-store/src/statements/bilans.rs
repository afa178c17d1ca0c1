macro_rules! bilan_columns {
    () => {
        r#"b."id", b."studentId" AS student, b."bank", b."bankVersion" AS bank_version, b."bankChecksum" AS bank_checksum,
        b."subject", b."niveau" AS level, b."state", b."seed", b."revision", b."reportRevision" AS report_revision,
        b."createdAt" AS created_at, b."expiresAt" AS expires_at, b."submittedAt" AS submitted_at, b."failure""#
    };
}

/// The partial unique index refuses a second open attempt.
pub(crate) const INSERT: &str = r#"
INSERT INTO bilans ("id", "studentId", "bank", "bankVersion", "bankChecksum", "subject", "niveau", "state", "seed",
                    "revision", "reportRevision", "createdAt", "expiresAt", "updatedAt",
                    "qcmRaw", "pedagoRaw", "qcmScores", "pedagoProfile", "synthesis", "offers")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, '{}', '{}', '{}', '{}', '{}', '{}')
ON CONFLICT DO NOTHING"#;

/// `$1` to `$6` are the scope. Rows of the existing application, which have no bank, are not bilans of this one.
macro_rules! select {
    () => {
        concat!(
            "SELECT ",
            $crate::statements::bilans::bilan_columns!(),
            r#" FROM bilans b JOIN students s ON s."id" = b."studentId"
            WHERE b."id" = $7 AND b."bank" IS NOT NULL AND "#,
            $crate::scope::student_in_scope!()
        )
    };
}
pub(crate) use {bilan_columns, select};

pub(crate) const SELECT: &str = select!();

pub(crate) const SELECT_OPEN: &str = concat!(
    "SELECT ",
    bilan_columns!(),
    r#" FROM bilans b WHERE b."studentId" = $1 AND b."bank" = $2 AND b."state" = 'DRAFT'"#
);

pub(crate) const UPDATE: &str = r#"
UPDATE bilans SET "state" = $2, "revision" = $3, "reportRevision" = $4, "submittedAt" = $5, "failure" = $6,
                  "updatedAt" = $7
WHERE "id" = $1"#;

pub(crate) const UPDATE_LEGACY_COLUMNS: &str = r#"
UPDATE bilans SET "qcmScores" = $2, "pedagoProfile" = $3, "synthesis" = $4, "offers" = $5,
                  "qcmRaw" = $6, "pedagoRaw" = $7, "generatedAt" = $8
WHERE "id" = $1"#;

pub(crate) const UPDATE_PDF_URL: &str = r#"UPDATE bilans SET "pdfUrl" = $2 WHERE "id" = $1"#;

pub(crate) const UPSERT_ANSWER: &str = r#"
INSERT INTO bilan_answers ("bilanId", "itemId", "answer", "revision", "updatedAt") VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("bilanId", "itemId") DO UPDATE
SET "answer" = excluded."answer", "revision" = excluded."revision", "updatedAt" = excluded."updatedAt""#;

pub(crate) const UPSERT_SURVEY_ANSWER: &str = r#"
INSERT INTO bilan_survey_answers ("bilanId", "itemId", "answer", "revision", "updatedAt") VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("bilanId", "itemId") DO UPDATE
SET "answer" = excluded."answer", "revision" = excluded."revision", "updatedAt" = excluded."updatedAt""#;

pub(crate) const SELECT_ANSWERS: &str =
    r#"SELECT "itemId" AS item, "answer" FROM bilan_answers WHERE "bilanId" = $1 ORDER BY "itemId""#;

pub(crate) const SELECT_SURVEY_ANSWERS: &str =
    r#"SELECT "itemId" AS item, "answer" FROM bilan_survey_answers WHERE "bilanId" = $1 ORDER BY "itemId""#;

pub(crate) const INSERT_SCORE: &str = r#"
INSERT INTO bilan_scores ("bilanId", "facts", "checksum", "engineVersion", "createdAt") VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ("bilanId") DO NOTHING"#;

pub(crate) const SELECT_SCORE: &str =
    r#"SELECT "facts", "checksum", "createdAt" AS created_at FROM bilan_scores WHERE "bilanId" = $1"#;

pub(crate) const INSERT_DOCUMENT: &str = r#"
INSERT INTO bilan_documents ("bilanId", "revision", "variant", "payload", "pdfKey", "pdfChecksum", "pdfBytes", "createdAt")
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT ("bilanId", "revision", "variant") DO NOTHING"#;

pub(crate) const SELECT_DOCUMENT: &str = r#"
SELECT "payload", "pdfKey" AS pdf_key, "pdfChecksum" AS pdf_checksum, "pdfBytes" AS pdf_bytes, "createdAt" AS created_at
FROM bilan_documents WHERE "bilanId" = $1 AND "revision" = $2 AND "variant" = $3"#;

/// A row of the existing application has no state: one with a report counts as published, another as handed in.
pub(crate) const SELECT_OF_STUDENT: &str = r#"
SELECT "id", "createdAt" AS created_at, "niveau" AS level, "subject", "qcmScores" AS scores,
       COALESCE("state", CASE WHEN "generatedAt" IS NULL AND "pdfUrl" IS NULL AND "reportText" IS NULL
                              THEN 'SUBMITTED' ELSE 'PUBLISHED' END) AS state
FROM bilans WHERE "studentId" = $1 ORDER BY "createdAt" DESC, "id" DESC"#;
