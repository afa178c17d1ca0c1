//! Who is in the school. Families, names and addresses are made up.

/// A member of staff or of a family.
#[derive(Debug, Clone, Copy)]
pub(super) struct Someone {
    /// Makes his identifiers and his address.
    pub(super) slug: &'static str,
    /// First name.
    pub(super) first_name: &'static str,
    /// Family name.
    pub(super) last_name: &'static str,
}

/// A coach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coach {
    pub(super) who: Someone,
    pub(super) pseudonym: &'static str,
    pub(super) title: &'static str,
    pub(super) tag: &'static str,
    pub(super) description: &'static str,
    pub(super) philosophy: &'static str,
    pub(super) expertise: &'static str,
    pub(super) subjects: &'static [&'static str],
    /// Days of the week, 0 on Sundays, with the hours of the clock between which he teaches.
    pub(super) week: &'static [(i64, i64, i64)],
}

/// A parent with his children.
#[derive(Debug, Clone, Copy)]
pub(super) struct Household {
    pub(super) parent: Someone,
    pub(super) phone: &'static str,
    pub(super) city: &'static str,
    pub(super) country: &'static str,
    pub(super) children: &'static [Child],
}

/// A pupil.
#[derive(Debug, Clone, Copy)]
pub(super) struct Child {
    pub(super) who: Someone,
    pub(super) grade: &'static str,
    pub(super) school: &'static str,
    /// Age in whole years, a few months ago.
    pub(super) age: i16,
    /// Whether he has already chosen a password.
    pub(super) activated: bool,
}

const fn someone(slug: &'static str, first_name: &'static str, last_name: &'static str) -> Someone {
    Someone { slug, first_name, last_name }
}

pub(super) const ADMINISTRATOR: Someone = someone("admin", "Salma", "Trabelsi");
pub(super) const ASSISTANT: Someone = someone("assistante", "Inès", "Gharbi");

