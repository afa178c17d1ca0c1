use super::PricingId;
use crate::ErrorCode;
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::money::{Currency, Money};
use jiff::Timestamp;
use serde_json::Number;

/// A price that the pages of the site show under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingEntry {
    /// To what it belongs (`credits`, `stages`…).
    pub service: String,
    /// Its name (`pack_50_credits`), unique within the service.
    pub variable: String,
    /// How much; may be nothing.
    pub value: Money,
}

/// A stored pricing variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingVariable {
    /// Its number.
    pub id: PricingId,
    /// What it says.
    pub entry: PricingEntry,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A pricing variable as it is sent, not read yet.
#[derive(Debug, Clone, Default)]
pub struct PricingForm {
    /// `service`.
    pub service: Option<String>,
    /// `variable`.
    pub variable: Option<String>,
    /// `valeur`, in units of the currency.
    pub valeur: Option<Number>,
    /// `devise`.
    pub devise: Option<String>,
}

impl PricingForm {
    /// Reads a variable; what is left out is that of the known one, and the currency otherwise the dinar.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(&self, known: Option<&PricingEntry>) -> Result<PricingEntry, FieldProblems> {
        let mut problems = FieldProblems::default();
        let mut name = |field, sent: Option<&str>, known: Option<&String>| match (sent, known) {
            (None, Some(known)) => Some(known.clone()),
            (sent, _) => text::line(&mut problems, field, sent, 2..=100),
        };
        let service = name("service", self.service.as_deref(), known.map(|known| &known.service));
        let variable = name("variable", self.variable.as_deref(), known.map(|known| &known.variable));
        let currency = match self.devise.as_deref() {
            Some(code) => Currency::parse(code).map_err(|error| problems.add_error("devise", &error)).ok(),
            None => Some(known.map_or(Currency::Tnd, |known| known.value.currency())),
        };
        let value = currency.and_then(|currency| match (&self.valeur, known) {
            (Some(number), _) => {
                Money::from_json(number, currency).map_err(|error| problems.add_error("valeur", &error)).ok()
            }
            (None, Some(known)) if known.value.currency() == currency => Some(known.value),
            // A number of dinars is not the same number of euros.
            (None, _) => {
                problems.add("valeur", ErrorCode::FieldRequired);
                None
            }
        });
        let entry = match (service, variable, value) {
            (Some(service), Some(variable), Some(value)) => Some(PricingEntry { service, variable, value }),
            _ => None,
        };
        problems.finish(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(valeur: &str, devise: Option<&str>) -> PricingForm {
        PricingForm {
            service: Some("credits".to_owned()),
            variable: Some("pack_50_credits".to_owned()),
            valeur: valeur.parse().ok(),
            devise: devise.map(str::to_owned),
        }
    }

    #[test]
    fn nothing_is_a_price_and_less_is_none() {
        assert_eq!(form("0", None).read(None).unwrap().value, Money::zero(Currency::Tnd));
        assert!(form("-1", None).read(None).is_err());
        assert!(form("1", Some("USD")).read(None).is_err());
        assert_eq!(form("9.99", Some("EUR")).read(None).unwrap().value.minor(), 999);
    }

    #[test]
    fn a_change_of_currency_needs_a_new_value() {
        let known = form("550", None).read(None).unwrap();
        let euros = PricingForm { devise: Some("EUR".to_owned()), ..PricingForm::default() };
        assert!(euros.read(Some(&known)).is_err());
        assert_eq!(PricingForm::default().read(Some(&known)).unwrap(), known);
    }
}
