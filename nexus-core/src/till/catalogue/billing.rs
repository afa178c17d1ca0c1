use super::Iban;
use crate::ErrorCode;
use crate::identity::field::FieldProblems;
use crate::identity::text;
use crate::money::Percentage;
use jiff::Timestamp;
use jiff::civil::Date;

/// How annual plans are paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingPolicy {
    /// Share of the annual price that is due at once.
    pub deposit: Percentage,
    /// Day by which the last instalment is due, as the pages know it (`2026-06-30`).
    pub schedule_end: String,
    /// When it was last changed; absent while the school has not chosen.
    pub updated_at: Option<Timestamp>,
}

impl Default for BillingPolicy {
    /// 20 %, until 30 June 2026.
    fn default() -> Self {
        Self { deposit: Percentage::USUAL_DEPOSIT, schedule_end: "2026-06-30".to_owned(), updated_at: None }
    }
}

/// A billing policy as it is sent, not read yet.
#[derive(Debug, Clone, Default)]
pub struct BillingPolicyForm {
    /// `annualDepositPct`.
    pub annual_deposit_pct: Option<i64>,
    /// `scheduleEndISO`.
    pub schedule_end: Option<String>,
}

impl BillingPolicyForm {
    /// Reads a policy; what is left out stays.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(&self, known: &BillingPolicy) -> Result<BillingPolicy, FieldProblems> {
        let mut problems = FieldProblems::default();
        let deposit = match self.annual_deposit_pct {
            None => Some(known.deposit),
            Some(percent) => u8::try_from(percent).ok().and_then(Percentage::new).or_else(|| {
                let detail = "Le pourcentage doit être compris entre 0 et 100.";
                problems.add_with("annualDepositPct", ErrorCode::InvalidField, detail);
                None
            }),
        };
        let schedule_end = match self.schedule_end.as_deref().map(str::trim) {
            None => Some(known.schedule_end.clone()),
            Some(text) => read_day(text).or_else(|| {
                problems.add("scheduleEndISO", ErrorCode::InvalidDate);
                None
            }),
        };
        let policy = deposit.zip(schedule_end);
        problems.finish(policy.map(|(deposit, schedule_end)| BillingPolicy {
            deposit,
            schedule_end,
            updated_at: None,
        }))
    }
}

/// A day, alone or at the head of an instant, is kept as `2026-06-30`.
fn read_day(text: &str) -> Option<String> {
    let day = text.get(..10)?;
    let rest = text.get(10..)?;
    let is_day = day.parse::<Date>().is_ok_and(|date| date.to_string() == day);
    let is_instant = rest.is_empty() || text.parse::<Timestamp>().is_ok();
    (is_day && is_instant).then(|| day.to_owned())
}

/// Which ways of paying the school offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentSettings {
    /// By card, through a provider.
    pub allow_card: bool,
    /// By transfer.
    pub allow_wire: bool,
    /// Over the counter.
    pub allow_cash: bool,
    /// The account for transfers, as it is stored.
    pub iban: Option<String>,
    /// What whoever pays over the counter should know.
    pub cash_note: Option<String>,
    /// When they were last changed; absent while the school has not chosen.
    pub updated_at: Option<Timestamp>,
}

impl Default for PaymentSettings {
    /// Every way, no account.
    fn default() -> Self {
        Self {
            allow_card: true,
            allow_wire: true,
            allow_cash: true,
            iban: None,
            cash_note: None,
            updated_at: None,
        }
    }
}

/// Settings of payments as they are sent, not read yet. An absent text stays, an empty one is removed.
#[derive(Debug, Clone, Default)]
pub struct PaymentSettingsForm {
    /// `allowCard`.
    pub allow_card: Option<bool>,
    /// `allowWire`.
    pub allow_wire: Option<bool>,
    /// `allowCash`.
    pub allow_cash: Option<bool>,
    /// `iban`.
    pub iban: Option<String>,
    /// `cashNote`.
    pub cash_note: Option<String>,
}

impl PaymentSettingsForm {
    /// Reads settings; what is left out stays.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(&self, known: &PaymentSettings) -> Result<PaymentSettings, FieldProblems> {
        let mut problems = FieldProblems::default();
        let iban = match self.iban.as_deref().map(str::trim) {
            None => known.iban.clone(),
            Some("") => None,
            // What the pages read is sent back by them: a number of former times is not refused for being there.
            Some(same) if known.iban.as_deref() == Some(same) => known.iban.clone(),
            Some(text) => match Iban::parse(text) {
                Ok(iban) => Some(iban.as_str().to_owned()),
                Err(error) => {
                    problems.add_error("iban", &error);
                    None
                }
            },
        };
        let cash_note = match self.cash_note.as_deref() {
            None => known.cash_note.clone(),
            sent => text::optional_paragraph(&mut problems, "cashNote", sent, 500),
        };
        problems.finish(Some(PaymentSettings {
            allow_card: self.allow_card.unwrap_or(known.allow_card),
            allow_wire: self.allow_wire.unwrap_or(known.allow_wire),
            allow_cash: self.allow_cash.unwrap_or(known.allow_cash),
            iban,
            cash_note,
            updated_at: None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_a_percentage_and_a_day() {
        let known = BillingPolicy::default();
        let read = |percent, end: Option<&str>| {
            BillingPolicyForm { annual_deposit_pct: percent, schedule_end: end.map(str::to_owned) }
                .read(&known)
        };
        assert_eq!(read(None, None).unwrap(), known);
        assert_eq!(read(Some(100), Some("2027-06-30T00:00:00Z")).unwrap().schedule_end, "2027-06-30");
        for (percent, end) in
            [(Some(101), None), (Some(-1), None), (None, Some("2027-02-30")), (None, Some("bientôt…"))]
        {
            assert_eq!(read(percent, end).unwrap_err().len(), 1, "{percent:?} {end:?}");
        }
    }

    #[test]
    fn settings_keep_what_is_left_out() {
        let known = PaymentSettings { cash_note: Some("Au centre".to_owned()), ..PaymentSettings::default() };
        let form = PaymentSettingsForm {
            allow_cash: Some(false),
            iban: Some("TN59 1000 6035 1835 9847 8831".to_owned()),
            ..PaymentSettingsForm::default()
        };
        let read = form.read(&known).unwrap();
        assert_eq!(
            (read.allow_cash, read.allow_card, read.cash_note.as_deref()),
            (false, true, Some("Au centre"))
        );
        assert_eq!(read.iban.as_deref(), Some("TN5910006035183598478831"));
        let cleared = PaymentSettingsForm { iban: Some(String::new()), ..PaymentSettingsForm::default() };
        assert_eq!(cleared.read(&read).unwrap().iban, None);
        let wrong = PaymentSettingsForm { iban: Some("TN00".to_owned()), ..PaymentSettingsForm::default() };
        assert!(wrong.read(&read).is_err());
    }
}
