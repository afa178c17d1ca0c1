//! Invoices and credit notes on paper, on both databases.

use super::support::{ordered, paid_pack, pdf, school_with_pack};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Method, Request};
use jiff::SignedDuration;
use nexus_core::Role;
use nexus_core::till::receipt::{PrintError, Receipt, ReceiptPrinter};
use nexus_core::till::use_cases::print_next;
use nexus_tests::till::signature;
use nexus_tests::{App, Backing, rows};
use serde_json::json;
use std::sync::{Arc, Mutex};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Keeps what it was to print.
#[derive(Default)]
struct Kept(Mutex<Vec<Receipt>>);

#[async_trait]
impl ReceiptPrinter for Kept {
    async fn print(&self, receipt: &Receipt) -> Result<Vec<u8>, PrintError> {
        self.0.lock().unwrap().push(receipt.clone());
        Ok(format!("%PDF {}", receipt.number).into_bytes())
    }
}

async fn print_all(app: &App) -> usize {
    let mut count = 0;
    while print_next(app.till(), LEASE).await.unwrap() {
        count += 1;
    }
    count
}

#[tokio::test]
async fn a_document_is_printed_once_and_read_by_whom_it_concerns() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let record = paid_pack(&app, &school, school.own.parent_user.as_str(), pack).await;
        let waits = pdf(&app, &school, Role::Parent, "F2026-00001").await;
        assert_eq!(waits.header("retry-after"), "2");
        waits.problem(409, "invoice_not_ready");
        assert_eq!(print_all(&app).await, 1, "{backing:?}");
        assert_eq!(print_all(&app).await, 0, "{backing:?}");

        let read = pdf(&app, &school, Role::Parent, "F2026-00001").await;
        assert_eq!((read.status.as_u16(), read.header("content-type")), (200, "application/pdf"));
        assert!(read.body.starts_with(b"%PDF"));
        for role in [Role::Assistante, Role::Admin] {
            assert_eq!(pdf(&app, &school, role, "F2026-00001").await.body, read.body);
        }
        // The child of whoever paid is not the payer; a coach has no business with it.
        pdf(&app, &school, Role::Eleve, "F2026-00001").await.problem(404, "invoice_not_found");
        pdf(&app, &school, Role::Coach, "F2026-00001").await.problem(403, "forbidden");
        let path = "/api/account/invoices/F2026-00001/pdf";
        app.ask(None, Method::GET, path, None).await.problem(401, "unauthenticated");
        for number in ["F2026-00002", "A2026-00001", "F2026-1", "..%2F..%2Fetc%2Fpasswd"] {
            pdf(&app, &school, Role::Admin, number).await.problem(404, "invoice_not_found");
        }

        // A stranger's document is absent; one of his child a parent reads.
        paid_pack(&app, &school, school.other.parent_user.as_str(), pack).await;
        paid_pack(&app, &school, school.own.student_user.as_str(), pack).await;
        assert_eq!(print_all(&app).await, 2);
        pdf(&app, &school, Role::Parent, "F2026-00002").await.problem(404, "invoice_not_found");
        pdf(&app, &school, Role::Eleve, "F2026-00002").await.problem(404, "invoice_not_found");
        for role in [Role::Parent, Role::Eleve, Role::Assistante] {
            assert_eq!(pdf(&app, &school, role, "F2026-00003").await.status.as_u16(), 200, "{role}");
        }

        let printed = app.audit_actions().await.iter().filter(|action| *action == "INVOICE_PRINT").count();
        assert_eq!(printed, 3);
        assert_eq!(rows::count(&app.database(), "SELECT count(*) FROM invoice_documents").await, 3);
        assert!(record > 0);
    }
}

