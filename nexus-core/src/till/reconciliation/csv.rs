use super::{MOST_LINES, StatementError};

/// A row: the number of its line, and its cells.
pub(super) type Row = (usize, Vec<String>);

/// Reads every row; empty lines are none. Every row has the columns of the first one.
pub(super) fn read(text: &str) -> Result<Vec<Row>, StatementError> {
    let separator = separator(text);
    let mut rows: Vec<Row> = Vec::new();
    let (mut line, mut cells, mut cell, mut quoted) = (1, Vec::new(), String::new(), false);
    let mut start = 1;
    let mut letters = text.chars().peekable();
    loop {
        match letters.next() {
            Some('"') if quoted => match letters.next_if_eq(&'"') {
                Some(quotation) => cell.push(quotation),
                None => quoted = false,
            },
            Some('"') if cell.is_empty() => quoted = true,
            Some(letter) if quoted => {
                line += usize::from(letter == '\n');
                cell.push(letter);
            }
            Some(letter) if letter == separator => cells.push(std::mem::take(&mut cell)),
            Some('\r') if letters.peek() == Some(&'\n') => {}
            None if quoted => return Err(StatementError::Malformed(start)),
            end @ (Some('\n') | None) => {
                cells.push(std::mem::take(&mut cell));
                let row = std::mem::take(&mut cells);
                if row.iter().any(|cell| !cell.is_empty()) {
                    if rows.first().is_some_and(|(_, titles)| titles.len() != row.len()) {
                        return Err(StatementError::Malformed(start));
                    }
                    rows.push((start, row));
                }
                if end.is_none() {
                    return Ok(rows);
                }
                if rows.len() > MOST_LINES {
                    return Err(StatementError::TooLarge);
                }
                line += 1;
                start = line;
            }
            Some(letter) => cell.push(letter),
        }
    }
}

/// What stands most often in the first line.
fn separator(text: &str) -> char {
    let titles = text.lines().next().unwrap_or_default();
    let count = |separator: char| titles.matches(separator).count();
    if count(';') > count(',') && count(';') >= count('\t') {
        ';'
    } else if count('\t') > count(',') {
        '\t'
    } else {
        ','
    }
}

/// A cell that no spreadsheet takes for a formula: an apostrophe stands before what would begin one.
pub fn neutralised(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// Writes a row of neutralised cells, with its end of line.
pub fn write_row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let written: Vec<String> = cells
        .into_iter()
        .map(|cell| {
            let cell = neutralised(cell.as_ref());
            format!("\"{}\"", cell.replace('"', "\"\""))
        })
        .collect();
    format!("{}\r\n", written.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_hold_separators_and_ends_of_lines() {
        let rows = read("a,b\n\"x,\"\"y\"\"\",\"1\n2\"\n\nz,3").unwrap();
        assert_eq!(rows[1], (2, vec!["x,\"y\"".to_owned(), "1\n2".to_owned()]));
        assert_eq!(rows[2], (5, vec!["z".to_owned(), "3".to_owned()]));
    }

    #[test]
    fn formulas_are_neutralised() {
        for cell in ["=1+1", "+1", "-1", "@x", "\t=1", "=HYPERLINK(\"http://x\")"] {
            assert!(neutralised(cell).starts_with('\''), "{cell}");
            assert!(write_row([cell]).starts_with("\"'"), "{cell}");
        }
        assert_eq!(neutralised("450.000"), "450.000");
    }
}
