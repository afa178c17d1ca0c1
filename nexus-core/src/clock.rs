use jiff::Timestamp;

/// The present instant; an input of every use-case that depends on it.
pub trait Clock: Send + Sync {
    /// Returns the current instant in UTC.
    fn now(&self) -> Timestamp;
}
