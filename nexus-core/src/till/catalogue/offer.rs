use crate::ErrorCode;
use crate::identity::field::FieldProblems;
use crate::identity::text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most offers of one request, and most prices of one offer.
const MOST: usize = 100;

/// A price that an offer shows: a pricing variable under a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingRef {
    /// The pricing variable.
    pub variable: String,
    /// What it is called in the offer.
    pub label: String,
}

/// An offer of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its code.
    pub code: String,
    /// Its name.
    pub label: String,
    /// Whether ARIA comes with it.
    pub include_aria: bool,
    /// The prices that it shows.
    pub refs: Vec<PricingRef>,
}

/// A price of an offer as it is sent.
#[derive(Debug, Clone, Default)]
pub struct PricingRefForm {
    /// `variable`.
    pub variable: Option<String>,
    /// `label`.
    pub label: Option<String>,
}

/// An offer as it is sent, not read yet.
#[derive(Debug, Clone, Default)]
pub struct OfferForm {
    /// `code`.
    pub code: Option<String>,
    /// `label`.
    pub label: Option<String>,
    /// `includeAria`.
    pub include_aria: Option<bool>,
    /// `pricingRefs`.
    pub pricing_refs: Option<Vec<PricingRefForm>>,
}

/// Reads the offers of one request, all of them or none.
///
/// # Errors
/// Every wrong field, each under its place; a code that comes twice.
pub fn read_offers(forms: &[OfferForm]) -> Result<Vec<Offer>, FieldProblems> {
    let mut problems = FieldProblems::default();
    if forms.len() > MOST {
        problems.add("offers", ErrorCode::FieldTooLong);
        return problems.finish(None);
    }
    let offers: Vec<_> =
        forms.iter().enumerate().filter_map(|(place, form)| form.read(&mut problems, place)).collect();
    let mut codes = BTreeSet::new();
    for (place, offer) in offers.iter().enumerate() {
        if !codes.insert(offer.code.as_str()) {
            let detail = "Ce code est donné deux fois.";
            problems.add_with(&format!("offers.{place}.code"), ErrorCode::InvalidField, detail);
        }
    }
    problems.finish(Some(offers))
}

impl OfferForm {
    fn read(&self, problems: &mut FieldProblems, place: usize) -> Option<Offer> {
        let at = |field: &str| format!("offers.{place}.{field}");
        let code = text::line(problems, &at("code"), self.code.as_deref(), 2..=64);
        let label = text::line(problems, &at("label"), self.label.as_deref(), 2..=200);
        let sent = self.pricing_refs.as_deref().unwrap_or_default();
        if sent.is_empty() {
            problems.add(&at("pricingRefs"), ErrorCode::FieldRequired);
        } else if sent.len() > MOST {
            problems.add(&at("pricingRefs"), ErrorCode::FieldTooLong);
            return None;
        }
        let mut refs = Vec::new();
        for (number, form) in sent.iter().enumerate() {
            let at = |field: &str| format!("offers.{place}.pricingRefs.{number}.{field}");
            let variable = text::line(problems, &at("variable"), form.variable.as_deref(), 2..=100);
            let label = text::line(problems, &at("label"), form.label.as_deref(), 1..=200);
            refs.extend(variable.zip(label).map(|(variable, label)| PricingRef { variable, label }));
        }
        Some(Offer { code: code?, label: label?, include_aria: self.include_aria.unwrap_or(false), refs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(code: &str) -> OfferForm {
        let price =
            PricingRefForm { variable: Some("prix_stage".to_owned()), label: Some("Stage".to_owned()) };
        OfferForm {
            code: Some(code.to_owned()),
            label: Some("Odyssée".to_owned()),
            include_aria: None,
            pricing_refs: Some(vec![price]),
        }
    }

    #[test]
    fn offers_are_read_all_or_none() {
        assert_eq!(read_offers(&[offer("A1"), offer("A2")]).unwrap().len(), 2);
        assert!(read_offers(&[offer("A1"), offer("A1")]).is_err());
        assert!(read_offers(&[OfferForm { pricing_refs: Some(Vec::new()), ..offer("A1") }]).is_err());
        assert_eq!(read_offers(&[OfferForm::default()]).unwrap_err().len(), 3);
        assert_eq!(read_offers(&vec![offer("A1"); 101]).unwrap_err().len(), 1);
    }
}
