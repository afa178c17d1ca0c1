use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt;

/// SHA-256 of a content, written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// Hashes raw bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Hashes parts that cannot run into each other.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The 32 bytes.
    pub const fn into_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Takes a hash that was made elsewhere (a keyed one).
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Hashes the canonical JSON of a value: object keys sorted, no white space. Equal values give equal checksums
    /// whatever the order in which their fields were written.
    ///
    /// # Errors
    /// Fails when the value has no JSON form (a map whose keys are not strings, a float that is not finite).
    pub fn of_json(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        // `serde_json::Value` keeps objects in a `BTreeMap`, so a round trip sorts the keys.
        let canonical = serde_json::to_vec(&serde_json::to_value(value)?)?;
        Ok(Self::of_bytes(&canonical))
    }

    /// The 32 bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The 32 bytes, where they are.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// The digit of a number below 16.
const fn hexadecimal(number: u8) -> u8 {
    if number < 10 { b'0' + number } else { b'a' + number - 10 }
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[hexadecimal(byte >> 4), hexadecimal(byte & 0xf)]);
        }
        formatter.pad(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a SHA-256 checksum"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_fields_does_not_matter() {
        let one: serde_json::Value = serde_json::from_str(r#"{"b":1,"a":[2,{"z":0,"y":1}]}"#).unwrap();
        let other: serde_json::Value = serde_json::from_str(r#"{"a":[2,{"y":1,"z":0}],"b":1}"#).unwrap();
        assert_eq!(Checksum::of_json(&one).unwrap(), Checksum::of_json(&other).unwrap());
    }

    #[test]
    fn text_form_reads_back() {
        let checksum = Checksum::of_bytes(b"nexus");
        assert_eq!(Checksum::parse(&checksum.to_string()), Some(checksum));
        for (place, byte) in checksum.0.iter().enumerate() {
            assert_eq!(checksum.to_string()[2 * place..][..2], format!("{byte:02x}"));
        }
        assert_eq!(Checksum::parse("zz"), None);
    }
}
