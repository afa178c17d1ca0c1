//! The order in which the options of an item are shown in one attempt.

/// Shuffles options for one item of one attempt. The order depends on nothing but the two texts, so that it can be shown
/// again later: FNV-1a (32 bits) of `seed NUL item`, xorshift32 (13, 17, 5), Fisher–Yates from the last position.
pub fn permute<T>(mut options: Vec<T>, seed: &str, item_id: &str) -> Vec<T> {
    let bytes = seed.bytes().chain([0]).chain(item_id.bytes());
    let mut state =
        bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    for last in (1..options.len()).rev() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        // `last + 1` fits: an item has far fewer than 2^32 options, and `usize` is at least 32 bits wide.
        let chosen = state as usize % (last + 1);
        options.swap(last, chosen);
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Golden vector `W-permutation`.
    #[test]
    fn golden() {
        let options = ["A", "B", "C", "D"];
        for (item, expected) in
            [("Q1", ["B", "A", "C", "D"]), ("Q2", ["C", "A", "B", "D"]), ("Q3", ["B", "C", "A", "D"])]
        {
            assert_eq!(permute(options.to_vec(), "attempt-1", item), expected, "{item}");
        }
    }

    proptest! {
        #[test]
        fn keeps_every_option(count in 0_usize..9, seed in ".{0,12}", item in ".{0,12}") {
            let mut shown = permute((0..count).collect(), &seed, &item);
            prop_assert_eq!(&shown, &permute((0..count).collect::<Vec<_>>(), &seed, &item));
            shown.sort_unstable();
            prop_assert_eq!(shown, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn keys_land_on_every_position() {
        let mut seen = [0_u32; 4];
        for attempt in 0..4000 {
            let order = permute(vec![0, 1, 2, 3], &format!("attempt-{attempt}"), "Q1");
            seen[order.iter().position(|option| *option == 1).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
    }
}
