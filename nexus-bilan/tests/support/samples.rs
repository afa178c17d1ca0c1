//! Whole reports, as the other steps make them, for tests of what is typeset.

use jiff::civil::date;
use nexus_bilan::latex::Identity;
use nexus_bilan::report::{
    BandWord, BarRow, Block, Callout, Enrichment, ItemRow, NodeRow, OfferCard, PlanWeek, Priority,
    Provenance, RadarAxis, ReportPayload, Section, Statement, Tone, TraitRow, Variant,
};
use nexus_bilan::scoring::{CredibleInterval, MasteryClass, Rational};
use nexus_core::Checksum;

/// What a pupil with bad intentions, or bad luck, may type.
pub(crate) const NASTY: &str = r"100 % de réussite & plus_ ^~\input{/etc/passwd} $\input{x}$";

pub(crate) fn identity() -> Identity {
    Identity {
        first_name: "Amina".into(),
        last_name: "Ben Salah".into(),
        school: Some("Lycée Pierre-Mendès-France".into()),
    }
}

fn says(text: &str) -> Statement {
    Statement { text: text.into(), evidence: vec!["global".into()] }
}

fn section(id: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.into(), title: title.into(), blocks }
}

/// Label, points, maximum, percent, interval, answered, items, class.
type Domain = (&'static str, (i64, i64), i64, Option<u8>, (f64, f64), u32, u32, MasteryClass);

const DOMAINS: [Domain; 7] = [
    ("Calcul et puissances", (9, 2), 6, Some(75), (46.2, 92.4), 6, 6, MasteryClass::Insufficient),
    ("Équations et inéquations", (7, 1), 8, Some(88), (75.3, 97.1), 8, 8, MasteryClass::Strong),
    ("Fonctions", (4, 1), 7, Some(57), (31.0, 78.9), 6, 7, MasteryClass::Insufficient),
    ("Dérivation et variations", (2, 1), 8, Some(25), (8.4, 44.0), 7, 8, MasteryClass::Weak),
    ("Suites numériques", (7, 2), 6, Some(58), (50.4, 71.8), 6, 6, MasteryClass::Medium),
    ("Probabilités conditionnelles", (0, 1), 5, None, (0.0, 0.0), 0, 5, MasteryClass::Insufficient),
    ("Géométrie et produit scalaire", (0, 1), 4, Some(0), (1.0, 38.0), 3, 4, MasteryClass::Weak),
];

fn bars() -> Block {
    let rows = DOMAINS
        .iter()
        .map(|(label, points, max, percent, (low, high), answered, items, class)| BarRow {
            label: (*label).into(),
            points: Rational::new(points.0, points.1).unwrap(),
            max: Rational::whole(*max),
            percent: *percent,
            interval: percent.map(|_| CredibleInterval { low: *low, high: *high }),
            answered: *answered,
            items: *items,
            class: BandWord(*class),
        })
        .collect();
    Block::Bars { rows }
}

fn radar() -> Block {
    let axes = DOMAINS.iter().map(|domain| RadarAxis { label: domain.0.into(), percent: domain.3 }).collect();
    Block::Radar { axes }
}

/// A radar whose every axis has a value, without bars after it.
fn whole_radar() -> Block {
    let axes = [
        ("Connaître le cours", 80),
        ("Appliquer une méthode", 65),
        ("Raisonner", 55),
        ("Rédiger", 40),
        ("Vérifier", 70),
    ];
    Block::Radar {
        axes: axes.map(|(label, percent)| RadarAxis { label: label.into(), percent: Some(percent) }).to_vec(),
    }
}

fn priorities() -> Block {
    let item = |rank, title: &str, why: &str, actions: [&str; 3]| Priority {
        rank,
        title: title.into(),
        why: says(why),
        actions: actions.iter().map(|action| says(action)).collect(),
    };
    Block::Priorities {
        items: vec![
            item(
                1,
                "Nombre dérivé et tangente",
                "Cette notion ouvre les premières semaines de Terminale : limites, convexité et étude de fonctions s’appuient sur elle. Plusieurs réponses fausses ont été données avec assurance.",
                [
                    "Relire la définition du nombre dérivé comme limite de $\\frac{f(a+h)-f(a)}{h}$, puis la redire à voix haute sans le cours.",
                    "Calculer cinq équations de tangente $y=f'(a)(x-a)+f(a)$, en vérifiant chacune sur un tracé.",
                    "Refaire l’exercice corrigé en séance, deux jours plus tard, sans la correction.",
                ],
            ),
            item(
                2,
                "Produit scalaire",
                "Il sert dès la géométrie dans l’espace. Les réponses montrent une confusion entre $\\vec{u}\\cdot\\vec{v}$ et le produit des normes.",
                [
                    "Écrire les trois expressions du produit scalaire sur une fiche.",
                    "Résoudre quatre exercices de perpendicularité.",
                    "Expliquer à quelqu’un pourquoi $\\vec{u}\\cdot\\vec{v}=0$ ne veut pas dire que l’un des vecteurs est nul.",
                ],
            ),
            item(
                3,
                "Probabilités conditionnelles",
                "Aucune question n’a été traitée : il faut d’abord savoir si la notion a été vue en classe.",
                [
                    "Retrouver le chapitre dans le cours de Première.",
                    "Construire un arbre pondéré pour deux situations simples.",
                    "Calculer $P_A(B)$ à partir de l’arbre.",
                ],
            ),
        ],
    }
}

fn plan() -> Block {
    let phases = [
        "Consolider",
        "Consolider",
        "Consolider",
        "Appliquer",
        "Appliquer",
        "Appliquer",
        "S’entraîner",
        "S’entraîner",
    ];
    let goals = [
        "Nombre dérivé : définition et lecture graphique",
        "Équation de la tangente",
        "Produit scalaire : trois expressions",
        "Sens de variation et tableau",
        "Arbres pondérés et probabilité conditionnelle",
        "Suites arithmétiques et géométriques",
        "Problèmes mêlant fonctions et suites",
        "Bilan de fin de parcours et choix de la suite",
    ];
    let weeks = (1_u8..).zip(phases).zip(goals).map(|((number, phase), goal)| PlanWeek {
        number,
        phase: phase.into(),
        goal: goal.into(),
        actions: vec![
            says("Reprendre le cours pendant vingt minutes, fiche à l’appui."),
            says("Faire trois exercices courts, puis un problème : on écrit chaque étape."),
        ],
        minutes: 90,
    });
    Block::Plan { weeks: weeks.collect() }
}

fn traits() -> Block {
    let row = |label: &str, value: Option<(i64, i64)>, reading: &str, answered| TraitRow {
        label: label.into(),
        value: value.map(|(numerator, denominator)| Rational::new(numerator, denominator).unwrap()),
        min: Rational::ONE,
        max: Rational::whole(5),
        reading: reading.into(),
        answered,
        items: 4,
    };
    Block::Traits {
        rows: vec![
            row("Autonomie dans le travail", Some((7, 2)), "en bonne voie", 4),
            row("Organisation", Some((9, 4)), "à structurer", 4),
            row("Confiance", Some((5, 1)), "solide", 3),
            row("Sérénité devant une épreuve", None, "non renseigné", 0),
        ],
    }
}

fn offer() -> Block {
    Block::Offer(OfferCard {
        name: "Accompagnement hebdomadaire".into(),
        description: "Une heure de cours individuel en ligne chaque semaine, et un atelier en petit groupe tous les quinze jours.".into(),
        rule: "TWO_WEAK_DOMAINS_AUTONOMY_OK".into(),
        why: vec![
            says("Deux domaines dont la Terminale a besoin tout de suite sont à renforcer."),
            says("[ELEVE] travaille volontiers seule : un rendez-vous par semaine suffit à donner le cap."),
        ],
        alternatives: vec!["Stage de pré-rentrée".into(), "Accès à la plateforme seule".into()],
    })
}

fn callout(tone: Tone, title: &str, text: &str) -> Block {
    Block::Callout(Callout { tone, title: title.into(), statement: says(text) })
}

fn items() -> Block {
    let statuses = ["Juste", "Faux", "Pas étudié", "Sans réponse", "Partiel", "Juste"];
    let rows = (0_usize..36).map(|index| {
        let status = statuses[index % statuses.len()];
        let max = Rational::whole(1 + i64::try_from(index % 2).unwrap());
        ItemRow {
            item_id: format!(
                "mt-{}-{:02}",
                ["calcul", "equations", "derivation", "probabilites"][index % 4],
                index + 1
            ),
            notion: DOMAINS[index % 7].0.into(),
            status: status.into(),
            points: match status {
                "Juste" => max,
                "Partiel" => Rational::new(1, 2).unwrap(),
                _ => Rational::ZERO,
            },
            max,
            confidence: (status != "Sans réponse").then(|| u8::try_from(index % 4).unwrap() + 1),
            diagnosis: (status == "Faux").then(|| "Confond $f'(a)$ et $f(a)$".into()),
        }
    });
    Block::Items { rows: rows.collect() }
}

fn nodes() -> Block {
    let rows = (0_u8..13).map(|index| NodeRow {
        label: DOMAINS[usize::from(index) % 7].0.into(),
        standing: "à reprendre, à confirmer".into(),
        profile: (index % 5 > 0).then(|| "erreur confiante".into()),
        percent: (index % 5 > 0).then(|| Rational::new(50, 3).unwrap()),
        answered: u32::from(index % 5),
        items: 4,
        criticality: 1 + index % 3,
        before: (0..index % 3).map(|place| DOMAINS[usize::from(place)].0.into()).collect(),
    });
    Block::Nodes { rows: rows.collect() }
}

fn figures() -> Block {
    let pairs = [
        ("Score global", "28 points sur 44, soit 64\u{202f}%"),
        ("Habileté estimée (EAP)", "θ̂ = −0,13 ; erreur type 0,64 ; 36 questions"),
        ("Couverture", "81,8\u{202f}% des questions ont une réponse"),
        ("Erreurs assurées", "4 (dérivation : 3 ; produit scalaire : 1)"),
        ("Empreinte des faits", "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069"),
    ];
    Block::Figures { rows: pairs.map(|(label, value)| (label.into(), value.into())).to_vec() }
}

fn strengths() -> Section {
    section(
        "strengths",
        "Ce qui est déjà solide",
        vec![
            callout(
                Tone::Positive,
                "Équations et inéquations",
                "Les méthodes sont sûres : factoriser, isoler, conclure. [ELEVE] vérifie ses solutions et sait dire pourquoi l’ensemble des solutions de $x^2\\le 9$ est $[-3\\,;3]$.",
            ),
            Block::Bullets {
                items: vec![
                    says("Le calcul littéral est mené avec soin, y compris avec des fractions."),
                    says("Les suites arithmétiques sont reconnues et la raison est justifiée."),
                    says("Le raisonnement est écrit : on suit facilement chaque étape."),
                ],
            },
        ],
    )
}

fn results() -> Section {
    section(
        "results",
        "Les résultats par domaine",
        vec![
            Block::Paragraph {
                statement: says(
                    "Chaque domaine est mesuré par quelques questions seulement. Le score dit ce qui a été réussi ce jour-là ; l’intervalle dit ce que l’on peut en conclure.",
                ),
            },
            radar(),
            bars(),
        ],
    )
}

fn sections(variant: Variant) -> Vec<Section> {
    let summary = section(
        "summary",
        "L’essentiel",
        vec![Block::Paragraph {
            statement: says(
                "[ELEVE] aborde l’année avec de vrais points d’appui en calcul et dans la résolution d’équations. Les écarts se concentrent sur la dérivation, qui ouvre le programme, et sur le produit scalaire.\n\nLe plan de [ELEVE] tient en huit semaines : d’abord consolider, puis appliquer, enfin s’entraîner sur des problèmes complets.",
            ),
        }],
    );
    let priorities = section("priorities", "Par quoi commencer", vec![priorities()]);
    let plan = section("plan", "Huit semaines pour avancer", vec![plan()]);
    let habits = section(
        "habits",
        "La manière de travailler",
        vec![
            traits(),
            callout(
                Tone::Neutral,
                "Ces repères viennent du questionnaire",
                "Ils décrivent ce que [ELEVE] dit de sa manière de travailler ; ce n’est ni une note ni un jugement.",
            ),
        ],
    );
    let watch = section(
        "watch",
        "Points de vigilance",
        vec![callout(
            Tone::Attention,
            "Erreurs données avec assurance",
            "Quatre réponses fausses ont été données avec la plus grande certitude, surtout en dérivation. Les reprendre avant toute nouvelle notion.",
        )],
    );
    match variant {
        Variant::Eleve => vec![strengths(), priorities, results(), plan],
        Variant::Parent => vec![
            summary,
            strengths(),
            results(),
            section("habits", "La manière de travailler", vec![traits()]),
            section("next", "La suite que nous proposons", vec![offer()]),
        ],
        Variant::Nexus => vec![
            summary,
            section("figures", "Mesures", vec![figures()]),
            results(),
            watch,
            section("nodes", "Notions prérequises", vec![nodes()]),
            priorities,
            habits,
            plan,
            section("offer", "Formule", vec![offer()]),
            section("items", "Toutes les questions", vec![items()]),
        ],
        Variant::General => vec![
            summary,
            results(),
            section("profile", "La manière de répondre", vec![whole_radar()]),
            habits,
        ],
    }
}

/// A full report.
pub(crate) fn payload(variant: Variant) -> ReportPayload {
    ReportPayload {
        variant,
        title: "Bilan d’entrée en Terminale".into(),
        subject: "Mathématiques".into(),
        level: "Terminale".into(),
        reference: "bil_k3v9x2m7q4".into(),
        revision: 2,
        date: date(2026, 11, 22),
        lead: says(
            "Voici ce que montrent les réponses de [ELEVE] au programme de Première, et ce que nous proposons pour bien commencer.",
        ),
        sections: sections(variant),
        provenance: Provenance {
            engine_version: "1.0.0".into(),
            bank: "maths-terminale".into(),
            bank_version: "1.2.0".into(),
            facts_checksum: Checksum::of_bytes(b"facts"),
            enrichment: Enrichment::Off,
            model: None,
        },
    }
}

/// The same report with a text of its own, made from its number, in the place of every text; and how many there are.
pub(crate) fn filled_with(variant: Variant, text: impl Fn(usize) -> String) -> (ReportPayload, usize) {
    let mut value = serde_json::to_value(payload(variant)).unwrap();
    let mut count = 0;
    replace_texts(&mut value, &mut || {
        count += 1;
        text(count)
    });
    (serde_json::from_value(value).unwrap(), count)
}

/// Fields that are not texts for people, and the origin, which is cut short.
const KEPT: [&str; 16] = [
    "variant",
    "block",
    "tone",
    "date",
    "provenance",
    "reference",
    "points",
    "percent",
    "max",
    "min",
    "value",
    "class",
    "id",
    "evidence",
    "rule",
    "itemId",
];

fn replace_texts(value: &mut serde_json::Value, text: &mut impl FnMut() -> String) {
    match value {
        serde_json::Value::String(words) => *words = text(),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| replace_texts(item, text)),
        serde_json::Value::Object(fields) => {
            for (_, field) in fields.iter_mut().filter(|(name, _)| !KEPT.contains(&name.as_str())) {
                replace_texts(field, text);
            }
        }
        _ => {}
    }
}
