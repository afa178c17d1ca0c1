//! The id that ties together an answer, its lines in the log and whoever reports a problem.

use axum::http::{HeaderName, HeaderValue};
use nexus_core::{Checksum, IdSource};
use std::sync::atomic::{AtomicU64, Ordering};

/// The header, on the way in and on the way out.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from a caller, in bytes.
const LONGEST: usize = 64;

/// Draws ids: a mark of this process, then a number that never comes twice in it and does not tell how many there were.
#[derive(Debug)]
pub(super) struct RequestIds {
    mark: [u8; 8],
    start: u64,
    drawn: AtomicU64,
}

impl RequestIds {
    pub(super) fn new(ids: &dyn IdSource) -> Self {
        let seed = Checksum::of_bytes(ids.next_id().as_bytes()).to_string();
        let digits = seed.as_bytes();
        let mut mark = [b'0'; 8];
        mark.copy_from_slice(&digits[..8]);
        let start = seed.get(8..24).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0);
        Self { mark, start, drawn: AtomicU64::new(0) }
    }

    /// The id of a request: the one that it brings, when it is sane, or a new one.
    pub(super) fn of(&self, brought: Option<&HeaderValue>) -> HeaderValue {
        brought.filter(|id| is_sane(id)).cloned().unwrap_or_else(|| self.draw())
    }

    fn draw(&self) -> HeaderValue {
        let number = mix(self.start.wrapping_add(self.drawn.fetch_add(1, Ordering::Relaxed)));
        let mut id = [0; 24];
        id[..8].copy_from_slice(&self.mark);
        for (place, digit) in id[8..].iter_mut().enumerate() {
            let four_bits = (number >> (60 - 4 * place)) & 0xf;
            *digit = b"0123456789abcdef"[usize::from(four_bits.to_le_bytes()[0])];
        }
        HeaderValue::from_bytes(&id).unwrap_or(HeaderValue::from_static("unknown"))
    }
}

fn is_sane(id: &HeaderValue) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// The mixing step of `SplitMix64`: one number in, one number out, none twice.
const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    struct Always;

    impl IdSource for Always {
        fn next_id(&self) -> String {
            "same".to_owned()
        }
    }

    #[test]
    fn drawn_ids_never_come_twice() {
        let ids = RequestIds::new(&Always);
        let drawn: HashSet<_> = (0..10_000).map(|_| ids.of(None)).collect();
        assert_eq!(drawn.len(), 10_000);
        assert!(drawn.iter().all(|id| is_sane(id) && id.len() == 24));
    }

    #[test]
    fn a_sane_id_is_kept_and_any_other_replaced() {
        let ids = RequestIds::new(&Always);
        let longest = "x".repeat(64);
        for id in ["a", "3f2c-11:req/7", longest.as_str()] {
            assert_eq!(ids.of(Some(&HeaderValue::from_str(id).unwrap())), id);
        }
        let too_long = "x".repeat(65);
        for id in ["", "a b", "é", "a\tb", too_long.as_str()] {
            let brought = HeaderValue::from_bytes(id.as_bytes()).unwrap();
            assert_eq!(ids.of(Some(&brought)).len(), 24, "{id:?}");
        }
    }
}
