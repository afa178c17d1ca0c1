use super::{MAX_CHARACTERS, escape, escape_for_page};
use proptest::prelude::*;

/// The golden family P (`tex_escape`); P-tex-6 and P-tex-9 by their target.
const GOLDEN: &[(&str, &str, &str)] = &[
    (
        "P-tex-0",
        "# $ % _ { } ^ ~ \\ &",
        "\\# \\$ \\% \\_ \\{ \\} \\textasciicircum  \\textasciitilde  \\textbackslash  \\&",
    ),
    ("P-tex-1", "___$$$%%%", "\\_\\_\\_\\$\\$\\$\\%\\%\\%"),
    ("P-tex-2", "Prix: 50% pour x$^2$ et y_1", "Prix: 50\\% pour x$^2$ et y\\_1"),
    ("P-tex-3", "Formules \\(a+b\\) et \\[c=d\\] fin", "Formules \\(a+b\\) et \\[c=d\\] fin"),
    ("P-tex-4", "5 € et 10 $", "5 € et 10 \\$"),
    ("P-tex-5", "$a$ & $b_1$", "$a$ \\& $b_1$"),
    ("P-tex-6", "\\(non fermé & x", "\\textbackslash (non fermé \\& x"),
    ("P-tex-7", "L'élève <b>\"x\"</b>", "L'élève <b>\"x\"</b>"),
    ("P-tex-8", "a\\b{c}", "a\\textbackslash b\\{c\\}"),
    (
        "P-tex-9",
        "\\write18{rm -rf} $\\input{/etc/passwd}$",
        "\\textbackslash write18\\{rm -rf\\} \\$\\textbackslash input\\{/etc/passwd\\}\\$",
    ),
    ("P-tex-10", "", ""),
];

#[test]
fn golden_vectors_are_exact() {
    for (id, input, expected) in GOLDEN {
        assert_eq!(escape(input), *expected, "{id}");
    }
}

#[test]
fn golden_length_is_exact() {
    let escaped = escape(&"A".repeat(8100));
    assert_eq!(escaped.chars().count(), MAX_CHARACTERS + 1);
    assert!(escaped.ends_with('…'));
    assert_eq!(escape(&"é".repeat(MAX_CHARACTERS)).chars().count(), MAX_CHARACTERS);
}

#[test]
fn typed_spaces_survive_on_a_page() {
    assert_eq!(escape_for_page("a^ b ~ \\"), "a\\textasciicircum{} b \\textasciitilde{} \\textbackslash{}");
    assert_eq!(escape_for_page("a^b"), "a\\textasciicircum b");
}

#[test]
fn sums_of_money_are_not_formulas() {
    assert_eq!(escape("5 $ et 10 $"), "5 \\$ et 10 \\$");
    assert_eq!(escape("coûte 5$, soit $x$ euros"), "coûte 5\\$, soit $x$ euros");
}

#[test]
fn formulas_stay_in_their_line_on_a_page() {
    assert_eq!(escape_for_page("\\[c=d\\]"), "\\(\\displaystyle c=d\\)");
}

#[test]
fn spaces_controls_and_directions() {
    assert_eq!(escape("92\u{202f}% de\u{a0}tout"), "92\\,\\% de~tout");
    assert_eq!(escape("a\0b\u{7}c\u{202e}d\u{2066}e\u{feff}f\u{200b}g"), "abcdefg");
    assert_eq!(escape("a\nb\tc\u{2028}d"), "a b c d");
    assert_eq!(escape("co\u{ad}op mi\u{2011}temps"), "co\\-op mi\\mbox{-}temps");
}

#[test]
fn characters_without_a_glyph_are_visible() {
    assert_eq!(escape("≤ ≥ √ ∪ ∩ → ∞ ∈ ≠ − ² € œ"), "≤ ≥ √ ∪ ∩ → ∞ ∈ ≠ − ² € œ");
    assert_eq!(escape("ℝ et u₂"), "\\NexusGlyph{ℝ} et u\\NexusGlyph{₂}");
    assert_eq!(escape("日本 🚀"), "□□ □");
    assert_eq!(escape("Élève محمد علي."), "Élève \\NexusArabic{محمد علي}.");
    assert_eq!(escape("e\u{301}"), "é", "composed first");
}

#[test]
fn long_words_may_break_on_a_page() {
    let word = "x".repeat(26);
    assert_eq!(escape(&word), word);
    let broken = "xxxxxx\\NexusBreak{}".repeat(4) + "xx";
    assert_eq!(escape_for_page(&format!("a {word} b")), format!("a {broken} b"));
    assert_eq!(escape_for_page("anticonstitutionnellement"), "anticonstitutionnellement");
    assert_eq!(escape_for_page("eleve@nexus.example"), "eleve@nexus.\\NexusBreak{}example");
}

