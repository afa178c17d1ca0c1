//! What is wrong with the fields of a request, all at once.

use crate::{Coded, ErrorCode, FieldError};

/// The fields that cannot be accepted, collected while a request is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldProblems(Vec<FieldError>);

impl FieldProblems {
    /// The problem of one field.
    pub fn of(field: &str, code: ErrorCode) -> Self {
        let mut problems = Self::default();
        problems.add(field, code);
        problems
    }

    /// The problem of one field, as another rule tells it.
    pub fn of_error(field: &str, error: &impl Coded) -> Self {
        let mut problems = Self::default();
        problems.add_error(field, error);
        problems
    }

    /// Adds a problem, as another rule tells it.
    pub fn add_error(&mut self, field: &str, error: &impl Coded) {
        self.add_with(field, error.code(), error.sentence());
    }

    /// Adds a problem with the sentence of the table.
    pub fn add(&mut self, field: &str, code: ErrorCode) {
        self.0.push(FieldError::new(field, code));
    }

    /// Adds a problem with a sentence of its own.
    pub fn add_with(&mut self, field: &str, code: ErrorCode, detail: impl Into<String>) {
        self.0.push(FieldError::with_detail(field, code, detail));
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The code that stands for all of them: its own when there is one only.
    pub fn code(&self) -> ErrorCode {
        match self.0.as_slice() {
            [only] => only.code,
            _ => ErrorCode::InvalidField,
        }
    }

    /// The problems, in the order in which they were met.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.0
    }

    /// Gives the value that was built beside, when nothing was wrong.
    ///
    /// # Errors
    /// The problems themselves. A value that could not be built without any problem being told counts as one.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            None if self.0.is_empty() => Err(Self::of("", ErrorCode::FieldRequired)),
            Some(_) | None => Err(self),
        }
    }

    #[cfg(test)]
    pub(super) fn codes(&self) -> Vec<ErrorCode> {
        self.0.iter().map(|error| error.code).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_given_only_without_a_problem() {
        assert_eq!(FieldProblems::default().finish(Some(1)), Ok(1));
        let problems = FieldProblems::of("a", ErrorCode::FieldRequired);
        assert_eq!(problems.clone().finish(Some(1)), Err(problems));
        assert!(FieldProblems::default().finish(None::<u8>).is_err());
    }
}
