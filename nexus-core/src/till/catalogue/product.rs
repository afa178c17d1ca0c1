use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::money::{Currency, Money};
use crate::{Coded, ErrorCode};
use serde_json::Number;

/// What kind of thing a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemType {
    /// A plan, by the month.
    Subscription,
    /// Something beside a plan: a further subject of ARIA…
    Addon,
    /// A pack of credits.
    Pack,
}

impl ItemType {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Subscription, Self::Addon, Self::Pack];

    /// The stored word, in `product_pricing.itemType`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subscription => "SUBSCRIPTION",
            Self::Addon => "ADDON",
            Self::Pack => "PACK",
        }
    }

    /// Reads a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Reads the word of an order: `subscription`, `addon`, `pack`.
    pub fn parse_order(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }
}

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What kind of thing it is.
    pub kind: ItemType,
    /// Its key (`HYBRIDE`), unique within the kind.
    pub key: String,
    /// Its price; `None` when it is stored in a currency that the school does not take.
    pub price: Option<Money>,
    /// What it is, for people.
    pub description: String,
    /// Whether it can be bought.
    pub active: bool,
}

/// A product as it is sent, not read yet.
#[derive(Debug, Clone, Default)]
pub struct ProductForm {
    /// Its price in whole dinars: the existing application's column knows no others.
    pub amount: Option<Number>,
    /// `currency`; the dinar when absent.
    pub currency: Option<String>,
    /// What it is, for people.
    pub description: Option<String>,
    /// Whether it can be bought; yes when absent.
    pub active: Option<bool>,
}

impl ProductForm {
    /// Reads a product; what is left out is that of the known one.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(&self, kind: ItemType, key: &str, known: Option<&Product>) -> Result<Product, FieldProblems> {
        let mut problems = FieldProblems::default();
        let key = text::line(&mut problems, "key", Some(key), 2..=100);
        let description = match (self.description.as_deref(), known) {
            (None, Some(known)) => Some(known.description.clone()),
            (sent, _) => text::line(&mut problems, "description", sent, 2..=200),
        };
        let currency = match self.currency.as_deref() {
            Some(code) => Currency::parse(code).map_err(|error| problems.add_error("currency", &error)).ok(),
            None => Some(Currency::Tnd),
        };
        let known_price = known.and_then(|known| known.price);
        let price = currency.and_then(|currency| match (&self.amount, known_price) {
            (None, Some(price)) if price.currency() == currency => Some(price),
            (None, _) => {
                problems.add("amount", ErrorCode::FieldRequired);
                None
            }
            (Some(number), _) => match Money::from_json(number, currency) {
                Ok(price) if price.is_positive() && price.minor() % currency.per_unit() == 0 => Some(price),
                Ok(_) => {
                    problems.add("amount", ErrorCode::InvalidMoney);
                    None
                }
                Err(error) => {
                    problems.add_error("amount", &error);
                    None
                }
            },
        });
        let active = self.active.unwrap_or_else(|| known.is_none_or(|known| known.active));
        let product = match (key, description, price) {
            (Some(key), Some(description), Some(price)) => {
                Some(Product { kind, key, price: Some(price), description, active })
            }
            _ => None,
        };
        problems.finish(product)
    }
}

/// The product does not exist, is not sold any more, or has no price in dinars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the item is unknown, inactive or without a price")]
pub struct UnsoldItem;

impl Coded for UnsoldItem {
    fn code(&self) -> ErrorCode {
        ErrorCode::ItemNotForSale
    }
}

/// The price at which a product is sold today.
///
/// # Errors
/// [`UnsoldItem`].
pub fn priced(product: Option<&Product>) -> Result<Money, UnsoldItem> {
    let product = product.filter(|product| product.active).ok_or(UnsoldItem)?;
    product.price.filter(|price| price.currency() == Currency::Tnd && price.is_positive()).ok_or(UnsoldItem)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden vector P5.
    #[test]
    fn what_is_unknown_inactive_or_not_in_dinars_is_not_sold() {
        let product = Product {
            kind: ItemType::Subscription,
            key: "HYBRIDE".to_owned(),
            price: Some(Money::dinars(450)),
            description: "Hybride".to_owned(),
            active: true,
        };
        assert_eq!(priced(Some(&product)), Ok(Money::dinars(450)));
        assert_eq!(priced(None), Err(UnsoldItem));
        assert_eq!(priced(Some(&Product { active: false, ..product.clone() })), Err(UnsoldItem));
        for price in [Money::new(100, Currency::Eur).ok(), None, Some(Money::zero(Currency::Tnd))] {
            assert_eq!(priced(Some(&Product { price, ..product.clone() })), Err(UnsoldItem));
        }
        assert_eq!(UnsoldItem.sentence(), "Article inconnu, inactif ou non tarifé.");
    }

    #[test]
    fn a_price_is_a_whole_number_of_units_above_nothing() {
        let read = |amount: &str, known: Option<&Product>| {
            let form = ProductForm {
                amount: amount.parse().ok(),
                description: Some("Hybride".to_owned()),
                ..ProductForm::default()
            };
            form.read(ItemType::Subscription, "HYBRIDE", known)
        };
        let product = read("450", None).unwrap();
        assert_eq!((product.price, product.active), (Some(Money::dinars(450)), true));
        for wrong in ["0", "-1", "450.5", "1e300", ""] {
            assert!(read(wrong, None).is_err(), "{wrong}");
        }
        assert_eq!(read("", Some(&product)).unwrap(), product);
    }

    #[test]
    fn orders_name_kinds_in_lower_case() {
        assert_eq!(ItemType::parse_order("addon"), Some(ItemType::Addon));
        assert_eq!(ItemType::parse_order("badge"), None);
    }
}
