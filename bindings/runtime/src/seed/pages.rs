//! The legal pages of a school that does not exist.

use super::calendar::Calendar;
use nexus_core::Checksum;
use nexus_core::seed::{SeedRow, SeedValue};

/// Slug, title, text.
const PAGES: [(&str, &str, &str); 5] = [
    ("confidentialite", "Politique de confidentialité", include_str!("legal/confidentialite.md")),
    ("cgu", "Conditions générales d'utilisation", include_str!("legal/cgu.md")),
    ("cgv", "Conditions générales de vente", include_str!("legal/cgv.md")),
    ("mentions-legales", "Mentions légales", include_str!("legal/mentions-legales.md")),
    ("a-propos", "À propos de l'école", include_str!("legal/a-propos.md")),
];

pub(super) fn rows(calendar: &Calendar) -> Vec<SeedRow> {
    let since = calendar.days_ago(120);
    PAGES
        .iter()
        .flat_map(|(slug, title, text)| {
            let content = |row: SeedRow| {
                row.with("slug", *slug)
                    .with("title", *title)
                    .with("contentMd", *text)
                    .with("version", 1)
                    .with("contentHash", Checksum::of_bytes(text.as_bytes()).to_string())
                    .with("createdAt", since)
            };
            let page = content(SeedRow::of("LegalPage"))
                .with("updatedBy", format!("ADMIN:{}", super::user("admin")))
                .with("updatedAt", since);
            let page_id =
                SeedValue::RowWith { table: "LegalPage", column: "slug", value: Box::new((*slug).into()) };
            let version = content(SeedRow::of("LegalVersion"))
                .with("pageId", page_id)
                .with("editorId", super::user("admin"));
            [page, version]
        })
        .collect()
}
