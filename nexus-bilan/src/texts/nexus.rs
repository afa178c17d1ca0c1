//! The staff's document: every figure, flags, notions, items, survey, the rule behind the offer.

use super::draft::{Draft, bullets, ids, section};
use super::french::{NARROW, count, decimal, list, long_date, number, percent, quoted, typeset};
use super::{parent, results};
use crate::facts::{FactSheet, NodeFact, Standing};
use crate::offers::OfferDecision;
use crate::report::{Block, FIRST_NAME, ItemRow, NodeRow, Section, Statement, Tone};
use crate::scoring::{AnswerStatus, ConfidenceProfile, Flag, GroupBand, RaisedFlag};

pub(super) fn write(draft: &mut Draft<'_>, offer: &OfferDecision) -> (Statement, Vec<Section>) {
    let facts = draft.facts;
    let evidence = ids(&["attempt", "global"]);
    let date = long_date(facts.attempt.submitted_on);
    let lead = draft
        .say(&[format!("Dossier interne pour {FIRST_NAME}, réponses du {date}")], &evidence)
        .unwrap_or_else(|| Statement { text: "Bilan.".to_owned(), evidence });
    let summary = summary(draft);
    let nodes: Vec<_> = facts.nodes.iter().map(|node| node_row(facts, node)).collect();
    let nodes = (!nodes.is_empty()).then_some(Block::Nodes { rows: nodes });
    let preferences: Vec<_> = facts
        .preferences
        .iter()
        .map(|wish| {
            (typeset(&wish.label), list(&wish.values.iter().map(|value| typeset(value)).collect::<Vec<_>>()))
        })
        .collect();
    let preferences = (!preferences.is_empty()).then_some(Block::Figures { rows: preferences });
    let sections = vec![
        section("summary", "Synthèse chiffrée", vec![summary, Some(Block::Figures { rows: figures(facts) })]),
        flags(draft),
        section("domains", "Domaines", vec![results::radar(facts), results::bars(facts)]),
        section("nodes", "Notions prérequises, par ordre de priorité", vec![nodes]),
        misconceptions(draft),
        section("survey", "Questionnaire de travail", vec![results::traits(facts, true), preferences]),
        offer_section(draft, offer),
        section("items", "Questions", vec![items(facts)]),
        section("provenance", "Provenance", vec![Some(Block::Figures { rows: provenance(facts, offer) })]),
    ];
    (lead, sections.into_iter().flatten().collect())
}

fn summary(draft: &mut Draft<'_>) -> Option<Block> {
    let global = &draft.facts.global;
    let text = if global.answered > 0 {
        format!(
            "{} sur {}, soit une couverture de {}",
            count(global.answered, "question traitée", "questions traitées"),
            global.items,
            percent(number(global.coverage))
        )
    } else {
        "Aucune question traitée ; rien ne peut être conclu sur les connaissances".to_owned()
    };
    draft.paragraph(&[text], &ids(&["global"]))
}

fn figures(facts: &FactSheet) -> Vec<(String, String)> {
    let global = &facts.global;
    let unknown = || "inconnu".to_owned();
    let mut rows = vec![
        ("Points", format!("{} sur {}", number(global.points), number(global.max))),
        ("Résultat pondéré", global.percent.filter(|_| facts.has_answers()).map_or_else(unknown, percent)),
        ("Couverture", percent(number(global.coverage))),
        ("Calibration", global.calibration.map_or_else(unknown, |value| percent(number(value)))),
    ];
    if let Some(evidence) = global.evidence {
        let (low, high) = (decimal(evidence.interval.low, 1), decimal(evidence.interval.high, 1));
        rows.push(("Intervalle à 90 %", format!("de {} à {}", percent(low), percent(high))));
        let [weak, medium, strong] = evidence.class_probabilities.map(|value| decimal(value, 2));
        rows.push(("Probabilités (faible, moyen, solide)", format!("{weak} ; {medium} ; {strong}")));
        rows.push(("Nombre effectif de questions", decimal(evidence.effective_n, 1)));
    }
    let ability = facts.ability;
    if facts.has_answers() {
        rows.push((
            "Aptitude estimée (logits)",
            format!("{} ± {}", decimal(ability.theta, 2), decimal(ability.standard_error, 2)),
        ));
    }
    rows.push(("Groupe", global.band.map_or_else(unknown, |band| band_name(band).to_owned())));
    if let Some(minutes) = facts.attempt.elapsed_min {
        let announced =
            facts.attempt.announced_min.map(|minutes| format!(" (annoncé{NARROW}: {minutes} min)"));
        rows.push(("Durée", format!("{minutes} min{}", announced.unwrap_or_default())));
    }
    if let Some(counts) = facts.confidence {
        let agreed = |number, singular: &str, plural| match number {
            0 => format!("aucune {singular}"),
            number => count(number, singular, plural),
        };
        let right = |number| agreed(number, "juste", "justes");
        let wrong = |number| agreed(number, "fausse", "fausses");
        rows.push((
            "Réponses et certitude",
            format!(
                "avec assurance{NARROW}: {} et {} ; avec hésitation{NARROW}: {} et {}",
                right(counts.sure_right),
                wrong(counts.sure_wrong),
                right(counts.unsure_right),
                wrong(counts.unsure_wrong)
            ),
        ));
    }
    let rows = rows.into_iter().map(|(label, value)| (typeset(label), typeset(&value)));
    rows.chain(status_rows(facts)).collect()
}

