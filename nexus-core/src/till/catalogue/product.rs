use crate::money::{Currency, Money};
use crate::{Coded, ErrorCode};

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
    fn orders_name_kinds_in_lower_case() {
        assert_eq!(ItemType::parse_order("addon"), Some(ItemType::Addon));
        assert_eq!(ItemType::parse_order("badge"), None);
    }
}
