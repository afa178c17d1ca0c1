"""What a solver may answer, and how a written text is compared with it."""

import re
from dataclasses import dataclass
from typing import Callable

import sympy

from .markup import X, Y, Unreadable, coordinates, expression, fragments, interval


@dataclass(frozen=True)
class Number:
    """A number or a formula."""

    value: sympy.Expr

    def is_said_by(self, latex):
        return sympy.simplify(expression(latex) - self.value) == 0


@dataclass(frozen=True)
class Rounded:
    """A number that the pupil is asked to round; the key may differ from it by its tolerance."""

    value: sympy.Expr
    rounded: int

    def is_said_by(self, latex):
        return expression(latex) == self.rounded


@dataclass(frozen=True)
class Point:
    """A pair of coordinates."""

    value: sympy.Tuple

    def is_said_by(self, latex):
        return coordinates(latex) == self.value


@dataclass(frozen=True)
class Region:
    """A set of real numbers."""

    value: sympy.Set

    def is_said_by(self, latex):
        return interval(latex) == self.value


@dataclass(frozen=True)
class Roots:
    """A finite set of solutions."""

    value: frozenset

    def is_said_by(self, latex):
        return expression(latex) in self.value


@dataclass(frozen=True)
class Line:
    """A line of the plane, by any of its equations written as `expression = 0`."""

    value: sympy.Expr

    def is_said_by(self, latex):
        sides = latex.split("=")
        if len(sides) != 2:
            raise Unreadable(latex)
        written = sympy.Poly(expression(sides[0]) - expression(sides[1]), X, Y)
        right = sympy.Poly(self.value, X, Y)
        rows = [[poly.coeff_monomial(term) for term in (X, Y, 1)] for poly in (written, right)]
        return sympy.Matrix(rows).rank() == 1


@dataclass(frozen=True)
class Claims:
    """A judge of whole sentences, and what the correction has to say."""

    judge: Callable[[str], bool]
    said: tuple = ()


def option_is_right(truth, text):
    """Whether an option says the truth. An option of another nature (a vector for a number) is wrong."""
    if isinstance(truth, Claims):
        return truth.judge(text)
    parts = fragments(text)
    if len(parts) != 1 or re.sub(r"\$[^$]*\$", "", text).strip(" ."):
        raise Unreadable(text)
    try:
        return bool(truth.is_said_by(parts[0]))
    except Unreadable:
        coordinates(parts[0])
        return False


def correction_says(truth, correction):
    """Whether the worked correction arrives at the truth."""
    if isinstance(truth, Claims):
        squeezed = correction.replace(" ", "")
        return all(text.replace(" ", "") in squeezed for text in truth.said)
    found = set()
    for fragment in fragments(correction):
        pieces = [fragment] if isinstance(truth, Line) else re.split(r"=|\\ge|\\le(?!f)", fragment)
        for piece in pieces:
            try:
                if truth.is_said_by(piece.strip()):
                    found.add(expression(piece) if isinstance(truth, Roots) else True)
            except Unreadable:
                continue
    return found == truth.value if isinstance(truth, Roots) else bool(found)


NAMED = re.compile(r"[fVuvPBCqgX]|\\vec|\\overline|_")


def false_equalities(correction):
    """The chains `a = b = c` of a correction that do not hold: numbers, and formulas that define a named function."""
    for fragment in fragments(correction):
        if re.search(r"\\ge|\\le(?!f)|\\neq|[<>]", fragment):
            continue
        # A lone letter names an unknown or a variable: `y = …` is an equation, not an identity.
        sides = [side.strip() for side in fragment.split("=") if not re.fullmatch(r"\s*[a-zA-Z]\s*", side)]
        readable, named = [], False
        for side in sides:
            try:
                readable.append(expression(side))
            except Unreadable:
                named = named or bool(NAMED.search(side))
        if not named:
            readable = [value for value in readable if not value.free_symbols]
        if any(sympy.simplify(value - readable[0]) != 0 for value in readable[1:]):
            yield fragment
