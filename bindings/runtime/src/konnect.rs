//! Konnect over HTTP.

use crate::configuration::Configuration;
use crate::http_client;
use async_trait::async_trait;
use nexus_core::till::order::OpenedPayment;
use nexus_core::till::ports::{OrderedPayment, PaymentProvider, ProviderError};
use nexus_core::till::webhook::{KonnectScheme, NoticeScheme, WebhookSecrets};
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Longest answer of Konnect that is read, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where Konnect is, and what opens it.
#[derive(Debug, Clone)]
pub struct KonnectAccount {
    /// Its address, without a path.
    pub base_url: String,
    /// The key of the school.
    pub api_key: SecretString,
    /// The wallet that money goes to.
    pub wallet: String,
}

/// Konnect.
#[derive(Debug)]
pub struct Konnect {
    scheme: KonnectScheme,
    account: Option<(Client, KonnectAccount)>,
}

#[derive(Deserialize)]
struct Opened {
    #[serde(rename = "payUrl")]
    pay_url: String,
    #[serde(rename = "paymentRef")]
    payment_ref: String,
}

#[derive(Deserialize)]
struct Looked {
    payment: LookedPayment,
}

#[derive(Deserialize)]
struct LookedPayment {
    status: String,
}

impl Konnect {
    /// With the secrets of its notices, and the account of the school when it has one.
    ///
    /// # Errors
    /// No HTTP client can be made on this machine.
    pub fn new(secrets: WebhookSecrets, account: Option<KonnectAccount>) -> Result<Self, reqwest::Error> {
        Self::with_patience(secrets, account, PATIENCE)
    }

    /// As [`Self::new`], with another patience.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_patience(
        secrets: WebhookSecrets,
        account: Option<KonnectAccount>,
        patience: Duration,
    ) -> Result<Self, reqwest::Error> {
        let account = match account {
            Some(account) => Some((http_client::builder(patience).build()?, account)),
            None => None,
        };
        Ok(Self { scheme: KonnectScheme::new(secrets), account })
    }

    fn account(&self) -> Result<&(Client, KonnectAccount), ProviderError> {
        self.account.as_ref().ok_or(ProviderError::NotConfigured)
    }
}

/// Konnect as it is configured.
pub(crate) fn konnect(configuration: &Configuration) -> Result<Konnect, reqwest::Error> {
    let secrets = secrets(
        configuration.konnect_webhook_secret.as_ref(),
        &configuration.konnect_previous_webhook_secrets,
    );
    let key = configuration.konnect_api_key.clone().zip(configuration.konnect_wallet.clone());
    let account = key.map(|(api_key, wallet)| KonnectAccount {
        base_url: configuration.konnect_url.trim_end_matches('/').to_owned(),
        api_key,
        wallet,
    });
    Konnect::new(secrets, account)
}

/// The secret of today, and those that it takes the place of.
pub(crate) fn secrets(current: Option<&SecretString>, previous: &[SecretString]) -> WebhookSecrets {
    WebhookSecrets::new(current.into_iter().chain(previous).cloned())
}

/// Sends a request and reads its answer, which is bounded. What is refused for good is told from what may pass.
async fn answer<T: for<'de> Deserialize<'de>>(request: RequestBuilder) -> Result<T, ProviderError> {
    let unavailable = |error: reqwest::Error| ProviderError::Unavailable(error.without_url().into());
    let mut response = request.send().await.map_err(unavailable)?;
    let status = response.status();
    if status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
    {
        return Err(ProviderError::Unavailable(format!("status {}", status.as_u16()).into()));
    }
    if !status.is_success() {
        return Err(ProviderError::Refused(status.as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(ProviderError::Unavailable("the answer is too long".into()));
        }
    }
    serde_json::from_slice(&body).map_err(|error| ProviderError::Unavailable(error.into()))
}

#[async_trait]
impl PaymentProvider for Konnect {
    fn scheme(&self) -> &dyn NoticeScheme {
        &self.scheme
    }

    fn can_open(&self) -> bool {
        self.account.is_some()
    }

    async fn open(&self, payment: &OrderedPayment) -> Result<OpenedPayment, ProviderError> {
        let (client, account) = self.account()?;
        let request = client
            .post(format!("{}/api/v2/payments/init-payment", account.base_url))
            .header("x-api-key", account.api_key.expose_secret())
            .header("idempotency-key", payment.id.as_str())
            .json(&json!({
                "receiverWalletId": account.wallet,
                "amount": payment.amount.minor(),
                "token": payment.amount.currency().as_str(),
                "description": payment.description,
                "acceptedPaymentMethods": ["wallet", "bank_card"],
                "successUrl": payment.success_url,
                "failUrl": payment.failure_url,
                "theme": "light",
                "orderId": payment.id.as_str(),
            }));
        let opened: Opened = answer(request).await?;
        // The person is sent there: nothing but a page of the web.
        if !opened.pay_url.starts_with("https://") && !opened.pay_url.starts_with("http://127.0.0.1:") {
            return Err(ProviderError::Unavailable("the page to pay on is no page of the web".into()));
        }
        Ok(OpenedPayment { reference: opened.payment_ref, url: opened.pay_url })
    }

    async fn status(&self, reference: &str) -> Result<String, ProviderError> {
        let (client, account) = self.account()?;
        let is_reference = (1..=100).contains(&reference.len())
            && reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_reference {
            return Err(ProviderError::Refused(404));
        }
        let address = format!("{}/api/v2/payments/{reference}", account.base_url);
        let looked: Looked =
            answer(client.get(address).header("x-api-key", account.api_key.expose_secret())).await?;
        Ok(looked.payment.status)
    }
}
