use std::fmt;

/// A password as it is stored: `$argon2id$…` in PHC form, or the `$2a$`, `$2b$`, `$2y$` of bcrypt that the existing
/// application wrote. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Which function made a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Argon2,
    /// With its cost: the binary logarithm of the number of rounds.
    Bcrypt(u32),
    /// A text that no password can match: an empty column, a placeholder, a scheme or a cost that is not accepted.
    Unusable,
}

/// The costs of bcrypt that are compared: below, no hash is worth its name; above, one comparison takes seconds.
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;

impl PasswordHash {
    /// Takes the text of a store, whatever it is: what is no hash matches no password.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text for a store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn scheme(&self) -> Scheme {
        if self.0.starts_with("$argon2id$") {
            return Scheme::Argon2;
        }
        let cost = ["$2a$", "$2b$", "$2y$"]
            .iter()
            .find_map(|prefix| self.0.strip_prefix(prefix))
            .and_then(|rest| rest.split_once('$'))
            .and_then(|(cost, _)| cost.parse().ok());
        match cost {
            Some(cost) if BCRYPT_COSTS.contains(&cost) => Scheme::Bcrypt(cost),
            _ => Scheme::Unusable,
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PasswordHash({:?})", self.scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(text: &str) -> Scheme {
        PasswordHash::from_stored(text.to_owned()).scheme()
    }

    #[test]
    fn schemes_are_told_apart() {
        assert_eq!(scheme("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"), Scheme::Argon2);
        for (text, cost) in [("$2b$10$abc", 10), ("$2a$04$abc", 4), ("$2y$14$abc", 14)] {
            assert_eq!(scheme(text), Scheme::Bcrypt(cost));
        }
        for text in [
            "",
            "!",
            "$2b$03$a",
            "$2b$15$a",
            "$2x$10$a",
            "$2b$",
            "$2b$x$",
            "$argon2i$v=19$",
            "$1$abc",
            "motdepasse",
        ] {
            assert_eq!(scheme(text), Scheme::Unusable, "{text}");
        }
    }

    #[test]
    fn a_hash_is_not_printed() {
        let hash = PasswordHash::from_stored("$2b$10$secret".to_owned());
        assert_eq!(format!("{hash:?}"), "PasswordHash(Bcrypt(10))");
    }
}
