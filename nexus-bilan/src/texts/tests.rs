use super::*;
use crate::facts::samples::{Attempt, any_attempt};
use crate::questionnaire::Bank;
use crate::report::{Block, FIRST_NAME, Section};
use crate::scoring::AnswerStatus;
use proptest::prelude::*;

fn all(attempt: &Attempt) -> Vec<(FactSheet, ReportPayload)> {
    let facts = attempt.sheet();
    Variant::ALL
        .into_iter()
        .map(|variant| (facts.clone(), write(&facts, variant, "bilan1", 1).unwrap()))
        .collect()
}

fn section<'a>(report: &'a ReportPayload, id: &str) -> Option<&'a Section> {
    report.sections.iter().find(|section| section.id == id)
}

fn has_offer(report: &ReportPayload) -> bool {
    report.sections.iter().flat_map(|section| &section.blocks).any(|block| matches!(block, Block::Offer(_)))
}

/// The prose of a report, as one would read it.
fn prose(report: &ReportPayload) -> String {
    let mut lines = vec![report.lead.text.clone()];
    for section in &report.sections {
        lines.push(format!("# {}", section.title));
        for block in &section.blocks {
            match block {
                Block::Paragraph { statement } => lines.push(statement.text.clone()),
                Block::Bullets { items } => lines.extend(items.iter().map(|item| format!("- {}", item.text))),
                Block::Callout(callout) => {
                    lines.push(format!("[{}] {}", callout.title, callout.statement.text));
                }
                Block::Priorities { items } => {
                    for item in items {
                        lines.push(format!("{}. {} — {}", item.rank, item.title, item.why.text));
                        lines.extend(item.actions.iter().map(|action| format!("   > {}", action.text)));
                    }
                }
                Block::Plan { weeks } => {
                    for week in weeks {
                        lines.push(format!(
                            "S{} {} | {} | {} min",
                            week.number, week.phase, week.goal, week.minutes
                        ));
                        lines.extend(week.actions.iter().map(|action| format!("   > {}", action.text)));
                    }
                }
                Block::Offer(card) => {
                    lines.push(format!("({}) {} — {}", card.rule, card.name, card.description));
                    lines.extend(card.why.iter().map(|why| format!("   > {}", why.text)));
                    lines.push(format!("   | {}", card.alternatives.join(", ")));
                }
                Block::Figures { rows } => {
                    lines.extend(rows.iter().map(|(label, value)| format!("{label} = {value}")));
                }
                Block::Traits { rows } => {
                    lines.extend(rows.iter().map(|row| format!("~ {} {}", row.label, row.reading)));
                }
                Block::Nodes { rows } => lines.extend(
                    rows.iter()
                        .map(|row| format!("{} = {} <- {}", row.label, row.standing, row.before.join(", "))),
                ),
                Block::Radar { axes } => lines.push(format!("<radar {}>", axes.len())),
                Block::Bars { rows } => lines.push(format!("<bars {}>", rows.len())),
                Block::Items { rows } => lines.push(format!("<items {}>", rows.len())),
            }
        }
    }
    lines.join("\n").replace(french::NARROW, "~")
}

#[test]
fn every_document_passes_the_gate() {
    for attempt in [Attempt::ordinary(), Attempt::excellent(), Attempt::blank()] {
        for (facts, report) in all(&attempt) {
            assert_eq!(check(&facts, &report), [], "{}", prose(&report));
        }
    }
}

#[test]
fn prose_of_an_ordinary_attempt() {
    for (_, report) in all(&Attempt::ordinary()) {
        insta::assert_snapshot!(format!("ordinary_{}", report.variant.as_str()), prose(&report));
    }
}

#[test]
fn prose_of_an_empty_attempt() {
    for (_, report) in all(&Attempt::blank()) {
        insta::assert_snapshot!(format!("blank_{}", report.variant.as_str()), prose(&report));
        for id in ["strengths", "priorities", "plan", "rhythm", "misconceptions"] {
            assert!(section(&report, id).is_none(), "{id}");
        }
        assert!(!has_offer(&report));
    }
}

#[test]
fn excellence_is_said_and_offered_to_the_family_only() {
    for (_, report) in all(&Attempt::excellent()) {
        let shown = matches!(report.variant, Variant::Parent | Variant::Nexus);
        assert_eq!(has_offer(&report), shown, "{:?}", report.variant);
        if report.variant == Variant::Eleve {
            assert!(section(&report, "strengths").is_some() && section(&report, "priorities").is_none());
        }
    }
}

