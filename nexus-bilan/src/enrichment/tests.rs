use super::*;
use crate::facts::samples::Attempt;
use crate::texts;
use nexus_core::testing::ScriptedModel;
use nexus_core::{LanguageModelError, Usage};
use serde_json::json;

#[allow(clippy::unnecessary_wraps)] // the form of a scripted answer
fn completion(text: &str, finish: FinishReason) -> Result<Completion, LanguageModelError> {
    Ok(Completion { text: text.to_owned(), finish, usage: Usage::default(), model: "test-model".into() })
}

/// Aliases of the ordinary attempt: F1 all, F2 plan, F3 strong domain, F4 weak domain, F5 and F6 to be confirmed.
fn answer(lead: (&str, &[&str])) -> String {
    json!({ "slots": [
        { "slot": "lead", "sentences": [{ "text": lead.0, "evidence": lead.1 }] },
        { "slot": "introduction", "sentences": [
            { "text": "Tu maîtrises la dérivation et les variations, et c'est un appui pour la suite.", "evidence": ["F3"] },
            { "text": "Le second degré demande encore un travail régulier.", "evidence": ["F4", "F2"] }
        ] },
        { "slot": "conclusion", "sentences": [
            { "text": "Avance pas à pas avec ton plan, en gardant le même moment chaque semaine.", "evidence": ["F2"] }
        ] }
    ] })
    .to_string()
}

fn good() -> String {
    answer(("Ce document t'aide à choisir le travail des prochaines semaines.", &["F1"]))
}

fn report(facts: &FactSheet, variant: Variant) -> ReportPayload {
    texts::write(facts, variant, "b", 1).unwrap()
}

async fn run(answers: Vec<Result<Completion, LanguageModelError>>) -> (ReportPayload, ReportPayload, usize) {
    let facts = Attempt::ordinary().sheet();
    let before = report(&facts, Variant::Eleve);
    let model = ScriptedModel::new(answers);
    let after = enrich(&model, &facts, before.clone()).await;
    (before, after, model.requests().len())
}

/// The report is untouched but for its mark.
fn untouched(before: &ReportPayload, after: &ReportPayload) -> bool {
    after.provenance.enrichment == Enrichment::Unavailable
        && after.lead == before.lead
        && after.sections == before.sections
        && after.provenance.model.is_none()
}

#[tokio::test]
async fn good_prose_is_used_and_changes_nothing_else() {
    let (before, after, calls) = run(vec![completion(&good(), FinishReason::Stop)]).await;
    assert_eq!((after.provenance.enrichment, calls), (Enrichment::Used, 1));
    assert_eq!(after.provenance.model.as_deref(), Some("test-model"));
    assert_eq!(after.lead.text, "Ce document t’aide à choisir le travail des prochaines semaines.");
    assert_eq!(after.lead.evidence, ["global"]);
    let ids =
        |report: &ReportPayload| report.sections.iter().map(|section| section.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before));
    for (old, new) in before.sections.iter().zip(&after.sections) {
        if !matches!(old.id.as_str(), "introduction" | "conclusion") {
            assert_eq!(old, new);
        }
    }
    assert!(after.sections[0].blocks.starts_with(&before.sections[0].blocks));
}

#[tokio::test]
async fn each_broken_rule_is_retried_once_and_then_refused() {
    let all: &[&str] = &["F1"];
    let cases = [
        ("digit", "Tu as réussi 3 questions sur ce document.", all, "aucun chiffre"),
        ("number word", "Tu avances avec deux priorités dans ce document.", all, "aucun chiffre"),
        ("name inside", "Ce document aide Karim à choisir son travail.", all, "nom propre"),
        ("name first", "Karim, ce document aide à choisir le travail.", all, "nom propre"),
        ("promise", "Ce travail te garantit de bonnes semaines.", all, "mot interdit"),
        ("mark", "Ton score est le point de départ de ce document.", all, "mot interdit"),
        ("unknown evidence", "Ce document t'aide à choisir ton travail.", &["F99"], "repères de la liste"),
        ("no evidence", "Ce document t'aide à choisir ton travail.", &[], "repères de la liste"),
        ("markup", "Ce document **t'aide** à choisir ton travail.", all, "texte simple"),
        ("formula", "Ce document parle de $x$ et de ton travail.", all, "texte simple"),
        ("offer", "Ce document mène à Studio Flex pour la suite.", all, "nom d'offre"),
        ("vous", "Ce document vous aide à choisir le travail.", all, "tutoiement"),
        ("english", "This document is for you and your work.", all, "français"),
        ("praise of the weak", "Tu maîtrises le second degré dans ce document.", &["F4"], "compliment"),
        ("praise of the unknown", "Les suites sont un atout dans ce document.", &["F5"], "compliment"),
        ("gap in the strong", "La dérivation reste une difficulté pour toi.", &["F3"], "difficulté"),
        ("named without citing", "Le second degré est au programme de ce document.", all, "sans citer F4"),
        ("too long", &"Ce document t'aide à choisir le travail de la semaine ".repeat(6), all, "longueur"),
        ("too short", "Ce plan.", all, "longueur"),
    ];
    for (name, text, evidence, rule) in cases {
        let facts = Attempt::ordinary().sheet();
        let before = report(&facts, Variant::Eleve);
        let bad = || completion(&answer((text, evidence)), FinishReason::Stop);
        let model = ScriptedModel::new([bad(), bad()]);
        let after = enrich(&model, &facts, before.clone()).await;
        assert!(untouched(&before, &after), "{name}");
        let requests = model.requests();
        assert_eq!(requests.len(), 2, "{name}");
        let told = &requests[1].messages.last().unwrap().content;
        assert!(told.contains(rule), "{name}: {told}");
        let model = ScriptedModel::new([bad(), completion(&good(), FinishReason::Stop)]);
        assert_eq!(enrich(&model, &facts, before).await.provenance.enrichment, Enrichment::Used, "{name}");
    }
}

