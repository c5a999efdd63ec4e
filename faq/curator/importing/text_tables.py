"""Tables drawn with signs in a plain text, as databases, Pandoc and reStructuredText write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from faq.curator.importing.blocks import Block, Kind, reflowed
from faq.markup import quoted

__all__ = ["FEWEST_DRAWN", "drawn_rows", "is_drawn"]

#: Lines of a table, and rules that part more than its head from its rows.
FEWEST_DRAWN, FEWEST_RULES = 3, 4
_RULE = re.compile(r"\s*[+|]?(?:[-=:]{2,}[+|])+[-=:]*\s*$")
_ROW = re.compile(r"\s*\|.*\|\s*$")


def is_drawn(line: str) -> bool:
    """Whether a line is a row between two bars, or a rule of dashes and plus signs."""
    return bool(_RULE.match(line) or _ROW.match(line))


def drawn_rows(lines: Sequence[tuple[int, str]]) -> Iterator[Block]:
    """The rows of a table, given its lines with their numbers.

    Each line is one; where rules part the rows, all lines up to the next rule are.
    """
    ruled = sum(bool(_RULE.match(line)) for _, line in lines) >= FEWEST_RULES
    gathered: list[list[str]] = []
    for number, line in [*lines, (0, "--+--")]:
        rule = _RULE.match(line)
        if not rule:
            gathered.append([cell.strip() for cell in line.strip()[1:-1].split("|")])
        if gathered and (rule or not ruled):
            columns = zip_longest(*gathered, fillvalue="")
            cells = [reflowed(quoted("\n".join(filter(None, column)))) for column in columns]
            yield Block(Kind.ROW, " | ".join(cells), line=number)
            gathered = []
