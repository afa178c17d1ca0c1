//! The made-up school.

/// The mark that a seed leaves.
pub(crate) const SELECT_MARK: &str = r#"SELECT "writtenAt" FROM seed_marks WHERE "id" = 'school'"#;

pub(crate) const INSERT_MARK: &str = r#"INSERT INTO seed_marks ("id", "writtenAt") VALUES ('school', $1)"#;

/// What makes a database somebody's: people, money, teaching, catalogue. Profiles and pupils have an account, answers a bilan.
pub(crate) const TABLES: [&str; 17] = [
    "users",
    "sessions",
    "SessionBooking",
    "subscriptions",
    "subscription_requests",
    "payments",
    "payment_records",
    "credit_wallets",
    "credit_transactions",
    "credit_packs",
    "product_pricing",
    "pricing",
    "badges",
    "notifications",
    "messages",
    "user_documents",
    "LegalPage",
];
