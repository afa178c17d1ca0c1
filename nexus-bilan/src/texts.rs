//! Deterministic French prose from facts.
pub mod french;
