//! The commands that a formula may use, and the symbols that stand for one.

/// How a command is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// By nothing: an atom.
    Symbol,
    /// By nothing: a space.
    Space,
    /// By one argument.
    One,
    /// By two arguments.
    Two,
    /// By an optional index and one argument.
    Root,
    /// By words.
    Text,
    /// By letters and digits in braces.
    Letters,
    /// By capitals in braces: the fonts have no other blackboard or script letters.
    Capitals,
    /// By a delimiter, a list, `\right` and a delimiter.
    Left,
    /// By `{name}`, rows and `\end{name}`.
    Environment,
}

#[rustfmt::skip]
const SYMBOLS: &[&str] = &[
    // Greek
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi",
    "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
    // operations
    "cdot", "times", "div", "pm", "mp", "ast", "star", "circ", "bullet", "oplus", "otimes", "setminus", "cup", "cap",
    "wedge", "vee", "land", "lor", "neg", "lnot", "bigcup", "bigcap", "sum", "prod", "int", "iint", "oint",
    // relations
    "le", "leq", "leqslant", "ge", "geq", "geqslant", "ne", "neq", "approx", "simeq", "sim", "equiv", "cong", "propto",
    "ll", "gg", "in", "notin", "ni", "subset", "supset", "subseteq", "supseteq", "parallel", "perp", "mid", "colon",
    "prec", "succ", "models", "vdash",
    // arrows
    "to", "gets", "rightarrow", "leftarrow", "leftrightarrow", "longrightarrow", "Rightarrow", "Leftarrow",
    "Leftrightarrow", "Longrightarrow", "iff", "implies", "mapsto", "longmapsto", "uparrow", "downarrow", "nearrow",
    "searrow", "rightharpoonup", "rightleftharpoons",
    // letters, signs, dots
    "infty", "forall", "exists", "nexists", "emptyset", "varnothing", "partial", "nabla", "ell", "hbar", "Re", "Im",
    "angle", "triangle", "square", "prime", "ldots", "dots", "cdots", "vdots", "ddots", "top", "bot", "aleph",
    "therefore", "because", "checkmark", "vert", "Vert", "lvert", "rvert", "lVert", "rVert", "langle", "rangle",
    "lfloor", "rfloor", "lceil", "rceil", "lbrace", "rbrace", "lbrack", "rbrack", "backslash",
    // functions
    "sin", "cos", "tan", "cot", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "ln", "log", "lg", "lim",
    "limsup", "liminf", "min", "max", "sup", "inf", "det", "dim", "ker", "deg", "gcd", "arg", "Pr", "hom",
    // characters
    "{", "}", "|", "%", "#",
];

const SPACES: &[&str] = &[",", ";", ":", "!", " ", "quad", "qquad", "displaystyle", "textstyle"];
#[rustfmt::skip]
const ONE: &[&str] = &[
    "overline", "underline", "vec", "overrightarrow", "overleftarrow", "bar", "hat", "widehat", "tilde", "widetilde",
    "dot", "ddot", "boldsymbol", "pmod", "boxed",
];
const TWO: &[&str] =
    &["frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom", "overset", "underset", "stackrel"];
const TEXT: &[&str] = &["text", "textbf", "textit", "texttt", "textrm", "mbox"];
const LETTERS: &[&str] = &["mathrm", "mathbf", "mathit", "mathsf", "mathtt", "operatorname"];
const CAPITALS: &[&str] = &["mathbb", "mathcal"];

/// Named delimiters that may follow `\left` and `\right`.
#[rustfmt::skip]
pub(super) const DELIMITERS: &[&str] = &[
    "{", "}", "|", "lbrace", "rbrace", "lbrack", "rbrack", "langle", "rangle", "lvert", "rvert", "lVert", "rVert",
    "vert", "Vert", "lfloor", "rfloor", "lceil", "rceil",
];