/// Items by status, those that occur.
pub(super) fn status_rows(facts: &FactSheet) -> Vec<(String, String)> {
    let counts = facts.global.statuses;
    [
        ("Réponses justes", counts.right),
        ("Réponses partielles", counts.partial),
        ("Réponses fausses", counts.wrong),
        ("Pas étudié", counts.not_studied),
        ("Ne sait pas", counts.dont_know),
        ("Sans réponse", counts.blank),
        ("À corriger par un enseignant", counts.to_be_marked),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(label, count)| (label.to_owned(), count.to_string()))
    .collect()
}

const fn band_name(band: GroupBand) -> &'static str {
    match band {
        GroupBand::ConsolidationPrioritaire => "Consolidation prioritaire",
        GroupBand::ConsolidationStandard => "Consolidation",
        GroupBand::RenforcementCible => "Renforcement ciblé",
        GroupBand::Approfondissement => "Approfondissement",
    }
}

const fn profile_name(profile: ConfidenceProfile) -> &'static str {
    match profile {
        ConfidenceProfile::Maitrise => "maîtrise",
        ConfidenceProfile::MaitriseFragile => "maîtrise fragile",
        ConfidenceProfile::LacuneConsciente => "lacune consciente",
        ConfidenceProfile::ErreurConfiante => "erreur confiante",
        ConfidenceProfile::NonTraite => "non traité",
    }
}

const fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::NotAssessed => "non évalué",
        Standing::Gap => "à reprendre",
        Standing::PossibleGap => "à reprendre, à confirmer",
        Standing::Fragile => "fragile",
        Standing::Succeeded => "réussi",
    }
}

fn node_row(facts: &FactSheet, node: &NodeFact) -> NodeRow {
    let assessed = node.answered > 0;
    NodeRow {
        label: typeset(&node.label),
        standing: standing_name(node.standing).to_owned(),
        profile: node.profile.filter(|_| assessed).map(|profile| profile_name(profile).to_owned()),
        percent: node.percent.filter(|_| assessed),
        answered: node.answered,
        items: node.items,
        criticality: node.criticality,
        before: node
            .root_causes
            .iter()
            .filter_map(|id| facts.node(id))
            .map(|cause| typeset(&cause.label))
            .collect(),
    }
}

fn flags(draft: &mut Draft<'_>) -> Option<Section> {
    let flags = draft.facts.flags.clone();
    let lines = flags
        .iter()
        .filter_map(|flag| draft.say(&[flag_text(flag)], &ids(&[format!("flag:{}", flag.flag.as_str())])))
        .collect();
    section("flags", "Points de vigilance", vec![bullets(lines)])
}

