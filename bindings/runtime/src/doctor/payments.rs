//! Payments by card: what is configured of each provider. Nothing is asked of them.

use super::Check;
use crate::configuration::Configuration;
use crate::konnect::konnect;
use crate::providers::others;
use nexus_core::till::ports::PaymentProvider;

pub(super) fn examine(configuration: &Configuration) -> Vec<Check> {
    let Ok(konnect) = konnect(configuration) else {
        return vec![Check::broken(KONNECT, "les certificats de cette machine manquent")];
    };
    let mut checks = vec![of_konnect(konnect.can_open(), konnect.scheme().is_configured())];
    for provider in others(configuration) {
        let (subject, path) = match provider.scheme().provider() {
            "clictopay" => ("Avis de ClicToPay", "/api/webhooks/clictopay"),
            _ => ("Avis signés et datés", "/api/webhooks/standard"),
        };
        checks.push(if provider.scheme().is_configured() {
            Check::good(subject, format!("reçus à {path}"))
        } else {
            Check::optional(subject, format!("aucun secret : {path} les refuse (503)"))
        });
    }
    checks
}

const KONNECT: &str = "Paiement par carte";

/// A school that takes money by card and cannot hear that it came would take it for nothing.
fn of_konnect(opens: bool, hears: bool) -> Check {
    match (opens, hears) {
        (true, true) => Check::good(KONNECT, "Konnect : clef, portefeuille et secret des avis sont là"),
        (true, false) => Check::broken(
            KONNECT,
            "Konnect encaisse, mais aucun de ses avis ne serait cru : renseignez KONNECT_WEBHOOK_SECRET",
        ),
        (false, true) => Check::optional(
            KONNECT,
            "Konnect : ses avis sont reçus, mais sans clef ni portefeuille il n'encaisse rien",
        ),
        (false, false) => Check::optional(KONNECT, "Konnect n'est pas configuré"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::CheckResult;

    #[test]
    fn money_that_nobody_would_hear_of_is_told() {
        for (opens, hears, result) in [
            (true, true, CheckResult::Good),
            (true, false, CheckResult::Broken),
            (false, true, CheckResult::Optional),
            (false, false, CheckResult::Optional),
        ] {
            assert_eq!(of_konnect(opens, hears).result, result, "{opens} {hears}");
        }
    }
}
