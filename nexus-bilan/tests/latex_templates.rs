//! The LaTeX of each variant, rendered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are not seen as tests by clippy"
)]

#[path = "support/samples.rs"]
#[allow(dead_code, reason = "each test file uses a part of it")]
mod samples;

use nexus_bilan::latex::{Identity, PREAMBLE, RUNTIME, typeset};
use nexus_bilan::report::Variant;

/// The document without its constant head.
fn body(source: &str) -> &str {
    source.split_once(RUNTIME).expect("the run-time part is in every document").1
}

#[test]
fn variants_are_rendered() {
    for variant in Variant::ALL {
        let document = typeset(&samples::payload(variant), &samples::identity()).unwrap();
        insta::with_settings!({ snapshot_suffix => variant.as_str(), omit_expression => true }, {
            insta::assert_snapshot!(body(&document.source));
        });
    }
}

#[test]
fn a_document_has_its_preamble_unless_it_is_preloaded() {
    let document = typeset(&samples::payload(Variant::Eleve), &samples::identity()).unwrap();
    let head = document.source.split_once(RUNTIME).unwrap().0;
    assert_eq!(head, format!("\\ifdefined\\NexusPreloaded\\else\n{PREAMBLE}\\fi\n"));
    assert!(PREAMBLE.trim_end().ends_with("\\def\\NexusPreloaded{}"));
    assert_eq!(document.date.to_string(), "2026-11-22T12:00:00Z");
    assert!(document.assets.is_empty());
}

#[test]
fn the_name_is_in_no_formula_and_never_a_command() {
    let name = Identity { first_name: r"$\input{x}$".into(), last_name: "&_%".into(), school: None };
    let mut payload = samples::payload(Variant::Parent);
    payload.lead.text = "Pour [ELEVE] : $[ELEVE]$ et $x^2$.".into();
    let document = typeset(&payload, &name).unwrap();
    let body = body(&document.source);
    assert!(body.contains(r"\newcommand\NexusFirstName{\$\textbackslash input\{x\}\$}"));
    assert!(body.contains(r"Pour \NexusFirstName{} : \$\NexusFirstName{}\$ et $x^2$."));
    assert!(body.contains(r"\$ \&\_\%"));
    assert!(!body.contains("ELEVE"));
    assert!(!body.contains(r"\input{"));
}

#[test]
fn the_pupil_without_a_name_is_the_pupil() {
    let nobody = Identity { first_name: String::new(), last_name: String::new(), school: None };
    let document = typeset(&samples::payload(Variant::Eleve), &nobody).unwrap();
    assert!(
        document
            .source
            .contains("\\newcommand\\NexusFirstName{l’élève}\\newcommand\\NexusFirstNameStart{L’élève}")
    );
}

#[test]
fn only_staff_sees_the_rule_of_an_offer() {
    let rule = "\\NexusToken{TWO\\_WE";
    for variant in Variant::ALL {
        let document = typeset(&samples::payload(variant), &samples::identity()).unwrap();
        assert_eq!(document.source.contains(rule), variant == Variant::Nexus, "{variant:?}");
    }
}

#[test]
fn an_empty_report_is_a_document() {
    for variant in Variant::ALL {
        let mut payload = samples::payload(variant);
        payload.sections = serde_json::from_value(serde_json::json!([{
            "id": "empty", "title": "Vide", "blocks": [
                { "block": "bullets", "items": [] }, { "block": "radar", "axes": [] },
                { "block": "bars", "rows": [] }, { "block": "priorities", "items": [] },
                { "block": "plan", "weeks": [] }, { "block": "traits", "rows": [] },
                { "block": "items", "rows": [] }, { "block": "nodes", "rows": [] }, { "block": "figures", "rows": [] },
                { "block": "paragraph", "statement": { "text": " ", "evidence": [] } }
            ]
        }]))
        .unwrap();
        let document = typeset(&payload, &samples::identity()).unwrap();
        assert!(!document.source.contains("Vide"), "a section without anything to show is left out");
    }
}