fn flag_text(flag: &RaisedFlag) -> String {
    let (value, limit) = (number(flag.value), number(flag.limit));
    match flag.flag {
        Flag::CouvertureInsuffisante => {
            format!("Couverture de {}, sous le seuil de {}", percent(value), percent(limit))
        }
        Flag::CalibrationATravailler => {
            format!("Calibration de {}, sous le seuil de {}", percent(value), percent(limit))
        }
        Flag::ErreursConfiantesMultiples => {
            format!(
                "{value} notions où une réponse fausse a été donnée avec assurance (seuil{NARROW}: {limit})"
            )
        }
        Flag::PassationTropRapide => format!(
            "Questionnaire rempli en {} du temps prévu, sous le seuil de {}",
            percent(value),
            percent(limit)
        ),
        Flag::PassationPartielle => {
            let questions = if value == "1" { "question" } else { "questions" };
            format!("{value} {questions} sans aucune réponse, à reprendre oralement")
        }
    }
}

fn misconceptions(draft: &mut Draft<'_>) -> Option<Section> {
    let facts = draft.facts;
    let mut lines = Vec::new();
    for error in &facts.misconceptions {
        let notion = error.node.as_ref().and_then(|id| facts.node(id)).map(|node| &node.label);
        let notion = notion.or_else(|| facts.domain(&error.domain).map(|domain| &domain.label));
        let notion = notion.map(|label| typeset(label)).unwrap_or_default();
        let sure = error.confidence.map(|level| format!(" (certitude {level})")).unwrap_or_default();
        let text = format!("{notion}{NARROW}: {}{sure}", quoted(&error.rationale));
        let mut cited = ids(&[format!("item:{}", error.item), format!("domain:{}", error.domain)]);
        cited.extend(error.node.as_ref().map(|id| format!("node:{id}")));
        lines.extend(draft.say(&[text], &cited));
    }
    section("misconceptions", "Erreurs repérées", vec![bullets(lines)])
}

fn items(facts: &FactSheet) -> Option<Block> {
    let rows: Vec<_> = facts
        .items
        .iter()
        .map(|item| {
            let notion = item.node.as_ref().and_then(|id| facts.node(id)).map(|node| &node.label);
            let notion = notion.or_else(|| facts.domain(&item.domain).map(|domain| &domain.label));
            let error = facts.misconceptions.iter().find(|error| error.item == item.id);
            ItemRow {
                item_id: item.id.clone(),
                notion: notion.map(|label| typeset(label)).unwrap_or_default(),
                status: status_name(item.status).to_owned(),
                points: item.points,
                max: item.max,
                confidence: item.confidence,
                diagnosis: error.map(|error| typeset(&error.rationale)),
            }
        })
        .collect();
    (!rows.is_empty()).then_some(Block::Items { rows })
}

const fn status_name(status: AnswerStatus) -> &'static str {
    match status {
        AnswerStatus::Right => "Juste",
        AnswerStatus::Partial => "Partiel",
        AnswerStatus::Wrong => "Faux",
        AnswerStatus::NotStudied => "Pas étudié",
        AnswerStatus::DontKnow => "Ne sait pas",
        AnswerStatus::Blank => "Sans réponse",
        AnswerStatus::ToBeMarked => "À corriger",
    }
}

fn offer_section(draft: &mut Draft<'_>, decision: &OfferDecision) -> Option<Section> {
    let evidence = decision.evidence.clone();
    let card = if draft.facts.has_answers() { parent::card(draft, decision) } else { None };
    let note = if card.is_some() {
        None
    } else {
        let missing = if decision.missing.is_empty() {
            "éléments manquants".to_owned()
        } else {
            list(&decision.missing)
        };
        let sentences = [
            format!("Les données ne permettent pas d'offre ({missing})"),
            "Un appel humain est à prévoir".to_owned(),
        ];
        draft.callout(Tone::Attention, "Pas d'offre calculée", &sentences, &evidence)
    };
    section("offer", "Offre", vec![card.map(Block::Offer), note])
}

fn provenance(facts: &FactSheet, offer: &OfferDecision) -> Vec<(String, String)> {
    [
        ("Moteur", facts.engine_version.clone()),
        ("Questionnaire", format!("{} {}", facts.bank.slug, facts.bank.version)),
        ("Empreinte du questionnaire", facts.bank.checksum.to_string()),
        ("Empreinte des réponses", facts.input_checksum.to_string()),
        ("Règle d’offre", format!("{} (table {})", offer.code, offer.table_version)),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .to_vec()
}
