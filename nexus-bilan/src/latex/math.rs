//! The mathematics that data may hold: a small grammar, read completely before a formula reaches the engine. What it
//! accepts always compiles; what it does not accept is shown as text.

mod commands;

use super::escape::escape_without_math;
use commands::{Kind, kind_of, symbol_of};

/// Groups inside groups that are followed; deeper formulas are shown as text.
const MAX_DEPTH: u32 = 24;

/// Checks the content of a formula, without its delimiters, and gives the LaTeX to write: the same text, but the content
/// of `\text{…}` escaped and Unicode symbols replaced by their commands. `None` when the formula is not accepted.
pub fn check(content: &str) -> Option<String> {
    let characters: Vec<char> =
        content.chars().map(|character| if character.is_whitespace() { ' ' } else { character }).collect();
    let mut parser = Parser { characters: &characters, at: 0, out: String::new(), depth: 0 };
    parser.list(End::Formula)?;
    Some(parser.out)
}

/// What ends a list of atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Formula,
    Brace,
    Bracket,
    Right,
    /// `\end{…}` of an environment that allows so many columns.
    Environment(usize),
}

struct Parser<'a> {
    characters: &'a [char],
    at: usize,
    out: String,
    depth: u32,
}

/// Which scripts the current atom has; TeX refuses a second one.
#[derive(Default)]
struct Scripts {
    upper: bool,
    lower: bool,
    /// The last character was a prime, to which a superscript may still be joined.
    after_prime: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    /// Reads and writes one expected character.
    fn expect(&mut self, expected: char) -> Option<()> {
        (self.next()? == expected).then(|| self.out.push(expected))
    }

    fn spaces(&mut self) {
        while self.peek() == Some(' ') {
            self.at += 1;
            self.out.push(' ');
        }
    }

