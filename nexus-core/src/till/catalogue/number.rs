use serde::{Serialize, Serializer};
use std::fmt;

/// The columns of the existing application have 32 bits.
const LARGEST: i64 = 2_147_483_647;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// A number of a row; `None` when no row can have it.
            pub const fn new(number: i64) -> Option<Self> {
                if number > 0 && number <= LARGEST { Some(Self(number)) } else { None }
            }

            /// Reads a number that came from outside: digits only.
            pub fn parse(text: &str) -> Option<Self> {
                let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                if is_digits { Self::new(text.parse().ok()?) } else { None }
            }

            /// As a number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(formatter) }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.0)
            }
        }
    )+};
}

numbers! {
    /// A pack of credits (`credit_packs.id`).
    PackId,
    /// A pricing variable (`pricing.id`).
    PricingId,
    /// A payment over the counter or by a provider of packs (`payment_records.id`).
    RecordId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_number_of_a_row_is_none() {
        for text in ["", "abc", "-1", "0", "1.5", "+1", " 1", "1e3", "2147483648", "99999999999999999999"] {
            assert_eq!(PackId::parse(text), None, "{text:?}");
        }
        assert_eq!(PackId::parse("42").map(PackId::get), Some(42));
    }
}
