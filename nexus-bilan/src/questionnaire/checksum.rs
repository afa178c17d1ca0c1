//! The identity of a content: what a signature and an attempt are bound to.

use super::{Bank, Survey};
use nexus_core::Checksum;
use serde::Serialize;

impl Bank {
    /// SHA-256 of the bank's canonical JSON: any change of content changes it, the order of the fields does not.
    pub fn checksum(&self) -> Checksum {
        of(self)
    }
}

impl Survey {
    /// SHA-256 of the survey's canonical JSON.
    pub fn checksum(&self) -> Checksum {
        of(self)
    }
}

fn of(content: &impl Serialize) -> Checksum {
    // These types hold neither floats nor maps with other keys than strings, so that they always have a JSON form; the
    // fallback is a constant rather than a panic.
    Checksum::of_json(content).unwrap_or_else(|_| Checksum::of_bytes(b""))
}
