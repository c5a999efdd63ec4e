"""An answer's quotes, put together by the section of the document they come from."""

from __future__ import annotations

from collections.abc import Sequence

from faq.model import Passage


def by_section(quotes: Sequence[Passage]) -> list[tuple[str, list[Passage]]]:
    """Sections in the order the quotes first name them, each with its quotes."""
    sections = dict.fromkeys(passage.section for passage in quotes)
    return [(name, [p for p in quotes if p.section == name]) for name in sections]
