//! What people wrote to each other, and what they were told.

use super::calendar::Calendar;
use super::user;
use jiff::{SignedDuration, Timestamp};
use nexus_core::seed::{SeedRow, SeedValue};
use serde_json::json;

/// From, to, text, days since, whether it was read.
const MESSAGES: [(&str, &str, &str, i64, bool); 5] = [
    (
        "aya",
        "helios",
        "Bonjour, je bloque sur l'exercice 3 : faut-il montrer que la suite est majorée ?",
        4,
        true,
    ),
    (
        "helios",
        "aya",
        "Oui, et la majoration vient de la question 2. Essayez, puis envoyez-moi votre rédaction.",
        4,
        true,
    ),
    ("mounira", "assistante", "Bonjour, peut-on passer Rayan à la formule hybride ?", 2, true),
    (
        "assistante",
        "mounira",
        "Bonjour Madame, la demande est enregistrée ; je vous réponds demain.",
        1,
        false,
    ),
    ("moliere", "etienne", "Louise peut tenter l'oral blanc dès la semaine prochaine.", 1, false),
];

/// To whom, his role, type, title, text, days since, whether it was read.
#[rustfmt::skip]
const NOTIFICATIONS: [(&str, &str, &str, &str, &str, i64, bool); 6] = [
    ("assistante", "ASSISTANTE", "SUBSCRIPTION_REQUEST", "Demande d'abonnement", "Mounira Chaouch demande HYBRIDE pour Rayan.", 2, false),
    ("mounira", "PARENT", "PAYMENT_REQUIRED", "Paiement attendu", "L'accès à la plateforme de Rayan attend son paiement.", 3, false),
    ("aya", "ELEVE", "SESSION_REMINDER", "Cours à venir", "Limites de fonctions, avec Hélios.", 1, false),
    ("louise", "ELEVE", "SESSION_REMINDER", "Cours à venir", "Expression orale, avec Shakespeare.", 1, true),
    ("helios", "COACH", "SESSION_REMINDER", "Cours à venir", "Un cours de mathématiques au prochain jour ouvré.", 1, false),
    ("sofiene", "PARENT", "PAYMENT_REQUIRED", "Paiement refusé", "Le paiement de l'abonnement de Yassine n'a pas abouti.", 58, true),
];

pub(super) fn rows(calendar: &Calendar) -> Vec<SeedRow> {
    let messages = MESSAGES.iter().enumerate().map(|(place, (from, to, text, days, read))| {
        // The second of two on the same day answers the first.
        let at = later(calendar.days_ago(*days), i64::try_from(place).unwrap_or(0));
        let row = SeedRow::of("messages")
            .with("id", format!("seed-message-{place}"))
            .with("senderId", user(from))
            .with("receiverId", user(to))
            .with("content", *text)
            .with("createdAt", at);
        if *read { row.with("readAt", later(at, 30)) } else { row }
    });
    let notifications =
        NOTIFICATIONS.iter().enumerate().map(|(place, (to, role, kind, title, text, days, read))| {
            SeedRow::of("notifications")
                .with("id", format!("seed-notification-{place}"))
                .with("userId", user(to))
                .with("userRole", SeedValue::Word(role))
                .with("type", *kind)
                .with("title", *title)
                .with("message", *text)
                .with("data", SeedValue::JsonText(json!({})))
                .with("read", *read)
                .with("createdAt", calendar.days_ago(*days))
                .with("updatedAt", calendar.days_ago(*days))
        });
    messages.chain(notifications).collect()
}

fn later(instant: Timestamp, minutes: i64) -> Timestamp {
    instant.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(instant)
}
