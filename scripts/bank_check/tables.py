"""The distribution tables of `nexus-bilan/banks/README.md`."""

import collections

from .rules import LETTERS, constant_letter_points, key_positions


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def of(bank):
    """Markdown: nodes, domains, kinds, key positions, constant letters."""
    items, domains = bank["items"], {domain["id"]: domain["label"] for domain in bank["domains"]}
    total = sum(item["weight"] for item in items)

    def figures(group):
        difficulties = collections.Counter(item["difficulty"] for item in group)
        return [len(group), " / ".join(str(difficulties[level]) for level in (1, 2, 3)),
                sum(item["weight"] for item in group), sum(item["targetTimeS"] for item in group)]

    by_node = _table(
        ["node", "domain", "criticality", "requires", "items", "difficulty 1 / 2 / 3", "points", "time (s)"],
        [[f"`{node['id']}`", f"`{node['domain']}`", node["criticality"],
          ", ".join(f"`{name}`" for name in node["requires"]) or "–",
          *figures([item for item in items if item["node"] == node["id"]])] for node in bank["nodes"]])
    by_domain = _table(
        ["domain", "items", "difficulty 1 / 2 / 3", "points", "time (s)"],
        [[f"{label} (`{name}`)", *figures([item for item in items if item["domain"] == name])]
         for name, label in domains.items()] + [["**all**", *figures(items)]])
    kinds = collections.Counter(item["type"] for item in items)
    by_kind = _table(["kind", "items", "points"], [
        [f"`{kind}`", count, sum(item["weight"] for item in items if item["type"] == kind)]
        for kind, count in kinds.most_common()])
    single, every = key_positions(bank)
    positions = _table(
        ["position", "keys of single choices", "share", "keys of all choices", "share", "points of « always this letter »", "share of all points"],
        [[letter, single[letter], f"{single[letter] / sum(single.values()):.1%}",
          every[letter], f"{every[letter] / sum(every.values()):.1%}",
          float(constant_letter_points(bank, letter)), f"{float(constant_letter_points(bank, letter) / total):.1%}"]
         for letter in LETTERS])
    return "\n\n".join([by_domain, by_node, by_kind, positions])
