//! What must hold in the data, whoever wrote it (core specification §5.3), as data: a name, a sentence, how bad it is, what to do.
//!
//! The schema refuses most violations; these are looked for all the same, because the existing application writes too, and
//! because a rule that nobody checks is a wish.

use crate::StoreError;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// How bad a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Money, credits or rights are wrong.
    Error,
    /// Something is late or unfinished.
    Warning,
}

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name, which programs compare.
    pub name: &'static str,
    /// What must hold, in French.
    pub sentence: &'static str,
    /// How bad it is when it does not.
    pub severity: Severity,
    /// What to do then, in French.
    pub repair: &'static str,
}

macro_rules! rules {
    ($($name:literal $severity:ident $sentence:literal => $repair:literal;)+) => {
        /// Every rule, in the order in which they are looked at.
        pub const RULES: &[Rule] = &[$(Rule {
            name: $name, sentence: $sentence, severity: Severity::$severity, repair: $repair,
        },)+];
    };
}

rules! {
    "role_has_its_profile" Error "Chaque élève, parent et coach a sa fiche, et une seule."
        => "Complétez la fiche dans l'administration des comptes.";
    "an_administrator_is_left" Error "Au moins un administrateur actif existe."
        => "nexus user create-admin ADRESSE";
    "passwords_are_not_shared" Error "Deux comptes n'ont jamais la même empreinte de mot de passe."
        => "nexus user new-link ADRESSE : chacun choisit le sien.";
    "coach_in_one_lesson" Error "Un coach n'a pas deux cours actifs en même temps."
        => "Déplacez ou annulez l'un des deux cours.";
    "pupil_in_one_lesson" Error "Un élève n'a pas deux cours actifs en même temps."
        => "Déplacez ou annulez l'un des deux cours.";
    "lesson_has_its_coach" Error "Chaque cours a un coach qui existe."
        => "Rattachez le cours à un coach.";
    "lesson_is_closed" Warning "Un cours fini depuis plus d'un jour n'est plus ouvert."
        => "Le coach ou l'assistante dit s'il a eu lieu (terminé, absent, annulé).";
    "balance_is_the_sum" Error "Le solde d'un portefeuille est la somme de ses mouvements."
        => "nexus migrate sur une base reprise ; sinon un mouvement de correction motivé.";
    "lots_make_the_balance" Error "Ce qui reste des lots fait le solde."
        => "Le travail de fond les met d'accord (nexus worker) ; s'il n'y arrive pas, corrigez par un mouvement motivé.";
    "lot_is_the_sum" Error "Ce qui reste d'un lot est la somme de ses parts."
        => "Restaurez une sauvegarde : la base elle-même interdit cet écart.";
    "balance_is_not_negative" Error "Aucun solde n'est négatif."
        => "Décidez avec la famille, puis un mouvement motivé.";
    "lot_has_ended" Warning "Un lot expiré depuis plus d'un jour est vidé."
        => "Lancez nexus worker : il le fait seul.";
    "refund_within_usage" Error "On ne rend pas plus de crédits qu'un cours n'en a pris."
        => "Un mouvement motivé reprend la différence.";
    "transfer_is_even" Error "Un transfert de crédits donne à l'un ce qu'il prend à l'autre."
        => "Un mouvement motivé rend la différence.";
    "payment_reference_once" Error "Un paiement d'un prestataire n'est enregistré qu'une fois."
        => "Mettez le doublon en quarantaine et remboursez ce qui a été crédité deux fois.";
    "paid_is_delivered" Error "Une réservation payée ici a donné ses crédits."
        => "Créditez le portefeuille par un mouvement motivé.";
    "entitlement_is_delivered" Warning "Un achat payé depuis plus d'un jour est mis en place."
        => "Mettez-le en place dans les abonnements.";
    "invoices_without_gap" Error "Les factures d'une année se suivent sans trou."
        => "Cherchez la facture qui manque dans les sauvegardes.";
    "one_active_subscription" Error "Un élève a au plus un abonnement actif."
        => "Annulez celui qui ne doit pas courir.";
    "decided_by_somebody" Warning "Une demande décidée dit par qui et quand."
        => "Complétez la demande.";
    "effect_is_settled" Warning "Aucun envoi n'attend une décision."
        => "nexus outbox list, puis retry ou discard.";
}

/// What is left open for so long is late.
pub const LATE: SignedDuration = SignedDuration::from_hours(24);

/// What was found about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// Whether it holds.
    pub ok: bool,
    /// The rows that break it, at most as many as were asked for.
    pub ids: Vec<String>,
    /// Whether there are more of them.
    pub more: bool,
}

/// A store that looks for violations.
#[async_trait]
pub trait InvariantReading: Send + Sync {
    /// Identifiers of rows that break a rule of [`RULES`], at most so many; `late` is the instant before which what is open is
    /// late.
    async fn offending(
        &self,
        rule: &'static str,
        late: Timestamp,
        most: u32,
    ) -> Result<Vec<String>, StoreError>;
}

/// Looks at one rule.
pub async fn look_at(
    store: &dyn InvariantReading,
    rule: Rule,
    now: Timestamp,
    most: u32,
) -> Result<Finding, StoreError> {
    let late = now.checked_sub(LATE).unwrap_or(now);
    let ids = store.offending(rule.name, late, most.saturating_add(1)).await?;
    Ok(Finding::of(rule, ids, usize::try_from(most).unwrap_or(usize::MAX)))
}

impl Finding {
    /// From one more row than may be told.
    fn of(rule: Rule, mut ids: Vec<String>, most: usize) -> Self {
        let more = ids.len() > most;
        ids.truncate(most);
        Self { rule, ok: ids.is_empty(), ids, more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_sentences_end() {
        let names: HashSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        assert!(RULES.iter().all(|rule| rule.sentence.ends_with('.') && !rule.repair.is_empty()));
    }

    #[test]
    fn what_is_too_much_to_be_told_is_said_to_be_more() {
        for (found, told, more) in [(0, 0, false), (3, 3, false), (4, 3, true)] {
            let ids = (0..found).map(|number: u32| number.to_string()).collect();
            let finding = Finding::of(RULES[0], ids, 3);
            assert_eq!((finding.ok, finding.ids.len(), finding.more), (found == 0, told, more));
        }
    }
}
