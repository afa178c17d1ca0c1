//! A school again, as simply as it can be said: who has which lesson when, whose credits are how many, what is paid.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use nexus_store::conformance::ledger::model::Model as Ledger;
use std::collections::BTreeSet;

pub(crate) const PUPILS: usize = 3;
pub(crate) const COACHES: usize = 2;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Family,
    Coach,
    Office,
    Admin,
}

/// An hour of a day from today on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) day: i64,
    pub(crate) hour: i8,
}

/// What happens to a lesson in the course of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Confirm,
    Start,
    Complete,
    NoShow,
}

/// Things that there may not be yet (lessons, payments…) are named by a number, of which the remainder counts.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    Book { pupil: usize, coach: usize, slot: Slot, minutes: u16, by: By },
    Open { pupil: usize, coach: usize, slot: Slot, seats: usize },
    Join { lesson: usize, pupil: usize },
    Leave { lesson: usize, pupil: usize },
    Cancel { lesson: usize, by: By },
    Move { lesson: usize, slot: Slot, by: By },
    Change { lesson: usize, step: Step },
    Grant { pupil: usize, milli: i64, hours: Option<i64> },
    Adjust { pupil: usize, milli: i64 },
    Spend { pupil: usize, credits: i64 },
    Reserve { pupil: usize, by: By },
    Confirm { record: usize, by: By },
    GiveUp { record: usize, by: By },
    Order { pupil: usize },
    Notice { order: usize, paid: bool, right: bool, transaction: u8 },
    Plan { pupil: usize, credits: i64 },
    Month,
    Settle,
    Wait { hours: i64 },
}

#[derive(Debug, Clone)]
struct Place {
    pupil: usize,
    /// What the ledger knows it by.
    price: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Lesson {
    pub(crate) pupil: usize,
    pub(crate) coach: usize,
    start: Timestamp,
    end: Timestamp,
    pub(crate) status: &'static str,
    /// Of a group.
    seats: Option<usize>,
    places: Vec<Place>,
}

impl Lesson {
    fn is_active(&self) -> bool {
        matches!(self.status, "SCHEDULED" | "CONFIRMED" | "IN_PROGRESS")
    }

    fn can_change(&self) -> bool {
        matches!(self.status, "SCHEDULED" | "CONFIRMED")
    }

    fn has(&self, pupil: usize) -> bool {
        self.places.iter().any(|place| place.pupil == pupil)
    }
}

#[derive(Debug)]
struct Record {
    pupil: usize,
    by: By,
    status: &'static str,
}

#[derive(Debug)]
struct Order {
    pupil: usize,
    status: &'static str,
}

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) now: Timestamp,
    pub(crate) lessons: Vec<Lesson>,
    wallets: Vec<Ledger>,
    records: Vec<Record>,
    orders: Vec<Order>,
    /// Of each pupil: which subscription, and what it gives a month.
    plans: Vec<Option<(usize, i64)>>,
    begun: usize,
    given: BTreeSet<(usize, i16, i8)>,
    months: BTreeSet<(i16, i8)>,
    keys: usize,
}

const DONE: &str = "done";
const REFUSED: &str = "session_transition_refused";

impl Model {
    pub(crate) fn new(now: Timestamp) -> Self {
        let mut wallets: Vec<Ledger> = (0..PUPILS).map(|_| Ledger::default()).collect();
        for wallet in &mut wallets {
            wallet.give(20_000, None, now);
        }
        Self {
            now,
            lessons: Vec::new(),
            wallets,
            records: Vec::new(),
            orders: Vec::new(),
            plans: vec![None; PUPILS],
            begun: 0,
            given: BTreeSet::new(),
            months: BTreeSet::new(),
            keys: 0,
        }
    }

    pub(crate) fn balances(&self) -> Vec<i64> {
        self.wallets.iter().map(|wallet| wallet.available(self.now)).collect()
    }

    /// The states of payments over the counter and by card, in the order in which they were asked for.
    pub(crate) fn payments(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        (
            self.records.iter().map(|record| record.status).collect(),
            self.orders.iter().map(|order| order.status).collect(),
        )
    }

