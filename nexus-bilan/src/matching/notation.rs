//! One plain notation for what pupils type and what authors write in LaTeX.

use super::MAX_MATH_LENGTH;

/// Longest plain text that a notation may expand to.
const MAX_PLAIN_LENGTH: usize = 4 * MAX_MATH_LENGTH;
/// How deep braces may be nested.
const MAX_DEPTH: usize = 40;

/// Rewrites LaTeX and Unicode mathematics as plain text: `\dfrac{3}{5}` → `((3)/(5))`, `x²` → `x^(2)`, `0{,}2` → `0.2`,
/// `−` → `-`, `×` → `*`, `≤` → `<=`, `\infty` → `oo`, `\{2\}` → `{2}`; any space becomes a plain one. Braces that LaTeX
/// uses for grouping become parentheses. `None` for what is too long or too deep and for a vulgar fraction after a
/// digit (`1½` would read as a product).
pub(super) fn plain(text: &str) -> Option<String> {
    if text.chars().nth(MAX_MATH_LENGTH).is_some() {
        return None;
    }
    let source: Vec<char> = text.chars().collect();
    let mut writer = Writer { source: &source, position: 0, output: String::with_capacity(2 * source.len()) };
    writer.sequence(None, 0)?;
    Some(writer.output)
}

struct Writer<'a> {
    source: &'a [char],
    position: usize,
    output: String,
}

impl Writer<'_> {
    fn peek(&self) -> Option<char> {
        self.source.get(self.position).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.position += 1;
        Some(next)
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.position += 1;
        }
    }

    /// Writes up to the closing brace of a group, or to the end of the text.
    fn sequence(&mut self, closing: Option<char>, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        loop {
            match self.next() {
                None => return closing.is_none().then_some(()),
                Some(next) if Some(next) == closing => return Some(()),
                Some(next) => self.symbol(next, depth)?,
            }
            if self.output.len() > MAX_PLAIN_LENGTH {
                return None;
            }
        }
    }

    fn symbol(&mut self, symbol: char, depth: usize) -> Option<()> {
        match symbol {
            '\\' => return self.command(depth),
            '{' => return self.braces(depth),
            '^' | '_' => {
                self.output.push(symbol);
                self.skip_spaces();
                if self.peek() == Some('{') {
                    return self.script(symbol == '_', depth);
                }
            }
            '*' if self.peek() == Some('*') => {
                self.position += 1;
                self.output.push('^');
            }
            '$' => {}
            _ if superscript(symbol).is_some() => self.superscripts(symbol),
            _ if vulgar_fraction(symbol).is_some() => {
                if self.output.trim_end().ends_with(|last: char| last.is_ascii_digit()) {
                    return None;
                }
                self.output.push_str(vulgar_fraction(symbol)?);
            }
            _ if invisible(symbol) => {}
            _ if symbol.is_whitespace() => self.output.push(' '),
            _ => match replacement(symbol) {
                Some(replacement) => self.output.push_str(replacement),
                None => self.output.push(symbol),
            },
        }
        Some(())
    }

    /// A plain brace: `{,}` is the decimal comma of LaTeX, anything else a set, kept with its braces.
    fn braces(&mut self, depth: usize) -> Option<()> {
        if let Some([',', '}']) = self.source.get(self.position..self.position + 2) {
            self.position += 2;
            self.output.push('.');
            return Some(());
        }
        self.output.push('{');
        self.sequence(Some('}'), depth + 1)?;
        self.output.push('}');
        Some(())
    }

    /// The argument of a command or of `^`: a braced group, or one symbol.
    fn group(&mut self, depth: usize) -> Option<()> {
        self.skip_spaces();
        self.output.push('(');
        match self.next()? {
            '{' => self.sequence(Some('}'), depth + 1)?,
            symbol => self.symbol(symbol, depth + 1)?,
        }
        self.output.push(')');
        Some(())
    }

    /// A braced exponent or subscript; the parentheses of a subscript that is one word go, so that `u_{n}` is `u_n`.
    fn script(&mut self, subscript: bool, depth: usize) -> Option<()> {
        let start = self.output.len();
        self.group(depth)?;
        let written = self.output.get(start..)?;
        let word = written.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))?;
        if subscript && word.chars().all(char::is_alphanumeric) {
            let word = word.to_owned();
            self.output.truncate(start);
            self.output.push_str(&word);
        }
        Some(())
    }

    /// The argument of `\text`, without parentheses around it.
    fn words(&mut self, depth: usize) -> Option<()> {
        self.skip_spaces();
        if self.peek() == Some('{') {
            self.position += 1;
            self.sequence(Some('}'), depth + 1)?;
        }
        Some(())
    }

    fn superscripts(&mut self, first: char) {
        self.output.push_str("^(");
        self.output.extend(superscript(first));
        while let Some(digit) = self.peek().and_then(superscript) {
            self.position += 1;
            self.output.push(digit);
        }
        self.output.push(')');
    }

    fn command(&mut self, depth: usize) -> Option<()> {
        let start = self.position;
        while self.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
            self.position += 1;
        }
        if self.position == start {
            match self.next() {
                Some(brace @ ('{' | '}')) => self.output.push(brace),
                Some('%') => self.output.push('%'),
                Some('_') => self.output.push('_'),
                Some('!') => {}
                Some('\\' | ',' | ';' | ':' | '>' | ' ') => self.output.push(' '),
                _ => return None,
            }
            return Some(());
        }
        let name: String = self.source.get(start..self.position)?.iter().collect();
        match name.as_str() {
            "frac" | "dfrac" | "tfrac" | "cfrac" => {
                self.output.push('(');
                self.group(depth)?;
                self.output.push('/');
                self.group(depth)?;
                self.output.push(')');
            }
            "sqrt" => {
                self.skip_spaces();
                if self.peek() == Some('[') {
                    return None;
                }
                self.output.push_str("sqrt");
                self.group(depth)?;
            }
            "text" | "mathrm" | "mathbf" | "textbf" | "textit" | "texttt" | "textrm" | "operatorname" => {
                self.words(depth)?;
            }
            "mathbb" => self.words(depth)?,
            "left" | "right" | "big" | "Big" | "bigl" | "bigr" | "displaystyle" | "limits" => {}
            "lbrace" => self.output.push('{'),
            "rbrace" => self.output.push('}'),
            "lbrack" => self.output.push('['),
            "rbrack" => self.output.push(']'),
            "quad" | "qquad" | "enspace" | "thinspace" => self.output.push(' '),
            _ => self.output.push_str(command_text(&name)?),
        }
        Some(())
    }
}

