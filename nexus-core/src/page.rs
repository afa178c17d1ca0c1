//! Pages of lists: bounded, whatever was asked for.

use serde::Serialize;

/// Which part of a list is asked for. Its bounds hold whatever came from outside: `page ≥ 1`, `1 ≤ limit ≤ 100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: u32,
    limit: u32,
}

impl Page {
    /// Largest number of rows on a page.
    pub const LARGEST: u32 = 100;
    /// Last page that is looked for: no list of a school is longer, and a database never counts past it.
    pub const LAST: u32 = 1_000_000;

    /// A page of a list; both numbers are brought into their bounds.
    pub fn new(number: u32, limit: u32) -> Self {
        Self { number: number.clamp(1, Self::LAST), limit: limit.clamp(1, Self::LARGEST) }
    }

    /// Reads what a person or a page wrote: what is no whole number counts as absent, what is out of bounds is brought
    /// into them.
    pub fn read(number: Option<&str>, limit: Option<&str>, default_limit: u32) -> Self {
        Self::new(number.and_then(whole).unwrap_or(1), limit.and_then(whole).unwrap_or(default_limit))
    }

    /// Its number; the first one is 1.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Rows on a page, at most.
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// Rows before this page.
    pub const fn offset(self) -> u64 {
        (self.number as u64 - 1) * self.limit as u64
    }
}

/// A whole number, saturated; `None` for anything else.
fn whole(text: &str) -> Option<u32> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Only digits are left: the one thing that can fail is the size.
    Some(if negative { 0 } else { digits.parse().unwrap_or(u32::MAX) })
}

/// What the existing pages read beside a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// The page that was given.
    pub page: u32,
    /// Rows on a page, at most.
    pub limit: u32,
    /// Rows of the whole list.
    pub total: u64,
    /// Pages of the whole list; 0 when it is empty.
    pub total_pages: u64,
}

impl Pagination {
    /// Of a page and the length of its list.
    pub const fn of(page: Page, total: u64) -> Self {
        Self { page: page.number, limit: page.limit, total, total_pages: total.div_ceil(page.limit as u64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_counts_as_absent() {
        for text in
            ["", " ", "NaN", "abc", "1e3", "2.5", "--1", "+", "-", "Infinity", "0x10", "१", "1 2", "null"]
        {
            assert_eq!(Page::read(Some(text), Some(text), 20), Page::new(1, 20), "{text:?}");
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_brought_into_them() {
        let huge = "9".repeat(400);
        let cases = [
            (("0", "0"), (1, 1)),
            (("-1", "-5"), (1, 1)),
            (("-99999999999999999999", "-99999999999999999999"), (1, 1)),
            (("3", "101"), (3, 100)),
            ((huge.as_str(), huge.as_str()), (Page::LAST, 100)),
            ((" 2 ", "+7"), (2, 7)),
        ];
        for ((number, limit), (expected, most)) in cases {
            assert_eq!(
                Page::read(Some(number), Some(limit), 20),
                Page::new(expected, most),
                "{number} {limit}"
            );
        }
        assert_eq!(Page::read(None, None, 12), Page::new(1, 12));
    }

    #[test]
    fn pages_are_counted_up() {
        let pagination = |total| Pagination::of(Page::new(1, 10), total).total_pages;
        assert_eq!([0, 1, 10, 11].map(pagination), [0, 1, 1, 2]);
    }

    proptest! {
        #[test]
        fn bounds_hold_whatever_comes(number in ".{0,30}", limit in ".{0,30}", default in any::<u32>()) {
            let page = Page::read(Some(&number), Some(&limit), default);
            prop_assert!(page.number() >= 1 && page.number() <= Page::LAST);
            prop_assert!((1..=Page::LARGEST).contains(&page.limit()));
            prop_assert!(i32::try_from(page.offset()).is_ok(), "a database counts rows in 32 bits");
        }

        #[test]
        fn pages_do_not_overlap(number in 1_u32..10_000, limit in 1_u32..=100) {
            let (one, next) = (Page::new(number, limit), Page::new(number + 1, limit));
            prop_assert_eq!(one.offset() + u64::from(one.limit()), next.offset());
        }
    }
}
