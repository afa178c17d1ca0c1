//! The recursive descent that reads a polynomial.

use super::Polynomial;
use crate::scoring::Rational;
use std::collections::BTreeMap;

/// Deepest nesting of brackets.
const MAX_DEPTH: usize = 16;

/// Reads a whole text in plain notation.
pub(super) fn read(text: &str) -> Option<Polynomial> {
    let symbols: Vec<char> = text.chars().collect();
    let mut reader = Reader { symbols: &symbols, at: 0 };
    let value = reader.sum(0)?;
    (reader.at == symbols.len()).then_some(value)
}

struct Reader<'a> {
    symbols: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.symbols.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        (self.peek() == Some(wanted)).then(|| self.at += 1)
    }

    fn sum(&mut self, depth: usize) -> Option<Polynomial> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut total = self.product(depth)?;
        loop {
            let sign = match self.peek() {
                Some('+') => 1,
                Some('-') => -1,
                _ => return Some(total),
            };
            self.at += 1;
            total = total.plus(&self.product(depth)?, sign)?;
        }
    }

    fn product(&mut self, depth: usize) -> Option<Polynomial> {
        if self.take('-').is_some() {
            return Polynomial::default().plus(&self.product(depth)?, -1);
        }
        if self.take('+').is_some() {
            return self.product(depth);
        }
        let mut total = self.factor(depth)?;
        loop {
            match self.peek() {
                Some('*') => {
                    self.at += 1;
                    let negative = self.take('-').is_some();
                    let factor = self.factor(depth)?;
                    total = total.times(&factor)?;
                    if negative {
                        total = Polynomial::default().plus(&total, -1)?;
                    }
                }
                Some('/') => {
                    self.at += 1;
                    total = total.over(&self.factor(depth)?)?;
                }
                Some(next) if next.is_ascii_alphabetic() || matches!(next, '(' | '\u{1}') => {
                    total = total.times(&self.factor(depth)?)?;
                }
                _ => return Some(total),
            }
        }
    }

    fn factor(&mut self, depth: usize) -> Option<Polynomial> {
        let base = self.base(depth)?;
        if self.take('^').is_none() {
            return Some(base);
        }
        let exponent = match self.peek()? {
            '{' => self.bracket('{', '}', depth)?,
            digit if digit.is_ascii_digit() => {
                self.at += 1;
                Polynomial::number(Rational::whole(i64::from(digit.to_digit(10)?)))
            }
            _ => return None,
        };
        base.power(&exponent)
    }

    fn base(&mut self, depth: usize) -> Option<Polynomial> {
        match self.peek()? {
            '(' => self.bracket('(', ')', depth),
            '{' => self.bracket('{', '}', depth),
            '\u{1}' => {
                self.at += 1;
                let numerator = self.bracket('{', '}', depth)?;
                numerator.over(&self.bracket('{', '}', depth)?)
            }
            digit if digit.is_ascii_digit() => self.decimal(),
            letter if letter.is_ascii_alphabetic() => self.variable(),
            _ => None,
        }
    }

    fn bracket(&mut self, open: char, close: char, depth: usize) -> Option<Polynomial> {
        self.take(open)?;
        let inside = self.sum(depth + 1)?;
        self.take(close)?;
        Some(inside)
    }

    fn decimal(&mut self) -> Option<Polynomial> {
        let rest = self.symbols.get(self.at..)?;
        let digits: String =
            rest.iter().take_while(|symbol| symbol.is_ascii_digit() || **symbol == '.').collect();
        self.at += digits.chars().count();
        digits.parse().ok().map(Polynomial::number)
    }

    /// One letter with its primes and index: `x`, `b'`, `u_n`, `x_{0}`. Three letters in a row are a word, and a letter that
    /// usually names a function is not multiplied by the bracket that follows it.
    fn variable(&mut self) -> Option<Polynomial> {
        let before = self.at.checked_sub(1).and_then(|place| self.symbols.get(place));
        let letter = self.peek()?;
        let next = |ahead: usize| self.symbols.get(self.at + ahead).copied();
        let word = next(1).is_some_and(char::is_alphabetic)
            && (next(2).is_some_and(char::is_alphabetic)
                || before.is_some_and(|before| before.is_alphabetic()));
        if word {
            return None;
        }
        let mut name = letter.to_string();
        self.at += 1;
        while self.take('\'').is_some() {
            name.push('\'');
        }
        if self.take('_').is_some() {
            name.push('_');
            if self.take('{').is_some() {
                while let Some(symbol) = self.peek().filter(|symbol| *symbol != '}') {
                    name.push(symbol);
                    self.at += 1;
                }
                self.take('}')?;
            } else {
                name.push(self.peek()?);
                self.at += 1;
            }
        }
        let function = !matches!(letter, 'a'..='d' | 'k' | 'm' | 'n' | 'q' | 'r' | 't' | 'x'..='z')
            || name.contains('\'');
        if function && self.peek() == Some('(') {
            return None;
        }
        Some(Polynomial(BTreeMap::from([(BTreeMap::from([(name, 1)]), Rational::ONE)])))
    }
}
