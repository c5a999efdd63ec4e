"""What is shown, in which order, and what can be pressed; an entry's card.

Decided here, once: Telegram and the terminal only draw it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from urllib.parse import quote as percent

from bot.ui.presses import Action, Press
from bot.ui.texts import LANGUAGES, Texts, fill, fitted, texts_in
from faq import Entry, Knowledge, Outcome
from faq.markup import plain, quoted, utf16
from faq.model import Picture
from faq.responder import BELOW

#: Kinds of entries that are offered as questions.
SHOWN = frozenset({Outcome.ANSWER, Outcome.GAP})
#: Most a message and a picture's caption take, in UTF-16 units.
MESSAGE, CAPTION = 4096, 1024
#: Entries offered below a reply; two buttons share a row where both are as short as this.
OFFERED, HALF_A_ROW = 8, 20
#: Signs behind which no colon stands.
ENDS = ("?", "!", ".", ":")
_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)


class Style(Enum):
    """How a block stands in a card."""

    TEXT = auto()
    NOTE = auto()  # set apart
    SOURCE = auto()  # set apart and folded, where it can be


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a card, in the small Markdown of `faq.markup`."""

    text: str
    style: Style = Style.TEXT


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: it does something here, or opens an address."""

    label: str
    press: Press | None = None
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown for a reply; `entry` is the one it answers with, if any."""

    blocks: tuple[Block, ...]
    rows: Rows = ()
    picture: Picture | None = None
    entry: Entry | None = None

    @property
    def length(self) -> int:
        """UTF-16 units of what is read, the empty lines between blocks too."""
        return sum(utf16(plain(block.text)) + 2 for block in self.blocks)

    @property
    def is_caption(self) -> bool:
        """Whether all of it fits below its picture."""
        return self.picture is not None and self.length <= CAPTION


@dataclass(frozen=True, slots=True)
class View:
    """What a card is made with.

    `username` is the bot's, for links to it; `days` how long questions are kept; `locale` the
    language a person's Telegram is set to, as it names it ("en-GB").
    """

    knowledge: Knowledge
    texts: Texts
    username: str = ""
    days: int = 0
    locale: str = "en"

    def entries(self, ids: Iterable[str]) -> list[Entry]:
        """Entries by their ids."""
        return [self.knowledge.by_id[i] for i in ids]

    def speaking(self, language: str) -> View:
        """The same in another language, where there are sentences in it."""
        if language not in LANGUAGES:
            return self
        texts = fitted(texts_in(language), self.knowledge, days=self.days)
        return replace(self, texts=texts)

    def local(self, text: str) -> str:
        """A text with the emergency numbers in the order for this person's language."""
        numbers = self.knowledge.numbers
        own = numbers.get(self.locale) or numbers.get(self.locale.partition("-")[0])
        return text.replace(numbers["default"], own) if own else text


def said(text: str) -> Block:
    """A sentence in which no sign means anything."""
    return Block(quoted(text))


def first_sentence(text: str) -> str:
    """The first sentence of a text, or all of it."""
    found = _SENTENCE.match(text)
    return found[0] if found else text


def _loud(text: str) -> str:
    """A text with its first sentence in bold, where that can be drawn: what to do at once."""
    first = first_sentence(text)
    return text if set("*\n") & set(first) else f"**{first}**{text[len(first) :]}"


def text(line: str, entries: Sequence[Entry] = ()) -> Card:
    """A fixed text, with questions to tap."""
    return Card((said(line),), offers(entries))


def entry_card(entry: Entry, view: View, row: int = 0, offered: Sequence[Entry] = ()) -> Card:
    """An entry: answer, notes, then where all that is from, as much as there is room for."""
    if entry.kind not in SHOWN:
        urgent = entry.kind is Outcome.EMERGENCY
        return Card((Block(_loud(entry.answer) if urgent else entry.answer),))
    blocks = [Block(f"**{quoted(entry.question)}**\n{entry.answer}")]
    if entry.comparison:
        blocks.append(Block(comparison(entry.comparison)))
    if entry.notes:
        lines = "\n".join(quoted(note.text) for note in entry.notes)
        blocks.append(Block(f"**✎ {quoted(view.texts.note)}**\n{lines}", Style.NOTE))
    card = Card(tuple(blocks), _below(entry, view, row, offered), entry.picture, entry)
    return _with_sources(card, view.texts)


def _with_sources(card: Card, texts: Texts) -> Card:
    """Where it is from: sources of notes and a quote always, more quotes as they fit.

    All of it below the picture, where that much fits there.
    """
    assert card.entry
    quotes = list(_quotes(card.entry, texts))
    before, after = list(_note_sources(card.entry, texts)), _whose_picture(card, texts)
    ways = [[*before, *quotes[:n], *after] for n in range(len(quotes), -1, -1)]
    fitting = [_joined(card, lines) for lines in ways]
    below = [c for c in fitting[: max(1, len(quotes))] if c.is_caption]
    return next(iter(below), None) or next((c for c in fitting if c.length <= MESSAGE), card)


