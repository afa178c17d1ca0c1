use std::collections::BTreeMap;

/// What the three packs of the site cost in dinars while the school's own prices are not known.
pub const SHOWN_PACKS: [(&str, i64); 3] =
    [("pack_50_credits", 500), ("pack_100_credits", 1_000), ("pack_250_credits", 2_500)];

/// The prices that a page shows, by variable: what the server answered, over what is shown when it did not answer. `None` is an
/// answer that never came. Only for showing: an order is priced by the server, which invents nothing.
pub fn shown_prices(answered: Option<&[(String, i64)]>) -> BTreeMap<String, i64> {
    let known = SHOWN_PACKS.map(|(variable, dinars)| (variable.to_owned(), dinars));
    known.into_iter().chain(answered.unwrap_or_default().iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden vector K2: an answer, a network that failed, an answer without any price.
    #[test]
    fn what_is_not_answered_is_shown_at_its_former_price() {
        let shown =
            |answered: Option<&[(String, i64)]>| shown_prices(answered).into_values().collect::<Vec<_>>();
        // In the order of the names: 100, 250, 50.
        assert_eq!(shown(Some(&[("pack_50_credits".to_owned(), 550)])), [1_000, 2_500, 550]);
        assert_eq!(shown(None), [1_000, 2_500, 500]);
        assert_eq!(shown(Some(&[])), [1_000, 2_500, 500]);
        let beside = [("prix_grand_oral".to_owned(), 750)];
        assert_eq!(shown(Some(&beside)), [1_000, 2_500, 500, 750]);
    }
}
