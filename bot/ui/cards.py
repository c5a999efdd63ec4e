"""A reply as a card: what is shown, in which order, and what can be pressed. Decided here, once;
Telegram and the terminal only draw it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never
from urllib.parse import quote as percent

from bot.ui.presses import Action, Press
from bot.ui.texts import LANGUAGES, Texts, fill, fitted, texts_in
from bot.ui.topics import SHOWN, Shelf, pages, shelves
from faq import Entry, Knowledge, Outcome, Reply
from faq.markup import plain, quoted, utf16
from faq.model import Manner, Picture
from faq.responder import BELOW

#: Most a message and a picture's caption take, in UTF-16 units.
MESSAGE, CAPTION = 4096, 1024
#: Entries offered below a reply; two buttons share a row where both are as short as this.
OFFERED, HALF_A_ROW = 8, 20
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


def picks(drawn: Iterable[Card]) -> tuple[str, ...]:
    """The ids of the entries on the buttons of cards, in their order."""
    presses = (button.press for card in drawn for row in card.rows for button in row)
    return tuple(p.about for p in presses if p and p.action in {Action.SHOW, Action.SUGGESTED})


def localised(card: Card, view: View) -> Card:
    """A card with the emergency numbers as its reader's country orders them."""
    blocks = tuple(replace(block, text=view.local(block.text)) for block in card.blocks)
    return replace(card, blocks=blocks)


def reply_cards(reply: Reply, view: View, row: int = 0) -> list[Card]:
    """What to show for a reply; `row` is its journal row, 0 for none."""
    if reply.language:
        return [_foreign(reply, view.speaking(reply.language), row)]
    match reply.outcome:
        case Outcome.ANSWER | Outcome.GAP:
            return _answers(reply, view, row)
        case Outcome.EMERGENCY | Outcome.SELF_HARM | Outcome.PERSONAL_ADVICE:
            return _alerts(reply, view, row)
        case Outcome.CHAT:
            return [_chat(reply, view)]
        case Outcome.SUGGEST:
            return [_suggestions(reply, view, row)]
        case Outcome.FALLBACK:
            return [fallback(view, reply.caution, reply.offered)]
        case _:
            assert_never(reply.outcome)


def _answers(reply: Reply, view: View, row: int) -> list[Card]:
    """The entries that answer; below the last one what else may be meant."""
    if reply.manner is Manner.SHORT:
        entry = reply.answers[0]
        short = entry.short or first_sentence(entry.answer)
        blocks = (Block(short), *(said(term.text) for term in reply.terms))
        return [Card(blocks, offers(view.entries(entry.related)), entry=entry)]
    cards = [entry_card(entry, view) for entry in reply.answers[:-1]]
    cards.append(entry_card(reply.answers[-1], view, row, reply.offered))
    cards[0] = replace(cards[0], blocks=(*caution(view, reply.caution), *cards[0].blocks))
    return cards


def _alerts(reply: Reply, view: View, row: int) -> list[Card]:
    """Fixed safety texts, alone; where it is not certain, with the way to the answer.

    Advice, which nobody waits for with bated breath, has what else can be read below it.
    """
    cards = [entry_card(entry, view) for entry in reply.answers]
    if reply.outcome is Outcome.PERSONAL_ADVICE:
        cards[0] = replace(cards[0], blocks=(*caution(view, reply.caution), *cards[0].blocks))
        cards[-1] = replace(cards[-1], rows=offers(reply.offered))
    if reply.manner is not Manner.IF_NOW:
        return cards
    first = Card((said(view.texts.if_now), *cards[0].blocks))
    press = Press(Action.NONE, "", row)
    if reply.offered:
        press = Press(Action.SUGGESTED, reply.offered[0].id, row)
    last = [first, *cards[1:]][-1]
    rows = (*last.rows, (Button(view.texts.not_now, press),))
    return [*[first, *cards[1:]][:-1], replace(last, rows=rows)]


def _chat(reply: Reply, view: View) -> Card:
    """A friendly line, the meaning of words, or whom to turn to; with questions to tap."""
    buttons = offers(reply.offered)
    match reply.manner:
        case Manner.TERMS:
            return Card(tuple(said(term.text) for term in reply.terms), buttons)
        case Manner.CONTACT:
            line = view.knowledge.contact or view.texts.no_contact
            return Card((said(line), *danger(view, reply.caution)), buttons)
    blocks = tuple(Block(entry.answer) for entry in reply.answers)
    related = [e for entry in reply.answers for e in view.entries(entry.related)]
    return Card(blocks, buttons or offers(related))


def _suggestions(reply: Reply, view: View, row: int) -> Card:
    """Did you mean: a few entries, and a way out."""
    texts = view.texts
    ways = {Manner.SEVERAL: texts.several, Manner.TURNED: texts.turned, Manner.MORE: texts.more}
    line = ways.get(reply.manner, texts.suggest)
    return Card((said(line), *danger(view, reply.caution)), _to_pick(reply, view, row))


def _to_pick(reply: Reply, view: View, row: int) -> Rows:
    entries = reply.offered or [c.entry for c in reply.candidates[:3]]
    none = Button(view.texts.none_of_these, Press(Action.NONE, "", row))
    return (*offers(entries, Action.SUGGESTED, row, pack=1), (none,))


