"""A document as pairs: its list of questions, else its sections as drafts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from faq.curator.importing.asking import asks, question_text
from faq.curator.importing.blocks import Block, Found, Kind, Pair, joined
from faq.curator.importing.boilerplate import is_boilerplate, is_contents, is_generic
from faq.curator.importing.pieces import LONGEST_LEAD, leads_cut, lines_opened
from faq.curator.importing.questions import pairs_of
from faq.curator.importing.text import visible
from faq.markup import plain
from faq.model import FAQError

MOST_BLOCKS = 40_000
#: So many sections of a document are a topic each, to be filled with more questions.
FEW = 12
#: A chapter as it is counted without a sign.
_COUNTED = re.compile(r"(\d{1,2})\s+(\S.*)")
#: Below the title of a document of more sections a text so short only greets.
FEWEST, GREETING = 3, 160


def found_in(blocks: Sequence[Block], title: str = "") -> Found:
    """What a document's blocks hold: its list of questions, else its sections as drafts."""
    if len(blocks) > MOST_BLOCKS:
        raise FAQError(f"more than {MOST_BLOCKS} paragraphs. Split it.")
    blocks = [replace(b, text=t) for b in blocks if (t := visible(b.text).strip())]
    blocks = list(lines_opened(blocks))
    if not blocks:
        raise FAQError("no text in it. A scanned PDF needs text recognition first.")
    text = tuple(plain(block.text) for block in blocks)
    first = title_in(blocks)
    headed = any(b.level == 1 and plain(b.text) == first for b in blocks)
    named = first if headed or not title else title
    named = title if title and is_generic(named) else named
    pairs = pairs_of(blocks)
    if pairs:
        topics = {named, title, first}
        pairs = tuple(_uncounted([_without_topic(pair, topics) for pair in pairs]))
        return Found(named, pairs, (), text)
    return Found(named, tuple(_drafts(blocks, named)), (), text)


def title_in(blocks: Sequence[Block]) -> str:
    """What stands at the top of a document, if it is a heading."""
    first = next((b for b in blocks if b.text.strip()), None)
    headed = first is not None and (
        first.kind is Kind.HEADING
        or first.style == "heading?"
        or (first.strong and first.kind is Kind.PARAGRAPH and not asks(first.text))
    )
    return plain(first.text) if first is not None and headed else ""


def _without_topic(pair: Pair, names: set[str]) -> Pair:
    topic = pair.topic
    says = re.search(r"[.!…][\"'”’»)]*$", topic)  # no name of a topic, but what somebody said
    if topic not in names and not (is_generic(topic) or is_contents(topic) or says):
        return pair
    return Pair(pair.question, pair.answer, "", pair.paraphrases, pair.place, pair.id, pair.draft)


def _uncounted(pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs whose topics lose the numbers of their chapters, where all have one: "2 Returns"."""
    named = [_COUNTED.fullmatch(t) for t in dict.fromkeys(p.topic for p in pairs) if t]
    numbers = [int(match[1]) for match in named if match]
    if len(numbers) < max(2, len(named)) or numbers != sorted(set(numbers)):
        return list(pairs)
    return [replace(p, topic=_COUNTED.sub(r"\2", p.topic)) for p in pairs]


def _drafts(blocks: Sequence[Block], title: str) -> list[Pair]:
    lifted = [_lifted(b) for b in leads_cut(blocks) if not is_boilerplate(plain(b.text))]
    sections = sections_of(lifted, title)
    found = [
        Pair(
            question_text(s.heading) or title,
            joined(s.blocks),
            s.topic or (s.heading if len(sections) <= FEW else ""),
            draft=True,
        )
        for s in sections
        if s.heading or len(sections) == 1
    ]
    told = [pair for pair in found if pair.answer]
    greets = len(told) > FEWEST and told[0].question == title and len(told[0].answer) <= GREETING
    return told[1:] if greets else told


def _lifted(block: Block) -> Block:
    """A short line that stands alone is a heading where no list of questions says otherwise."""
    if block.style != "heading?" and not (block.strong and len(block.text) <= LONGEST_LEAD):
        return block
    return Block(Kind.HEADING, block.text, block.level or 3, path=block.path, line=block.line)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, where a document is no list of questions."""

    heading: str
    topic: str
    blocks: tuple[Block, ...]


def sections_of(blocks: Sequence[Block], title: str) -> list[Section]:
    """The sections of a document: what stands under each heading."""
    found: list[Section] = []
    stack: list[Block] = []
    under: list[Block] = []

    def close() -> None:
        if under:
            names = [plain(b.text) for b in stack]
            heading = names[-1] if names else title
            above = [n for n in names[:-1] if n != title]
            found.append(Section(heading, above[0] if above else "", tuple(under)))
            under.clear()

    for block in blocks:
        if block.kind is Kind.HEADING:
            close()
            stack = [b for b in stack if b.level < block.level]
            stack.append(block)
        else:
            under.append(block)
    close()
    return found