/// Together they teach every subject.
pub(super) const COACHES: [Coach; 7] = [
    Coach {
        who: someone("helios", "Hédi", "Mansour"),
        pseudonym: "Hélios",
        title: "Agrégé de mathématiques",
        tag: "🎓 Agrégé",
        description: "Quinze ans de Terminale, et autant de copies de Bac corrigées.",
        philosophy: "On comprend ce que l'on sait refaire seul, sans modèle, le lendemain.",
        expertise: "Analyse, géométrie dans l'espace, Grand Oral de mathématiques.",
        subjects: &["MATHEMATIQUES", "PHYSIQUE_CHIMIE"],
        week: &[(1, 16, 20), (2, 16, 20), (3, 14, 20), (4, 16, 20), (5, 16, 20), (6, 9, 13)],
    },
    Coach {
        who: someone("zenon", "Karim", "Ayari"),
        pseudonym: "Zénon",
        title: "Ingénieur, certifié de NSI",
        tag: "🐍 NSI",
        description: "Du code qui marche, puis du code que l'on sait expliquer.",
        philosophy: "Une erreur est une information : on la lit avant de la corriger.",
        expertise: "Python, algorithmique, bases de données, projet de Terminale.",
        subjects: &["NSI", "MATHEMATIQUES"],
        week: &[(1, 16, 20), (3, 14, 20), (5, 16, 20), (6, 9, 18)],
    },
    Coach {
        who: someone("moliere", "Camille", "Roussel"),
        pseudonym: "Molière",
        title: "Certifiée de lettres modernes",
        tag: "✒️ Bac de français",
        description: "L'oral du Bac de français comme une conversation que l'on prépare.",
        philosophy: "Lire d'abord, nommer ensuite.",
        expertise: "Commentaire, dissertation, explication linéaire, philosophie.",
        subjects: &["FRANCAIS", "PHILOSOPHIE"],
        week: &[(1, 9, 12), (2, 9, 12), (3, 9, 18), (4, 9, 18), (5, 9, 18), (6, 9, 18)],
    },
    Coach {
        who: someone("clio", "Leïla", "Baccouche"),
        pseudonym: "Clio",
        title: "Certifiée d'histoire-géographie",
        tag: "🌍 Histoire",
        description: "Des plans qui tiennent et des exemples qui restent.",
        philosophy: "Une date ne vaut que par la question à laquelle elle répond.",
        expertise: "Composition, étude de document, SES, Parcoursup.",
        subjects: &["HISTOIRE_GEO", "SES"],
        week: &[(1, 14, 18), (2, 14, 18), (4, 14, 18), (5, 14, 18), (6, 9, 16)],
    },
    Coach {
        who: someone("shakespeare", "Emma", "Lawson"),
        pseudonym: "Shakespeare",
        title: "Bilingual teacher",
        tag: "🇬🇧 Anglais",
        description: "Parler dès la première minute, corriger ensuite.",
        philosophy: "On apprend une langue en ayant quelque chose à dire.",
        expertise: "Compréhension, expression, certifications.",
        subjects: &["ANGLAIS"],
        week: &[(1, 9, 13), (2, 9, 13), (3, 9, 13), (4, 9, 13), (5, 9, 13), (6, 9, 13)],
    },
    Coach {
        who: someone("cervantes", "Diego", "Marín"),
        pseudonym: "Cervantès",
        title: "Certifié d'espagnol",
        tag: "🇪🇸 Espagnol",
        description: "Deux langues vivantes, un seul carnet de vocabulaire.",
        philosophy: "Un peu chaque jour vaut mieux que beaucoup la veille.",
        expertise: "Expression écrite, LLCE, oral.",
        subjects: &["ESPAGNOL", "ANGLAIS"],
        week: &[(2, 14, 18), (4, 14, 18), (6, 9, 12)],
    },
    Coach {
        who: someone("hippocrate", "Nadia", "Ferchichi"),
        pseudonym: "Hippocrate",
        title: "Docteure en biologie",
        tag: "🔬 SVT",
        description: "Des schémas que l'on sait redessiner et des raisonnements que l'on sait défendre.",
        philosophy: "Observer, supposer, vérifier : dans cet ordre.",
        expertise: "SVT, physique-chimie, parcours de santé.",
        subjects: &["SVT", "PHYSIQUE_CHIMIE"],
        week: &[(1, 14, 19), (2, 14, 19), (3, 14, 19), (4, 14, 19), (5, 14, 19), (6, 14, 19)],
    },
];

pub(super) const HOUSEHOLDS: [Household; 4] = [
    Household {
        parent: someone("mounira", "Mounira", "Chaouch"),
        phone: "+216 20 000 101",
        city: "Tunis",
        country: "Tunisie",
        children: &[
            Child {
                who: someone("aya", "Aya", "Chaouch"),
                grade: "terminale",
                school: "Lycée d'exemple de La Marsa",
                age: 17,
                activated: true,
            },
            Child {
                who: someone("rayan", "Rayan", "Chaouch"),
                grade: "premiere",
                school: "Lycée d'exemple de La Marsa",
                age: 16,
                activated: true,
            },
        ],
    },
    Household {
        parent: someone("etienne", "Étienne", "Delorme"),
        phone: "+33 6 00 00 01 02",
        city: "Lyon",
        country: "France",
        children: &[Child {
            who: someone("louise", "Louise", "Delorme"),
            grade: "premiere",
            school: "Lycée d'exemple de Lyon",
            age: 16,
            activated: true,
        }],
    },
    Household {
        parent: someone("sofiene", "Sofiène", "Jaziri"),
        phone: "+216 20 000 103",
        city: "Sousse",
        country: "Tunisie",
        children: &[Child {
            who: someone("yassine", "Yassine", "Jaziri"),
            grade: "terminale",
            school: "Lycée d'exemple de Sousse",
            age: 17,
            activated: true,
        }],
    },
    Household {
        parent: someone("olfa", "Olfa", "Haddad"),
        phone: "+216 20 000 104",
        city: "Tunis",
        country: "Tunisie",
        children: &[Child {
            who: someone("sarra", "Sarra", "Haddad"),
            grade: "premiere",
            school: "Lycée d'exemple de Tunis",
            age: 14,
            // Registered yesterday: the activation link has not been followed yet.
            activated: false,
        }],
    },
];
