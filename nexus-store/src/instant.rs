//! Instants as the stores keep them: UTC milliseconds since 1970.

use jiff::Timestamp;
use nexus_core::StoreError;

pub(crate) fn to_millis(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

pub(crate) fn from_millis(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| StoreError::Corrupt("an instant is out of range"))
}

pub(crate) fn optional_from_millis(millis: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    millis.map(from_millis).transpose()
}
