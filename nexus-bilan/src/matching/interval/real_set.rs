//! Sets of real numbers with one form each.

use crate::matching::expression::{Expression, constant, is_rational_calculation};
use crate::matching::number::parse_plain;
use crate::scoring::Rational;
use std::cmp::Ordering;

/// Ends that have no exact form (√2, ln 2) are the same when they are this close, relatively.
const END_TOLERANCE: f64 = 1e-10;

/// A number at the end of an interval.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    exact: Option<Rational>,
    approximate: f64,
}

impl Value {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(exact) = parse_plain(text) {
            return Some(Self { exact: Some(exact), approximate: exact.to_f64() });
        }
        let expression = Expression::parse(text, &[])?;
        if is_rational_calculation(&expression) {
            return None;
        }
        Some(Self { exact: None, approximate: constant(&expression)? })
    }

    fn order(self, other: Self) -> Ordering {
        if let (Some(left), Some(right)) = (self.exact, other.exact) {
            return left.cmp(&right);
        }
        let size = self.approximate.abs().max(other.approximate.abs()).max(1.0);
        if (self.approximate - other.approximate).abs() <= END_TOLERANCE * size {
            Ordering::Equal
        } else {
            self.approximate.total_cmp(&other.approximate)
        }
    }
}

/// An end of an interval.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Infinite,
    Finite { value: Value, closed: bool },
}

/// An interval that is not empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    pub(super) low: End,
    pub(super) high: End,
}

impl Interval {
    /// `None` when nothing is between the ends.
    pub(super) fn new(low: End, high: End) -> Option<Self> {
        if let (End::Finite { value: low, closed: left }, End::Finite { value: high, closed: right }) =
            (low, high)
        {
            match low.order(high) {
                Ordering::Less => {}
                Ordering::Equal if left && right => {}
                _ => return None,
            }
        }
        Some(Self { low, high })
    }

    pub(super) fn point(value: Value) -> Self {
        let end = End::Finite { value, closed: true };
        Self { low: end, high: end }
    }

    fn low_order(&self, other: &Self) -> Ordering {
        low_order(self.low, other.low)
    }
}

/// Orders lower ends: −∞ first, a closed one before an open one at the same value.
fn low_order(left: End, right: End) -> Ordering {
    match (left, right) {
        (End::Infinite, End::Infinite) => Ordering::Equal,
        (End::Infinite, End::Finite { .. }) => Ordering::Less,
        (End::Finite { .. }, End::Infinite) => Ordering::Greater,
        (End::Finite { value: a, closed: ca }, End::Finite { value: b, closed: cb }) => {
            a.order(b).then(cb.cmp(&ca))
        }
    }
}

/// Orders upper ends: an open one before a closed one at the same value, +∞ last.
fn high_order(left: End, right: End) -> Ordering {
    match (left, right) {
        (End::Infinite, End::Infinite) => Ordering::Equal,
        (End::Infinite, End::Finite { .. }) => Ordering::Greater,
        (End::Finite { .. }, End::Infinite) => Ordering::Less,
        (End::Finite { value: a, closed: ca }, End::Finite { value: b, closed: cb }) => {
            a.order(b).then(ca.cmp(&cb))
        }
    }
}

/// A union of disjoint intervals that do not touch, in ascending order: one form for one set.
#[derive(Debug, Clone)]
pub(in crate::matching) struct RealSet(pub(super) Vec<Interval>);

impl PartialEq for RealSet {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(left, right)| {
                low_order(left.low, right.low).is_eq() && high_order(left.high, right.high).is_eq()
            })
    }
}

impl RealSet {
    pub(super) const fn everything() -> Interval {
        Interval { low: End::Infinite, high: End::Infinite }
    }

    pub(super) fn of(mut intervals: Vec<Interval>) -> Self {
        intervals.sort_by(Interval::low_order);
        let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
        for interval in intervals {
            match merged.last_mut() {
                Some(last) if touches(last.high, interval.low) => {
                    if high_order(interval.high, last.high).is_gt() {
                        last.high = interval.high;
                    }
                }
                _ => merged.push(interval),
            }
        }
        Self(merged)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut common = Vec::new();
        for left in &self.0 {
            for right in &other.0 {
                let low = if low_order(left.low, right.low).is_ge() { left.low } else { right.low };
                let high = if high_order(left.high, right.high).is_le() { left.high } else { right.high };
                common.extend(Interval::new(low, high));
            }
        }
        Self::of(common)
    }

    /// Everything but these points.
    pub(super) fn without(points: &[Value]) -> Self {
        points.iter().fold(Self(vec![Self::everything()]), |rest, point| {
            let end = End::Finite { value: *point, closed: false };
            let around =
                vec![Interval { low: End::Infinite, high: end }, Interval { low: end, high: End::Infinite }];
            rest.intersection(&Self(around))
        })
    }
}

/// Whether an upper end reaches a lower end that comes after it.
fn touches(high: End, low: End) -> bool {
    match (high, low) {
        (End::Infinite, _) | (_, End::Infinite) => true,
        (End::Finite { value: high, closed: left }, End::Finite { value: low, closed: right }) => {
            match high.order(low) {
                Ordering::Greater => true,
                Ordering::Equal => left || right,
                Ordering::Less => false,
            }
        }
    }
}
