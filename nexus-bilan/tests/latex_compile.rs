//! Documents that a real engine makes, and what can be read in them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are not seen as tests by clippy"
)]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/samples.rs"]
mod samples;

use engine::{Compiled, compile, squeezed};
use nexus_bilan::latex::{Identity, PREAMBLE, RUNTIME, check_formula, escape, typeset};
use nexus_bilan::report::{Block, ReportPayload, Section, Statement, Variant};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use samples::{NASTY, filled_with, identity, payload};

fn compiled(payload: &ReportPayload, identity: &Identity) -> Compiled {
    compile(&typeset(payload, identity).expect("LaTeX").source)
}

/// Nothing lost and nothing outside the page.
fn assert_whole(compiled: &Compiled) {
    for sign in ["Missing character", "Overfull"] {
        let lines: Vec<_> = compiled.log.lines().filter(|line| line.contains(sign)).take(5).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }
}

fn assert_says(compiled: &Compiled, words: &str) {
    assert!(compiled.text.contains(&squeezed(words)), "{words} is not in the document");
}

fn bullets(texts: impl IntoIterator<Item = String>) -> ReportPayload {
    let items = texts.into_iter().map(|text| Statement { text, evidence: Vec::new() }).collect();
    let section =
        Section { id: "list".into(), title: "Liste".into(), blocks: vec![Block::Bullets { items }] };
    ReportPayload { sections: vec![section], ..payload(Variant::General) }
}

#[test]
fn every_variant_is_a_document() {
    for (variant, most_pages) in
        [(Variant::Eleve, 3), (Variant::Parent, 3), (Variant::Nexus, 6), (Variant::General, 3)]
    {
        let payload = payload(variant);
        let compiled = compiled(&payload, &identity());
        assert_whole(&compiled);
        assert!(compiled.pages <= most_pages, "{variant:?} has {} pages", compiled.pages);
        for words in [
            "Bilan d’entrée en Terminale",
            "Mathématiques — Terminale",
            "Amina Ben Salah",
            "Lycée Pierre-Mendès-France",
            "22 novembre 2026",
            "bil_k3v9x2m7q4 · révision 2",
            "Page 2",
            "Voici ce que montrent les réponses d’Amina au programme",
            "Géométrie et produit scalaire",
            "À confirmer en séance",
            "non évalué",
            "46–92 %",
        ] {
            assert_says(&compiled, words);
        }
        for section in &payload.sections {
            assert_says(&compiled, &section.title);
        }
        assert!(!compiled.text.contains("ELEVE"));
        assert!(compiled.information.contains("Bilan d’entrée en Terminale – Amina Ben Salah"));
        assert!(compiled.information.contains("Nexus Réussite"));
    }
}

#[test]
fn every_text_field_shows_what_was_typed() {
    for variant in Variant::ALL {
        let typed = |number: usize| format!("N{number}: {NASTY}");
        let (payload, count) = filled_with(variant, typed);
        let nasty = Identity {
            first_name: NASTY.into(),
            last_name: "& Fils".into(),
            school: Some("École 100 % $\\input{y}$".into()),
        };
        let compiled = compiled(&payload, &nasty);
        assert!(!compiled.log.contains("Missing character"));
        assert!(count > 20);
        for number in 1..=count {
            assert_says(&compiled, &typed(number));
        }
        assert_says(&compiled, &format!("{NASTY} & Fils"));
        assert_says(&compiled, "École 100 % $\\input{y}$");
        assert!(!compiled.text.contains("root:"), "a file of the machine was read");
    }
}

#[test]
fn long_names_and_words_stay_on_the_page() {
    let long = |letter: &str| letter.repeat(60);
    let name = Identity { first_name: long("A"), last_name: long("é"), school: Some(long("W")) };
    for variant in Variant::ALL {
        let (payload, _) = filled_with(variant, |number| format!("{number}{}", "anticonstitution".repeat(5)));
        assert_whole(&compiled(&payload, &name));
        assert_whole(&compiled(&samples::payload(variant), &name));
    }
}

#[test]
fn a_very_long_text_goes_on_over_pages() {
    let words = (0..1000).map(|number| format!("mot{number:04}")).collect::<Vec<_>>().join(" ");
    let (mut payload, _) = filled_with(Variant::Parent, |number| format!("texte {number}"));
    for section in &mut payload.sections {
        for block in &mut section.blocks {
            if let Block::Callout(callout) = block {
                callout.statement.text.clone_from(&words);
            }
        }
    }
    let compiled = compiled(&payload, &identity());
    for word in words.split_whitespace() {
        assert_says(&compiled, word);
    }
    assert!(!compiled.log.contains("Overfull \\vbox"));
}

