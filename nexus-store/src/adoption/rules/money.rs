use crate::adoption::rule::{Probe, Query, Repair, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "payment_record_without_user",
        table: "payment_records",
        sentence: "Cet enregistrement de paiement nomme un compte qui n'existe pas.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; rapprochez-le d'une famille d'après le prestataire.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT CAST(r."id" AS TEXT), NULL FROM payment_records r LEFT JOIN users u ON u."id" = r."userId"
               WHERE u."id" IS NULL ORDER BY r."id""#,
        )),
    },
    Rule {
        name: "payment_record_without_pack",
        table: "payment_records",
        sentence: "Cet enregistrement de paiement nomme un pack de crédits qui n'existe pas.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; décidez des crédits qu'il donne.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT CAST(r."id" AS TEXT), NULL FROM payment_records r LEFT JOIN credit_packs p ON p."id" = r."packId"
               WHERE p."id" IS NULL ORDER BY r."id""#,
        )),
    },
    Rule {
        name: "payment_record_unknown_provider",
        table: "payment_records",
        sentence: "Le prestataire de cet enregistrement de paiement n'est ni konnect, ni wire, ni cash.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; corrigez le prestataire.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT CAST("id" AS TEXT), NULL FROM payment_records
               WHERE "provider" NOT IN ('konnect', 'wire', 'cash') ORDER BY "id""#,
        )),
    },
    Rule {
        name: "payment_record_unknown_status",
        table: "payment_records",
        sentence: "L'état de cet enregistrement de paiement n'est pas un état connu.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; corrigez l'état d'après le prestataire.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT CAST("id" AS TEXT), NULL FROM payment_records
               WHERE "status" NOT IN ('created', 'pending', 'paid', 'failed', 'cancelled') ORDER BY "id""#,
        )),
    },
    Rule {
        name: "payment_record_repeated",
        table: "payment_records",
        sentence: "Cet enregistrement de paiement porte le même identifiant du même prestataire qu'un autre.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Le premier fait foi, les suivants sont mis en quarantaine ; s'il s'agit de paiements différents, \
                   donnez à chacun son identifiant.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT CAST("id" AS TEXT), CAST(first AS TEXT) FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM payment_records
                   WHERE "externalId" NOT IN ('cash-reservation', 'konnect-link-pending', 'pending')
                   WINDOW same AS (PARTITION BY "provider", "externalId")
               ) AS records WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "payment_record_without_reference",
        table: "payment_records",
        sentence: "Cet enregistrement de paiement porte un identifiant provisoire, commun à plusieurs paiements.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Rien n'est changé : l'application existante écrit ces identifiants ; rapprochez les paiements à la main.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT CAST("id" AS TEXT), CAST(first AS TEXT) FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM payment_records
                   WHERE "externalId" IN ('cash-reservation', 'konnect-link-pending', 'pending')
                   WINDOW same AS (PARTITION BY "provider", "externalId")
               ) AS records WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "payment_record_without_amount",
        table: "payment_records",
        sentence: "Le montant de cet enregistrement de paiement n'est pas un nombre positif.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Vérifiez ce paiement auprès du prestataire.",
        probe: Probe::Rows(Query::Each {
            postgres: r#"SELECT CAST("id" AS TEXT), NULL FROM payment_records
                         WHERE NOT ("amountTnd" > 0 AND "amountTnd" < 'Infinity'::float8) ORDER BY "id""#,
            sqlite: r#"SELECT CAST("id" AS TEXT), NULL FROM payment_records
                       WHERE NOT ("amountTnd" > 0 AND "amountTnd" < 9e999) ORDER BY "id""#,
        }),
    },
    Rule {
        name: "payment_without_amount",
        table: "payments",
        sentence: "Le montant de ce paiement n'est pas un nombre positif.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Vérifiez ce paiement auprès du prestataire.",
        probe: Probe::Rows(Query::Each {
            postgres: r#"SELECT "id", NULL FROM payments
                         WHERE NOT ("amount" > 0 AND "amount" < 'Infinity'::float8) ORDER BY "id""#,
            sqlite: r#"SELECT "id", NULL FROM payments WHERE NOT ("amount" > 0 AND "amount" < 9e999) ORDER BY "id""#,
        }),
    },
    Rule {
        name: "payment_unknown_method",
        table: "payments",
        sentence: "Le moyen de ce paiement n'est ni konnect, ni wise, ni manual.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; corrigez le moyen de paiement.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM payments WHERE "method" NOT IN ('konnect', 'wise', 'manual') ORDER BY "id""#,
        )),
    },
    Rule {
        name: "wallet_without_user",
        table: "credit_wallets",
        sentence: "Ce portefeuille appartient à un compte qui n'existe pas.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine avec ses crédits ; décidez à qui ils reviennent.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT CAST(w."id" AS TEXT), NULL FROM credit_wallets w LEFT JOIN users u ON u."id" = w."userId"
               WHERE u."id" IS NULL ORDER BY w."id""#,
        )),
    },
    Rule {
        name: "wallet_negative",
        table: "credit_wallets",
        sentence: "Le solde de ce portefeuille est négatif.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; décidez avec la famille de ce qui est dû.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT CAST("id" AS TEXT), NULL FROM credit_wallets WHERE "balance" < 0 ORDER BY "id""#,
        )),
    },
    Rule {
        name: "wallet_not_sum",
        table: "credit_wallets",
        sentence: "Le solde de ce portefeuille n'est pas la somme de ses mouvements.",
        severity: Severity::Error,
        repair: Repair::Compensate,
        proposal: "Le solde que la famille voit ne change pas : un mouvement MIGRATION_ADJUSTMENT rend la somme égale.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT CAST(w."id" AS TEXT),
                      'solde ' || w."balance" || ', somme des mouvements ' || COALESCE(sum(t."delta"), 0)
               FROM credit_wallets w LEFT JOIN credit_tx t ON t."walletId" = w."id"
               GROUP BY w."id", w."balance"
               HAVING round(w."balance" * 1000) <> round(COALESCE(sum(t."delta"), 0) * 1000) ORDER BY w."id""#,
        )),
    },
    Rule {
        name: "wallet_movement_repeated",
        table: "credit_tx",
        sentence: "Ce mouvement porte le même identifiant qu'un autre mouvement du même portefeuille.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Vérifiez si la même opération a compté deux fois ; corrigez par un mouvement inverse.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT CAST("id" AS TEXT), CAST(first AS TEXT) FROM (
                   SELECT "id", "at", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "at", "id") AS first
                   FROM credit_tx WHERE "externalId" IS NOT NULL AND "externalId" <> 'cash-confirm'
                   WINDOW same AS (PARTITION BY "walletId", "externalId")
               ) AS movements WHERE members > 1 ORDER BY first, "at", "id""#,
        )),
    },
    Rule {
        name: "credit_transaction_unknown_type",
        table: "credit_transactions",
        sentence: "Le type de ce mouvement de crédits n'est pas un type connu.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "Il est mis en quarantaine ; corrigez son type.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM credit_transactions
               WHERE "type" NOT IN ('MONTHLY_ALLOCATION', 'PURCHASE', 'USAGE', 'REFUND', 'EXPIRATION', 'CREDIT_REQUEST',
                                    'CREDIT_ADD', 'CREDIT_REJECTED') ORDER BY "id""#,
        )),
    },
    Rule {
        name: "credit_transaction_without_session",
        table: "credit_transactions",
        sentence: "Ce mouvement de crédits nomme une séance qui n'existe pas.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Le mouvement compte dans le solde ; vérifiez la séance avec la famille.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT t."id", NULL FROM credit_transactions t
               LEFT JOIN sessions s ON s."id" = t."sessionId" LEFT JOIN "SessionBooking" b ON b."id" = t."sessionId"
               WHERE t."sessionId" IS NOT NULL AND s."id" IS NULL AND b."id" IS NULL ORDER BY t."id""#,
        )),
    },
    Rule {
        name: "session_charged_twice",
        table: "credit_transactions",
        sentence: "La même séance a été débitée plusieurs fois.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Vérifiez la séance ; remboursez ce qui a été pris en trop.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", first FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM credit_transactions WHERE "type" = 'USAGE' AND "sessionId" IS NOT NULL
                   WINDOW same AS (PARTITION BY "studentId", "sessionId")
               ) AS charges WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "session_refunded_twice",
        table: "credit_transactions",
        sentence: "La même séance a été remboursée plusieurs fois.",
        severity: Severity::Warning,
        repair: Repair::None,
        proposal: "Vérifiez l'annulation ; le remboursement en trop reste acquis tant que personne n'en décide.",
        probe: Probe::Groups(Query::Both(
            r#"SELECT "id", first FROM (
                   SELECT "id", "createdAt", count(*) OVER same AS members,
                          first_value("id") OVER (same ORDER BY "createdAt", "id") AS first
                   FROM credit_transactions WHERE "type" = 'REFUND' AND "sessionId" IS NOT NULL
                   WINDOW same AS (PARTITION BY "studentId", "sessionId")
               ) AS refunds WHERE members > 1 ORDER BY first, "createdAt", "id""#,
        )),
    },
    Rule {
        name: "product_pricing_unknown_type",
        table: "product_pricing",
        sentence: "Le genre de cet article du catalogue n'est ni SUBSCRIPTION, ni ADDON, ni PACK.",
        severity: Severity::Error,
        repair: Repair::Quarantine,
        proposal: "L'article est mis en quarantaine ; corrigez son genre.",
        probe: Probe::Rows(Query::Both(
            r#"SELECT "id", NULL FROM product_pricing WHERE "itemType" NOT IN ('SUBSCRIPTION', 'ADDON', 'PACK')
               ORDER BY "id""#,
        )),
    },
];
