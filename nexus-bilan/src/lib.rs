#![doc = include_str!("../README.md")]

pub mod answers;
pub mod enrichment;
pub mod facts;
pub mod latex;
pub mod matching;
pub mod offers;
pub mod pdf;
pub mod questionnaire;
pub mod report;
pub mod scoring;
pub mod survey;
pub mod texts;
