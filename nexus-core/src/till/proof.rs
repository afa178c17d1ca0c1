//! The proof of a transfer: a document or a picture, known by its content and not by its name.

use crate::{Coded, ErrorCode};

/// Largest proof, in bytes.
pub const LARGEST_PROOF: usize = 5 * 1024 * 1024;

/// What a proof is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofKind {
    /// A PDF.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
}

/// Why a file is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofRefused {
    /// None of the accepted kinds.
    #[error("the file is no PDF, PNG or JPEG")]
    Kind,
    /// Larger than [`LARGEST_PROOF`].
    #[error("the file is too large")]
    Size,
}

impl Coded for ProofRefused {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Kind => ErrorCode::ProofRefused,
            Self::Size => ErrorCode::TooLarge,
        }
    }
}

impl ProofKind {
    /// Looks at the content: its first bytes, and its last ones where the format has an end.
    ///
    /// # Errors
    /// [`ProofRefused`]; what a browser would read as a page is never accepted.
    pub fn of(content: &[u8]) -> Result<Self, ProofRefused> {
        if content.len() > LARGEST_PROOF {
            return Err(ProofRefused::Size);
        }
        let tail = content.get(content.len().saturating_sub(1024)..).unwrap_or_default();
        let ends_with = |mark: &[u8]| tail.windows(mark.len()).any(|window| window == mark);
        if content.starts_with(b"%PDF-1.") || content.starts_with(b"%PDF-2.") {
            return if ends_with(b"%%EOF") { Ok(Self::Pdf) } else { Err(ProofRefused::Kind) };
        }
        if content.starts_with(b"\x89PNG\r\n\x1a\n") && content.get(12..16) == Some(b"IHDR".as_slice()) {
            return if ends_with(b"IEND\xaeB`\x82") { Ok(Self::Png) } else { Err(ProofRefused::Kind) };
        }
        if content.starts_with(b"\xff\xd8\xff") && ends_with(b"\xff\xd9") {
            return Ok(Self::Jpeg);
        }
        Err(ProofRefused::Kind)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// The end of its name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }

    /// Reads a stored media type.
    pub fn parse(media_type: &str) -> Option<Self> {
        [Self::Pdf, Self::Png, Self::Jpeg].into_iter().find(|kind| kind.media_type() == media_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_holds() {
        let pdf = b"%PDF-1.4\n1 0 obj\n%%EOF\n";
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDRxxxxIEND\xaeB`\x82";
        assert_eq!(ProofKind::of(pdf), Ok(ProofKind::Pdf));
        assert_eq!(ProofKind::of(png), Ok(ProofKind::Png));
        assert_eq!(ProofKind::of(b"\xff\xd8\xff\xe0xxxx\xff\xd9"), Ok(ProofKind::Jpeg));
        for content in [
            &b""[..],
            b"<html>",
            b"%PDF-1.4 cut",
            b"\x89PNG\r\n\x1a\n",
            b"MZ\x90",
            b"GIF89a",
            b" %PDF-1.4\n%%EOF",
        ] {
            assert_eq!(ProofKind::of(content), Err(ProofRefused::Kind), "{content:?}");
        }
        assert_eq!(ProofKind::of(&vec![0; LARGEST_PROOF + 1]), Err(ProofRefused::Size));
    }
}
