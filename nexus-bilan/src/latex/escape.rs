//! From text to LaTeX: every character is shown as it was typed, and nothing but a checked formula reaches the
//! mathematics of the engine.

use super::coverage::{ARABIC_FONT, FALLBACK_FONT, TEXT_FONTS, contains};
use super::math;
use std::iter::Peekable;
use std::str::Chars;
use unicode_normalization::UnicodeNormalization;

/// Longest text that is shown, in characters; the rest is replaced by an ellipsis.
pub const MAX_CHARACTERS: usize = 8000;

/// Shown for a character that no font has.
const UNKNOWN: char = '□';

/// Longest word that is left to hyphenation: it has as many letters as the longest ordinary French word.
const LONG_WORD: usize = 25;
/// Characters between the invisible breaks of a longer word; they fit in the narrowest column.
const PIECE: usize = 6;

/// What the text is escaped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The plain contract: control words end with a space and formulas keep their delimiters.
    Plain,
    /// A page: typed spaces survive a control word, long words may break, displayed formulas stay in their line.
    Page,
}

/// Escapes a text for LaTeX.
///
/// Formulas in `$…$`, `\(…\)` and `\[…\]` are kept when the allow-list of [`math::check`] accepts them and shown as text
/// otherwise; a delimiter alone is text. Control and direction characters vanish, unbreakable spaces become those of
/// TeX, characters that the fonts lack become a visible □. At most [`MAX_CHARACTERS`] characters are kept.
pub fn escape(text: &str) -> String {
    escape_for(&cut(text), Purpose::Plain)
}

/// Escapes as [`escape`] does, for a place on a page: spaces typed after `\`, `^` and `~` are kept, words that are too
/// long for a line may be broken, and a displayed formula is set within its line (a table cell may hold it).
pub(super) fn escape_for_page(text: &str) -> String {
    escape_for(&cut(text), Purpose::Page)
}

/// Cuts a text to [`MAX_CHARACTERS`] characters.
pub(super) fn cut(text: &str) -> String {
    cut_to(text, MAX_CHARACTERS)
}

/// Cuts a text to a number of characters and says so by an ellipsis.
pub(super) fn cut_to(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => text.get(..end).unwrap_or_default().chars().chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Escapes without looking for formulas.
pub(super) fn escape_without_math(text: &str) -> String {
    let mut writer = Writer::new(Purpose::Page);
    writer.text(text);
    writer.out
}

fn escape_for(text: &str, purpose: Purpose) -> String {
    let mut writer = Writer::new(purpose);
    let mut rest = text;
    let mut literal = 0;
    while let Some(found) = rest.get(literal..).and_then(|tail| tail.find(['$', '\\'])) {
        let start = literal + found;
        let (before, tail) = rest.split_at(start);
        match segment(tail) {
            Some(segment) => {
                writer.text(before);
                match math::check(segment.content) {
                    Some(formula) => writer.formula(&segment, &formula),
                    None => writer.text(segment.whole),
                }
                rest = tail.get(segment.whole.len()..).unwrap_or_default();
                literal = 0;
            }
            // `$` and `\` take one byte.
            None => literal = start + 1,
        }
    }
    writer.text(rest);
    writer.out
}

/// A stretch of text between delimiters of mathematics.
struct Segment<'a> {
    open: &'static str,
    close: &'static str,
    content: &'a str,
    whole: &'a str,
}

/// The segment with which a text begins.
fn segment(text: &str) -> Option<Segment<'_>> {
    let (open, close) =
        [("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")].into_iter().find(|(open, _)| text.starts_with(open))?;
    let inner = text.get(open.len()..)?;
    let content = inner.get(..inner.find(close)?)?;
    let whole = text.get(..open.len() + content.len() + close.len())?;
    // "5 $ et 10 $": a sum of money has a space inside its dollars, a formula has none.
    let is_money =
        open == "$" && (content.starts_with(char::is_whitespace) || content.ends_with(char::is_whitespace));
    (!content.trim().is_empty() && !is_money).then_some(Segment { open, close, content, whole })
}

struct Writer {
    out: String,
    purpose: Purpose,
    /// Characters since the last place where a line may end.
    unbroken: usize,
    /// Whether the current word is too long for hyphenation.
    in_long_word: bool,
    /// Whether the next character begins a word.
    at_word_start: bool,
}

