//! Filled by its own step of the work.
