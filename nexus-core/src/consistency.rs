//! The consistency report of the existing application (C1–C9): is a school in the database, with something of everything?
//!
//! It says whether the made-up school was loaded, not whether the data are right: a new school fails it until it has lived a
//! little. Rows that break a rule are told by the inspection of `nexus migrate --check`.

use crate::StoreError;
use async_trait::async_trait;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many rows have which state.
pub type Tally = BTreeMap<String, u64>;

/// What the report counts; the names are those of the existing application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SchoolCounts {
    /// Accounts, by role.
    pub users_by_role: Tally,
    /// Records of pupils.
    pub students: u64,
    /// Accounts of parents.
    pub parents: u64,
    /// Accounts of coaches.
    pub coaches: u64,
    /// Accounts of administrators.
    pub admins: u64,
    /// Accounts of the office.
    pub assistantes: u64,
    /// Subscriptions, by status.
    pub subscriptions_by_status: Tally,
    /// Sessions, by status.
    pub sessions_by_status: Tally,
    /// Payments, by status.
    pub payments_by_status: Tally,
    /// Bilans.
    pub bilans: u64,
    /// Badges that can be won.
    pub badges: u64,
}

/// One thing that the report looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invariant {
    /// Its name, which programs compare.
    pub name: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// What was counted.
    pub details: String,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsistencyReport {
    /// Whether everything holds.
    pub ok: bool,
    /// One line that names what does not hold; none when everything does.
    pub summary: Vec<String>,
    /// What was counted.
    pub counts: SchoolCounts,
    /// C1 to C9.
    pub invariants: Vec<Invariant>,
}

/// A store that counts what the report asks for.
#[async_trait]
pub trait SchoolCounting: Send + Sync {
    /// Counts everything in one state of the database, without reading the rows themselves into memory.
    async fn school_counts(&self) -> Result<SchoolCounts, StoreError>;
}

/// Says what holds.
pub fn consistency_report(counts: SchoolCounts) -> ConsistencyReport {
    let number = |label: &str, count: u64| (count >= 1, format!("{label}={count}"));
    let kinds = |tally: &Tally, fewest: usize| {
        // A map of texts and numbers always has a JSON form.
        (tally.len() >= fewest, serde_json::to_string(tally).unwrap_or_default())
    };
    let looked_at = [
        ("At least 1 admin", number("admins", counts.admins)),
        ("At least 1 assistante", number("assistantes", counts.assistantes)),
        ("At least 1 coach", number("coaches", counts.coaches)),
        ("At least 1 student", number("students", counts.students)),
        ("Sessions cover multiple statuses", kinds(&counts.sessions_by_status, 3)),
        ("Subscriptions cover statuses", kinds(&counts.subscriptions_by_status, 2)),
        ("Payments present", kinds(&counts.payments_by_status, 1)),
        ("Bilans exist", number("bilans", counts.bilans)),
        ("Badges exist", number("badges", counts.badges)),
    ];
    let invariants: Vec<_> =
        looked_at.into_iter().map(|(name, (ok, details))| Invariant { name, ok, details }).collect();
    let failed: Vec<_> =
        invariants.iter().filter(|invariant| !invariant.ok).map(|invariant| invariant.name).collect();
    let summary = if failed.is_empty() {
        Vec::new()
    } else {
        vec![format!("Invariants failed: {}", failed.join(", "))]
    };
    ConsistencyReport { ok: failed.is_empty(), summary, counts, invariants }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut SchoolCounts);

    fn tally(states: &[&str]) -> Tally {
        states.iter().map(|state| ((*state).to_owned(), 1)).collect()
    }

    fn school() -> SchoolCounts {
        SchoolCounts {
            students: 1,
            coaches: 1,
            admins: 1,
            assistantes: 1,
            sessions_by_status: tally(&["SCHEDULED", "COMPLETED", "CANCELLED"]),
            subscriptions_by_status: tally(&["ACTIVE", "EXPIRED"]),
            payments_by_status: tally(&["PENDING"]),
            bilans: 1,
            badges: 1,
            ..SchoolCounts::default()
        }
    }

    #[test]
    fn a_school_with_something_of_everything_is_one() {
        let report = consistency_report(school());
        assert!(report.ok && report.summary.is_empty() && report.invariants.len() == 9);
        let details: Vec<_> = report.invariants.iter().map(|invariant| invariant.details.as_str()).collect();
        assert_eq!((details[0], details[6]), ("admins=1", r#"{"PENDING":1}"#));
    }

    #[test]
    fn each_thing_that_is_missing_is_named_alone() {
        let changes: [(&str, Change); 9] = [
            ("At least 1 admin", |counts| counts.admins = 0),
            ("At least 1 assistante", |counts| counts.assistantes = 0),
            ("At least 1 coach", |counts| counts.coaches = 0),
            ("At least 1 student", |counts| counts.students = 0),
            ("Sessions cover multiple statuses", |counts| {
                counts.sessions_by_status.remove("SCHEDULED");
            }),
            ("Subscriptions cover statuses", |counts| {
                counts.subscriptions_by_status.remove("ACTIVE");
            }),
            ("Payments present", |counts| counts.payments_by_status.clear()),
            ("Bilans exist", |counts| counts.bilans = 0),
            ("Badges exist", |counts| counts.badges = 0),
        ];
        for (name, change) in changes {
            let mut counts = school();
            change(&mut counts);
            let report = consistency_report(counts);
            assert!(!report.ok);
            assert_eq!(report.summary, [format!("Invariants failed: {name}")]);
        }
    }

    #[test]
    fn an_empty_database_lacks_everything_in_one_line() {
        let report = consistency_report(SchoolCounts::default());
        assert_eq!(report.summary.len(), 1);
        assert!(report.invariants.iter().all(|invariant| !invariant.ok));
    }
}
