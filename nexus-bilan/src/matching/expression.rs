//! Formulas: the same function, however it is written.

mod evaluation;
mod parser;
mod polynomial;

use super::notation::plain;
use super::number::is_name;
use evaluation::{Approximate, Points, evaluate};
pub(super) use parser::{Expression, Operation};
use polynomial::fraction;

/// Points at which two formulas must agree when no exact form decides.
const AGREEING_POINTS: usize = 12;
/// Points drawn at most; those outside the domain of a formula, or too close to its edge, do not count.
const DRAWN_POINTS: usize = 96;

/// Whether an answer is equal to the key as a function of the variables. Polynomials and rational fractions are compared
/// exactly; other formulas at pseudo-random points that are the same for ever.
///
/// Decisions. The answer may be introduced (`f(x) = …`) and may be a chain of equal formulas (`(x-1)(x+2) = x^2+x-2`), all
/// of which must equal the key. A common factor that cancels does not matter: (x²−1)/(x−1) equals x+1. `a/bc` reads as
/// (a/b)·c, as programs do. `x2` is refused rather than guessed (x² or 2x). A name outside the variables is not equal.
pub fn expression_matches(answer: &str, canonical: &str, variables: &[String]) -> bool {
    let read = || {
        let (answer, key) = (plain(answer)?, plain(canonical)?);
        let names: Vec<&str> = variables.iter().map(|name| name.trim()).collect();
        let key = members(&key).into_iter().find_map(|member| Expression::parse(member, &names))?;
        Some(members(&answer).into_iter().all(|member| {
            Expression::parse(member, &names).is_some_and(|read| equivalent(&read, &key, names.len()))
        }))
    };
    let literal = || {
        let answer = answer.split_whitespace();
        !canonical.trim().is_empty() && answer.eq(canonical.split_whitespace())
    };
    literal() || read().unwrap_or(false)
}

/// Whether a key can be compared as a formula; an unreadable one would match nothing but itself.
pub fn reads_as_expression(canonical: &str, variables: &[String]) -> bool {
    let names: Vec<&str> = variables.iter().map(|name| name.trim()).collect();
    plain(canonical).is_some_and(|key| {
        members(&key).into_iter().any(|member| Expression::parse(member, &names).is_some())
    })
}

/// The formulas between equal signs, without the name that introduces them.
pub(super) fn members(text: &str) -> Vec<&str> {
    let mut members: Vec<&str> = text.split('=').map(str::trim).collect();
    if members.len() > 1 && members.first().is_some_and(|first| is_name(first)) {
        members.remove(0);
    }
    members
}

/// Whether two formulas in the same variables are equal wherever both are defined.
pub(super) fn equivalent(left: &Expression, right: &Expression, variables: usize) -> bool {
    if left == right {
        return true;
    }
    if let (Some(left), Some(right)) = (fraction(left), fraction(right))
        && let Some(equal) = left.equals(&right)
    {
        return equal;
    }
    let mut points = Points::new(variables);
    let needed = if variables == 0 { 1 } else { AGREEING_POINTS };
    let mut agreeing = 0;
    for _ in 0..DRAWN_POINTS {
        let point = points.draw();
        let (Some(left), Some(right)) = (evaluate(left, point), evaluate(right, point)) else { continue };
        match left.agrees(right) {
            Some(true) => agreeing += 1,
            Some(false) => return false,
            None => {}
        }
        if agreeing >= needed {
            return true;
        }
    }
    false
}

/// The value of a formula without variables.
pub(super) fn constant(expression: &Expression) -> Option<f64> {
    evaluate(expression, &[]).map(|value: Approximate| value.value)
}

