use crate::adoption::rule::{JsonShape, Probe, Query, Repair, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "badge_unknown_category",
        table: "badges",
        sentence: "La catégorie de ce badge n'est ni ASSIDUITE, ni PROGRESSION, ni CURIOSITE.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Le badge est mis en quarantaine ; corrigez sa catégorie.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM badges WHERE "category" NOT IN ('ASSIDUITE', 'PROGRESSION', 'CURIOSITE')
               ORDER BY "id""#,
        )),
    },
    Rule {
        name: "notification_without_user",
        table: "notifications",
        sentence: "Cette notification s'adresse à un compte qui n'existe pas.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Elle est mise en quarantaine.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT n."id", NULL FROM notifications n LEFT JOIN users u ON u."id" = n."userId"
               WHERE u."id" IS NULL ORDER BY n."id""#,
        )),
    },
    Rule {
        name: "ingest_job_without_document",
        table: "ingest_jobs",
        sentence: "Ce travail d'indexation nomme un document qui n'existe pas.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; déposez de nouveau le document s'il doit être cherchable.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT j."id", NULL FROM ingest_jobs j LEFT JOIN user_documents d ON d."id" = j."docId"
               WHERE d."id" IS NULL ORDER BY j."id""#,
        )),
    },
    Rule {
        name: "legal_version_repeated",
        table: "LegalVersion",
        sentence: "Cette version d'une page légale porte le même numéro qu'une autre.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "La première fait foi, l'autre est mise en quarantaine ; renumérotez-la.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT CAST("id" AS TEXT), CAST(first AS TEXT) FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM "LegalVersion" WINDOW same AS (PARTITION BY "pageId", "version")
               ) AS versions WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "coach_subjects_unreadable",
        table: "coach_profiles",
        sentence: "Les matières de ce coach ne sont pas une liste JSON lisible.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Ressaisissez les matières du coach.",
        probe: Probe::Json(
            Query::Both(r#"SELECT "id", "subjects" FROM coach_profiles ORDER BY "id""#),
            JsonShape::List,
        ),
    },
    Rule {
        name: "aria_subjects_unreadable",
        table: "subscriptions",
        sentence: "Les matières ARIA de cet abonnement ne sont pas une liste JSON lisible.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Ressaisissez les matières de l'abonnement.",
        probe: Probe::Json(
            Query::Both(r#"SELECT "id", "ariaSubjects" FROM subscriptions ORDER BY "id""#),
            JsonShape::List,
        ),
    },
    Rule {
        name: "notification_data_unreadable",
        table: "notifications",
        sentence: "Les données de cette notification ne sont pas du JSON lisible.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Rien n'est changé ; la notification garde son texte.",
        probe: Probe::Json(
            Query::Both(r#"SELECT "id", "data" FROM notifications ORDER BY "id""#),
            JsonShape::Any,
        ),
    },
    Rule {
        name: "content_tags_unreadable",
        table: "pedagogical_contents",
        sentence: "Les mots-clefs de cette ressource ne sont pas une liste JSON lisible.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Ressaisissez les mots-clefs de la ressource.",
        probe: Probe::Json(
            Query::Both(r#"SELECT "id", "tags" FROM pedagogical_contents ORDER BY "id""#),
            JsonShape::List,
        ),
    },
    Rule {
        name: "content_embedding_unreadable",
        table: "pedagogical_contents",
        sentence: "Le vecteur de cette ressource n'est pas une liste JSON lisible.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Indexez de nouveau la ressource.",
        probe: Probe::Json(
            Query::Both(r#"SELECT "id", "embedding" FROM pedagogical_contents ORDER BY "id""#),
            JsonShape::List,
        ),
    },
];
