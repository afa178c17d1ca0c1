use super::PackId;
use crate::ErrorCode;
use crate::identity::field::FieldProblems;
use crate::money::{Currency, Money};
use jiff::Timestamp;
use serde_json::Number;

/// Most credits of a pack.
const MOST_CREDITS: i64 = 100_000;

/// What a pack gives and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackEntry {
    /// Whole credits that are bought.
    pub credits: u32,
    /// What it costs.
    pub price: Money,
    /// Whole credits given on top.
    pub bonus: u32,
    /// Whether it can be bought.
    pub active: bool,
}

impl PackEntry {
    /// Whole credits that the buyer gets.
    pub const fn total_credits(&self) -> u32 {
        self.credits.saturating_add(self.bonus)
    }
}

/// A pack of credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pack {
    /// Its number.
    pub id: PackId,
    /// What it gives and costs.
    pub entry: PackEntry,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A pack as it is sent, not read yet.
#[derive(Debug, Clone, Default)]
pub struct PackForm {
    /// `credits`.
    pub credits: Option<i64>,
    /// `priceTnd`, in dinars.
    pub price_tnd: Option<Number>,
    /// `bonus`.
    pub bonus: Option<i64>,
    /// `active`.
    pub active: Option<bool>,
}

impl PackForm {
    /// Reads a pack; what is left out is that of the known one, or the default where there is one.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(&self, known: Option<&PackEntry>) -> Result<PackEntry, FieldProblems> {
        let mut problems = FieldProblems::default();
        let credits = count(&mut problems, "credits", self.credits, 1, known.map(|pack| pack.credits));
        let bonus = count(&mut problems, "bonus", self.bonus, 0, Some(known.map_or(0, |pack| pack.bonus)));
        let price = match &self.price_tnd {
            Some(number) => price(&mut problems, "priceTnd", number),
            None => known.map(|pack| pack.price).or_else(|| {
                problems.add("priceTnd", ErrorCode::FieldRequired);
                None
            }),
        };
        let active = self.active.unwrap_or_else(|| known.is_none_or(|pack| pack.active));
        let entry = match (credits, price, bonus) {
            (Some(credits), Some(price), Some(bonus)) => Some(PackEntry { credits, price, bonus, active }),
            _ => None,
        };
        problems.finish(entry)
    }
}

/// A whole number of credits from `least` on.
pub(super) fn count(
    problems: &mut FieldProblems,
    field: &str,
    sent: Option<i64>,
    least: i64,
    known: Option<u32>,
) -> Option<u32> {
    let Some(sent) = sent else {
        if known.is_none() {
            problems.add(field, ErrorCode::FieldRequired);
        }
        return known;
    };
    if (least..=MOST_CREDITS).contains(&sent) {
        return u32::try_from(sent).ok();
    }
    let detail = format!("Ce nombre doit être compris entre {least} et {MOST_CREDITS}.");
    problems.add_with(field, ErrorCode::InvalidField, detail);
    None
}

/// A price in dinars, more than nothing.
fn price(problems: &mut FieldProblems, field: &str, number: &Number) -> Option<Money> {
    match Money::from_json(number, Currency::Tnd) {
        Ok(price) if price.is_positive() => Some(price),
        Ok(_) => {
            problems.add_with(field, ErrorCode::InvalidMoney, "Le prix doit être supérieur à zéro.");
            None
        }
        Err(error) => {
            problems.add_error(field, &error);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(credits: i64, price: &str) -> PackForm {
        PackForm { credits: Some(credits), price_tnd: price.parse().ok(), ..PackForm::default() }
    }

    #[test]
    fn a_new_pack_has_defaults_and_a_change_keeps_the_rest() {
        let pack = form(50, "500").read(None).unwrap();
        assert_eq!(pack, PackEntry { credits: 50, price: Money::dinars(500), bonus: 0, active: true });
        let change = PackForm { active: Some(false), ..PackForm::default() };
        assert_eq!(change.read(Some(&pack)).unwrap(), PackEntry { active: false, ..pack });
        let bonus = PackEntry { bonus: 5, ..pack };
        assert_eq!(PackForm::default().read(Some(&bonus)).unwrap(), bonus);
        assert_eq!(bonus.total_credits(), 55);
    }

    #[test]
    fn wrong_fields_are_told_all_at_once() {
        for (credits, price) in
            [(0, "5"), (-1, "5"), (5, "0"), (5, "-5"), (5, "0.0001"), (5, "1e300"), (1_000_000, "5")]
        {
            assert_eq!(form(credits, price).read(None).unwrap_err().len(), 1, "{credits} {price}");
        }
        assert_eq!(PackForm::default().read(None).unwrap_err().len(), 2);
    }
}