impl Writer {
    fn new(purpose: Purpose) -> Self {
        Self { out: String::new(), purpose, unbroken: 0, in_long_word: false, at_word_start: true }
    }

    fn formula(&mut self, segment: &Segment<'_>, formula: &str) {
        self.unbroken = 0;
        let (open, close) = match (self.purpose, segment.open) {
            (Purpose::Page, "\\[") => ("\\(\\displaystyle ", "\\)"),
            _ => (segment.open, segment.close),
        };
        self.out.extend([open, formula, close]);
    }

    fn text(&mut self, text: &str) {
        let normal: String = text.nfc().collect();
        let mut characters = normal.chars().peekable();
        while let Some(character) = characters.next() {
            self.character(character, &mut characters);
        }
    }

    fn character(&mut self, character: char, rest: &mut Peekable<Chars<'_>>) {
        if std::mem::take(&mut self.at_word_start) {
            let length = rest.clone().take_while(|next| !next.is_whitespace()).count();
            self.in_long_word = length >= LONG_WORD;
        }
        match character {
            '\\' => self.word("\\textbackslash", rest),
            '^' => self.word("\\textasciicircum", rest),
            '~' => self.word("\\textasciitilde", rest),
            '#' | '$' | '%' | '_' | '{' | '}' | '&' => self.out.extend(['\\', character]),
            '\u{a0}' => self.out.push('~'),
            '\u{202f}' => self.out.push_str("\\,"),
            '\u{ad}' => self.out.push_str("\\-"),
            '\u{2010}' => self.out.push('-'),
            '\u{2011}' => self.out.push_str("\\mbox{-}"),
            '\t'
            | '\n'
            | '\r'
            | '\u{b}'
            | '\u{c}'
            | '\u{85}'
            | '\u{2000}'..='\u{200a}'
            | '\u{205f}'
            | '\u{3000}'
            | '\u{2028}'
            | '\u{2029}' => {
                self.out.push(' ');
            }
            _ if is_invisible(character) => return,
            _ if contains(TEXT_FONTS, character) || character == ' ' => self.out.push(character),
            _ if contains(ARABIC_FONT, character) => self.run(character, "\\NexusArabic", ARABIC_FONT, rest),
            _ if contains(FALLBACK_FONT, character) => {
                self.run(character, "\\NexusGlyph", FALLBACK_FONT, rest);
            }
            _ => self.out.push(UNKNOWN),
        }
        self.consider_break(character, rest.peek().copied());
    }

    /// Writes a control word; the space that ends it would swallow a typed one.
    fn word(&mut self, word: &str, rest: &mut Peekable<Chars<'_>>) {
        self.out.push_str(word);
        let typed_space = rest.peek().is_none_or(|next| next.is_whitespace());
        self.out.push_str(if self.purpose == Purpose::Page && typed_space { "{}" } else { " " });
    }

    /// Writes the longest run of characters of a table as the argument of a macro that selects their font. Words that
    /// follow each other in the same script stay together, so that a line in Arabic keeps its order.
    fn run(&mut self, first: char, name: &str, table: &[(u32, u32)], rest: &mut Peekable<Chars<'_>>) {
        self.out.extend([name, "{"]);
        self.out.push(first);
        loop {
            let mut ahead = rest.clone();
            let spaced = ahead.peek() == Some(&' ');
            if spaced {
                ahead.next();
            }
            let Some(next) = ahead.next().filter(|next| contains(table, *next)) else { break };
            if spaced {
                self.out.push(' ');
            }
            self.out.push(next);
            *rest = ahead;
        }
        self.out.push('}');
    }

    /// Lets a line end inside a word that is too long for it, and inside an address.
    fn consider_break(&mut self, character: char, next: Option<char>) {
        if self.purpose == Purpose::Plain {
            return;
        }
        if character.is_whitespace() {
            self.unbroken = 0;
            self.at_word_start = true;
            return;
        }
        self.unbroken += 1;
        let joint = matches!(character, '/' | '.' | '_' | '=' | '&' | '?' | '@') && self.unbroken > PIECE;
        let piece = self.in_long_word && self.unbroken >= PIECE;
        if (joint || piece) && next.is_some_and(char::is_alphanumeric) {
            self.out.push_str("\\NexusBreak{}");
            self.unbroken = 0;
        }
    }
}

/// Controls, direction marks, joiners, variation selectors, tags: they have no picture of their own.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
#[path = "escape/tests.rs"]
mod tests;
