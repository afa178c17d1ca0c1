//! SQL that is the same on every database, written once.

pub(crate) mod adoption;
pub(crate) mod bilans;
pub(crate) mod directory;
pub(crate) mod jobs;