#[tokio::test]
async fn unreadable_answers_are_refused() {
    let missing = json!({ "slots": [] }).to_string();
    let extra = good().replace("\"slots\"", "\"grade\":18,\"slots\"");
    for text in ["pas de json", "{\"slots\":[", "{\"slots\":[]} {\"slots\":[]}", &missing, &extra] {
        let bad = || completion(text, FinishReason::Stop);
        let (before, after, calls) = run(vec![bad(), bad()]).await;
        assert!(untouched(&before, &after) && calls == 2, "{text}");
    }
    let fenced = format!("Voici :\n```json\n{}\n```", good());
    let (_, after, _) = run(vec![completion(&fenced, FinishReason::Stop)]).await;
    assert_eq!(after.provenance.enrichment, Enrichment::Used);
}

#[tokio::test]
async fn a_model_that_fails_is_done_without() {
    let (before, after, calls) = run(vec![Err(LanguageModelError::Transient("down".into()))]).await;
    assert!(untouched(&before, &after) && calls == 1);
    let (before, after, calls) = run(vec![completion(&good(), FinishReason::Filtered)]).await;
    assert!(untouched(&before, &after) && calls == 1);
    let cut = || completion(&good(), FinishReason::Length);
    let (before, after, calls) = run(vec![cut(), cut()]).await;
    assert!(untouched(&before, &after) && calls == 2);
}

#[tokio::test]
async fn some_documents_never_reach_a_model() {
    let ordinary = Attempt::ordinary().sheet();
    let blank = Attempt::blank().sheet();
    for (facts, variant) in
        [(&ordinary, Variant::Nexus), (&ordinary, Variant::General), (&blank, Variant::Eleve)]
    {
        let model = ScriptedModel::default();
        let before = report(facts, variant);
        assert_eq!(enrich(&model, facts, before.clone()).await, before);
        assert!(model.requests().is_empty());
    }
}

#[tokio::test]
async fn the_model_is_told_no_figure_no_name_no_staff_trait_and_no_free_text() {
    let facts = Attempt::ordinary().sheet();
    for variant in [Variant::Eleve, Variant::Parent] {
        let model = ScriptedModel::default();
        enrich(&model, &facts, report(&facts, variant)).await;
        let messages = model.requests().remove(0).messages;
        let told =
            messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n---\n");
        for hidden in
            ["Auto-perception", "depistage", "secret", "domaine-", "noeud-", "item-", "2026", "%", "{{"]
        {
            assert!(!told.contains(hidden), "{hidden}");
        }
        insta::assert_snapshot!(format!("prompt_{}", variant.as_str()), told);
    }
}

#[tokio::test]
async fn parents_are_addressed_as_such() {
    let facts = Attempt::ordinary().sheet();
    let text = json!({ "slots": [
        { "slot": "lead", "sentences": [{ "text": "Ce document vous aide à accompagner [ELEVE] dans la matière.", "evidence": ["F1"] }] },
        { "slot": "introduction", "sentences": [{ "text": "La dérivation et les variations sont des bases solides pour [ELEVE].", "evidence": ["F3"] }] }
    ] });
    let model = ScriptedModel::new([completion(&text.to_string(), FinishReason::Stop)]);
    let after = enrich(&model, &facts, report(&facts, Variant::Parent)).await;
    assert_eq!(after.provenance.enrichment, Enrichment::Used);
    let text = text.to_string().replace("accompagner [ELEVE]", "suivre le travail de [ELEVE]");
    let model = ScriptedModel::new([completion(&text, FinishReason::Stop)]);
    let after = enrich(&model, &facts, report(&facts, Variant::Parent)).await;
    assert_eq!(after.provenance.enrichment, Enrichment::Unavailable);
}