#[test]
fn only_the_formula_that_is_refused_becomes_text() {
    assert_eq!(
        escape("$x$ \\(\\catcode\\) $y$"),
        "$x$ \\textbackslash (\\textbackslash catcode\\textbackslash ) $y$"
    );
    assert_eq!(escape("$a%b$"), "\\$a\\%b\\$");
    assert_eq!(escape("$x^^41$"), "\\$x\\textasciicircum \\textasciicircum 41\\$");
}

/// Reads escaped text as TeX would and refuses whatever is special, apart from what the escape is known to write.
/// Written apart from the escape: it knows output only.
fn is_harmless(latex: &str) -> Result<(), String> {
    let mut rest = latex;
    loop {
        let Some(at) = rest.find(['\\', '#', '$', '%', '_', '{', '}', '&', '^', '\0']) else { return Ok(()) };
        rest = &rest[at..];
        let known = [
            "\\textbackslash",
            "\\textasciicircum",
            "\\textasciitilde",
            "\\#",
            "\\$",
            "\\%",
            "\\_",
            "\\{",
            "\\}",
            "\\&",
            "\\,",
            "\\-",
            "\\mbox{-}",
            "\\NexusBreak{}",
        ];
        if let Some(word) = known.iter().find(|word| rest.starts_with(**word)) {
            rest = &rest[word.len()..];
            if word.starts_with("\\text") {
                rest = rest.strip_prefix("{}").or_else(|| rest.strip_prefix(' ')).ok_or("unfinished word")?;
            }
            continue;
        }
        if let Some(inner) =
            rest.strip_prefix("\\NexusGlyph{").or_else(|| rest.strip_prefix("\\NexusArabic{"))
        {
            let (argument, after) = inner.split_once('}').ok_or("open argument")?;
            if argument.contains(['\\', '#', '$', '%', '_', '{', '&', '^', '~']) {
                return Err(format!("special in an argument: {argument}"));
            }
            rest = after;
            continue;
        }
        let formula = [("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")].into_iter().find_map(|(open, close)| {
            let inner = rest.strip_prefix(open)?;
            // A dollar of the content is written `\$`, in `\text{…}` only.
            let end = (0..inner.len()).find(|index| {
                inner.is_char_boundary(*index)
                    && inner[*index..].starts_with(close)
                    && (close != "$" || !inner[..*index].ends_with('\\'))
            })?;
            Some((&inner[..end], &inner[end + close.len()..]))
        });
        let (content, after) = formula.ok_or_else(|| format!("special character: {rest:.40}"))?;
        formula_is_harmless(content)?;
        rest = after;
    }
}

fn formula_is_harmless(content: &str) -> Result<(), String> {
    let forbidden = [
        "input",
        "include",
        "write",
        "read",
        "open",
        "catcode",
        "def",
        "edef",
        "let",
        "csname",
        "immediate",
        "special",
        "expandafter",
        "loop",
        "newcommand",
        "jobname",
        "directlua",
        "font",
        "char",
        "XeTeX",
        "end{document",
        "par",
        "href",
        "verb",
        "usepackage",
        "relax",
        "global",
        "message",
        "NexusFirstName",
    ];
    let mut names = content.split('\\').skip(1);
    if let Some(name) = names.find(|name| {
        let word: String = name.chars().take_while(char::is_ascii_alphabetic).collect();
        // `partial` and `parallel` are not `par`.
        forbidden.iter().any(|bad| *bad == word || (bad.contains('{') && name.starts_with(bad)))
    }) {
        return Err(format!("command in a formula: {name}"));
    }
    let mut depth = 0_i32;
    let mut escaped = false;
    for character in content.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' => depth -= 1,
            '%' | '#' | '$' | '\0' => return Err(format!("special in a formula: {content}")),
            _ => {}
        }
        if depth < 0 {
            return Err(format!("unbalanced formula: {content}"));
        }
    }
    if depth == 0 && !content.contains("^^") { Ok(()) } else { Err(format!("unbalanced formula: {content}")) }
}

#[test]
fn the_checker_sees_what_is_wrong() {
    for bad in [
        "a_b",
        "50%",
        "\\input{x}",
        "$\\input{x}$",
        "{",
        "$x",
        "\\NexusGlyph{\\par}",
        "$x^^41$",
        "$\\text{a%}$",
    ] {
        assert!(is_harmless(bad).is_err(), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_harmless(text in any::<String>()) {
        prop_assert_eq!(is_harmless(&escape(&text)), Ok(()));
        prop_assert_eq!(is_harmless(&escape_for_page(&text)), Ok(()));
    }

    #[test]
    fn any_tex_is_harmless(text in r"([$\\{}_^%&#~ ()\[\]]|\\[(\[\])]|\\(frac|sqrt|text|left|right|input|begin|end|mathbb|def|par|alpha)|[a-c1-2²≤é日\n]){0,40}") {
        prop_assert_eq!(is_harmless(&escape(&text)), Ok(()));
        prop_assert_eq!(is_harmless(&escape_for_page(&text)), Ok(()));
    }

    #[test]
    fn words_are_kept(words in "[a-zA-Zéèàç ,.;:!?'’«»()]{0,60}") {
        prop_assert_eq!(escape(&words), words);
    }
}
