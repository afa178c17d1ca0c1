use super::check;
use proptest::prelude::*;

#[test]
fn school_mathematics_is_accepted_as_it_is() {
    for formula in [
        "x",
        "^2",
        "a+b",
        "b_1",
        "x_1^2",
        "f'(x)",
        "f''(x)",
        "f'^2",
        "\\frac{1}{2}",
        "\\dfrac12",
        "\\sqrt{x+1}",
        "\\sqrt[3]{8}",
        "x \\le 3",
        "\\mathbb{R}",
        "\\mathbb R",
        "\\vec{u}\\cdot\\vec{v}",
        "\\overrightarrow{AB}",
        "\\left(\\frac{a}{b}\\right)^2",
        "\\left\\{x\\right.",
        "\\text{si } x>0",
        "\\lim_{x \\to +\\infty} f(x)",
        "\\begin{cases}x & \\text{si } x>0\\\\-x & \\text{sinon}\\end{cases}",
        "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
        "[-3\\,;3]",
        "P_A(B)",
        "\\operatorname{card}(E)",
        "20\\,\\%",
        "|x|<1",
        "e^{-x}",
        "\\sum_{k=0}^{n} k",
        "u_{n+1}",
        "\\mathrm{d}x",
        "\\binom{n}{k}",
        "\\lnot p \\land q",
    ] {
        assert_eq!(check(formula).as_deref(), Some(formula), "{formula}");
    }
}

#[test]
fn symbols_become_commands() {
    assert_eq!(check("x²≤9").as_deref(), Some("x^{2}\\le 9"));
    assert_eq!(check("x∈ℝ").as_deref(), Some("x\\in \\mathbb{R} "));
    assert_eq!(check("u₂−1").as_deref(), Some("u_{2}-1"));
    assert_eq!(check("x^\\alpha").as_deref(), Some("x^{\\alpha}"));
    assert_eq!(check("x^π").as_deref(), Some("x^{\\pi }"));
    assert_eq!(check("a\nb").as_deref(), Some("a b"));
}

#[test]
fn words_in_a_formula_are_escaped() {
    assert_eq!(check("\\text{50% & plus_}").as_deref(), Some("\\text{50\\% \\& plus\\_}"));
    assert_eq!(check("\\text{\\input{x}}").as_deref(), Some("\\text{\\textbackslash input\\{x\\}}"));
}

#[test]
fn the_rest_is_refused() {
    for formula in [
        "\\input{x}",
        "\\catcode`\\%=12",
        "\\def\\x{\\x}\\x",
        "\\csname x\\endcsname",
        "x^^41",
        "x%y",
        "x#1",
        "~",
        "a&b",
        "a\\\\b",
        "{",
        "}",
        "{a}}",
        "x^2^3",
        "x_1_2",
        "x^2'",
        "f'_1'",
        "x^",
        "x_",
        "\\frac{1}",
        "\\frac",
        "\\sqrt",
        "\\left(x",
        "x\\right)",
        "\\left(x\\right",
        "\\left x \\right)",
        "\\text{a",
        "\\text a",
        "\\begin{document}",
        "\\begin{cases}a",
        "\\begin{cases}a\\end{matrix}",
        "\\begin{cases}a&b&c\\end{cases}",
        "\\end{cases}",
        "\\begin{cases}a\\\\[2pt]b\\end{cases}",
        "\\mathbb{r}",
        "\\mathbb{\\input}",
        "\\mathrm{\\x}",
        "\\unknown",
        "\\",
        "été",
        "\"",
        "`",
        "日",
        "\\sqrt[3",
        "\\sqrt\\frac12",
        "x²²",
        "x^2²",
        "\\text{}}",
        "a\\begin",
        "\\begin{cases&}",
    ] {
        assert_eq!(check(formula), None, "{formula}");
    }
}

#[test]
fn depth_is_limited() {
    assert!(check(&format!("{}x{}", "{".repeat(20), "}".repeat(20))).is_some());
    assert!(check(&format!("{}x{}", "{".repeat(4000), "}".repeat(4000))).is_none());
}

proptest! {
    #[test]
    fn what_is_accepted_is_accepted_again(content in r"([a-z0-9+=²π'^_{} ]|\\(alpha|frac|sqrt|left|right|text|le|vec) ?){0,12}") {
        if let Some(formula) = check(&content) {
            prop_assert!(check(&formula).is_some(), "{} became {}", content, formula);
        }
    }
}