def _joined(card: Card, lines: Sequence[str]) -> Card:
    if not lines:
        return card
    return replace(card, blocks=(*card.blocks, Block("\n".join(lines), Style.SOURCE)))


def _note_sources(entry: Entry, texts: Texts) -> Iterator[str]:
    """The sources of the notes, and when they were checked; what two of them share, once."""
    for source in dict.fromkeys(note.source for note in entry.notes):
        yield quoted(fill(texts.note_source, note=source))
    for day in dict.fromkeys(note.reviewed for note in entry.notes):
        yield quoted(fill(texts.checked, day=texts.day(day)))


def _quotes(entry: Entry, texts: Texts) -> Iterator[str]:
    """The quotes, by section."""
    for section in dict.fromkeys(passage.section for passage in entry.quotes):
        place = f", {quoted(section)}" if section else ""
        colon = "" if section.endswith(ENDS) else ":"
        head = f"**{quoted(texts.quote)}**{place}{colon}\n"
        for passage in (p for p in entry.quotes if p.section == section):
            yield f"{head}“{quoted(passage.text)}”"
            head = ""


def _whose_picture(card: Card, texts: Texts) -> list[str]:
    return [quoted(texts.ours)] if card.picture else []


def comparison(rows: Sequence[Sequence[str]]) -> str:
    """A comparison as plain lines: the first row names the columns, the first cell the row."""
    (_, *heads), *body = rows
    parts = []
    for name, *cells in body:
        lines = [f"{quoted(h)}: {quoted(c)}" for h, c in zip(heads, cells, strict=True)]
        parts.append("\n".join([f"**{quoted(name)}**", *lines]))
    return "\n".join(parts)


def _below(entry: Entry, view: View, row: int, offered: Sequence[Entry]) -> Rows:
    """What to read next; topics after a gap; whether it helped; sharing it."""
    texts = view.texts
    more = offers(list(dict.fromkeys([*offered, *view.entries(entry.related)]))[:BELOW])
    rows = list(more)
    if entry.kind is Outcome.GAP:
        rows.append((Button(texts.all_topics, Press(Action.BROWSE)),))
    last = []
    if row:
        last.append(Button(texts.helpful_yes, Press(Action.HELPFUL, entry.id, row)))
        last.append(Button(texts.helpful_no, Press(Action.UNHELPFUL, entry.id, row)))
    if view.username and entry.kind is Outcome.ANSWER:
        last.append(Button(texts.share, url=share_url(entry, view)))
    return (*rows, tuple(last)) if last else tuple(rows)


def offers(
    entries: Iterable[Entry], action: Action = Action.SHOW, number: int = 0, *, pack: int = 2
) -> Rows:
    """Entries to tap, each once; `pack` short ones share a row."""
    found = list(dict.fromkeys(entries))[:OFFERED]
    return packed([Button(e.question, Press(action, e.id, number)) for e in found], pack)


def packed(buttons: Iterable[Button], pack: int = 2) -> Rows:
    """Buttons in rows; up to `pack` short ones share one."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        last = (*rows[-1], button) if rows else ()
        if last and len(last) <= pack and all(len(b.label) <= HALF_A_ROW for b in last):
            rows[-1] = last
        else:
            rows.append((button,))
    return tuple(rows)


def entry_link(entry: Entry, view: View) -> str:
    """A link that opens the bot with this entry."""
    return f"https://t.me/{view.username}?start={entry.id}"


def share_url(entry: Entry, view: View) -> str:
    """Where Telegram asks whom to send the entry's question and link to."""
    link, question = percent(entry_link(entry, view), safe=""), percent(entry.question, safe="")
    return f"https://t.me/share/url?url={link}&text={question}"


def with_person(drawn: Sequence[Card], label: str) -> list[Card]:
    """Cards with the way to a person below the last one."""
    *first, last = drawn
    return [*first, replace(last, rows=(*last.rows, (Button(label, Press(Action.ASK)),)))]


def danger(view: View, alert: Entry | None = None) -> tuple[Block, ...]:
    """What to do in danger, for every reply that is no answer; empty where the content has none."""
    line = view.texts.danger
    return caution(view, alert) or ((Block(quoted(line), Style.NOTE),) if line else ())


def caution(view: View, alert: Entry | None) -> tuple[Block, ...]:
    """What to do if an alert is meant after all."""
    if alert is None:
        return ()
    return (Block(f"{quoted(view.texts.if_now)} {first_sentence(alert.answer)}", Style.NOTE),)
