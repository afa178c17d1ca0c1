//! The fifteen badges, and who earned some.

use super::calendar::Calendar;
use nexus_core::seed::{SeedRow, SeedValue};

/// Name, category, condition, description.
const BADGES: [(&str, &str, &str, &str); 15] = [
    ("Premiers Pas", "ASSIDUITE", "first_login", "Première connexion à l'espace élève."),
    ("Chauffage...", "ASSIDUITE", "weekly_first_login", "Première connexion de la semaine."),
    ("Série en Cours", "ASSIDUITE", "login_streak_3", "Connecté trois jours de suite."),
    ("Force de la Nature", "ASSIDUITE", "login_streak_5", "Connecté cinq jours de suite."),
    ("Noctambule du Savoir", "ASSIDUITE", "late_night_study", "Un module terminé après 22 h."),
    ("Décollage Réussi", "PROGRESSION", "first_module_completed", "Premier module terminé."),
    (
        "Score Parfait",
        "PROGRESSION",
        "perfect_quiz_score",
        "Tout juste à un questionnaire d'au moins dix questions.",
    ),
    ("Maître du Chapitre", "PROGRESSION", "chapter_master", "Un chapitre entier maîtrisé."),
    ("Spécialiste en Devenir", "PROGRESSION", "subject_50_percent", "La moitié d'une matière parcourue."),
    ("Grand Maître", "PROGRESSION", "subject_master", "Une matière entière maîtrisée."),
    ("Dialogue avec le Futur", "CURIOSITE", "first_aria_question", "Première question posée à ARIA."),
    ("Esprit Vif", "CURIOSITE", "aria_questions_25", "Vingt-cinq questions posées à ARIA."),
    (
        "Explorateur de Connaissances",
        "CURIOSITE",
        "aria_questions_100_subject",
        "Cent questions posées à ARIA dans une matière.",
    ),
    ("Polyglotte Numérique", "CURIOSITE", "aria_3_subjects", "ARIA interrogée dans trois matières."),
    ("Architecte du Feedback", "CURIOSITE", "aria_feedback_10", "Dix réponses d'ARIA notées."),
];

/// Pupil, condition of the badge, days since.
const EARNED: [(&str, &str, i64); 5] = [
    ("aya", "first_login", 40),
    ("aya", "login_streak_3", 31),
    ("aya", "first_aria_question", 28),
    ("louise", "first_login", 60),
    ("rayan", "first_login", 12),
];

pub(super) fn rows(calendar: &Calendar) -> Vec<SeedRow> {
    let badges = BADGES.iter().map(|(name, category, condition, description)| {
        SeedRow::of("badges")
            .with("id", badge(condition))
            .with("name", *name)
            .with("description", *description)
            .with("category", *category)
            .with("condition", *condition)
            .with("createdAt", calendar.days_ago(200))
    });
    let earned = EARNED.iter().map(|(pupil, condition, days)| {
        SeedRow::of("student_badges")
            .with("id", format!("seed-earned-{pupil}-{condition}").replace('_', "-"))
            .with("studentId", super::student(pupil))
            .with("badgeId", badge(condition))
            .with("earnedAt", calendar.days_ago(*days))
    });
    badges.chain(earned).collect()
}

fn badge(condition: &str) -> SeedValue {
    format!("seed-badge-{condition}").replace('_', "-").into()
}