/// How a command is followed; `None` when it is not allowed.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    let table = [
        (SYMBOLS, Kind::Symbol),
        (SPACES, Kind::Space),
        (ONE, Kind::One),
        (TWO, Kind::Two),
        (TEXT, Kind::Text),
        (LETTERS, Kind::Letters),
        (CAPITALS, Kind::Capitals),
        (&["sqrt"], Kind::Root),
        (&["left"], Kind::Left),
        (&["begin"], Kind::Environment),
    ];
    table.into_iter().find(|(names, _)| names.contains(&name)).map(|(_, kind)| kind)
}

/// How many columns an environment may have; `None` when it is not allowed.
pub(super) fn columns_of(environment: &str) -> Option<usize> {
    match environment {
        "cases" => Some(2),
        // amsmath stops at ten.
        "matrix" | "pmatrix" | "bmatrix" | "Bmatrix" | "vmatrix" | "Vmatrix" => Some(10),
        "aligned" => Some(8),
        _ => None,
    }
}

/// The LaTeX of a Unicode symbol inside a formula: a command that ends with a space, or a script.
pub(super) fn symbol_of(character: char) -> Option<&'static str> {
    #[rustfmt::skip]
    let symbol = match character {
        '≤' | '⩽' => "\\le ", '≥' | '⩾' => "\\ge ", '≠' => "\\ne ", '≈' => "\\approx ", '≡' => "\\equiv ",
        '∼' => "\\sim ", '∝' => "\\propto ", '×' => "\\times ", '÷' => "\\div ", '·' | '⋅' => "\\cdot ",
        '±' => "\\pm ", '∓' => "\\mp ", '−' | '–' => "-", '∞' => "\\infty ", '∈' => "\\in ", '∉' => "\\notin ",
        '⊂' => "\\subset ", '⊆' => "\\subseteq ", '∪' => "\\cup ", '∩' => "\\cap ", '∅' => "\\varnothing ",
        '→' => "\\to ", '←' => "\\leftarrow ", '↦' => "\\mapsto ", '⇒' => "\\Rightarrow ", '⇔' => "\\iff ",
        '∀' => "\\forall ", '∃' => "\\exists ", '¬' => "\\neg ", '∧' => "\\wedge ", '∨' => "\\vee ",
        '∂' => "\\partial ", '∇' => "\\nabla ", '∑' => "\\sum ", '∏' => "\\prod ", '∫' => "\\int ",
        'ℝ' => "\\mathbb{R} ", 'ℕ' => "\\mathbb{N} ", 'ℤ' => "\\mathbb{Z} ", 'ℚ' => "\\mathbb{Q} ",
        'ℂ' => "\\mathbb{C} ", 'ℓ' => "\\ell ", '…' => "\\ldots ", '⟨' => "\\langle ", '⟩' => "\\rangle ",
        'α' => "\\alpha ", 'β' => "\\beta ", 'γ' => "\\gamma ", 'δ' => "\\delta ", 'ε' => "\\varepsilon ",
        'η' => "\\eta ", 'θ' => "\\theta ", 'λ' => "\\lambda ", 'μ' | 'µ' => "\\mu ", 'ν' => "\\nu ",
        'π' => "\\pi ", 'ρ' => "\\rho ", 'σ' => "\\sigma ", 'τ' => "\\tau ", 'φ' => "\\varphi ", 'ω' => "\\omega ",
        'Γ' => "\\Gamma ", 'Δ' => "\\Delta ", 'Σ' => "\\Sigma ", 'Φ' => "\\Phi ", 'Ω' => "\\Omega ",
        '⁰' => "^{0}", '¹' => "^{1}", '²' => "^{2}", '³' => "^{3}", '⁴' => "^{4}", '⁵' => "^{5}", '⁶' => "^{6}",
        '⁷' => "^{7}", '⁸' => "^{8}", '⁹' => "^{9}", 'ⁿ' => "^{n}", '°' => "^{\\circ}",
        '₀' => "_{0}", '₁' => "_{1}", '₂' => "_{2}", '₃' => "_{3}", '₄' => "_{4}", '₅' => "_{5}", '₆' => "_{6}",
        '₇' => "_{7}", '₈' => "_{8}", '₉' => "_{9}", 'ₙ' => "_{n}",
        _ => return None,
    };
    Some(symbol)
}
