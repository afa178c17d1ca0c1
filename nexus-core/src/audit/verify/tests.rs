use super::*;
use crate::audit::ChainLink;
use jiff::Timestamp;
use proptest::prelude::*;

/// A chain of so many rows, with ids 10, 20, 30…, and its end.
fn chain(length: i64) -> (Vec<AuditRow>, AuditHead) {
    let mut head = AuditHead::empty();
    let rows = (1..=length)
        .map(|number| {
            let mut row = AuditRow {
                id: number * 10,
                actor: "system".into(),
                action: format!("ACTION_{number}"),
                subject: (number % 2 == 0).then(|| format!("user:u{number}")),
                diff: (number % 3 == 0).then(|| format!("{{\"n\": {number}}}")),
                request_id: None,
                at: Timestamp::from_second(number).unwrap(),
                link: None,
            };
            let (link, next) = head.append(&row);
            row.link = Some(link);
            head = next;
            row
        })
        .collect();
    (rows, head)
}

fn report(rows: &[AuditRow], head: Option<&AuditHead>, noted: Option<AuditHead>) -> AuditReport {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| (row.link.as_ref().map(|link| link.sequence), row.id));
    let mut verifier = Verifier::new(noted);
    for row in &rows {
        verifier.next(row);
    }
    verifier.finish(head, 0)
}

fn findings(rows: &[AuditRow], head: &AuditHead) -> Vec<AuditFinding> {
    report(rows, Some(head), None).findings
}

fn link(row: &mut AuditRow) -> &mut ChainLink {
    row.link.as_mut().unwrap()
}

type Change = fn(&mut AuditRow);

/// Ways to change one column of one row.
fn changes() -> Vec<(&'static str, Change)> {
    vec![
        ("id", |row| row.id += 1),
        ("actor", |row| row.actor.push('x')),
        ("action", |row| row.action.push('x')),
        ("subject", |row| row.subject = Some("user:other".into())),
        ("diff", |row| row.diff = Some("{}".into())),
        ("request", |row| row.request_id = Some("r".into())),
        ("at", |row| row.at = Timestamp::from_second(999).unwrap()),
        ("previous hash", |row| link(row).previous_hash = "0".repeat(64)),
        ("hash", |row| link(row).hash = "0".repeat(64)),
    ]
}

#[test]
fn an_untouched_chain_has_no_findings() {
    for length in [0, 1, 2, 30] {
        let (rows, head) = chain(length);
        let report = report(&rows, Some(&head), Some(head.clone()));
        assert_eq!((report.findings, report.head), (vec![], head));
    }
}

#[test]
fn a_changed_column_names_its_row_and_no_other() {
    let (rows, head) = chain(7);
    for place in 0..rows.len() {
        for (name, change) in changes() {
            let mut rows = rows.clone();
            change(&mut rows[place]);
            let sequence = i64::try_from(place).unwrap() + 1;
            let expected = AuditFinding::Changed { id: rows[place].id, sequence };
            assert_eq!(findings(&rows, &head), [expected], "{name} of row {place}");
        }
    }
}

#[test]
fn a_row_with_a_fitting_new_hash_is_named_by_what_follows_it() {
    let (rows, head) = chain(5);
    for place in 0..rows.len() {
        let mut rows = rows.clone();
        let row = &mut rows[place];
        row.actor = "ADMIN:nobody".into();
        let (sequence, previous) = (link(row).sequence, link(row).previous_hash.clone());
        let hash = row.hash_at(sequence, &previous);
        link(row).hash = hash;
        let id = row.id;
        assert_eq!(findings(&rows, &head), [AuditFinding::Rewritten { id, sequence }], "row {place}");
    }
}

#[test]
fn missing_rows_are_told_with_their_neighbours() {
    let (rows, head) = chain(6);
    let without = |places: std::ops::Range<usize>| {
        let mut rows = rows.clone();
        rows.drain(places);
        rows
    };
    let missing = |from, to, after, before| vec![AuditFinding::Missing { from, to, after, before }];
    assert_eq!(findings(&without(0..1), &head), missing(1, 1, None, Some(20)));
    assert_eq!(findings(&without(2..3), &head), missing(3, 3, Some(20), Some(40)));
    assert_eq!(findings(&without(1..4), &head), missing(2, 4, Some(10), Some(50)));
    assert_eq!(findings(&without(5..6), &head), missing(6, 6, Some(50), None));
    assert_eq!(findings(&without(0..6), &head), missing(1, 6, None, None));
}

