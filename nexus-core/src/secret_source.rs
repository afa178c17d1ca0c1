/// Source of cryptographic chance; an input of everything that makes a secret.
///
/// # Contract
/// * Every byte is drawn from a source that nobody can predict, whatever he saw of earlier draws.
/// * `fill` does not return before the whole slice is filled: a machine without chance stops the process instead of going on
///   with a secret that is none.
pub trait SecretSource: Send + Sync {
    /// Fills a slice with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Draws an array of random bytes.
pub(crate) fn draw<const LENGTH: usize>(secrets: &dyn SecretSource) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    secrets.fill(&mut bytes);
    bytes
}
