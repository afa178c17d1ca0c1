//! Why an engine refused a document, in a line that is safe to log.

/// Longest message, characters.
const LONGEST: usize = 300;

/// Name of the document's own file, for every engine.
pub(super) const DOCUMENT: &str = "texput";

/// Whether an engine gave up because there is no memory left, its own or the machine's.
pub(super) fn is_exhaustion(message: &str) -> bool {
    ["TeX capacity exceeded", "xmalloc request", "xcalloc request", "xrealloc() to"]
        .iter()
        .any(|words| message.contains(words))
}

/// The first line of TeX's message, with the command that TeX stopped at when there is one.
///
/// A message of TeX quotes commands and file names; the lines of context below it, which quote the document, are
/// left out.
pub(super) fn refusal(message: &str, log: &str) -> String {
    let first = message.lines().find(|line| !line.trim().is_empty()).unwrap_or("no reason given").trim();
    let mark = format!("{DOCUMENT}.tex:");
    let first = first.split_once(&mark).map_or_else(|| first.to_owned(), |(_, rest)| format!("line {rest}"));
    let first = first.trim_end_matches('.');
    match culprit(log) {
        Some(command) if first.ends_with("Undefined control sequence") => format!("{first} {command}"),
        _ => first.to_owned(),
    }
    .chars()
    .take(LONGEST)
    .collect()
}

/// The first error of a log written with `-file-line-error`.
#[cfg(feature = "latexmk")]
pub(super) fn first_error(log: &str) -> Option<&str> {
    let is_located = |line: &str| {
        line.split_once(".tex:").and_then(|(_, rest)| rest.split_once(':')).is_some_and(|(number, _)| {
            !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        })
    };
    log.lines().find(|line| line.starts_with("! ") || is_located(line))
}

/// The command at the end of the line of context `l.12 …\command`: its name alone, never the text before it.
fn culprit(log: &str) -> Option<&str> {
    let context =
        log.lines().find(|line| line.starts_with("l.") || line.starts_with("<argument>"))?.trim_end();
    let start = context.rfind('\\')?;
    let command = context.get(start..)?;
    let name = command.get(1..)?;
    let is_name =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '@');
    is_name.then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_line_and_the_command_but_not_the_text() {
        let log = "! Undefined control sequence.\nl.5 Élodie Lefèvre a \\truc\n                         fini";
        let cases = [
            ("texput.tex:5: Undefined control sequence", log, "line 5: Undefined control sequence \\truc"),
            ("./texput.tex:5: Undefined control sequence.", log, "line 5: Undefined control sequence \\truc"),
            ("texput.tex:5: Missing $ inserted", log, "line 5: Missing $ inserted"),
            ("texput.tex:5: Undefined control sequence", "l.5 Élodie", "line 5: Undefined control sequence"),
            ("", "", "no reason given"),
        ];
        for (message, log, expected) in cases {
            assert_eq!(refusal(message, log), expected, "{message}");
        }
        assert_eq!(refusal(&"é".repeat(1000), "").chars().count(), LONGEST);
    }

    #[cfg(feature = "latexmk")]
    #[test]
    fn the_first_error_of_a_log_is_found() {
        let log = "(./texput.tex\nLaTeX Font Info: x.tex: y\n./texput.tex:12: Missing $ inserted.\n! Emergency stop.";
        assert_eq!(first_error(log), Some("./texput.tex:12: Missing $ inserted."));
        assert_eq!(first_error("all is well"), None);
    }
}
