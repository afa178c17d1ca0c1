//! What the school sells. Amounts of these columns of the existing application are dinars.

use super::calendar::Calendar;
use nexus_core::seed::{SeedRow, SeedValue};
use serde_json::json;

/// Type, key, dinars, description: decision 8 for the plans.
const PRODUCTS: [(&str, &str, i64, &str); 11] = [
    ("SUBSCRIPTION", "ACCES_PLATEFORME", 150, "Accès à la plateforme, sans cours"),
    ("SUBSCRIPTION", "HYBRIDE", 450, "Plateforme et 4 crédits de cours par mois"),
    ("SUBSCRIPTION", "IMMERSION", 750, "Plateforme et 8 crédits de cours par mois"),
    ("ADDON", "MATIERE_SUPPLEMENTAIRE", 50, "ARIA : une matière de plus"),
    ("ADDON", "ANALYSE_APPROFONDIE", 75, "ARIA : analyse approfondie"),
    ("PACK", "GRAND_ORAL", 750, "Préparation du Grand Oral"),
    ("PACK", "BAC_FRANCAIS", 1_200, "Préparation du Bac de français"),
    ("PACK", "ORIENTATION", 900, "Accompagnement Parcoursup"),
    ("PACK", "CREDITS_5", 100, "5 crédits de portefeuille"),
    ("PACK", "CREDITS_10", 180, "10 crédits de portefeuille"),
    ("PACK", "CREDITS_20", 340, "20 crédits de portefeuille"),
];

/// Credits, dinars, bonus.
pub(super) const PACKS: [(i64, f64, i64); 3] = [(5, 100.0, 0), (10, 180.0, 0), (20, 340.0, 1)];

/// Service, variable, dinars.
const PRICES: [(&str, &str, f64); 6] = [
    ("packs", "pack_50_credits", 500.0),
    ("packs", "pack_100_credits", 1_000.0),
    ("packs", "pack_250_credits", 2_500.0),
    ("packs", "prix_grand_oral", 750.0),
    ("aria", "ARIA_tarif_matiere", 50.0),
    ("aria", "ARIA_pack_complet", 120.0),
];

/// What a wallet's credits buy.
const USES: [(&str, i64); 3] = [("SOS_30", 1), ("COURS_INDIV_HEURE", 2), ("ARIA_MOIS", 5)];

pub(super) fn rows(calendar: &Calendar) -> Vec<SeedRow> {
    let since = calendar.days_ago(300);
    let products = PRODUCTS.iter().map(|(kind, key, dinars, description)| {
        SeedRow::of("product_pricing")
            .with("id", format!("seed-product-{}", key.to_lowercase().replace('_', "-")))
            .with("itemType", *kind)
            .with("itemKey", *key)
            .with("amount", *dinars)
            .with("description", *description)
            .with("createdAt", since)
            .with("updatedAt", since)
    });
    let packs = PACKS.iter().map(|(credits, dinars, bonus)| {
        SeedRow::of("credit_packs")
            .with("credits", *credits)
            .with("priceTnd", SeedValue::Decimal(*dinars))
            .with("bonus", *bonus)
            .with("updatedAt", since)
    });
    let prices = PRICES.iter().map(|(service, variable, dinars)| {
        SeedRow::of("pricing")
            .with("service", *service)
            .with("variable", *variable)
            .with("valeur", SeedValue::Decimal(*dinars))
            .with("updatedAt", since)
    });
    let uses = USES.iter().map(|(key, credits)| {
        SeedRow::of("credit_usage").with("key", *key).with("credits", *credits).with("updatedAt", since)
    });
    let settings = [
        SeedRow::of("payment_settings")
            .with("id", 1)
            .with("cashNote", "À l'accueil, du lundi au samedi de 9 h à 18 h.")
            .with("updatedAt", since),
        SeedRow::of("billing_policy").with("id", 1).with("updatedAt", since),
        SeedRow::of("offer_bindings")
            .with("code", "GRAND_ORAL")
            .with("label", "Cap Grand Oral")
            .with(
                "refs",
                SeedValue::Json(json!([{"variable": "prix_grand_oral", "label": "La préparation complète"}])),
            )
            .with("updatedAt", since),
    ];
    products.chain(packs).chain(prices).chain(uses).chain(settings).collect()
}
