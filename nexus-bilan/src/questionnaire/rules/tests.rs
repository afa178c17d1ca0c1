//! Each numbered rule, broken once in a bank that otherwise keeps all of them.

use super::super::loader::load_bank;
use super::super::problem::{Rule, Severity};
use serde_json::{Value, json};

/// Six sound items on two nodes.
fn sound() -> Value {
    let single = |id: &str, key: usize| {
        let options: Vec<Value> = ["A", "B", "C", "D"]
            .iter()
            .enumerate()
            .map(|(place, option)| {
                if place == key {
                    json!({"id": option, "markup": format!("choix {option}"), "correct": true})
                } else {
                    json!({"id": option, "markup": format!("choix {option}"), "rationale": "signe oublié"})
                }
            })
            .collect();
        json!({"type": "single_choice", "options": options, "id": id})
    };
    let mut items: Vec<Value> = (0..5).map(|index| single(&format!("S-{index}"), index % 4)).collect();
    items.push(json!({"type": "short_text", "accepted": ["oui"], "normaliser": "folded", "id": "T-1"}));
    items.push(json!({"type": "numeric", "value": 5, "tolerance": 0.1, "id": "N-1"}));
    items.push(json!({"type": "multi_choice", "scoring": "quarters", "id": "M-1", "options": [
        {"id": "A", "markup": "un", "correct": true}, {"id": "B", "markup": "deux", "correct": true},
        {"id": "C", "markup": "trois", "rationale": "r"}, {"id": "D", "markup": "quatre", "rationale": "r"}]}));
    for (index, item) in items.iter_mut().enumerate() {
        let common = json!({"domain": "d", "node": if index < 4 { "n1" } else { "n2" }, "difficulty": 1, "weight": 1,
            "targetTimeS": 60, "prompt": "Question ?", "correction": "Parce que."});
        item.as_object_mut().unwrap().extend(common.as_object().unwrap().clone());
    }
    let node = |id: &str| json!({"id": id, "domain": "d", "label": "N", "criticality": 2});
    json!({"slug": "essai", "version": "1", "title": "Essai", "subject": "MATHEMATIQUES", "level": "terminale",
        "programme": "p", "status": "draft", "durationMin": 10,
        "domains": [{"id": "d", "label": "D", "labelShort": "D", "labelArticle": "le D"}],
        "nodes": [node("n1"), node("n2")], "items": items})
}

fn errors(bank: &Value) -> Vec<Rule> {
    let loaded = load_bank("essai.json", bank.to_string().as_bytes());
    loaded
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| problem.rule)
        .collect()
}

#[test]
fn a_sound_bank_has_no_problem() {
    let loaded = load_bank("essai.json", sound().to_string().as_bytes());
    assert_eq!(loaded.problems, []);
    assert!(loaded.is_sound());
}

