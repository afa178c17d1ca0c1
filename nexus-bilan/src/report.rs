//! The report of one audience: facts and prose in blocks, without any markup of a page. HTML, JSON and PDF are made from it.

mod audience;
mod payload;

pub use audience::Audience;
pub use payload::{
    BandWord, BarRow, Block, Callout, Enrichment, FIRST_NAME, ItemRow, NodeRow, OfferCard, PlanWeek,
    Priority, Provenance, RadarAxis, ReportPayload, Section, Statement, Tone, TraitRow, Variant,
};