/// Who pays for a child reads both names on the paper.
#[tokio::test]
async fn the_paper_of_a_child_names_him_and_who_pays() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let kept = Arc::new(Kept::default());
        let app = app.with_printer(kept.clone());
        let body = json!({"userId": school.own.student_user, "packId": pack});
        let parent = school.actor(Role::Parent);
        let reserved = app.post_as(Some(&parent), "/api/payments/cash/reserve", body).await.expect(200);
        let confirm = json!({"recordId": reserved["recordId"]});
        let office = school.actor(Role::Assistante);
        app.post_as(Some(&office), "/api/payments/cash/confirm", confirm).await.expect(200);
        assert_eq!(print_all(&app).await, 1);
        let receipt = kept.0.lock().unwrap().pop().unwrap();
        assert!(!receipt.payer.is_empty() && receipt.pupil.is_some(), "{backing:?}: {receipt:?}");
        assert_ne!(receipt.pupil.as_ref(), Some(&receipt.payer), "{backing:?}");
    }
}

/// What stands on the paper: number, names, way, day at the school, credits; a credit note says what it corrects.
#[tokio::test]
async fn what_stands_on_the_paper_is_what_happened() {
    for backing in Backing::ALL {
        let (app, school, pack) = school_with_pack(backing).await;
        let kept = Arc::new(Kept::default());
        let app = app.with_printer(kept.clone());
        let record = paid_pack(&app, &school, school.own.parent_user.as_str(), pack).await;
        let id = ordered(&app, &school).await;
        let body = json!({"payment_id": id, "status": "completed", "transaction_id": "tx-1"}).to_string();
        let request = Request::builder().method(Method::POST).uri("/api/webhooks/konnect");
        let request = request.header("x-konnect-signature", signature(&body)).body(Body::from(body)).unwrap();
        app.send(request).await.expect(200);
        let path = format!("/api/admin/payments/records/{record}/refund");
        let refund = json!({"amountTnd": 100, "reason": "Départ en cours d'année", "key": "a"});
        app.post_as(Some(&school.actor(Role::Admin)), &path, refund).await.expect(200);
        assert_eq!(print_all(&app).await, 3);

        let mut receipts = std::mem::take(&mut *kept.0.lock().unwrap());
        receipts.sort_by_key(|receipt| receipt.number.to_string());
        let [note, cash, card] = receipts.try_into().unwrap_or_else(|_| panic!("three documents"));
        assert_eq!((cash.number.to_string().as_str(), cash.way), ("F2026-00001", Some("Espèces")));
        assert_eq!((cash.reference.clone(), cash.credits.unwrap().milli()), (format!("PR-{record}"), 55_000));
        assert_eq!(cash.totals.gross.to_string(), "500,000\u{a0}TND");
        assert_eq!(cash.day, jiff::civil::date(2026, 9, 14));
        assert!(!cash.payer.is_empty() && cash.pupil.is_none());

        assert_eq!(card.way, Some("Carte bancaire (Konnect)"));
        assert_eq!((card.credits.unwrap().milli(), card.reference.as_str()), (10_000, id.as_str()));
        assert!(card.pupil.is_some() && card.pupil.as_ref() != Some(&card.payer), "{backing:?}");

        assert_eq!((note.number.to_string(), note.corrects), ("A2026-00001".to_owned(), Some(cash.number)));
        assert_eq!(note.reason.as_deref(), Some("Départ en cours d'année"));
        assert_eq!(note.credits.unwrap().milli(), 11_000);
        assert_eq!(note.totals.gross.to_string(), "100,000\u{a0}TND");
    }
}

/// An engine that is away costs time, never the document; a file that was changed is not handed out.
#[tokio::test]
async fn a_failed_print_is_tried_again_and_a_changed_file_is_told() {
    let (app, school, pack) = school_with_pack(Backing::Sqlite).await;
    paid_pack(&app, &school, school.own.parent_user.as_str(), pack).await;
    app.renderer.set_missing(true);
    assert_eq!(print_all(&app).await, 1);
    pdf(&app, &school, Role::Parent, "F2026-00001").await.problem(409, "invoice_not_ready");
    app.renderer.set_missing(false);
    app.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(print_all(&app).await, 1);
    pdf(&app, &school, Role::Parent, "F2026-00001").await;
    let folder = app.folder().join("files/invoices/2026");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&file, b"%PDF another").unwrap();
    pdf(&app, &school, Role::Parent, "F2026-00001").await.problem(500, "internal");
}
