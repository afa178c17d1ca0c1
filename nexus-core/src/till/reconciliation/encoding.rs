use super::StatementError;

/// What the bytes 0x80 to 0x9f mean in Windows-1252; five of them mean nothing.
const UPPER_CONTROLS: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

/// Reads UTF-8, with or without its mark, or else Windows-1252.
pub(super) fn decode(content: &[u8]) -> Result<String, StatementError> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    if content.contains(&0) || content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff") {
        return Err(StatementError::Encoding);
    }
    if let Ok(text) = str::from_utf8(content) {
        return Ok(text.to_owned());
    }
    let letter = |byte: &u8| match byte {
        0x80..=0x9f => UPPER_CONTROLS.get(usize::from(byte - 0x80)).copied().flatten(),
        byte => Some(char::from(*byte)),
    };
    content.iter().map(letter).collect::<Option<String>>().ok_or(StatementError::Encoding)
}
