"""Reads the small LaTeX of the bank, and answers as pupils type them, into sympy values."""

import re
import tokenize

import sympy
from sympy.parsing import sympy_parser

ALLOWED_COMMANDS = set(
    "frac dfrac sqrt times cdot le ge neq in mathbb vec overrightarrow left right pi cos sin infty to cup cap "
    "overline text".split()
)
X, Y, M = sympy.symbols("x y m", real=True)
N = sympy.Symbol("n", integer=True, nonnegative=True)
NAMES = {"x": X, "y": Y, "m": M, "n": N, "exp": sympy.exp, "sqrt": sympy.sqrt, "pi": sympy.pi,
         "cos": sympy.cos, "sin": sympy.sin, "oo": sympy.oo}
GLOBALS = {name: getattr(sympy, name) for name in ("Integer", "Float", "Rational", "Symbol", "Function")}
TRANSFORMATIONS = (*sympy_parser.standard_transformations, sympy_parser.implicit_multiplication,
                   sympy_parser.rationalize)
NUMBERED_INTERVAL = re.compile(r"([\[\]])([^\[\];]+);([^\[\];]+)([\[\]])")


class Unreadable(ValueError):
    """The text is not mathematics that this reader knows."""


def fragments(text):
    """The `$…$` parts of a text, without the dollars."""
    return re.findall(r"\$([^$]*)\$", text)


def outside_mathematics(text):
    """The text with each `$…$` part replaced by one neutral letter."""
    return re.sub(r"\$[^$]*\$", "X", text)


def _group(text, start):
    """The content of the brace group that opens at `start`, and the position after it."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return text[start + 1:position], position + 1
    raise Unreadable(text)


def _replace_command(text, command, arguments, write):
    """Rewrites every `command{…}…` with its brace groups."""
    while (found := text.find(command + "{")) >= 0:
        groups, position = [], found + len(command)
        for _ in range(arguments):
            group, position = _group(text, position)
            groups.append(group)
        text = text[:found] + write(*groups) + text[position:]
    return text


def plain(latex):
    """Plain notation of a LaTeX fragment; plain notation is left alone."""
    text = latex.replace("{,}", ".").replace("\u2212", "-")
    for command in (r"\left", r"\right"):
        text = text.replace(command, "")
    text = text.replace(r"\infty", "oo").replace("\u221e", "oo")
    for command in (r"\dfrac", r"\frac"):
        text = _replace_command(text, command, 2, lambda top, bottom: f"(({top})/({bottom}))")
    text = _replace_command(text, r"\sqrt", 1, lambda inner: f"sqrt({inner})")
    text = _replace_command(text, "e^", 1, lambda inner: f" exp({inner})")
    text = _replace_command(text, "^", 1, lambda inner: f"**({inner})")
    for command, operator in ((r"\times", "*"), (r"\cdot", "*"), (r"\pi", " pi "), (r"\cos", "cos"), (r"\sin", "sin")):
        text = text.replace(command, operator)
    return text.replace("^", "**").strip()


def expression(latex):
    """A number or a formula in x, y, m, n."""
    text = plain(latex)
    if not text or "\\" in text or re.search(r"[=;{}\[\]<>!_']|[^\x20-\x7e]", text):
        raise Unreadable(latex)
    # `mx` is a product of two names.
    text = re.sub(r"[A-Za-z]+", lambda word: word[0] if word[0] in NAMES else " ".join(word[0]), text)
    if unknown := set(re.findall(r"[A-Za-z]+", text)) - NAMES.keys():
        raise Unreadable(f"{latex}: {unknown}")
    try:
        value = sympy_parser.parse_expr(text, local_dict=NAMES, global_dict=dict(GLOBALS), transformations=TRANSFORMATIONS)
    except (SyntaxError, TypeError, ValueError, AttributeError, tokenize.TokenError) as error:
        raise Unreadable(latex) from error
    if not isinstance(value, sympy.Expr):
        raise Unreadable(latex)
    return value


def coordinates(latex):
    """A point or a vector, `(3 ; -2)`."""
    found = re.fullmatch(r"\(([^;()]+);([^;()]+)\)", plain(latex))
    if not found:
        raise Unreadable(latex)
    return sympy.Tuple(*(expression(part) for part in found.groups()))


def interval(latex):
    """An interval in French notation, or a union of them."""
    text = plain(latex).replace(r"\cup", "U").replace("\u222a", "U").replace(",", ".")
    pieces = NUMBERED_INTERVAL.findall(text)
    if not pieces or NUMBERED_INTERVAL.sub("", text).replace("U", "").strip():
        raise Unreadable(latex)
    return sympy.Union(*(
        sympy.Interval(expression(low.replace("+", "")), expression(high.replace("+oo", "oo")), left == "]", right == "[")
        for left, low, high, right in pieces
    ))


def typed_number(text):
    """A number as a pupil types it: `0,25`, `1/4`, `25 %`, `128 cm³`."""
    body = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    found = re.fullmatch(r"([-+*/().\d]+)(%?)([^\d%]*³?)", body)
    if not found:
        raise Unreadable(text)
    value = expression(found[1])
    return value / 100 if found[2] else value


def typed_set(text):
    """A finite set as a pupil types it: `{1 ; 3}`."""
    body = text.strip().removeprefix("S").lstrip(" =").strip("{} ")
    return {typed_number(part) for part in body.split(";")}