#[test]
fn scripts_and_symbols_are_read_back() {
    let name = Identity { first_name: "محمد".into(), last_name: "Ben Salah".into(), school: None };
    let text = "Symboles : ≤ ≥ √ ∪ ∩ → ∞ ∈ ℝ ≠ − u₂ x² 5 € œuvre 日 🚀 -- ``x'' ?` fin ; Привет";
    let compiled = compiled(&bullets([text.to_owned()]), &name);
    assert_whole(&compiled);
    assert_says(&compiled, "≤ ≥ √ ∪ ∩ → ∞ ∈ ℝ ≠ − u₂ x² 5 € œuvre □ □");
    assert_says(&compiled, "``x'' ?` fin ; Привет");
    // Letters of Arabic are extracted in their joined forms, in either direction.
    assert!(compiled.text.chars().any(|character| ('\u{600}'..='\u{6ff}').contains(&character)
        || ('\u{fb50}'..='\u{fefc}').contains(&character)));
}

#[test]
fn every_covered_character_has_a_glyph() {
    let covered: Vec<String> = (0x20..0x2_0000_u32)
        .filter_map(char::from_u32)
        .map(|character| escape(&character.to_string()))
        .filter(|escaped| !escaped.is_empty() && escaped != "□")
        .collect();
    assert!(covered.len() > 2000, "{}", covered.len());
    let line = covered.join(" ");
    let faces = ["\\rmfamily", "\\bfseries", "\\itshape", "\\sffamily", "\\sffamily\\bfseries"];
    let body = faces.map(|face| format!("{{{face} {line}\\par}}")).join("\n");
    let compiled = compile(&format!("{PREAMBLE}{RUNTIME}\\begin{{document}}{body}\\end{{document}}"));
    assert!(!compiled.log.contains("Missing character"), "a character of the tables has no glyph");
}

#[test]
fn every_allowed_command_compiles() {
    let names = include_str!("../src/latex/math/commands.rs");
    let names = names.split('"').skip(1).step_by(2).filter(|name| !name.contains(' ') || *name == " ");
    let mut formulas = Vec::new();
    for name in names {
        for formula in [
            format!("\\{name}"),
            format!("a^\\{name}"),
            format!("\\{name} x_1^2"),
            format!("\\{name}{{A}}"),
            format!("\\{name}{{A}}{{B}}^2"),
            format!("\\{name} A"),
            format!("\\left\\{name} x\\right\\{name}"),
            format!("\\begin{{{name}}}1\\\\2&3\\end{{{name}}}^2"),
        ] {
            formulas.extend(check_formula(&formula).map(|formula| format!("${formula}$")));
        }
    }
    let symbols = "≤≥≠≈≡×÷·±−∞∈∉⊂∪∩∅→⇒⇔∀∃¬∂∑∫ℝℕℤαβπΔΩ²³ⁿ°₁ₙ";
    formulas.extend(symbols.chars().map(|symbol| format!("$x{symbol}a$")));
    assert!(formulas.len() > 500, "{}", formulas.len());
    assert_whole_text(&compiled(&bullets(formulas), &identity()));
}

fn assert_whole_text(compiled: &Compiled) {
    assert!(!compiled.log.contains("Missing character"));
}

#[test]
fn random_formulas_and_texts_compile() {
    let mut runner = TestRunner::deterministic();
    let hostile = r"([$\\{}_^%&#~ ()\[\]']|\\(frac|sqrt|text|left|right|input|begin\{cases\}|end\{cases\}|mathbb|alpha|sum|\\)|[a-c1-2²≤é日\n]){0,30}";
    let formula =
        r"\$([a-c12+=,²π'^_{} ]|\\(alpha|frac|sqrt|left\(|right\)|text\{a\}|le|vec|sum) ?|\{x\}){1,14}\$";
    let mut texts = Vec::new();
    for pattern in [hostile, formula] {
        let strategy = proptest::string::string_regex(pattern).expect("a pattern");
        texts.extend((0..600).map(|_| strategy.new_tree(&mut runner).expect("a text").current()));
    }
    let any = proptest::prelude::any::<String>();
    texts.extend((0..200).map(|_| any.new_tree(&mut runner).expect("a text").current()));
    let kept =
        texts.iter().filter(|text| escape(text).contains('$') && !escape(text).contains("\\$")).count();
    assert!(kept > 50, "only {kept} formulas were accepted: nothing is tried");
    assert_whole_text(&compiled(&bullets(texts), &identity()));
}
