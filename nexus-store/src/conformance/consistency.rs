//! What the consistency report counts.

use super::{Fixture, samples};
use nexus_core::consistency::{SchoolCounts, Tally, consistency_report};

fn tally(pairs: &[(&str, u64)]) -> Tally {
    pairs.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect()
}

/// Every table is counted by itself, and an empty database is counted too.
pub async fn a_school_is_counted(fixture: &Fixture) {
    assert_eq!(fixture.store.school_counts().await.unwrap(), SchoolCounts::default());
    samples::save_student(fixture, "one").await;
    samples::save_student(fixture, "two").await;
    let counts = fixture.store.school_counts().await.unwrap();
    let expected = SchoolCounts {
        users_by_role: tally(&[("ELEVE", 2), ("PARENT", 2)]),
        students: 2,
        parents: 2,
        ..SchoolCounts::default()
    };
    assert_eq!(counts, expected);
    assert!(!consistency_report(counts).ok);
}
