"""An answer of several blocks as one text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from faq.curator.importing.blocks import Block, Kind


def joined(blocks: Sequence[Block]) -> str:
    """An answer of several blocks: paragraphs apart, items and rows on lines of their own."""
    parts: list[str] = []
    before: Block | None = None
    outermost = min((b.level for b in blocks if b.kind is Kind.ITEM), default=1)
    for block in blocks:
        text = _shown(block, outermost)
        if not text:
            continue
        close = (
            before is not None
            and before.kind is block.kind
            and block.kind
            in {
                Kind.ITEM,
                Kind.ROW,
            }
        )
        parts += ["\n" if close else "\n\n"] if before else []
        parts.append(text)
        before = block
    return "".join(parts).strip()


def _shown(block: Block, outermost: int) -> str:
    text = _reflowed(block.text) if block.style == "wrapped" else block.text
    text = text.strip()
    if block.kind is Kind.ITEM:
        indent = "  " * (block.level - outermost)
        return f"{indent}{block.marker or '-'} {text}"
    if block.kind is Kind.ROW:
        return " ".join(text.split())
    stands_out = block.kind in {Kind.HEADING, Kind.TERM} or block.strong
    if stands_out and "**" not in text and "\n" not in text and "[" not in text:
        return f"**{text}**" if text else ""
    return text


_LISTED = re.compile(r"^\s*(?:[•●▪◦‣–—*-]\s|\(?\d{1,2}[.)]\s|\(?[a-z][.)]\s)")


def _reflowed(text: str) -> str:
    """Lines that were cut at a margin as one; lists and short lines stay."""
    lines = [line.rstrip() for line in text.split("\n")]
    margin = 0.7 * max(map(len, lines), default=0)
    out = lines[0]
    for before, line in pairwise(lines):
        runs_on = before.endswith((",", "-")) or line.lstrip()[:1].islower()
        ends = len(before) < margin and not runs_on
        listed = _LISTED.match(line)
        out += ("\n" if ends or listed else " ") + line.strip() if line.strip() else "\n"
    return re.sub(r"(?m)^\s*[•●▪◦‣–—*]\s+", "- ", out)
