//! The ledger again, as simply as it can be said: a list of single thousandths' lots, without a database.

use jiff::Timestamp;
use nexus_core::ledger::GRACE;
use std::collections::HashMap;

/// What is left and when it ends; the place in the list is its age.
type Lot = (i64, Timestamp);

/// Lots, and what lessons took from them; amounts in thousandths of a credit.
#[derive(Debug, Default)]
pub struct Model {
    lots: Vec<Lot>,
    /// By lesson: which lot gave how much; emptied by the refund.
    lessons: HashMap<String, Option<Vec<(usize, i64)>>>,
}

impl Model {
    /// Opens a lot.
    pub fn give(&mut self, milli: i64, end: Option<Timestamp>, _now: Timestamp) {
        self.lots.push((milli, end.unwrap_or(Timestamp::MAX)));
    }

    /// What can be spent.
    pub fn available(&self, now: Timestamp) -> i64 {
        self.lots.iter().filter(|(_, end)| *end > now).map(|(left, _)| left).sum()
    }

    /// Takes the price of a lesson; `false`, and nothing, when there is less.
    pub fn charge(&mut self, lesson: &str, milli: i64, now: Timestamp) -> bool {
        if self.available(now) < milli {
            return false;
        }
        let mut order: Vec<usize> = (0..self.lots.len()).filter(|place| self.lots[*place].1 > now).collect();
        order.sort_by_key(|place| (self.lots[*place].1, *place));
        let (mut need, mut taken) = (milli, Vec::new());
        for place in order {
            let part = need.min(self.lots[place].0);
            self.lots[place].0 -= part;
            need -= part;
            taken.push((place, part));
        }
        self.lessons.insert(lesson.to_owned(), Some(taken));
        true
    }

    /// Whether there is a refund afterwards, a former one included.
    pub fn refund(&mut self, lesson: &str, now: Timestamp) -> bool {
        let Some(taken) = self.lessons.get_mut(lesson) else { return false };
        let least = now.checked_add(GRACE).unwrap();
        for (place, part) in taken.take().unwrap_or_default().into_iter().filter(|(_, part)| *part > 0) {
            let end = self.lots[place].1;
            if end >= least {
                self.lots[place].0 += part;
            } else {
                self.lots.push((part, least));
            }
        }
        true
    }
}
