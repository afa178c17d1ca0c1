#![doc = include_str!("../README.md")]

pub mod answers;
pub mod bilan;
pub mod enrichment;
pub mod facts;
pub mod latex;
pub mod lifecycle;
pub mod matching;
pub mod offers;
pub mod pdf;
pub mod ports;
pub mod questionnaire;
pub mod report;
pub mod scoring;
pub mod survey;
pub mod texts;