#[test]
fn the_pupil_reads_tu_and_the_parent_vous() {
    let facts = Attempt::ordinary().sheet();
    let pupil = prose(&write(&facts, Variant::Eleve, "b", 1).unwrap());
    let parent = prose(&write(&facts, Variant::Parent, "b", 1).unwrap());
    assert!(pupil.contains(" tes ") && !pupil.contains("vous ") && !pupil.contains(FIRST_NAME));
    assert!(parent.contains("vous ") && parent.contains(FIRST_NAME));
    assert!(["Tu ", " tu ", " tes "].iter().all(|word| !parent.contains(word)), "{parent}");
}

#[test]
fn staff_traits_stay_with_staff() {
    for (_, report) in all(&Attempt::ordinary()) {
        let seen = serde_json::to_string(&report).unwrap().contains("Auto-perception");
        assert_eq!(seen, report.variant == Variant::Nexus);
    }
}

#[test]
fn the_gate_sees_what_is_wrong() {
    let facts = Attempt::ordinary().sheet();
    let report = write(&facts, Variant::Eleve, "b", 1).unwrap();
    let broken = |text: &str, evidence: &str| {
        let mut report = report.clone();
        report.lead = crate::report::Statement { text: text.into(), evidence: vec![evidence.into()] };
        check(&facts, &report)
    };
    assert_eq!(broken("Tout va bien.", "global"), []);
    assert!(matches!(broken("Tout va bien.", "domain:x")[..], [Violation::Ungrounded(_)]));
    assert!(matches!(broken("Tu as réussi 97 questions.", "global")[..], [Violation::ForeignNumber { .. }]));
    assert!(matches!(broken("Réussite garantie.", "global")[..], [Violation::ForbiddenWord { .. }]));
    assert!(matches!(broken("Ton score monte.", "global")[..], [Violation::ForbiddenWord { .. }]));
    assert!(matches!(broken("Sans point", "global")[..], [Violation::Typography(_)]));
    assert!(matches!(broken("Deux  espaces.", "global")[..], [Violation::Typography(_)]));
    assert!(matches!(broken("Vraiment ?", "global")[..], [Violation::Typography(_)]));
    assert!(matches!(broken("Le travail de [ELEVE] avance.", "global")[..], [Violation::Typography(_)]));
    assert!(matches!(broken("Va. Va.", "global")[..], [Violation::Repeated(_)]));
    assert!(matches!(broken("Voir domaine-1.", "domain:domaine-1")[..], [Violation::RawId { .. }]));
    assert!(matches!(broken("Choisis Studio Flex.", "global")[..], [Violation::Offer]));
    assert!(matches!(broken("Tu hésites.", "trait:depistage")[..], [Violation::StaffOnly(_)]));
}

/// The bank of the project, when it is in the tree: its own words must pass the gate too.
#[test]
fn the_words_of_the_shipped_bank_pass_the_gate() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/banks/maths-terminale.json");
    let Ok(json) = std::fs::read_to_string(path) else {
        eprintln!("no bank in the tree: nothing to check");
        return;
    };
    let bank: Bank = serde_json::from_str(&json).unwrap();
    let patterns: [&[AnswerStatus]; 4] = [
        &[AnswerStatus::Wrong],
        &[AnswerStatus::Right],
        &[AnswerStatus::Wrong, AnswerStatus::Right, AnswerStatus::Wrong, AnswerStatus::NotStudied],
        &[
            AnswerStatus::Right,
            AnswerStatus::Wrong,
            AnswerStatus::Wrong,
            AnswerStatus::Wrong,
            AnswerStatus::Blank,
        ],
    ];
    for pattern in patterns {
        for shift in 0..pattern.len() {
            let replies: Vec<_> = (0..bank.items.len())
                .map(|place| {
                    (pattern[(place + shift) % pattern.len()], Some(1 + u8::try_from(place % 4).unwrap()))
                })
                .collect();
            for (facts, report) in all(&Attempt::on(bank.clone(), &replies)) {
                assert_eq!(check(&facts, &report), [], "{}", prose(&report));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_attempt_gives_four_documents_that_pass(attempt in any_attempt()) {
        for (facts, report) in all(&attempt) {
            let problems = check(&facts, &report);
            prop_assert!(problems.is_empty(), "{:?}\n{}", problems, prose(&report));
            let decided = OfferTable::shipped().decide(&facts).offer.is_some();
            prop_assert!(!has_offer(&report) || decided);
            if let Some(Block::Plan { weeks }) = section(&report, "plan").and_then(|section| section.blocks.last()) {
                prop_assert_eq!(weeks.iter().map(|week| week.number).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
            }
            let read: ReportPayload = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
            prop_assert_eq!(read, report);
        }
    }
}