def _foreign(reply: Reply, view: View, row: int) -> Card:
    """In the language of who asks: what to do in danger, or that only one language is spoken."""
    texts = view.texts
    named = _language_name(view)
    match reply.outcome:
        case Outcome.EMERGENCY:
            return Card((said(texts.emergency),))
        case Outcome.SELF_HARM:
            return Card((said(texts.self_harm),))
        case Outcome.FALLBACK | Outcome.CHAT:
            line = fill(texts.foreign_nothing, language=named)
            return Card((said(line), *danger(view)), topics(view).rows)
    line = fill(texts.foreign, language=named)
    found = [*reply.offered, *reply.answers, *(c.entry for c in reply.candidates[:3])]
    offered = tuple(dict.fromkeys(e for e in found if e.kind in SHOWN))[:3]
    return Card((said(line), *danger(view)), _to_pick(replace(reply, offered=offered), view, row))


def _language_name(view: View) -> str:
    """The FAQ's language as a sentence in the reader's language names it."""
    own = view.knowledge.language
    if own == "en" or own not in LANGUAGES:
        return view.texts.english
    return texts_in(own).name


def entry_card(entry: Entry, view: View, row: int = 0, offered: Sequence[Entry] = ()) -> Card:
    """An entry: answer, notes, then where all that is from, as much as there is room for."""
    if entry.kind not in SHOWN:
        return Card((Block(entry.answer),))
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
    """The source of each note, and when they were checked."""
    for note in entry.notes:
        yield quoted(fill(texts.note_source, note=note.source))
    for day in dict.fromkeys(note.reviewed for note in entry.notes):
        yield quoted(fill(texts.checked, day=texts.day(day)))


def _quotes(entry: Entry, texts: Texts) -> Iterator[str]:
    """The quotes, by section."""
    for section in dict.fromkeys(passage.section for passage in entry.quotes):
        place = f", {quoted(section)}" if section else ""
        head = f"**{quoted(texts.quote)}**{place}:\n"
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


def said(text: str) -> Block:
    """A sentence in which no sign means anything."""
    return Block(quoted(text))


def first_sentence(text: str) -> str:
    """The first sentence of a text, or all of it."""
    found = _SENTENCE.match(text)
    return found[0] if found else text


def danger(view: View, alert: Entry | None = None) -> tuple[Block, ...]:
    """What to do in danger, for every reply that is no answer; empty where the content has none."""
    line = view.texts.danger
    return caution(view, alert) or ((Block(quoted(line), Style.NOTE),) if line else ())


def caution(view: View, alert: Entry | None) -> tuple[Block, ...]:
    """What to do if an alert is meant after all."""
    if alert is None:
        return ()
    return (Block(f"{quoted(view.texts.if_now)} {first_sentence(alert.answer)}", Style.NOTE),)


def fallback(view: View, alert: Entry | None = None, near: Sequence[Entry] = ()) -> Card:
    """An honest no, with what is nearest, if anything is near, and topics to pick from."""
    rows = (*offers(near), *topics(view).rows)
    return Card((said(view.texts.fallback), *danger(view, alert)), rows)


def text(line: str, entries: Sequence[Entry] = ()) -> Card:
    """A fixed text, with questions to tap."""
    return Card((said(line),), offers(entries))


def topics(view: View, page: int = 0) -> Card:
    """All topics, page by page."""
    found = list(enumerate(shelves(view.knowledge)))
    shown = pages(found)[page]
    buttons = [Button(shelf.name, Press(Action.TOPIC, str(n))) for n, shelf in shown]
    turn = _turn(view.texts, Action.TOPICS, "", page, len(pages(found)))
    rows = packed(buttons)
    return Card((said(view.texts.topics),), (*rows, turn) if turn else rows)


def topic(view: View, press: Press) -> Card | None:
    """The page of a topic's questions that a press asks for; None where there is no such page."""
    found = {str(number): shelf for number, shelf in enumerate(shelves(view.knowledge))}
    shelf, page, texts = found.get(press.about), press.number, view.texts
    if shelf is None or page >= len(pages(shelf.entries)):
        return None
    many = len(pages(shelf.entries))
    rows = list(offers(pages(shelf.entries)[page], pack=1))
    turn = _turn(texts, Action.TOPIC, press.about, page, many)
    back = (Button(texts.all_topics, Press(Action.TOPICS)),)
    heading = _heading(shelf, texts, page, many)
    return Card((Block(f"**{quoted(heading)}**"),), tuple(r for r in (*rows, turn, back) if r))


def _turn(texts: Texts, action: Action, about: str, page: int, many: int) -> tuple[Button, ...]:
    """The buttons that turn pages."""
    back = (Button(texts.previous, Press(action, about, page - 1)),) if page else ()
    more = (Button(texts.next, Press(action, about, page + 1)),) if page + 1 < many else ()
    return (*back, *more)


def _heading(shelf: Shelf, texts: Texts, page: int, many: int) -> str:
    values = {"topic": shelf.name, "page": str(page + 1), "pages": str(many)}
    return fill(texts.page, **values) if many > 1 else shelf.name


def pressed(press: Press, view: View, row: int = 0) -> Card | None:
    """What pressing a button shows; None where there is nothing any more."""
    match press.action:
        case Action.SHOW | Action.SUGGESTED:
            entry = view.knowledge.by_id.get(press.about)
            return entry_card(entry, view, row) if entry else None
        case Action.NONE:
            return fallback(view)
        case Action.TOPICS | Action.BROWSE:
            here = press.number < len(pages(shelves(view.knowledge)))
            return topics(view, press.number) if here else None
        case Action.TOPIC:
            return topic(view, press)
    return None