    pub(crate) fn start_of(&self, slot: Slot) -> Timestamp {
        let today = self.now.to_zoned(zone()).date();
        let day = today.checked_add(slot.day.days()).unwrap();
        day.at(slot.hour, 0, 0, 0).to_zoned(zone()).unwrap().timestamp()
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("k{}", self.keys)
    }

    fn month(&self) -> (i16, i8) {
        let date = self.now.to_zoned(zone()).date();
        (date.year(), date.month())
    }

    /// What stands against a lesson, the first thing only.
    fn obstacle(
        &self,
        (coach, pupils): (usize, &[usize]),
        (start, end): (Timestamp, Timestamp),
        by_the_office: bool,
        except: Option<usize>,
    ) -> Option<&'static str> {
        if start <= self.now {
            return Some("session_in_the_past");
        }
        if !by_the_office && start <= later(self.now, 2) {
            return Some("session_too_soon");
        }
        if !by_the_office && start.to_zoned(zone()).weekday() == Weekday::Sunday {
            return Some("outside_opening_hours");
        }
        let meets = |who: &dyn Fn(&Lesson) -> bool| {
            self.lessons.iter().enumerate().any(|(place, lesson)| {
                Some(place) != except
                    && lesson.is_active()
                    && who(lesson)
                    && lesson.start < end
                    && start < lesson.end
            })
        };
        if meets(&|lesson| lesson.coach == coach) {
            return Some("slot_taken");
        }
        pupils.iter().any(|pupil| meets(&|lesson| lesson.has(*pupil))).then_some("student_busy")
    }

    fn book(
        &mut self,
        (pupil, coach): (usize, usize),
        (start, minutes): (Timestamp, u16),
        by_the_office: bool,
        seats: Option<usize>,
    ) -> &'static str {
        let end = start.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap();
        if let Some(code) = self.obstacle((coach, &[pupil]), (start, end), by_the_office, None) {
            return code;
        }
        let price = self.key();
        let milli = if seats.is_some() { 1_500 } else { i64::from(minutes) * 1_000 / 60 };
        if !self.wallets[pupil].charge(&price, milli, self.now) {
            return "missing_credits";
        }
        let places = vec![Place { pupil, price }];
        self.lessons.push(Lesson { pupil, coach, start, end, status: "SCHEDULED", seats, places });
        DONE
    }

    fn join(&mut self, lesson: usize, pupil: usize) -> &'static str {
        let group = &self.lessons[lesson];
        let Some(seats) = group.seats else {
            return if group.has(pupil) { "not_a_group_session" } else { "session_not_found" };
        };
        if !group.can_change() {
            return REFUSED;
        }
        if group.start <= self.now {
            return "session_in_the_past";
        }
        if group.start <= later(self.now, 2) {
            return "session_too_soon";
        }
        if group.has(pupil) {
            return "already_enrolled";
        }
        let elsewhere = self.lessons.iter().enumerate().any(|(place, other)| {
            place != lesson
                && other.is_active()
                && other.has(pupil)
                && other.start < group.end
                && group.start < other.end
        });
        if elsewhere {
            return "student_busy";
        }
        if group.places.len() == seats {
            return "session_full";
        }
        let price = self.key();
        if !self.wallets[pupil].charge(&price, 1_500, self.now) {
            return "missing_credits";
        }
        self.lessons[lesson].places.push(Place { pupil, price });
        DONE
    }

    fn leave(&mut self, lesson: usize, pupil: usize) -> &'static str {
        let group = &self.lessons[lesson];
        if !group.has(pupil) {
            return "session_not_found";
        }
        if group.seats.is_none() {
            return "not_a_group_session";
        }
        if !group.can_change() {
            return REFUSED;
        }
        let due = self.now <= later(group.start, -48);
        let group = &mut self.lessons[lesson];
        let at = group.places.iter().position(|place| place.pupil == pupil).unwrap();
        let place = group.places.remove(at);
        match group.places.first() {
            Some(first) if group.pupil == pupil => group.pupil = first.pupil,
            Some(_) => {}
            None => group.status = "CANCELLED",
        }
        if due {
            self.wallets[pupil].refund(&place.price, self.now);
        }
        if due { "refunded" } else { DONE }
    }

    fn cancel(&mut self, lesson: usize, by: By) -> &'static str {
        let held = &self.lessons[lesson];
        if by == By::Family && !held.has(held.pupil) {
            return "session_not_found";
        }
        if !held.can_change() {
            return REFUSED;
        }
        if held.seats.is_some() && by == By::Family {
            return self.leave(lesson, held.pupil);
        }
        let due = by != By::Family || self.now <= later(held.start, -24);
        for place in held.places.iter().filter(|_| due) {
            self.wallets[place.pupil].refund(&place.price, self.now);
        }
        self.lessons[lesson].status = "CANCELLED";
        if due { "refunded" } else { DONE }
    }

    fn reschedule(&mut self, lesson: usize, start: Timestamp, by: By) -> &'static str {
        let held = self.lessons[lesson].clone();
        if by == By::Family && !held.has(held.pupil) {
            return "session_not_found";
        }
        if !held.can_change() {
            return REFUSED;
        }
        let limit = if held.seats.is_some() { -48 } else { -24 };
        if by == By::Family && self.now > later(held.start, limit) {
            return "reschedule_too_late";
        }
        if by == By::Family && held.seats.is_some() {
            return "session_not_found";
        }
        let end = start.checked_add(held.end.duration_since(held.start)).unwrap();
        let pupils: Vec<_> = held.places.iter().map(|place| place.pupil).collect();
        let obstacle = self.obstacle((held.coach, &pupils), (start, end), by == By::Office, Some(lesson));
        if let Some(code) = obstacle {
            return code;
        }
        self.lessons[lesson].status = "RESCHEDULED";
        self.lessons.push(Lesson { start, end, status: "SCHEDULED", ..held });
        DONE
    }

    fn change(&mut self, lesson: usize, step: Step) -> &'static str {
        let held = &mut self.lessons[lesson];
        let (to, after) = match (held.status, step) {
            ("SCHEDULED", Step::Confirm) => ("CONFIRMED", None),
            ("SCHEDULED" | "CONFIRMED", Step::Start) => ("IN_PROGRESS", Some(-15)),
            ("IN_PROGRESS", Step::Complete) => ("COMPLETED", Some(0)),
            ("SCHEDULED" | "CONFIRMED" | "IN_PROGRESS", Step::NoShow) => ("NO_SHOW", Some(15)),
            _ => return REFUSED,
        };
        let begins = after.map(|after| held.start.checked_add(SignedDuration::from_mins(after)).unwrap());
        if begins.is_some_and(|begins| self.now < begins) {
            return "transition_too_early";
        }
        held.status = to;
        DONE
    }

    fn notice(&mut self, order: usize, paid: bool, right: bool) {
        let held = &mut self.orders[order];
        // A wrong sum gives nothing, and what was decided stays.
        if held.status != "PENDING" || (paid && !right) {
            return;
        }
        held.status = if paid { "COMPLETED" } else { "FAILED" };
        if paid {
            self.wallets[held.pupil].give(10_000, None, self.now);
        }
    }

    fn allocate(&mut self, pupil: usize) {
        let Some((plan, credits)) = self.plans[pupil] else { return };
        let (year, month) = self.month();
        if self.given.insert((plan, year, month)) {
            let first = self.now.to_zoned(zone()).date().first_of_month();
            let end = first.checked_add(2.months()).unwrap().to_zoned(zone()).unwrap().timestamp();
            let last = end.checked_sub(SignedDuration::from_millis(1)).unwrap();
            self.wallets[pupil].give(credits * 1_000, Some(last), self.now);
        }
    }

    /// Whether there is what a command is about.
    pub(crate) fn is_about_something(&self, command: &Command) -> bool {
        match command {
            Command::Join { .. }
            | Command::Leave { .. }
            | Command::Cancel { .. }
            | Command::Move { .. }
            | Command::Change { .. } => !self.lessons.is_empty(),
            Command::Confirm { .. } | Command::GiveUp { .. } => !self.records.is_empty(),
            Command::Notice { .. } => !self.orders.is_empty(),
            _ => true,
        }
    }

    /// Does a command; tells how it ends.
    pub(crate) fn apply(&mut self, command: &Command) -> &'static str {
        match *command {
            Command::Book { pupil, coach, slot, minutes, by } => {
                self.book((pupil, coach), (self.start_of(slot), minutes), by == By::Office, None)
            }
            Command::Open { pupil, coach, slot, seats } => {
                self.book((pupil, coach), (self.start_of(slot), 120), true, Some(seats))
            }
            Command::Join { lesson, pupil } => self.join(self.lesson(lesson), pupil),
            Command::Leave { lesson, pupil } => self.leave(self.lesson(lesson), pupil),
            Command::Cancel { lesson, by } => self.cancel(self.lesson(lesson), by),
            Command::Move { lesson, slot, by } => {
                self.reschedule(self.lesson(lesson), self.start_of(slot), by)
            }
            Command::Change { lesson, step } => self.change(self.lesson(lesson), step),
            Command::Grant { pupil, milli, hours } => {
                self.wallets[pupil].give(milli, hours.map(|hours| later(self.now, hours)), self.now);
                DONE
            }
            Command::Adjust { pupil, milli } if milli > 0 => {
                self.wallets[pupil].give(milli, None, self.now);
                DONE
            }
            Command::Adjust { pupil, milli } => self.take(pupil, -milli),
            Command::Spend { pupil, credits } => self.take(pupil, credits * 1_000),
            Command::Reserve { pupil, by } => {
                self.records.push(Record { pupil, by, status: "pending" });
                DONE
            }
            Command::Confirm { record, by } => {
                let place = self.record(record);
                let record = &mut self.records[place];
                match record.status {
                    "paid" => DONE,
                    "cancelled" => "payment_decided",
                    _ if record.by == by => "same_person",
                    _ => {
                        record.status = "paid";
                        self.wallets[record.pupil].give(55_000, None, self.now);
                        DONE
                    }
                }
            }
            Command::GiveUp { record, .. } => {
                let place = self.record(record);
                let record = &mut self.records[place];
                if record.status == "pending" {
                    record.status = "cancelled";
                    DONE
                } else {
                    "payment_decided"
                }
            }
            Command::Order { pupil } => {
                self.orders.push(Order { pupil, status: "PENDING" });
                DONE
            }
            Command::Notice { order, paid, right, .. } => {
                self.notice(self.order(order), paid, right);
                DONE
            }
            Command::Plan { pupil, credits } => {
                self.begun += 1;
                self.plans[pupil] = Some((self.begun, credits));
                self.allocate(pupil);
                DONE
            }
            Command::Month => {
                if self.months.insert(self.month()) {
                    (0..PUPILS).for_each(|pupil| self.allocate(pupil));
                }
                DONE
            }
            Command::Settle => DONE,
            Command::Wait { hours } => {
                self.now = later(self.now, hours);
                DONE
            }
        }
    }

    fn take(&mut self, pupil: usize, milli: i64) -> &'static str {
        let key = self.key();
        if self.wallets[pupil].charge(&key, milli, self.now) { DONE } else { "missing_credits" }
    }

    /// Which one of those that there are a number means.
    pub(crate) fn lesson(&self, number: usize) -> usize {
        number % self.lessons.len()
    }

    pub(crate) fn record(&self, number: usize) -> usize {
        number % self.records.len()
    }

    pub(crate) fn order(&self, number: usize) -> usize {
        number % self.orders.len()
    }
}

fn zone() -> TimeZone {
    TimeZone::get("Africa/Tunis").unwrap()
}

fn later(instant: Timestamp, hours: i64) -> Timestamp {
    instant.checked_add(SignedDuration::from_hours(hours)).unwrap()
}
