//! Filled by the step of the work that needs it.