/// What a command without argument stands for.
fn command_text(name: &str) -> Option<&'static str> {
    Some(match name {
        "cdot" | "times" | "ast" => "*",
        "div" => "/",
        "pm" => "±",
        "le" | "leq" | "leqslant" => "<=",
        "ge" | "geq" | "geqslant" => ">=",
        "lt" => "<",
        "gt" => ">",
        "ne" | "neq" => "≠",
        "infty" => "oo",
        "cup" => "∪",
        "in" => "∈",
        "setminus" | "backslash" => "∖",
        "emptyset" | "varnothing" => "∅",
        "approx" | "simeq" => "≈",
        "Rightarrow" | "implies" => "⇒",
        "R" => "R",
        "degree" | "circ" => "°",
        "percent" => "%",
        "pi" => "pi",
        "exp" => "exp",
        "ln" => "ln",
        "log" => "log",
        "sin" => "sin",
        "cos" => "cos",
        "tan" => "tan",
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        "delta" => "δ",
        "Delta" => "Δ",
        "theta" => "θ",
        "lambda" => "λ",
        "mu" => "μ",
        "rho" => "ρ",
        "sigma" => "σ",
        "tau" => "τ",
        "phi" | "varphi" => "φ",
        "omega" => "ω",
        _ => return None,
    })
}

/// What a character stands for.
const fn replacement(symbol: char) -> Option<&'static str> {
    Some(match symbol {
        '×' | '·' | '⋅' | '∙' | '•' | '∗' | '✕' => "*",
        '÷' | '∕' | '⁄' => "/",
        '−' | '–' | '‐' | '‑' | '﹣' | '－' => "-",
        '＋' => "+",
        '＝' => "=",
        '≤' | '⩽' | '≦' => "<=",
        '≥' | '⩾' | '≧' => ">=",
        '∞' => "oo",
        'Ø' | '⌀' | 'ø' => "∅",
        'ℝ' => "R",
        'π' => "pi",
        '’' | 'ʼ' | '′' => "'",
        '~' => " ",
        'µ' => "μ",
        _ => return None,
    })
}

const fn superscript(symbol: char) -> Option<char> {
    Some(match symbol {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴' => '4',
        '⁵' => '5',
        '⁶' => '6',
        '⁷' => '7',
        '⁸' => '8',
        '⁹' => '9',
        '⁻' => '-',
        '⁺' => '+',
        'ⁿ' => 'n',
        'ˣ' => 'x',
        _ => return None,
    })
}

const fn vulgar_fraction(symbol: char) -> Option<&'static str> {
    Some(match symbol {
        '½' => "(1/2)",
        '⅓' => "(1/3)",
        '⅔' => "(2/3)",
        '¼' => "(1/4)",
        '¾' => "(3/4)",
        '⅕' => "(1/5)",
        '⅖' => "(2/5)",
        '⅗' => "(3/5)",
        '⅘' => "(4/5)",
        '⅙' => "(1/6)",
        '⅛' => "(1/8)",
        _ => return None,
    })
}

/// Characters that show nothing: zero-width spaces, direction marks, variation selectors.
const fn invisible(symbol: char) -> bool {
    matches!(symbol, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rewrites() {
        let cases = [
            (r"\dfrac{3}{5}", "((3)/(5))"),
            (r"\tfrac12", "((1)/(2))"),
            (r"0{,}2", "0.2"),
            (r"\{2\}", "{2}"),
            (r"2\times 10^{-1}", "2* 10^(-1)"),
            ("2·10⁻¹", "2*10^(-1)"),
            ("−3\u{202f}%", "-3 %"),
            (r"\left]-\infty\,;\,2\right]", "]-oo ; 2]"),
            (r"\sqrt{x^2+1}", "sqrt(x^2+1)"),
            ("u_{n}", "u_n"),
            ("u_{n+1}", "u_(n+1)"),
            (r"$x\leq 3$", "x<= 3"),
            (r"0{,}20\,\text{mol}\cdot\text{L}^{-1}", "0.20 mol*L^(-1)"),
            ("x**2", "x^2"),
            (r"x \in \mathbb{R}\setminus\{1\}", "x ∈ R∖{1}"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text).as_deref(), Some(expected), "{text}");
        }
        for refused in
            [r"\frac{1}", r"\sqrt[3]{8}", "1½", r"\unknown", "x^{2", &"1".repeat(501), &"{".repeat(100)]
        {
            assert_eq!(plain(refused), None, "{refused}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,600}", latex in r"[\\{}a-z0-9^_,;. $]{0,60}") {
            let _ = plain(&text);
            let _ = plain(&latex);
        }
    }
}
