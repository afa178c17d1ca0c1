use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What lies between two points, the end excluded. It always has a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(
    try_from = "(Point, Point)",
    into = "(Point, Point)",
    bound(serialize = "Point: Copy + Serialize", deserialize = "Point: Ord + Copy + Deserialize<'de>")
)]
pub struct Span<Point> {
    start: Point,
    end: Point,
}

/// A span that ends before it has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the span has no length")]
pub struct NoLength;

impl<Point: Ord + Copy> TryFrom<(Point, Point)> for Span<Point> {
    type Error = NoLength;
    fn try_from((start, end): (Point, Point)) -> Result<Self, NoLength> {
        Self::new(start, end).ok_or(NoLength)
    }
}

impl<Point> From<Span<Point>> for (Point, Point) {
    fn from(span: Span<Point>) -> Self {
        (span.start, span.end)
    }
}

/// A stretch of time.
pub type Interval = Span<Timestamp>;

impl<Point: Ord + Copy> Span<Point> {
    /// From a point to a later one; `None` when the second is not later.
    pub fn new(start: Point, end: Point) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The first point.
    pub const fn start(&self) -> Point {
        self.start
    }

    /// The first point that is no longer inside.
    pub const fn end(&self) -> Point {
        self.end
    }

    /// Whether the two share a point. Neighbours do not.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the other lies inside.
    pub fn covers(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// What the two share.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

impl Interval {
    /// So many minutes from an instant on.
    pub fn from_minutes(start: Timestamp, minutes: u16) -> Option<Self> {
        Self::new(start, start.checked_add(SignedDuration::from_mins(i64::from(minutes))).ok()?)
    }

    /// From the first start to the last end; absent of nothing.
    pub fn around(all: &[Self]) -> Option<Self> {
        let start = all.iter().map(Self::start).min()?;
        Some(Self { start, end: all.iter().map(Self::end).max()? })
    }

    /// The same stretch, longer by a margin on both sides.
    #[must_use]
    pub fn widened(&self, margin: SignedDuration) -> Self {
        let start = self.start.checked_sub(margin).unwrap_or(Timestamp::MIN);
        let end = self.end.checked_add(margin).unwrap_or(Timestamp::MAX);
        Self { start: start.min(self.start), end: end.max(self.end) }
    }

    /// Its length in whole minutes.
    pub fn minutes(&self) -> i64 {
        self.end.duration_since(self.start).as_mins()
    }
}

/// Everything that one of the spans covers, in order; what touches is one.
pub fn union<Point: Ord + Copy>(mut spans: Vec<Span<Point>>) -> Vec<Span<Point>> {
    spans.sort_unstable();
    let mut joined: Vec<Span<Point>> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// What is left of spans once others are taken out: a span is split where the others cut it. Both lists are in order and
/// without overlaps, as [`union`] gives them.
pub fn without<Point: Ord + Copy>(spans: &[Span<Point>], taken: &[Span<Point>]) -> Vec<Span<Point>> {
    let mut left = Vec::with_capacity(spans.len());
    let mut taken = taken;
    for span in spans {
        // What ends before this span concerns no later one either.
        let passed = taken.iter().take_while(|cut| cut.end <= span.start).count();
        taken = taken.get(passed..).unwrap_or_default();
        let mut start = span.start;
        for cut in taken.iter().take_while(|cut| cut.start < span.end) {
            left.extend(Span::new(start, cut.start));
            start = start.max(cut.end);
        }
        left.extend(Span::new(start, span.end));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(start: u8, end: u8) -> Span<u8> {
        Span::new(start, end).unwrap()
    }

    #[test]
    fn neighbours_do_not_overlap() {
        assert_eq!(Span::new(3, 3), None);
        assert!(!span(1, 3).overlaps(&span(3, 5)));
        assert!(span(1, 9).overlaps(&span(3, 5)) && span(3, 5).overlaps(&span(1, 9)));
        assert!(span(1, 9).covers(&span(1, 9)) && !span(1, 9).covers(&span(0, 9)));
    }

    #[test]
    fn what_is_cut_in_the_middle_is_split() {
        let free = without(&[span(0, 10), span(20, 30)], &[span(2, 4), span(8, 22), span(29, 40)]);
        assert_eq!(free, [span(0, 2), span(4, 8), span(22, 29)]);
        assert_eq!(union(vec![span(5, 7), span(1, 3), span(3, 4), span(6, 9)]), [span(1, 4), span(5, 9)]);
    }

    fn spans() -> impl Strategy<Value = Vec<Span<u8>>> {
        proptest::collection::vec(
            (0_u8..100, 1_u8..20).prop_map(|(start, length)| span(start, start + length)),
            0..12,
        )
    }

    fn covered(spans: &[Span<u8>], point: u8) -> bool {
        spans.iter().any(|span| span.start() <= point && point < span.end())
    }

    proptest! {
        /// Point by point: free is available and not taken; nothing is lost and nothing is invented.
        #[test]
        fn left_and_taken_make_the_whole(available in spans(), taken in spans()) {
            let (whole, cuts) = (union(available), union(taken));
            let left = without(&whole, &cuts);
            for point in 0..=140 {
                prop_assert_eq!(covered(&left, point), covered(&whole, point) && !covered(&cuts, point));
            }
            for pair in left.windows(2) {
                prop_assert!(pair[0].end() <= pair[1].start());
            }
        }
    }
}
