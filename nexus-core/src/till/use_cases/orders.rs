use super::{TillContext, TillError};
use crate::identity::use_cases::Behalf;
use crate::till::catalogue::{ItemType, Plan, Product, UnsoldItem, priced};
use crate::till::order::{OpenedPayment, OrderedItem, Payment, PaymentEvent, credits_of_pack};
use crate::till::payment::{PaymentKind, PaymentMethod, PaymentState};
use crate::till::ports::{Decision, OrderedPayment, PaymentProvider, ProviderError};
use crate::{Checksum, PaymentId, StudentId, Tx, UserId};
use jiff::Timestamp;
use serde_json::json;

/// An order of a product for a child.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// How it is to be paid.
    pub method: PaymentMethod,
    /// `subscription`, `addon`, `pack`.
    pub kind: String,
    /// The key of the product.
    pub key: String,
    /// For which pupil.
    pub student: StudentId,
    /// The same key is the same order, however often it is sent.
    pub order_key: Option<String>,
}

/// An order that is there.
#[derive(Debug, Clone)]
pub struct OrderPlaced {
    /// The order.
    pub payment: Payment,
    /// Whether it was there before.
    pub already: bool,
}

/// Places an order at the price of today. By card, it is then opened with the provider: never inside a transaction, and again
/// under the same key when the outcome was lost.
///
/// # Errors
/// [`TillError::Unsold`], [`TillError::StudentNotFound`], [`TillError::MethodOff`], [`TillError::KeyReused`] for a key that
/// names another order of the same person, [`TillError::Provider`].
pub async fn place_order(
    context: &TillContext,
    behalf: Behalf<'_>,
    command: &PlaceOrder,
) -> Result<OrderPlaced, TillError> {
    let kind = ItemType::parse_order(&command.kind).ok_or(UnsoldItem)?;
    let item = OrderedItem { kind, key: command.key.clone() };
    if kind == ItemType::Pack && credits_of_pack(&item.key).is_none() {
        // Nobody could say what it gives.
        return Err(UnsoldItem.into());
    }
    let by_card = command.method == PaymentMethod::Konnect;
    if by_card && !context.konnect.can_open() {
        return Err(ProviderError::NotConfigured.into());
    }
    let placed = write_order(context, behalf, command, &item).await?;
    if !by_card || placed.payment.provider.is_some() || placed.payment.state != PaymentState::Pending {
        return Ok(placed);
    }
    let opened = open(context, &*context.konnect, &placed.payment).await?;
    let payment = Payment { provider: Some(opened), ..placed.payment };
    Ok(OrderPlaced { payment, ..placed })
}

async fn write_order(
    context: &TillContext,
    behalf: Behalf<'_>,
    command: &PlaceOrder,
    item: &OrderedItem,
) -> Result<OrderPlaced, TillError> {
    let now = context.now();
    let user = behalf.user().ok_or(TillError::AccountNotFound)?;
    let mut tx = context.begin().await?;
    let student = tx.student(&command.student, behalf.permit.scope()).await?;
    let student = student.ok_or(TillError::StudentNotFound)?;
    let hash = Checksum::of_parts(&[
        command.method.as_str().as_bytes(),
        item.kind.as_str().as_bytes(),
        item.key.as_bytes(),
        student.id.as_str().as_bytes(),
    ]);
    if let Some(key) = &command.order_key
        && let Some(payment) = tx.payment_of_key(user, key).await?
    {
        return same_order(payment, hash);
    }
    let settings = tx.lock_payment_settings().await?;
    let allowed =
        if command.method == PaymentMethod::Konnect { settings.allow_card } else { settings.allow_wire };
    if !allowed {
        return Err(TillError::MethodOff);
    }
    let product = tx.product(item.kind, &item.key).await?.or_else(|| initial_plan(item));
    let amount = priced(product.as_ref())?;
    let payment = Payment {
        id: PaymentId::generate(&*context.ids),
        user: user.clone(),
        student: Some(student.id.clone()),
        kind: PaymentKind::of(item.kind),
        item: Some(item.clone()),
        amount,
        description: product.map_or_else(|| item.key.clone(), |product| product.description),
        state: PaymentState::Pending,
        method: Some(command.method),
        order_key: command.order_key.clone().map(|key| (key, hash)),
        provider: None,
        metadata: Payment::metadata_of(&student.id, item),
        created_at: now,
    };
    if !tx.insert_payment(&payment).await? {
        // Somebody has sent the same order at the same moment; it is there now.
        let payment = winner(tx.as_mut(), user, command.order_key.as_deref()).await?;
        return same_order(payment, hash);
    }
    note_step(tx.as_mut(), &payment, None, &behalf.permit.audit_name(), now).await?;
    let details = json!({
        "method": command.method.as_str(), "item": item.key, "amountMinor": amount.minor(),
        "currency": amount.currency().as_str(), "student": student.id,
    });
    tx.record(&behalf.event("PAYMENT_ORDER", now).about("payment", payment.id.as_str()).with(details))
        .await?;
    tx.commit().await?;
    Ok(OrderPlaced { payment, already: false })
}

