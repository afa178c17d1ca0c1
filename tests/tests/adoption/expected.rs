//! The faults of `broken.sql`, by rule and row.

use crate::support::{Told, id};
use std::collections::BTreeSet;

/// Faults that a migration puts in order.
pub(crate) fn repaired() -> BTreeSet<Told> {
    told(&[
        ("email_collision", id("usr", 301), Some(id("usr", 101))),
        ("email_collision", id("usr", 302), Some(id("usr", 101))),
        ("session_ends_before_it_starts", id("ses", 301), None),
        ("session_ends_before_it_starts", id("ses", 302), None),
        ("coach_in_two_sessions", id("ses", 304), Some(id("ses", 303))),
        ("coach_in_two_sessions", id("ses", 309), Some(id("ses", 308))),
        ("student_in_two_sessions", id("ses", 307), Some(id("ses", 306))),
        ("booking_ends_before_it_starts", id("boo", 301), None),
        ("availability_ends_before_it_starts", id("ava", 901), None),
        ("availability_repeated", id("ava", 902), Some(id("ava", 111))),
        ("availability_repeated", id("ava", 903), Some(id("ava", 111))),
        ("reminder_repeated", id("rem", 301), Some(id("rem", 1))),
        ("session_notification_repeated", id("sno", 301), Some(id("sno", 1))),
        ("payment_record_without_user", "1001".to_owned(), None),
        ("payment_record_without_pack", "1002".to_owned(), None),
        ("payment_record_unknown_provider", "1003".to_owned(), None),
        ("payment_record_unknown_status", "1004".to_owned(), None),
        ("payment_record_repeated", "1005".to_owned(), Some("1".to_owned())),
        ("payment_record_repeated", "1006".to_owned(), Some("1".to_owned())),
        ("payment_record_repeated", "2".to_owned(), Some("1007".to_owned())),
        ("payment_unknown_method", id("pay", 302), None),
        ("wallet_without_user", "1001".to_owned(), None),
        ("wallet_negative", "1002".to_owned(), None),
        ("wallet_negative", "1005".to_owned(), None),
        ("wallet_not_sum", "1003".to_owned(), None),
        ("wallet_not_sum", "1004".to_owned(), None),
        ("wallet_not_sum", "1005".to_owned(), None),
        ("credit_transaction_unknown_type", id("ctr", 301), None),
        ("product_pricing_unknown_type", id("pri", 301), None),
        ("several_active_subscriptions", id("sub", 5), Some(id("sub", 301))),
        ("subscription_request_unknown_type", id("req", 301), None),
        ("subscription_request_unknown_status", id("req", 302), None),
        ("badge_unknown_category", id("bad", 301), None),
        ("notification_without_user", id("not", 301), None),
        ("ingest_job_without_document", id("job", 301), None),
        ("legal_version_repeated", "1001".to_owned(), Some("2".to_owned())),
    ])
}

/// Faults that are only told.
pub(crate) fn told_only() -> BTreeSet<Told> {
    told(&[
        ("student_account_without_student", id("usr", 303), None),
        ("parent_account_without_profile", id("usr", 304), None),
        ("coach_account_without_profile", id("usr", 305), None),
        ("student_of_another_role", id("stu", 301), None),
        ("parent_of_another_role", id("par", 302), None),
        ("coach_of_another_role", id("coa", 301), None),
        ("shared_password", id("usr", 309), Some(id("usr", 101))),
        ("payment_record_without_reference", "1008".to_owned(), Some("11".to_owned())),
        ("payment_record_without_amount", "1009".to_owned(), None),
        ("payment_record_without_amount", "1010".to_owned(), None),
        ("payment_without_amount", id("pay", 301), None),
        ("wallet_movement_repeated", "1005".to_owned(), Some("1004".to_owned())),
        ("credit_transaction_without_session", id("ctr", 302), None),
        ("session_charged_twice", id("ctr", 303), Some(id("ctr", 101))),
        ("session_refunded_twice", id("ctr", 304), Some(id("ctr", 201))),
        ("subscription_request_without_trace", id("req", 303), None),
        ("subscription_request_without_trace", id("req", 304), None),
        ("coach_subjects_unreadable", id("coa", 302), None),
        ("aria_subjects_unreadable", id("sub", 302), None),
        ("notification_data_unreadable", id("not", 302), None),
        ("content_tags_unreadable", id("ped", 301), None),
        ("content_embedding_unreadable", id("ped", 301), None),
    ])
}

/// The faults that a migration leaves behind: those that it only tells, and those in quarantine, marked so. A compensated
/// wallet is in order.
pub(crate) fn after_migration() -> BTreeSet<Told> {
    let quarantined = repaired().into_iter().filter(|(rule, ..)| rule != "wallet_not_sum");
    let marked = quarantined.map(|(rule, id, because, _)| (rule, id, because, true));
    marked.chain(told_only()).collect()
}

fn told(list: &[(&str, String, Option<String>)]) -> BTreeSet<Told> {
    let row = |(rule, id, because): &(&str, String, Option<String>)| {
        ((*rule).to_owned(), id.clone(), because.clone(), false)
    };
    let set: BTreeSet<_> = list.iter().map(row).collect();
    assert_eq!(set.len(), list.len());
    set
}
