use crate::adoption::rule::{Probe, Query, Repair, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "email_collision",
        table: "users",
        sentence: "Deux comptes ont la même adresse, aux majuscules et aux espaces près.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Le plus récent est mis en quarantaine et la connexion par cette adresse est refusée tant qu'un \
                   administrateur n'a pas donné une autre adresse à l'un des deux.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", shared FROM (
                   SELECT "id", "createdAt", lower(trim("email")) AS shared,
                          count(*) OVER (PARTITION BY lower(trim("email"))) AS members FROM users
               ) AS accounts WHERE members > 1 ORDER BY shared, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "no_administrator",
        table: "users",
        sentence: "Aucun compte n'a le rôle ADMIN.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Créez un administrateur avant d'ouvrir le service.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT '*', NULL WHERE EXISTS (SELECT 1 FROM users)
               AND NOT EXISTS (SELECT 1 FROM users WHERE "role" = 'ADMIN')"#,
        )),
    },
    Rule {
        name: "student_account_without_student",
        table: "users",
        sentence: "Ce compte a le rôle ELEVE et aucune fiche d'élève.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Un administrateur rattache le compte à une famille ou le désactive.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT u."id", NULL FROM users u LEFT JOIN students s ON s."userId" = u."id"
               WHERE u."role" = 'ELEVE' AND s."id" IS NULL ORDER BY u."id""#,
        )),
    },
    Rule {
        name: "parent_account_without_profile",
        table: "users",
        sentence: "Ce compte a le rôle PARENT et aucun profil de parent.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Un administrateur complète le profil ou désactive le compte.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT u."id", NULL FROM users u LEFT JOIN parent_profiles p ON p."userId" = u."id"
               WHERE u."role" = 'PARENT' AND p."id" IS NULL ORDER BY u."id""#,
        )),
    },
    Rule {
        name: "coach_account_without_profile",
        table: "users",
        sentence: "Ce compte a le rôle COACH et aucun profil de coach.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Un administrateur complète le profil ou désactive le compte.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT u."id", NULL FROM users u LEFT JOIN coach_profiles c ON c."userId" = u."id"
               WHERE u."role" = 'COACH' AND c."id" IS NULL ORDER BY u."id""#,
        )),
    },
    Rule {
        name: "student_of_another_role",
        table: "students",
        sentence: "Cette fiche d'élève appartient à un compte d'un autre rôle.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Un administrateur corrige le rôle du compte.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT s."id", NULL FROM students s JOIN users u ON u."id" = s."userId"
               WHERE u."role" <> 'ELEVE' ORDER BY s."id""#,
        )),
    },
    Rule {
        name: "parent_of_another_role",
        table: "parent_profiles",
        sentence: "Ce profil de parent appartient à un compte d'un autre rôle.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Un administrateur corrige le rôle du compte.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT p."id", NULL FROM parent_profiles p JOIN users u ON u."id" = p."userId"
               WHERE u."role" <> 'PARENT' ORDER BY p."id""#,
        )),
    },
    Rule {
        name: "coach_of_another_role",
        table: "coach_profiles",
        sentence: "Ce profil de coach appartient à un compte d'un autre rôle.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Un administrateur corrige le rôle du compte.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT c."id", NULL FROM coach_profiles c JOIN users u ON u."id" = c."userId"
               WHERE u."role" <> 'COACH' ORDER BY c."id""#,
        )),
    },
    Rule {
        name: "shared_password",
        table: "users",
        sentence: "Ce compte a la même empreinte de mot de passe qu'un autre : l'un a reçu le mot de passe de l'autre.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Invitez la personne à choisir son propre mot de passe.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", "password" FROM (
                   SELECT "id", "createdAt", "password", count(*) OVER (PARTITION BY "password") AS members
                   FROM users WHERE "password" IS NOT NULL
               ) AS accounts WHERE members > 1 ORDER BY "password", "createdAt", "id""#,
        )),
    },
];
