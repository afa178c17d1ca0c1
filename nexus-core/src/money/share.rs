//! Parts of an amount: rounded once, halves up, and nothing lost between the parts.

use super::{Money, MoneyError, divide_half_up};

/// A whole percentage, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percentage(u8);

impl Percentage {
    /// The deposit of annual plans, unless the school chose another one.
    pub const USUAL_DEPOSIT: Self = Self(20);

    /// A percentage; `None` above 100.
    pub const fn new(percent: u8) -> Option<Self> {
        if percent <= 100 { Some(Self(percent)) } else { None }
    }

    /// As a number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// A rate of tax in hundredths of a percent: 1900 is 19 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxRate(u16);

impl TaxRate {
    /// No tax.
    pub const NONE: Self = Self(0);

    /// A rate; `None` above 100 %.
    pub const fn new(hundredths_of_percent: u16) -> Option<Self> {
        if hundredths_of_percent <= 10_000 { Some(Self(hundredths_of_percent)) } else { None }
    }

    /// In hundredths of a percent.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// An amount with its tax, split: `net + tax = gross`, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxSplit {
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
}

impl Money {
    /// A percentage of the amount, halves up.
    #[must_use]
    pub fn percent(self, percentage: Percentage) -> Self {
        // Never more than the amount itself, so it fits.
        let part = divide_half_up(i128::from(self.minor) * i128::from(percentage.0), 100);
        Self { minor: i64::try_from(part).unwrap_or(self.minor), ..self }
    }

    /// The tax that an amount of one line holds. Of several lines, the taxes are added, not computed again.
    pub fn split_tax(self, rate: TaxRate) -> TaxSplit {
        let net = divide_half_up(i128::from(self.minor) * 10_000, 10_000 + i128::from(rate.0));
        let net = Self { minor: i64::try_from(net).unwrap_or(self.minor), ..self };
        TaxSplit { net, tax: Self { minor: self.minor - net.minor, ..self } }
    }

    /// A deposit at once, and the rest in so many equal instalments; what cannot be shared out is on the last one.
    ///
    /// # Errors
    /// [`MoneyError::Negative`] for an amount below zero.
    pub fn schedule(self, deposit: Percentage, instalments: u8) -> Result<Vec<Self>, MoneyError> {
        if self.minor < 0 {
            return Err(MoneyError::Negative);
        }
        let count = i64::from(instalments);
        let first = if count == 0 { self } else { self.percent(deposit) };
        let rest = self.minor - first.minor;
        let mut parts = vec![first];
        for place in 1..=count {
            let equal = rest / count;
            let minor = if place == count { rest - equal * (count - 1) } else { equal };
            parts.push(Self { minor, ..self });
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    /// Golden vector M5.
    #[test]
    fn a_deposit_is_rounded_half_up() {
        let deposit = |minor| Money::millimes(minor).unwrap().percent(Percentage::new(20).unwrap()).minor();
        assert_eq!([deposit(450_000), deposit(99_999)], [90_000, 20_000]);
        assert_eq!(Percentage::new(101), None);
    }

    #[test]
    fn the_rest_is_on_the_last_instalment() {
        let parts = Money::millimes(100_000).unwrap().schedule(Percentage::new(0).unwrap(), 3).unwrap();
        let parts: Vec<_> = parts.into_iter().map(Money::minor).collect();
        assert_eq!(parts, [0, 33_333, 33_333, 33_334]);
    }

    #[test]
    fn a_tax_is_taken_out_of_the_gross_amount() {
        let split = Money::millimes(119_000).unwrap().split_tax(TaxRate::new(1_900).unwrap());
        assert_eq!((split.net.minor(), split.tax.minor()), (100_000, 19_000));
        let split = Money::millimes(450_000).unwrap().split_tax(TaxRate::NONE);
        assert_eq!((split.net.minor(), split.tax.minor()), (450_000, 0));
    }

    proptest! {
        #[test]
        fn no_part_is_lost(minor in 0..=Money::LARGEST, percent in 0_u8..=100, count in 0_u8..=36, rate in 0_u16..=10_000) {
            let money = Money::millimes(minor).unwrap();
            let parts = money.schedule(Percentage::new(percent).unwrap(), count).unwrap();
            prop_assert_eq!(Money::sum(Currency::Tnd, parts.iter().copied()), Ok(money));
            prop_assert!(parts.iter().all(|part| part.minor() >= 0));
            prop_assert_eq!(parts.len(), usize::from(count) + 1);
            let split = money.split_tax(TaxRate::new(rate).unwrap());
            prop_assert_eq!(split.net.checked_add(split.tax), Ok(money));
            prop_assert!(split.tax.minor() >= 0);
        }
    }
}
