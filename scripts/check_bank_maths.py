#!/usr/bin/env python3
"""Checks the banks of Nexus independently of its own code.

    python3 -m pip install sympy
    python3 scripts/check_bank_maths.py              # checks; exit code 1 and one line per problem
    python3 scripts/check_bank_maths.py --mutate     # also breaks every key in memory and expects to see it
    python3 scripts/check_bank_maths.py --tables     # prints the tables of nexus-bilan/banks/README.md
"""

import argparse
import json
import pathlib
import sys

from bank_check import keys, rules, sheets, tables

ROOT = pathlib.Path(__file__).resolve().parent.parent
BANKS = ROOT / "nexus-bilan" / "banks"
README = BANKS / "README.md"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def problems(bank, survey):
    """Every problem found, one line each."""
    for item in bank["items"]:
        yield from (f"{item['id']}: {problem}" for problem in keys.key_problems(item))
    if orphans := keys.SOLVERS.keys() - {item["id"] for item in bank["items"]}:
        yield f"solvers without item: {sorted(orphans)}"
    yield from rules.structure_problems(bank)
    yield from rules.distribution_problems(bank)
    yield from rules.survey_problems(survey)
    for document in (bank, survey):
        yield from rules.text_problems(document)
    if bank["survey"] != survey["slug"]:
        yield "the bank names another survey"
    for path in sorted((ROOT / "examples" / "answers").glob("*.json")):
        yield from (f"{path.name}: {problem}" for problem in sheets.sheet_problems(read(path), bank, survey))
    if tables.of(bank) not in README.read_text(encoding="utf-8"):
        yield "the tables of the README are not those of the bank (run with --tables)"


def unseen_mutations(bank):
    """Items of which a broken key would pass."""
    for item in bank["items"]:
        for rank, broken in enumerate(keys.mutations(item)):
            if not list(keys.key_problems(broken)):
                yield f"{item['id']}: wrong key {rank} is not seen"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bank", type=pathlib.Path, default=BANKS / "maths-terminale.json")
    parser.add_argument("--mutate", action="store_true")
    parser.add_argument("--tables", action="store_true")
    arguments = parser.parse_args()
    bank, survey = read(arguments.bank), read(BANKS / "pedagogique-commun.json")
    if arguments.tables:
        print(tables.of(bank))
        return 0
    found = list(problems(bank, survey))
    if arguments.mutate:
        found += unseen_mutations(bank)
    for problem in found:
        print(problem)
    print(f"{len(bank['items'])} items, {len(found)} problem(s)")
    for path in sorted((ROOT / "examples" / "answers").glob("*.json")):
        print(f"{path.name}: {sheets.summary(read(path), bank)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
