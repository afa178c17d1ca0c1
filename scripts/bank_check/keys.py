"""Compares each key of the bank with what its solver says."""

import itertools

import sympy

from .markup import X, Unreadable, coordinates, expression, fragments, interval
from .solvers import SOLVERS
from .truth import Claims, Line, Rounded, correction_says, false_equalities, option_is_right


def rational(value):
    return sympy.Rational(str(value))


def key_problems(item):
    """French-free, one sentence per problem of an item's key, options and correction."""
    solver = SOLVERS.get(item["id"])
    if solver is None:
        yield "no solver"
        return
    try:
        truth = solver(item["prompt"])
        yield from _of_kind(item, truth)
        if not correction_says(truth, item["correction"]):
            yield "the correction does not arrive at the truth"
    except (Unreadable, AssertionError) as problem:
        yield f"cannot be checked: {problem!r}"
    for chain in false_equalities(item["correction"]):
        yield f"false equality in the correction: {chain}"


def _of_kind(item, truth):
    kind = item["type"]
    if kind in ("single_choice", "multi_choice"):
        keyed = {option["id"] for option in item["options"] if option["correct"]}
        right = {option["id"] for option in item["options"] if option_is_right(truth, option["markup"])}
        if keyed != right:
            yield f"keyed {sorted(keyed)}, right {sorted(right)}"
        if kind == "single_choice":
            yield from _equivalent_options(item["options"], truth)
    elif kind == "numeric":
        key, tolerance = rational(item["value"]), rational(item["tolerance"])
        if isinstance(truth, Rounded) and (key != truth.rounded or abs(truth.value - key) > tolerance):
            yield f"keyed {key} ± {tolerance}, is {truth.value}, rounded {truth.rounded}"
        if not isinstance(truth, Rounded) and sympy.simplify(truth.value - key) != 0:
            yield f"keyed {key}, is {truth.value}"
    elif kind == "expression":
        if sympy.simplify(expression(item["canonical"]) - truth.value) != 0 or item["variables"] != ["x"]:
            yield f"keyed {item['canonical']}, is {truth.value}"
    elif kind == "solution_set":
        if {rational(value) for value in item["values"]} != set(truth.value):
            yield f"keyed {item['values']}, is {set(truth.value)}"
    elif kind == "interval":
        if interval(item["canonical"]) != truth.value:
            yield f"keyed {item['canonical']}, is {truth.value}"
    else:
        yield f"kind {kind} has no check"


def _value(text, truth):
    latex = " ".join(fragments(text))
    if isinstance(truth, Line):
        left, right = (expression(side) for side in latex.split("="))
        return sympy.Poly(left - right, X, sympy.Symbol("y", real=True)).monic()
    for reader in (interval, coordinates, expression):
        try:
            value = reader(latex)
        except Unreadable:
            continue
        return sympy.simplify(value) if isinstance(value, sympy.Expr) else value
    return latex


def _equivalent_options(options, truth):
    for first, second in itertools.combinations(options, 2):
        if first["markup"] == second["markup"]:
            yield f"options {first['id']} and {second['id']} are the same text"
        if isinstance(truth, Claims):
            continue
        left, right = _value(first["markup"], truth), _value(second["markup"], truth)
        same = left == right
        if isinstance(left, sympy.Expr) and isinstance(right, sympy.Expr):
            same = sympy.simplify(left - right) == 0
        if same:
            yield f"options {first['id']} and {second['id']} are equivalent"


def mutations(item):
    """Copies of an item with a wrong key, to prove that the checks see it."""
    kind = item["type"]
    if "options" in item:
        for wrong in range(len(item["options"])):
            if not item["options"][wrong]["correct"]:
                options = [{**option, "correct": rank == wrong} for rank, option in enumerate(item["options"])]
                yield {**item, "options": options}
    elif kind == "numeric":
        yield {**item, "value": str(rational(item["value"]) + 1)}
        yield {**item, "value": str(rational(item["value"]) * sympy.Rational(9, 10))}
    elif kind == "expression":
        yield {**item, "canonical": item["canonical"] + " + 1"}
        yield {**item, "canonical": f"-({item['canonical']})"}
    elif kind == "solution_set":
        yield {**item, "values": item["values"][1:]}
        yield {**item, "values": [*item["values"], 7]}
    elif kind == "interval":
        yield {**item, "canonical": item["canonical"].replace("[", "]", 1)}
        yield {**item, "canonical": item["canonical"].replace("4", "5")}
