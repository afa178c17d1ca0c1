//! The suite that every backend must pass: `store_conformance!(make_store)` in a test crate.
//!
//! `make_store` is an async function that returns a fresh, migrated [`Fixture`]. The suite asserts what the contracts of
//! the ports promise, races included; a backend that needs more than its file list to pass it is not finished.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

pub mod audit;
pub mod beside;
pub mod bilans;
pub mod calendar;
pub mod consistency;
pub mod directory;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod jobs;
pub mod ledger;
pub mod outbox;
#[cfg(feature = "postgres")]
pub mod postgres_server;
pub mod retention;
pub mod samples;
pub mod second_factor;
pub mod seed;
pub mod sign_in;
pub mod till;

use crate::Backend;
use nexus_core::testing::ManualClock;
use std::any::Any;
use std::sync::Arc;

/// A store under test, with the clock that drives it.
pub struct Fixture {
    /// The store.
    pub store: Arc<dyn Backend>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// What must live as long as the store (a temporary folder, a server).
    pub guard: Box<dyn Any + Send + Sync>,
}

impl std::fmt::Debug for Fixture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Fixture")
    }
}

/// Declares one test per rule of the suite.
#[macro_export]
macro_rules! store_conformance {
    ($make_store:ident) => {
        $crate::store_conformance!(@cases $make_store;
            directory: saves_once_and_reads_back, rolls_back_when_dropped;
            jobs: one_job_per_key, a_claimed_job_is_nobody_elses, a_lost_lease_settles_nothing,
                settles_with_what_it_wrote, waits_for_its_time, workers_race_for_jobs;
            bilans: reads_back_what_was_written, instants_keep_their_millisecond, one_open_attempt_per_bank, starters_race_for_one_attempt,
                answers_are_replaced_item_by_item, savers_race_on_one_revision, savers_take_turns, a_score_is_written_once,
                documents_are_written_once, lists_newest_first, nothing_survives_a_dropped_transaction;
            calendar: a_lesson_is_read_back_through_its_scopes, what_overlaps_is_refused, bookers_race_for_one_slot,
                changes_race_for_one_outcome, seats_are_counted, workers_race_for_reminders,
                availability_is_replaced_by_kind, coaches_are_read_together,
                a_wallet_that_comes_along_is_no_old_one;
            consistency: a_school_is_counted;
            health: tells_how_it_is, tells_that_it_is_gone;
            seed: every_kind_of_value_is_written, one_of_many_seeds_writes, own_accounts_are_no_strangers;
            outbox: one_effect_per_key, an_effect_commits_with_its_cause, a_claimed_effect_is_nobody_elses,
                a_worker_lost_while_sending_leaves_a_question, a_payload_is_sealed_and_then_erased,
                an_effect_waits_for_its_time, a_person_decides, what_is_discarded_in_hand_is_not_sent,
                workers_race_for_effects, causes_race_for_one_effect, what_waits_is_listed_and_counted,
                the_mail_log_names_people_not_addresses, a_committed_effect_rings;
            retention: settled_effects_and_their_lines_go_when_they_are_old, read_notifications_go_when_they_are_old,
                workers_race_to_forget, forgetting_is_counted_in_the_audit_log;
            ledger: a_grant_is_given_once, credits_leave_the_lot_that_ends_first, a_lesson_is_charged_and_refunded_once,
                what_comes_back_late_is_a_lot_of_its_own, a_lot_ends_once, what_the_existing_application_wrote_finds_its_lots,
                the_ledger_is_only_added_to, no_movement_takes_more_than_there_is, clients_race_for_five_credits, one_key_moves_credits_once, cancellations_race_for_one_refund,
                what_is_held_is_not_spent, a_movement_is_reversed_once, credits_go_from_one_to_another_once,
                transfers_race_for_five_credits, any_sequence_agrees_with_a_model;
            audit: a_row_commits_with_what_it_tells, an_untouched_log_is_whole, rows_are_only_added,
                a_changed_column_names_its_row, a_removed_row_is_told, an_inserted_row_is_told,
                rows_of_the_existing_application_are_sealed, appenders_race_for_one_chain,
                a_verification_stands_still;
            idempotency: an_answer_is_given_again, an_answer_without_body_is_an_answer, an_abandoned_key_is_free,
                a_key_outlives_its_server_by_its_lease, a_commit_answers_its_key, answers_are_erased_when_they_expire, one_of_many_is_done,
                one_of_many_takes_over;
            identity: every_role_comes_with_its_profile, what_changes_is_written_whole, profiles_change_and_go,
                links_and_consents_belong_to_one_person, an_address_has_one_account,
                lists_are_filtered_and_paged, the_sessions_of_today_are_counted, a_pupil_is_reached_through_the_scope,
                one_of_many_registrations_makes_a_family, a_link_opens_once,
                the_first_administrator_is_made_once, a_lost_link_of_an_administrator_is_replaced, an_administrator_always_remains,
                many_guesses_at_one_time_are_throttled, an_old_hash_is_replaced_by_sign_ins_at_one_time,
                a_forgotten_parent_leaves_his_children;
            till: orders_are_read_back, a_payment_moves_once, a_notice_is_noted_once, an_alert_is_decided_once,
                numbers_have_no_gap,
                senders_race_for_one_order, changes_are_numbered_as_they_are_committed;
            second_factor: a_code_opens_once, a_second_factor_outlives_the_secret_that_sealed_it;
            sign_in: what_the_throttle_keeps_names_nobody, attempts_under_a_former_secret_expire,
                two_accounts_of_one_address_open_for_nobody, a_known_address_is_the_same_work, what_changes_during_the_comparison_counts);
    };
    (@cases $make_store:ident; $($module:ident: $($case:ident),+);+) => {$(
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    let fixture = super::$make_store().await;
                    $crate::conformance::$module::$case(&fixture).await;
                }
            )+
        }
    )+};
}