/// Whether a formula without variables is a calculation on rationals alone, without root, logarithm, π or e.
pub(super) fn is_rational_calculation(expression: &Expression) -> bool {
    fraction(expression).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(answer: &str, key: &str) -> bool {
        expression_matches(answer, key, &["x".to_owned(), "y".to_owned(), "u_n".to_owned()])
    }

    #[test]
    fn equal_formulas() {
        let cases = [
            ("x^2+2x+1", "x^2 + 2x + 1"),
            ("(x+1)^2", "x^2 + 2*x + 1"),
            ("(x-1)(x+2)", "x^2+x-2"),
            ("(x-1)(x+2) = x²+x−2", "x^2+x-2"),
            ("f(x) = x² + x − 2", "x^2+x-2"),
            ("X^2+X-2", "x^2+x-2"),
            ("x*x + x - 2", "x^2+x-2"),
            (r"\frac{x^{2}}{2}", "0,5x^2"),
            (r"\dfrac{1}{2}x^2", "x**2/2"),
            ("x²/2", "0.5*x^2"),
            ("(x^2-1)/(x-1)", "x+1"),
            ("1/x + 1/y", "(x+y)/(xy)"),
            ("3(x-2)-(x+4)", "2x-10"),
            ("-x^2", "-(x*x)"),
            ("-2x", "−2·x"),
            ("2 u_n + 3", "3+2*u_n"),
            ("2u_{n}+3", "3+2*u_n"),
            ("√2", "2^(1/2)"),
            ("√(x^2+1)", r"\sqrt{x^2+1}"),
            ("e^x(x+1)", "exp(x) + x*exp(x)"),
            ("e^{2x}", "(exp(x))^2"),
            ("ln(x^2)/2", "ln(abs(x))"),
            ("2 ln x", "ln(x)+ln(x)"),
            ("cos²(x)+sin²(x)", "1"),
            ("cos 2x", "1-2sin^2(x)"),
            ("sin(x)/cos(x)", "tan x"),
            ("ln(8)", "3ln(2)"),
            ("|x|", "sqrt(x^2)"),
            ("[x+1](x-1)", "x^2-1"),
            ("2π", r"\pi+\pi"),
            ("(1+√5)/2", "2/(√5-1)"),
            ("x^{-1}", "1/x"),
            ("x^10", "x^4*x^6"),
            ("3x^2 - 3", "f'(x)=3(x^2-1)=3(x-1)(x+1)"),
        ];
        for (answer, key) in cases {
            assert!(matches(answer, key), "{answer} = {key}");
            assert!(matches(key, answer), "{key} = {answer}");
        }
    }

    #[test]
    fn readable_keys() {
        assert!(reads_as_expression(r"\frac{x^2}{2}", &["x".to_owned()]));
        for (key, variable) in [("x^2", "y"), ("x²=", "y"), ("deux x", "x"), ("", "x")] {
            assert!(!reads_as_expression(key, &[variable.to_owned()]), "{key}");
        }
    }

    #[test]
    fn different_or_unreadable_formulas() {
        let cases = [
            ("x^2+2x+2", "x^2+2x+1"),
            ("x^2+2z+1", "x^2+2x+1"),
            ("x2+2x+1", "x^2+2x+1"),
            ("x+1=0", "x+1"),
            ("2x", "x2"),
            ("x^2 > 1", "x^2"),
            ("", "x"),
            ("x", ""),
            ("x", "abs(x)"),
            ("√(x²)", "x"),
            ("ln(x)", "ln(x)+0.000001"),
            ("e^x", "2.718281828^x"),
            ("1/(x-x)", "1/(x-x)+1"),
            ("0.693147", "ln(2)"),
            ("(x+1", "x+1"),
            ("x+1)", "x+1"),
            ("x+", "x"),
            ("2 3", "6"),
            ("sin^{-1}(x)", "1/sin(x)"),
            ("import os", "x"),
            ("9^9^9^9", "1"),
            ("x\u{0}", "x"),
        ];
        for (answer, key) in cases {
            assert!(!matches(answer, key), "{answer} ≠ {key}");
        }
        assert!(!matches(&format!("x{}", "+0".repeat(250)), "x"), "longer than 500 characters");
        assert!(matches(&format!("x{}", "+0".repeat(249)), "x"));
        assert!(!matches(&format!("{}x{}", "(".repeat(240), ")".repeat(240)), "x"), "too deep");
    }

    /// A random formula in x and y as text, and another way to write it.
    fn formulas() -> impl Strategy<Value = (String, String)> {
        let leaf = prop_oneof![
            (1_i64..20).prop_map(|number| (number.to_string(), format!("({number}*2/2)"))),
            Just(("x".to_owned(), "(2x-x)".to_owned())),
            Just(("y".to_owned(), "(y+x-x)".to_owned())),
        ];
        leaf.prop_recursive(4, 16, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| (format!("({}+{})", a.0, b.0), format!("({} + {})", b.1, a.1))),
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| (format!("({}-{})", a.0, b.0), format!("(-{}+{})", b.1, a.1))),
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| (format!("{}*{}", a.0, b.0), format!("({})({})", b.1, a.1))),
                inner.clone().prop_map(|a| (format!("({})^2", a.0), format!("({0})({0})", a.1))),
                // Bounded, because a value beyond floats decides nothing.
                inner.prop_map(|a| {
                    (format!("exp(1/(1+({})^2))", a.0), format!("e^((1+({})²)^(-1))", a.1))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}", typed in r"[0-9xy+*/^()., eln√|{}\\-]{0,60}") {
            for text in [&text, &typed] {
                let _ = matches(text, "x^2+1");
                let _ = matches("x^2+1", text);
            }
        }

        #[test]
        fn rewriting_changes_nothing(pair in formulas()) {
            prop_assume!(pair.0.len() < 400 && pair.1.len() < 400);
            prop_assert!(matches(&pair.0, &pair.1), "{} = {}", pair.0, pair.1);
            let (more, other) = (format!("{}+1", pair.0), format!("{}+x/7", pair.0));
            // Beyond some size a float cannot tell 1 apart; polynomials are exact at any size.
            if !pair.0.contains("exp") {
                prop_assert!(!matches(&more, &pair.1), "{} ≠ {}", more, pair.1);
                prop_assert!(!matches(&other, &pair.1), "{} ≠ {}", other, pair.1);
            }
        }
    }
}