fn same_order(payment: Payment, hash: Checksum) -> Result<OrderPlaced, TillError> {
    let same = payment.order_key.as_ref().is_some_and(|(_, known)| *known == hash);
    if same { Ok(OrderPlaced { payment, already: true }) } else { Err(TillError::KeyReused) }
}

async fn winner(tx: &mut dyn Tx, user: &UserId, key: Option<&str>) -> Result<Payment, TillError> {
    match key {
        Some(key) => tx.payment_of_key(user, key).await?.ok_or(TillError::KeyReused),
        None => Err(TillError::KeyReused),
    }
}

/// A plan that the school has not priced yet costs what it does at first.
fn initial_plan(item: &OrderedItem) -> Option<Product> {
    let plan = Plan::of(&item.key).filter(|_| item.kind == ItemType::Subscription)?;
    Some(Product {
        kind: item.kind,
        key: item.key.clone(),
        price: Some(plan.price),
        description: format!("Formule {}", plan.key),
        active: true,
    })
}

/// Opens an order with its provider, and writes where it is paid. One that the provider will never take has failed.
async fn open(
    context: &TillContext,
    provider: &dyn PaymentProvider,
    payment: &Payment,
) -> Result<OpenedPayment, TillError> {
    let page = |outcome: &str| {
        format!("{}/dashboard/parent/paiement/{outcome}?paymentId={}", context.settings.site, payment.id)
    };
    let ordered = OrderedPayment {
        id: payment.id.clone(),
        amount: payment.amount,
        description: payment.description.clone(),
        success_url: page("succes"),
        failure_url: page("echec"),
    };
    let opened = provider.open(&ordered).await;
    let now = context.now();
    let mut tx = context.begin().await?;
    match opened {
        Ok(opened) => {
            let written = tx.save_opened(&payment.id, &opened, now).await?;
            if !written
                && let Some(known) = tx.lock_payment(&payment.id).await?.and_then(|known| known.provider)
            {
                return Ok(known);
            }
            tx.commit().await?;
            Ok(opened)
        }
        Err(error @ ProviderError::Refused(_)) => {
            let decision = Decision { by: "system", at: now };
            let (from, to) = (PaymentState::Pending, PaymentState::Failed);
            if tx.move_payment(&payment.id, from, to, &payment.metadata, decision).await? {
                let failed = Payment { state: to, ..payment.clone() };
                note_step(tx.as_mut(), &failed, Some(from), "system", now).await?;
                let event = crate::audit::AuditEvent::new("system", "PAYMENT_REFUSED", now);
                tx.record(&event.about("payment", payment.id.as_str())).await?;
                tx.commit().await?;
            }
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Adds the present state of an order to its history.
pub(super) async fn note_step(
    tx: &mut dyn Tx,
    payment: &Payment,
    before: Option<PaymentState>,
    actor: &str,
    now: Timestamp,
) -> Result<(), TillError> {
    let event = PaymentEvent {
        subject: payment.subject(),
        before: before.map(PaymentState::as_str),
        after: payment.state.as_str(),
        actor: actor.to_owned(),
        reason: None,
        at: now,
    };
    Ok(tx.note_payment_event(&event).await?)
}
