//! The request and the answer, length by length.

use std::io::{self, Read, Write};

/// What a worker typesets: a document, or the source of a format.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::pdf) struct Request {
    /// Date of the document, seconds since 1970.
    pub date: u64,
    pub source: Vec<u8>,
    /// Files that the source may open, by name.
    pub assets: Vec<(String, Vec<u8>)>,
}

/// What a worker answers.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::pdf) enum Answer {
    /// The PDF, or the format.
    Done(Vec<u8>),
    /// TeX refused; the text is safe to log.
    Rejected(String),
    /// TeX's own memory is full.
    Exhausted,
}

impl Request {
    pub(in crate::pdf) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.date.to_le_bytes().to_vec();
        put(&mut bytes, &self.source);
        bytes.extend((self.assets.len() as u64).to_le_bytes());
        for (name, content) in &self.assets {
            put(&mut bytes, name.as_bytes());
            put(&mut bytes, content);
        }
        bytes
    }

    pub(in crate::pdf) fn read(source: &mut impl Read) -> io::Result<Self> {
        let date = take_number(source)?;
        let text = take(source)?;
        let count = take_number(source)?;
        let mut assets = Vec::new();
        for _ in 0..count {
            let name = String::from_utf8(take(source)?).map_err(io::Error::other)?;
            assets.push((name, take(source)?));
        }
        Ok(Self { date, source: text, assets })
    }
}

impl Answer {
    pub(in crate::pdf) fn write(&self, target: &mut impl Write) -> io::Result<()> {
        let (status, content): (u8, &[u8]) = match self {
            Self::Done(content) => (0, content),
            Self::Rejected(message) => (1, message.as_bytes()),
            Self::Exhausted => (2, &[]),
        };
        target.write_all(&[status])?;
        target.write_all(&(content.len() as u64).to_le_bytes())?;
        target.write_all(content)?;
        target.flush()
    }

    /// Reads a whole answer; `None` when the worker died before it had written all of it.
    pub(in crate::pdf) fn parse(bytes: &[u8]) -> Option<Self> {
        let (status, mut rest) = bytes.split_first()?;
        let content = take(&mut rest).ok()?;
        match status {
            0 => Some(Self::Done(content)),
            1 => String::from_utf8(content).ok().map(Self::Rejected),
            2 => Some(Self::Exhausted),
            _ => None,
        }
    }
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend((part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}

fn take_number(source: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    source.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Reads a part; memory is taken as bytes arrive, never on the word of the length alone.
fn take(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = take_number(source)?;
    let mut part = Vec::new();
    source.take(length).read_to_end(&mut part)?;
    if part.len() as u64 == length { Ok(part) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn requests_survive_the_pipe(date: u64, source: Vec<u8>, assets: Vec<(String, Vec<u8>)>) {
            let request = Request { date, source, assets };
            let bytes = request.encode();
            prop_assert_eq!(Request::read(&mut bytes.as_slice()).unwrap(), request);
        }

        #[test]
        fn a_cut_request_is_an_error(source: Vec<u8>, cut in 1_usize..9) {
            let bytes = Request { date: 0, source, assets: Vec::new() }.encode();
            prop_assert!(Request::read(&mut &bytes[..bytes.len() - cut]).is_err());
        }

        #[test]
        fn answers_survive_the_pipe_and_cut_ones_are_none(content: Vec<u8>, cut in 1_usize..9) {
            let mut bytes = Vec::new();
            let answer = Answer::Done(content);
            answer.write(&mut bytes).unwrap();
            prop_assert_eq!(Answer::parse(&bytes), Some(answer));
            prop_assert_eq!(Answer::parse(&bytes[..bytes.len() - cut]), None);
        }
    }
}