#[test]
fn each_rule_is_seen_when_broken() {
    let cases: [(&str, Value, Rule); 27] = [
        ("/items/1/id", json!("S-0"), Rule::UniqueIds),
        ("/items/1/id", json!("S 1"), Rule::UniqueIds),
        ("/slug", json!("Éssai"), Rule::UniqueIds),
        ("/items/0/node", json!("ghost"), Rule::KnownNode),
        ("/items/0/node", json!(null), Rule::KnownNode),
        ("/nodes/0/requires", json!(["ghost"]), Rule::KnownNode),
        ("/items/0/difficulty", json!(4), Rule::Difficulty),
        ("/items/0/difficulty", json!(null), Rule::Difficulty),
        ("/items/4/node", json!("n3"), Rule::KnownNode),
        ("/items/0/options/1/correct", json!(true), Rule::SingleChoice),
        ("/items/0/options/0/correct", json!(false), Rule::SingleChoice),
        ("/items/0/options/3/id", json!("A"), Rule::SingleChoice),
        ("/items/7/options/1/correct", json!(false), Rule::MultiChoice),
        ("/items/6/tolerance", json!(-1), Rule::Tolerance),
        ("/items/5/accepted", json!(["Oui.", "OUI"]), Rule::AcceptedForms),
        ("/items/5/accepted", json!([]), Rule::AcceptedForms),
        ("/items/0/correction", json!("é".repeat(321)), Rule::CorrectionLength),
        ("/items/0/prompt", json!("Réussite garantie ?"), Rule::ForbiddenLexicon),
        ("/durationMin", json!(7), Rule::Duration),
        ("/items/0/prompt", json!("Avec GeoGebra, trace."), Rule::ProperNames),
        ("/items/0/prompt", json!("Le cours de Mme Ben Salah"), Rule::ProperNames),
        ("/items/0/options/1/rationale", json!(" "), Rule::Rationale),
        ("/items/0/options/1/markup", json!("choix C"), Rule::EqualOptions),
        ("/items/0/domain", json!("ghost"), Rule::Domains),
        ("/items/0/weight", json!(-2), Rule::Weight),
        ("/items/0/weight", json!("1/0"), Rule::WrongType),
        ("/items/0/type", json!("essay"), Rule::WrongType),
    ];
    for (pointer, value, rule) in cases {
        let mut bank = sound();
        if let Some(place) = bank.pointer_mut(pointer) {
            *place = value.clone();
        } else {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            bank.pointer_mut(parent).unwrap()[field] = value.clone();
        }
        assert!(errors(&bank).contains(&rule), "{pointer} = {value}: {:?}", errors(&bank));
    }
}

#[test]
fn nodes_need_two_to_six_items() {
    let mut bank = sound();
    for index in 1..8 {
        bank["items"][index]["node"] = json!("n2");
    }
    assert_eq!(errors(&bank), [Rule::ItemsPerNode, Rule::ItemsPerNode]);
}

#[test]
fn keys_may_not_sit_on_one_position() {
    let mut bank = sound();
    for index in 0..5 {
        for (place, option) in bank["items"][index]["options"].as_array_mut().unwrap().iter_mut().enumerate()
        {
            option["correct"] = json!(place == if index < 3 { 1 } else { 2 });
            option["rationale"] = json!("r");
        }
    }
    assert!(errors(&bank).iter().all(|rule| *rule == Rule::KeyPosition) && !errors(&bank).is_empty());
}

#[test]
fn equal_mathematics_and_wrong_keys_are_seen() {
    let mut bank = sound();
    for (place, markup) in
        ["$3/5 \\times 2/5$", "$\\frac{2}{5}\\cdot\\frac{3}{5}$", "$1$", "$2$"].iter().enumerate()
    {
        bank["items"][0]["options"][place]["markup"] = json!(markup);
    }
    assert!(errors(&bank).contains(&Rule::EqualOptions));
    bank = sound();
    bank["items"][0]["prompt"] = json!("Résoudre le système : 2x+y=7, x−y=1.");
    for (place, markup) in ["(3, 1)", "(2, 3)", "(4, −1)", "(1, 5)"].iter().enumerate() {
        bank["items"][0]["options"][place]["markup"] = json!(markup);
    }
    assert_eq!(errors(&bank), [Rule::WrongKey]);
}

#[test]
fn broken_items_are_set_aside_and_unknown_fields_are_warned_about() {
    let mut bank = sound();
    bank["items"][0]["hint"] = json!("x");
    bank["items"][1] = json!(3);
    bank["extra"] = json!(1);
    let loaded = load_bank("essai.json", bank.to_string().as_bytes());
    assert_eq!(loaded.bank.unwrap().items.len(), 7);
    let unknown = loaded.problems.iter().filter(|problem| problem.rule == Rule::UnknownField).count();
    assert_eq!(unknown, 2);
    bank["domains"] = json!("none");
    let loaded = load_bank("essai.json", bank.to_string().as_bytes());
    assert!(loaded.bank.is_none() && !loaded.is_sound());
}
