"""Answer sheets of the demonstration: well formed, and what they are worth."""

import fractions

import sympy

from .keys import rational
from .markup import Unreadable, expression, interval, typed_number, typed_set

KINDS = {"choice", "choices", "text", "not_studied", "dont_know", "blank"}
SURVEY_KINDS = {"likert": "position", "single": "option", "multi": "options", "text": "text"}


def success(item, answer):
    """Success of an answer, 0 to 1; `None` when nothing was answered."""
    kind, value = answer["kind"], answer.get("value")
    if kind not in ("choice", "choices", "text"):
        return None
    if "options" in item:
        keyed = {option["id"] for option in item["options"] if option["correct"]}
        ticked = {value} if kind == "choice" else set(value)
        if item["type"] == "single_choice":
            return fractions.Fraction(ticked == keyed)
        raw = max(fractions.Fraction(0), fractions.Fraction(len(ticked & keyed) - len(ticked - keyed), len(keyed)))
        return fractions.Fraction(int(raw * 4 + fractions.Fraction(1, 2)), 4)
    if item["type"] == "numeric":
        right = abs(typed_number(value) - rational(item["value"])) <= rational(item["tolerance"])
    elif item["type"] == "solution_set":
        right = typed_set(value) == {rational(root) for root in item["values"]}
    elif item["type"] == "interval":
        right = interval(value) == interval(item["canonical"])
    else:
        right = sympy.simplify(expression(value.replace("²", "^2")) - expression(item["canonical"])) == 0
    return fractions.Fraction(bool(right))


def sheet_problems(sheet, bank, survey):
    """References, kinds, confidences and times of a sheet."""
    items = {item["id"]: item for item in bank["items"]}
    if sheet["bank"] != bank["slug"] or sheet["student"]["grade"] != bank["level"]:
        yield "bank or grade"
    names = [answer["itemId"] for answer in sheet["answers"]]
    if names != [item["id"] for item in bank["items"] if item["id"] in set(names)]:
        yield "answers are not in the bank's order, or one is repeated or unknown"
    for answer in sheet["answers"]:
        item, kind, value = items[answer["itemId"]], answer["kind"], answer.get("value")
        expected = {"single_choice": "choice", "multi_choice": "choices"}.get(item["type"], "text")
        if kind not in KINDS or (kind in ("choice", "choices", "text") and kind != expected):
            yield f"{item['id']}: kind {kind}"
        ticked = [value] if kind == "choice" else value if kind == "choices" else []
        if not set(ticked) <= {option["id"] for option in item.get("options", [])} or len(set(ticked)) != len(ticked):
            yield f"{item['id']}: options {ticked}"
        if (kind == expected) != ("value" in answer) or (kind == expected) != ("confidence" in answer):
            yield f"{item['id']}: value and confidence belong to answers"
        if answer.get("confidence", 1) not in (1, 2, 3, 4) or answer["elapsedMs"] <= 0:
            yield f"{item['id']}: confidence or time"
        try:
            success(item, answer)
        except (Unreadable, ValueError) as problem:
            yield f"{item['id']}: {problem!r}"
    yield from _survey_problems(sheet["survey"], survey)


def _survey_problems(answers, survey):
    items = {item["id"]: item for item in survey["items"]}
    scales = {scale["id"]: scale for scale in survey["scales"]}
    for name, answer in answers.items():
        item, kind, value = items[name], answer["kind"], answer.get("value")
        if kind == "prefer_not_to_say":
            continue
        if kind != SURVEY_KINDS[item["type"]]:
            yield f"survey {name}: kind {kind}"
        elif kind == "position" and not scales[item["scale"]]["min"] <= value <= scales[item["scale"]]["max"]:
            yield f"survey {name}: position {value}"
        elif kind in ("option", "options"):
            ticked = [value] if kind == "option" else value
            if not set(ticked) <= {option["id"] for option in item["options"]} or len(ticked) > item.get("max", 99):
                yield f"survey {name}: options {ticked}"
        elif kind == "text" and len(value) > item["maxLength"]:
            yield f"survey {name}: too long"


def summary(sheet, bank):
    """Points, coverage, confident errors and points by domain, on one line."""
    answers = {answer["itemId"]: answer for answer in sheet["answers"]}
    points, answered, confident = {}, 0, 0
    for item in bank["items"]:
        answer = answers.get(item["id"], {"kind": "blank"})
        share = success(item, answer)
        answered += share is not None
        confident += share is not None and share < fractions.Fraction(3, 4) and answer["confidence"] >= 3
        got, most = points.get(item["domain"], (0, 0))
        points[item["domain"]] = (got + item["weight"] * (share or 0), most + item["weight"])
    got, most = (sum(column) for column in zip(*points.values()))
    parts = ", ".join(f"{name} {float(value):g}/{of}" for name, (value, of) in points.items())
    return (f"{float(got):g}/{most} points, {answered}/{len(bank['items'])} answered, "
            f"{confident} confident errors; {parts}")
