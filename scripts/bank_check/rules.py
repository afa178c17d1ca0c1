"""Rules V1–V14, typography, distribution, and the survey's own rules."""

import collections
import fractions
import re

from .markup import ALLOWED_COMMANDS, fragments, outside_mathematics

LETTERS = "ABCDE"
# Promises, anxiety, judgement of the person, brands, people. Whole words, or beginnings of words with a star.
FORBIDDEN = (
    "angoiss*", "anxi*", "panique*", "peur", "inqui*", "échec*", "garanti*", "promesse*", "promet*", "paresseu*",
    "nul en", "nulle en", "mauvais*", "faible*", "bête*", "stupide*", "doué*", "lent", "lente", "incapable*",
    "intelligence artificielle", "classement*", "dyslex*", "tdah", "casio", "numworks", "texas instruments",
    "geogebra", "youtube", "hachette", "nathan", "bordas", "khan", "cned", "m\\.", "mme", "monsieur", "madame",
)
FORBIDDEN_WORDS = re.compile(r"\b(" + "|".join(term.replace("*", r"\w*") for term in FORBIDDEN) + r")(?!\w)")
ITEM_KEYS = {"id", "domain", "node", "difficulty", "weight", "targetTimeS", "prompt", "type", "correction"}
KIND_KEYS = {
    "single_choice": {"options"}, "multi_choice": {"options", "scoring"}, "numeric": {"value", "tolerance", "unit"},
    "expression": {"canonical", "variables"}, "solution_set": {"values"}, "interval": {"canonical"},
}