    fn list(&mut self, end: End) -> Option<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.atoms(end)?;
        self.depth -= 1;
        Some(())
    }

    fn atoms(&mut self, end: End) -> Option<()> {
        let mut scripts = Scripts::default();
        let mut columns = 1;
        loop {
            let Some(character) = self.next() else { return (end == End::Formula).then_some(()) };
            let after_prime = std::mem::take(&mut scripts.after_prime);
            match character {
                '}' if end == End::Brace => {
                    self.out.push('}');
                    return Some(());
                }
                ']' if end == End::Bracket => {
                    self.out.push(']');
                    return Some(());
                }
                ' ' => self.out.push(' '),
                '\'' => {
                    if scripts.upper && !after_prime {
                        return None;
                    }
                    scripts = Scripts { upper: true, after_prime: true, ..scripts };
                    self.out.push('\'');
                }
                '^' => {
                    if scripts.upper && !after_prime {
                        return None;
                    }
                    scripts.upper = true;
                    self.out.push('^');
                    self.argument()?;
                }
                '_' => {
                    if std::mem::replace(&mut scripts.lower, true) {
                        return None;
                    }
                    self.out.push('_');
                    self.argument()?;
                }
                '&' => {
                    let End::Environment(allowed) = end else { return None };
                    columns += 1;
                    if columns > allowed {
                        return None;
                    }
                    scripts = Scripts::default();
                    self.out.push('&');
                }
                '\\' if self.peek() == Some('\\') => {
                    self.at += 1;
                    self.row_end(end)?;
                    columns = 1;
                    scripts = Scripts::default();
                }
                '\\' => {
                    let name = self.command_name()?;
                    match (name.as_str(), end) {
                        ("right", End::Right) => {
                            self.out.push_str("\\right");
                            return self.delimiter();
                        }
                        ("end", End::Environment(_)) => {
                            self.out.push_str("\\end");
                            return Some(());
                        }
                        _ => self.command(&name)?,
                    }
                    scripts = Scripts::default();
                }
                '{' => {
                    self.out.push('{');
                    self.list(End::Brace)?;
                    scripts = Scripts::default();
                }
                _ => {
                    self.plain(character, &mut scripts)?;
                }
            }
        }
    }

    /// Writes one character that is not special, or the command of a Unicode symbol.
    fn plain(&mut self, character: char, scripts: &mut Scripts) -> Option<()> {
        if is_plain(character) {
            self.out.push(character);
            *scripts = Scripts::default();
            return Some(());
        }
        let symbol = symbol_of(character)?;
        match symbol.chars().next()? {
            '^' if std::mem::replace(&mut scripts.upper, true) => return None,
            '_' if std::mem::replace(&mut scripts.lower, true) => return None,
            '^' | '_' => {}
            _ => *scripts = Scripts::default(),
        }
        self.out.push_str(symbol);
        Some(())
    }

    /// `\\`, which must not be followed by what LaTeX would read as its options.
    fn row_end(&mut self, end: End) -> Option<()> {
        let End::Environment(_) = end else { return None };
        self.out.push_str("\\\\");
        self.spaces();
        (!matches!(self.peek(), Some('[' | '*'))).then_some(())
    }

    /// The name after a backslash: letters, or one other character.
    fn command_name(&mut self) -> Option<String> {
        let first = self.next()?;
        let mut name = String::from(first);
        while first.is_ascii_alphabetic() && self.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
            name.push(self.next()?);
        }
        Some(name)
    }

    fn command(&mut self, name: &str) -> Option<()> {
        let kind = kind_of(name)?;
        self.out.push('\\');
        self.out.push_str(name);
        match kind {
            Kind::Symbol | Kind::Space => Some(()),
            Kind::One => self.argument(),
            Kind::Two => {
                self.argument()?;
                self.argument()
            }
            Kind::Root => {
                self.spaces();
                if self.peek() == Some('[') {
                    self.expect('[')?;
                    self.list(End::Bracket)?;
                }
                self.argument()
            }
            Kind::Text => self.text(),
            Kind::Letters => {
                self.letters(|character| character.is_ascii_alphanumeric() || " .'-".contains(character))
            }
            Kind::Capitals => self.letters(|character| character.is_ascii_uppercase()),
            Kind::Left => {
                self.delimiter()?;
                self.list(End::Right)
            }
            Kind::Environment => self.environment(),
        }
    }

    /// One argument: a group, a character or a symbol.
    fn argument(&mut self) -> Option<()> {
        self.spaces();
        match self.next()? {
            '{' => {
                self.out.push('{');
                self.list(End::Brace)
            }
            '\\' => {
                // In braces: some symbols are made of several atoms.
                let name = self.command_name()?;
                self.out.extend(["{\\", &name, "}"]);
                (kind_of(&name)? == Kind::Symbol).then_some(())
            }
            character if character.is_ascii_alphanumeric() || "+-*".contains(character) => {
                self.out.push(character);
                Some(())
            }
            character => {
                let symbol = symbol_of(character).filter(|symbol| symbol.starts_with('\\'))?;
                self.out.extend(["{", symbol, "}"]);
                Some(())
            }
        }
    }

    /// `{words}`, written escaped.
    fn text(&mut self) -> Option<()> {
        self.spaces();
        self.expect('{')?;
        let start = self.at;
        let mut open = 1_u32;
        while open > 0 {
            match self.next()? {
                '{' => open += 1,
                '}' => open -= 1,
                _ => {}
            }
        }
        let words: String = self.characters.get(start..self.at.checked_sub(1)?)?.iter().collect();
        self.out.push_str(&escape_without_math(&words));
        self.out.push('}');
        Some(())
    }

    /// `{ABC}` or one such character.
    fn letters(&mut self, accepted: fn(char) -> bool) -> Option<()> {
        self.spaces();
        let first = self.next()?;
        self.out.push(first);
        if first != '{' {
            return (first != ' ' && accepted(first)).then_some(());
        }
        loop {
            let character = self.next()?;
            self.out.push(character);
            match character {
                '}' => return Some(()),
                _ if accepted(character) => {}
                _ => return None,
            }
        }
    }

    /// What may follow `\left` and `\right`.
    fn delimiter(&mut self) -> Option<()> {
        self.spaces();
        match self.next()? {
            '\\' => {
                let name = self.command_name()?;
                self.out.push('\\');
                self.out.push_str(&name);
                commands::DELIMITERS.contains(&name.as_str()).then_some(())
            }
            character => {
                self.out.push(character);
                "()[]|./<>".contains(character).then_some(())
            }
        }
    }

    fn environment(&mut self) -> Option<()> {
        let name = self.braced_name()?;
        let columns = commands::columns_of(&name)?;
        self.out.extend(["{", &name, "}"]);
        self.list(End::Environment(columns))?;
        let end = self.braced_name()?;
        self.out.extend(["{", &end, "}"]);
        (end == name).then_some(())
    }

    fn braced_name(&mut self) -> Option<String> {
        (self.next()? == '{').then_some(())?;
        let mut name = String::new();
        loop {
            match self.next()? {
                '}' => return Some(name),
                character if character.is_ascii_alphabetic() => name.push(character),
                _ => return None,
            }
        }
    }
}

/// Characters that mean themselves in a formula.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "+-*/=<>()[]|,.;:!?".contains(character)
}

#[cfg(test)]
#[path = "math/tests.rs"]
mod tests;
