//! Invoices and credit notes of the till on the same paper as reports.

use super::escape::cut_to;
use super::format;
use super::pdf_string::pdf_string;
use super::template::{TemplateError, fill};
use crate::pdf::LatexDocument;
use nexus_core::till::invoice::InvoiceSeries;
use nexus_core::till::receipt::{Receipt, SchoolDetails};
use serde::Serialize;

/// Longest text of a cell, in characters.
const CELL: usize = 300;

#[derive(Serialize)]
struct ReceiptView {
    tag: &'static str,
    title: String,
    date: String,
    payer: String,
    school: SchoolView,
    letterhead: Vec<String>,
    /// Under every page: how the school is known to the tax office.
    identifiers: String,
    lines: Vec<LineView>,
    sums: Vec<FactView>,
    facts: Vec<FactView>,
    colophon: &'static str,
    properties: Properties,
}

#[derive(Serialize)]
struct SchoolView {
    name: String,
}

#[derive(Serialize)]
struct LineView {
    label: String,
    amount: String,
}

#[derive(Serialize)]
struct FactView {
    label: &'static str,
    value: String,
}

/// Hexadecimal strings of the PDF's properties.
#[derive(Serialize)]
struct Properties {
    title: String,
    subject: String,
    author: String,
}

/// Typesets an invoice or a credit note. The same receipt gives the same source.
///
/// # Errors
/// [`TemplateError`] when the template and the view disagree.
pub fn typeset_receipt(receipt: &Receipt) -> Result<LatexDocument, TemplateError> {
    fill("facture", &ReceiptView::new(receipt), receipt.issued_at)
}

impl ReceiptView {
    fn new(receipt: &Receipt) -> Self {
        let (tag, kind, colophon) = match receipt.number.series {
            InvoiceSeries::Invoice => {
                ("ACQUITTÉE", "Reçu / Facture", "Montant reçu en totalité ; ce document vaut reçu.")
            }
            InvoiceSeries::CreditNote => {
                ("AVOIR", "Avoir", "Montant rendu ; ce document corrige la facture qu’il nomme.")
            }
        };
        let title = format!("{kind} {}", receipt.number);
        let payer = if receipt.payer.is_empty() { "Client".to_owned() } else { cut_to(&receipt.payer, 120) };
        let name = cut_to(&receipt.school.name, 120);
        Self {
            tag,
            date: format::date(receipt.day),
            letterhead: letterhead(&receipt.school),
            identifiers: receipt
                .school
                .tax_number
                .as_deref()
                .map_or_else(String::new, |number| format!("Matricule fiscal : {}", cut_to(number, 60))),
            lines: receipt
                .lines
                .iter()
                .map(|line| LineView { label: cut_to(&line.label, CELL), amount: line.gross.to_string() })
                .collect(),
            sums: sums(receipt),
            facts: facts(receipt, &payer),
            colophon,
            properties: Properties {
                title: pdf_string(&title),
                subject: pdf_string(&receipt.reference),
                author: pdf_string(&name),
            },
            school: SchoolView { name },
            title,
            payer,
        }
    }
}

fn letterhead(school: &SchoolDetails) -> Vec<String> {
    let lines = [Some(&school.name), school.address.as_ref(), school.contact.as_ref()];
    lines.into_iter().flatten().map(|line| cut_to(line, CELL)).collect()
}

fn sums(receipt: &Receipt) -> Vec<FactView> {
    let totals = receipt.totals;
    let total = match receipt.number.series {
        InvoiceSeries::Invoice => "Total payé",
        InvoiceSeries::CreditNote => "Total rendu",
    };
    let mut sums = vec![
        FactView { label: "Total hors taxes", value: totals.net.to_string() },
        FactView { label: "Taxe", value: totals.tax.to_string() },
        FactView { label: total, value: totals.gross.to_string() },
    ];
    if totals.tax.minor() == 0 {
        // A school without tax has one sum.
        sums.drain(..2);
    }
    sums
}

fn facts(receipt: &Receipt, payer: &str) -> Vec<FactView> {
    let is_invoice = receipt.number.series == InvoiceSeries::Invoice;
    let credits = if is_invoice { "Crédits accordés" } else { "Crédits repris" };
    let day = if is_invoice { "Date du paiement" } else { "Date du remboursement" };
    let fact = |label, value: Option<String>| value.map(|value| FactView { label, value });
    let cut = |text: &String| cut_to(text, CELL);
    let facts = [
        fact("Client", Some(payer.to_owned())),
        fact("Élève", receipt.pupil.as_ref().map(cut)),
        fact(day, Some(format::date(receipt.day))),
        fact("Moyen de paiement", receipt.way.map(str::to_owned)),
        fact("Référence", Some(cut_to(&receipt.reference, 64))),
        fact(credits, receipt.credits.map(|credits| credits.to_string())),
        fact("Facture corrigée", receipt.corrects.map(|number| number.to_string())),
        fact("Motif", receipt.reason.as_ref().map(cut)),
    ];
    facts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexus_core::ledger::Credits;
    use nexus_core::money::{Money, TaxRate};
    use nexus_core::till::invoice::{InvoiceLine, InvoiceNumber, totals};

    fn receipt(label: &str, rate: u16) -> Receipt {
        let lines = vec![InvoiceLine { label: label.to_owned(), gross: Money::millimes(1_234_567).unwrap() }];
        Receipt {
            number: InvoiceNumber { series: InvoiceSeries::Invoice, year: 2026, place: 1 },
            school: SchoolDetails::named("Nexus Réussite"),
            payer: "Leïla Ben Salah".to_owned(),
            pupil: None,
            totals: totals(&lines, TaxRate::new(rate).unwrap()).unwrap(),
            lines,
            way: Some("Espèces"),
            reference: "PR-12".to_owned(),
            credits: Credits::whole(55),
            corrects: None,
            reason: None,
            day: jiff::civil::date(2026, 9, 14),
            issued_at: "2026-09-14T08:30:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn what_is_typed_is_shown_and_never_obeyed() {
        let source = typeset_receipt(&receipt("\\input{/etc/passwd} & 50 % $x$", 0)).unwrap().source;
        assert!(!source.contains("\\input{/etc"), "{source}");
        assert!(source.contains("\\textbackslash{}input") || source.contains("\\textbackslash input"));
        assert!(source.contains("1\\,234,567"), "{source}");
        assert!(source.contains("14~septembre~2026"));
    }

    #[test]
    fn a_tax_is_shown_when_there_is_one() {
        let view = |rate| ReceiptView::new(&receipt("Pack", rate)).sums.len();
        assert_eq!((view(0), view(1_900)), (1, 3));
    }

    #[test]
    fn a_credit_note_says_what_it_corrects() {
        let mut note = receipt("Remboursement PR-12", 0);
        note.number.series = InvoiceSeries::CreditNote;
        note.corrects = Some(receipt("", 0).number);
        note.reason = Some("Départ".to_owned());
        let source = typeset_receipt(&note).unwrap().source;
        for words in ["Avoir A2026-00001", "Facture corrigée", "F2026-00001", "Motif", "Crédits repris"] {
            assert!(source.contains(words), "{words}");
        }
        assert_eq!(typeset_receipt(&note).unwrap().source, source);
    }
}
