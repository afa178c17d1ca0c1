use nexus_bilan::report::{Enrichment, ReportPayload, Variant};
use nexus_bilan::use_cases::document;
use nexus_core::testing::ScriptedModel;
use nexus_core::{BilanId, Completion, FinishReason, LanguageModelError, Usage};
use nexus_tests::App;
use nexus_tests::people::office;
use nexus_tests::sheets::example;
use serde_json::json;
use std::sync::Arc;

type Scripted = Result<Completion, LanguageModelError>;

#[allow(clippy::unnecessary_wraps)] // the form of a scripted answer
fn says(lead: &str) -> Scripted {
    let (introduction, conclusion) = (
        "Ce document part de tes réponses et propose un travail régulier pour la suite.",
        "Avance pas à pas avec ton plan, en gardant le même moment chaque semaine.",
    );
    let slot = |name: &str, text: &str| json!({"slot": name, "sentences": [{"text": text, "evidence": ["F1", "F2"]}]});
    let mut slots = vec![slot("lead", lead)];
    if lead.contains("[ELEVE]") {
        slots.push(slot(
            "introduction",
            "Pour [ELEVE], ce document donne un point de départ au travail de la suite.",
        ));
    } else {
        slots.extend([slot("introduction", introduction), slot("conclusion", conclusion)]);
    }
    let text = json!({"slots": slots}).to_string();
    Ok(Completion {
        text,
        finish: FinishReason::Stop,
        usage: Usage::default(),
        model: "modele-de-test".into(),
    })
}

async fn payloads(model: Arc<ScriptedModel>) -> (App, Vec<ReportPayload>) {
    let app = App::with_model(model).await;
    let id = app.reported("a", example("yasmine")["answers"].clone()).await;
    let id = BilanId::parse(id).unwrap();
    let mut payloads = Vec::new();
    for variant in Variant::ALL {
        payloads.push(document(&app.context, &office(), &id, Some(variant)).await.unwrap().payload);
    }
    (app, payloads)
}

fn told(payloads: &[ReportPayload]) -> Vec<(Enrichment, Option<&str>)> {
    payloads
        .iter()
        .map(|payload| (payload.provenance.enrichment, payload.provenance.model.as_deref()))
        .collect()
}

#[tokio::test]
async fn prose_that_passes_the_rules_is_stored_with_the_name_of_its_model() {
    let (eleve, parent) = (
        "Ce document t'aide à choisir le travail des prochaines semaines.",
        "Ce document vous aide à accompagner [ELEVE] dans la matière.",
    );
    let model = Arc::new(ScriptedModel::new([says(eleve), says(parent)]));
    let (_app, payloads) = payloads(Arc::clone(&model)).await;
    if let Some(retry) = model.requests().iter().find(|request| request.messages.len() > 2) {
        panic!("the model was asked again: {}", retry.messages.last().unwrap().content);
    }
    let used = (Enrichment::Used, Some("modele-de-test"));
    assert_eq!(told(&payloads), [used, used, (Enrichment::Off, None), (Enrichment::Off, None)]);
    assert_eq!(payloads[0].lead.text, eleve.replace('\'', "’"));
    // One request per enriched variant, and neither the name nor an answer of the pupil in it.
    let requests = model.requests();
    assert_eq!(requests.len(), 2);
    for message in requests.iter().flat_map(|request| &request.messages) {
        for private in ["Élève", "O'Connor", "student-a", "MT-SD-01", "{-1/2"] {
            assert!(!message.content.contains(private), "{private}");
        }
    }
}

#[tokio::test]
async fn a_model_that_fails_or_breaks_rules_leaves_the_sentences_of_the_rules() {
    let down = || Err(LanguageModelError::Transient("down".into()));
    let boast = || says("Tu as réussi 17 questions sur 20 dans ce document.");
    let scripts: [Vec<Scripted>; 2] = [vec![down(), down()], vec![boast(), boast(), boast(), boast()]];
    let without = {
        let app = App::new().await;
        let id = BilanId::parse(app.reported("a", example("yasmine")["answers"].clone()).await).unwrap();
        document(&app.context, &office(), &id, Some(Variant::Eleve)).await.unwrap().payload
    };
    for script in scripts {
        let (_app, payloads) = payloads(Arc::new(ScriptedModel::new(script))).await;
        let unavailable = (Enrichment::Unavailable, None);
        assert_eq!(
            told(&payloads),
            [unavailable, unavailable, (Enrichment::Off, None), (Enrichment::Off, None)]
        );
        assert_eq!((&payloads[0].lead, &payloads[0].sections), (&without.lead, &without.sections));
    }
}