#[test]
fn a_row_slipped_in_is_told() {
    let (rows, head) = chain(4);
    let mut stranger = rows[1].clone();
    stranger.id = 99;
    let with = |row: AuditRow| [rows.clone(), vec![row]].concat();
    assert_eq!(findings(&with(stranger.clone()), &head), [AuditFinding::Inserted { id: 99, sequence: 2 }]);
    let earlier = AuditRow { id: 3, ..stranger.clone() };
    assert_eq!(findings(&with(earlier), &head), [AuditFinding::Inserted { id: 3, sequence: 2 }]);

    // Beyond the end, with a link that fits.
    let (beyond, _) = head.append(&stranger);
    stranger.link = Some(beyond);
    assert_eq!(findings(&with(stranger), &head), [AuditFinding::Inserted { id: 99, sequence: 5 }]);
}

#[test]
fn a_noted_end_shows_what_the_stored_one_hides() {
    let (rows, noted) = chain(6);
    // Cut off, with a stored end that was moved back to fit.
    let (short, short_head) = chain(4);
    let cut = report(&short, Some(&short_head), Some(noted.clone()));
    assert_eq!(cut.findings, [AuditFinding::NotedHead { sequence: 6 }]);
    // Rewritten from the third row on, stored end included.
    let mut head = AuditHead::empty();
    let rewritten: Vec<_> = rows
        .iter()
        .map(|row| {
            let mut row = row.clone();
            if row.id >= 30 {
                row.actor = "nobody".into();
            }
            let (link, next) = head.append(&row);
            (row.link, head) = (Some(link), next);
            row
        })
        .collect();
    assert_eq!(findings(&rewritten, &head), []);
    let told = report(&rewritten, Some(&head), Some(noted.clone()));
    assert_eq!(told.findings, [AuditFinding::NotedHead { sequence: 6 }]);
    // It stays in the chain when the chain grows.
    let (longer, longer_head) = chain(20);
    assert_eq!(report(&longer, Some(&longer_head), Some(noted)).findings, []);
}

#[test]
fn a_lost_end_is_told() {
    let (rows, head) = chain(3);
    assert_eq!(report(&rows, None, None).findings, [AuditFinding::Head]);
    let wrong = AuditHead { hash: "0".repeat(64), ..AuditHead::empty() };
    assert_eq!(findings(&[], &wrong), [AuditFinding::Head]);
    assert_eq!(findings(&[], &AuditHead::empty()), []);
    let _ = head;
}

#[test]
fn sentences() {
    let (rows, head) = chain(4);
    let mut rows = rows;
    rows[1].actor = "x".into();
    rows.remove(2);
    let mut stranger = rows[0].clone();
    stranger.id = 5;
    rows.push(stranger);
    let noted = AuditHead { sequence: 3, hash: "0".repeat(64) };
    let report = report(&rows, Some(&head), Some(noted));
    let lines: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

proptest! {
    /// Whatever is done to one row of a chain, something is found, and what is found is about that row.
    #[test]
    fn no_single_change_goes_unnoticed(length in 1_i64..30, place in 0_usize..30, change in 0_usize..11) {
        let (mut rows, head) = chain(length);
        let place = place % rows.len();
        let (id, sequence) = (rows[place].id, i64::try_from(place).unwrap() + 1);
        match changes().get(change) {
            Some((_, change)) => change(&mut rows[place]),
            None if change == 9 => { rows.remove(place); }
            None => { let mut copy = rows[place].clone(); copy.id += 1; rows.push(copy); }
        }
        let found = findings(&rows, &head);
        prop_assert_eq!(found.len(), 1, "{:?}", found);
        let about_it = match &found[0] {
            AuditFinding::Changed { id: named, .. } => *named == id || *named == id + 1,
            AuditFinding::Inserted { id: named, .. } => *named == id + 1,
            AuditFinding::Missing { from, to, .. } => *from == sequence && *to == sequence,
            _ => false,
        };
        prop_assert!(about_it, "{:?}", found);
    }
}