def texts(value):
    """Every text of a document that people read (ids and codes have no space, so rules on spaces let them pass)."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("canonical", "slug", "id"):
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def text_problems(document):
    """Typography, allowed mathematics and lexicon of every text."""
    for text in texts(document):
        prose = outside_mathematics(text)
        if "$" in prose:
            yield f"odd number of dollars: {text}"
        if re.search(r"[^\u202f][;?!]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»|\d[ ][%€]|[^\u00a0]%", prose) or "'" in prose:
            yield f"typography: {text}"
        if "  " in text or text != text.strip() or re.search(r" [,.)]|\( ", prose):
            yield f"spaces: {text}"
        for fragment in fragments(text):
            if unknown := set(re.findall(r"\\([A-Za-z]+|.)", fragment)) - ALLOWED_COMMANDS:
                yield f"commands {unknown}: {text}"
            if fragment.count("{") != fragment.count("}") or fragment.count(r"\left") != fragment.count(r"\right"):
                yield f"unbalanced: {text}"
            if re.search(r"\d,\d", fragment):
                yield f"decimal comma without braces: {text}"
        if found := FORBIDDEN_WORDS.search(prose.lower()):
            yield f"forbidden {found[0]}: {text}"


def structure_problems(bank):
    """Ids, references, counts, distractors, times, graph."""
    domains = {domain["id"] for domain in bank["domains"]}
    nodes = {node["id"]: node for node in bank["nodes"]}
    ids = [item["id"] for item in bank["items"]]
    if len(set(ids)) != len(ids) or len(nodes) != len(bank["nodes"]):
        yield "ids are not unique"
    if len(ids) < 30 or len(nodes) < 9:
        yield "fewer than 30 items or 9 nodes"
    for item in bank["items"]:
        yield from (f"{item['id']}: {problem}" for problem in _item_problems(item, domains, nodes))
    for node, count in collections.Counter(item["node"] for item in bank["items"]).items():
        if not 2 <= count <= 6:
            yield f"node {node} has {count} items"
    for node in nodes.values():
        if node["domain"] not in domains or node["criticality"] not in (1, 2, 3):
            yield f"node {node['id']}: domain or criticality"
        if not node["neededBy"] or not 3 <= len(node["remediation"]) <= 4:
            yield f"node {node['id']}: what needs it, or 3 to 4 remediation actions"
        if not any(item["node"] == node["id"] for item in bank["items"]):
            yield f"node {node['id']} has no item"
    yield from _graph_problems(nodes)
    if (total := sum(item["targetTimeS"] for item in bank["items"])) > bank["durationMin"] * 60:
        yield f"{total} s of work for {bank['durationMin']} min"


def _item_problems(item, domains, nodes):
    unknown = item.keys() - ITEM_KEYS - KIND_KEYS.get(item["type"], set())
    if missing := ITEM_KEYS - item.keys():
        yield f"fields missing {missing}"
    if unknown:
        yield f"unknown fields {unknown}"
    if not re.fullmatch(r"MT-[A-Z]{2}-\d{2}", item["id"]):
        yield "malformed id"
    if item["domain"] not in domains or nodes.get(item["node"], {}).get("domain") != item["domain"]:
        yield "domain and node disagree"
    if item["difficulty"] not in (1, 2, 3) or item["weight"] != item["difficulty"]:
        yield "difficulty or weight"
    if not 0 < len(item["correction"]) <= 320:
        yield f"correction of {len(item['correction'])} characters"
    options = item.get("options", [])
    right = sum(option["correct"] for option in options)
    if item["type"] == "single_choice" and (len(options) != 4 or right != 1):
        yield "four options, one right"
    if item["type"] == "multi_choice" and (not 4 <= len(options) <= 5 or not 2 <= right <= 3):
        yield "four or five options, two or three right"
    if [option["id"] for option in options] != list(LETTERS[: len(options)]):
        yield "option ids"
    reasons = [option.get("rationale", "") for option in options if not option["correct"]]
    if any(len(reason) < 20 for reason in reasons) or len(set(reasons)) != len(reasons):
        yield "each distractor names its own error"
    if any("rationale" in option for option in options if option["correct"]):
        yield "a right option has a rationale"
    if item["type"] == "numeric" and fractions.Fraction(str(item["tolerance"])) < 0:
        yield "negative tolerance"


def _graph_problems(nodes):
    settled = set()
    while ready := {name for name, node in nodes.items() if name not in settled and set(node["requires"]) <= settled}:
        settled |= ready
    if settled != nodes.keys():
        yield f"cycle or unknown node among {sorted(nodes.keys() - settled)}"


def key_positions(bank):
    """How many single choices each letter is the key of, and how many keys it is over all choice items."""
    single, every = collections.Counter(), collections.Counter()
    for item in bank["items"]:
        for option in item.get("options", []):
            if option["correct"]:
                every[option["id"]] += 1
                single[option["id"]] += item["type"] == "single_choice"
    return single, every


def constant_letter_points(bank, letter):
    """Points of a pupil who ticks one letter everywhere (`max(0, (good − bad) / right)` in quarters for several)."""
    points = fractions.Fraction(0)
    for item in bank["items"]:
        options = {option["id"]: option["correct"] for option in item.get("options", [])}
        if options.get(letter):
            share = fractions.Fraction(1, sum(options.values()))
            points += item["weight"] * fractions.Fraction(int(share * 4 + fractions.Fraction(1, 2)), 4)
    return points


def distribution_problems(bank):
    """Key positions and the pupil who always ticks the same letter."""
    total = sum(item["weight"] for item in bank["items"])
    for name, counter in zip(("single choices", "all choices"), key_positions(bank)):
        share = max(counter.values()) / sum(counter.values())
        if share > 0.28:
            yield f"{share:.0%} of the keys of {name} share one position"
    for letter in LETTERS:
        if constant_letter_points(bank, letter) >= total * fractions.Fraction(2, 5):
            yield f"always {letter} earns 40 % or more"


def survey_problems(survey):
    """References, signs, counts and bands of the pedagogical survey."""
    ids = [item["id"] for item in survey["items"]]
    sections = {section["id"] for section in survey["sections"]}
    scales = {scale["id"]: scale for scale in survey["scales"]}
    traits = {trait["id"]: trait for trait in survey["traits"]}
    if len(set(ids)) != len(ids) or not 16 <= len(ids) <= 20:
        yield "16 to 20 items with distinct ids"
    for scale in scales.values():
        if len(scale["labels"]) != scale["max"] - scale["min"] + 1:
            yield f"scale {scale['id']}: labels"
    signs = collections.defaultdict(list)
    for item in survey["items"]:
        if item["section"] not in sections or (item["type"] == "likert" and item["scale"] not in scales):
            yield f"{item['id']}: section or scale"
        if (item["type"] == "likert") != bool(item.get("loadings")):
            yield f"{item['id']}: likert items load on a trait, the others do not"
        for loading in item.get("loadings", []):
            signs[loading["trait"]].append(loading["sign"])
        labels = [option["label"] for option in item.get("options", [])]
        if len(set(labels)) != len(labels):
            yield f"{item['id']}: options"
    if signs.keys() != traits.keys():
        yield "traits without item, or items without trait"
    for name, trait in traits.items():
        if set(signs[name]) != {1, -1}:
            yield f"trait {name}: no reversed item"
        if not 1 <= trait["minAnswered"] <= len(signs[name]):
            yield f"trait {name}: minAnswered"
        ends = [band["upTo"] for band in trait["bands"]]
        if ends[-1] is not None or ends[:-1] != sorted(ends[:-1]) or not trait["min"] < ends[0] < trait["max"]:
            yield f"trait {name}: bands"
    if traits["stress"]["highIsGood"]:
        yield "high stress is not good news"
