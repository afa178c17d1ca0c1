//! A small survey for the tests of this folder.

use crate::questionnaire::Survey;
use serde_json::json;

/// One item of each kind, two traits, a chain of conditions.
pub(super) fn survey() -> Survey {
    serde_json::from_value(json!({
        "slug": "s", "version": "1", "title": "T",
        "sections": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}],
        "scales": [
            {"id": "five", "min": 1, "labels": ["Non", "Plutôt non", "Entre les deux", "Plutôt oui", "Oui"], "max": 5},
            {"id": "four", "min": 1, "labels": [], "max": 4}
        ],
        "traits": [
            {"id": "calm", "label": "Calme", "min": 1, "max": 5, "formula": "mean", "audience": "everyone", "minAnswered": 2,
             "highIsGood": true, "bands": [{"upTo": "8/3", "id": "low", "label": "bas"}, {"upTo": null, "id": "high", "label": "haut"}]},
            {"id": "order", "label": "Ordre", "min": 0, "max": 4, "formula": "clamped_sum", "audience": "staff", "minAnswered": 1,
             "highIsGood": true, "bands": [{"upTo": null, "id": "any", "label": "tout"}]}
        ],
        "items": [
            {"id": "l1", "section": "a", "statement": "Je suis calme.", "type": "likert", "scale": "five", "weight": 2,
             "loadings": [{"trait": "calm", "sign": 1}]},
            {"id": "l2", "section": "a", "statement": "Je m'inquiète.", "type": "likert", "scale": "five", "weight": 2, "reverse": true,
             "loadings": [{"trait": "calm", "sign": -1}]},
            {"id": "l3", "section": "a", "statement": "Combien ?", "type": "likert", "scale": "four",
             "loadings": [{"trait": "calm", "sign": 1}]},
            {"id": "s1", "section": "b", "statement": "Agenda ?", "type": "single", "weight": 2, "options": [
                {"id": "0", "label": "Oui", "score": 3}, {"id": "1", "label": "Parfois", "score": 1.5}, {"id": "2", "label": "Non", "score": 0}],
             "loadings": [{"trait": "order", "sign": 1}]},
            {"id": "m1", "section": "b", "statement": "Motifs ?", "type": "multi", "min": 1, "max": 2, "weight": 2, "options": [
                {"id": "0", "label": "Notes"}, {"id": "1", "label": "Plaisir"}, {"id": "2", "label": "Autre"}]},
            {"id": "t1", "section": "b", "statement": "Lequel ?", "type": "text", "maxLength": 10, "visibleIf": {"m1": "Autre"}},
            {"id": "t2", "section": "b", "statement": "Et puis ?", "type": "text", "visibleIf": {"t1": "rien", "s1": ["Oui", "Parfois"]}}
        ]
    }))
    .unwrap()
}
