"""A reply as Telegram shows it: HTML and rows of buttons. Pure: nothing is sent from here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import assert_never
from urllib.parse import quote as percent

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.telegram.callback_data import Action, Press
from bot.ui.columns import comparison
from bot.ui.passages import by_section
from bot.ui.texts import Texts, fill
from bot.ui.topics import SHOWN, Shelf, shelves
from faq import Candidate, Entry, Knowledge, Outcome, Reply

LIMIT = 4096

Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: HTML, buttons, and the entry whose picture goes with it."""

    html: str
    markup: InlineKeyboardMarkup | None = None
    pictured: Entry | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What a message is drawn with; `username` is the bot's, for links to it."""

    knowledge: Knowledge
    texts: Texts
    username: str = ""


def reply_messages(reply: Reply, view: View, row: int = 0) -> list[Message]:
    """What to send for a reply; `row` is its journal row, 0 for none."""
    match reply.outcome:
        case Outcome.ANSWER | Outcome.GAP:
            *first, last = reply.answers
            return [*(answer(entry, view) for entry in first), answer(last, view, row)]
        case Outcome.EMERGENCY | Outcome.SELF_HARM | Outcome.PERSONAL_ADVICE:
            return [plain(entry.answer) for entry in reply.answers]
        case Outcome.CHAT:
            return [small_talk(entry, view) for entry in reply.answers]
        case Outcome.SUGGEST:
            return [suggestions(reply.candidates, view, row)]
        case Outcome.FALLBACK:
            return [fallback(view)]
        case _:
            assert_never(reply.outcome)


def answer(entry: Entry, view: View, row: int = 0) -> Message:
    """An entry with its note, quotes, related entries and the question whether it helped."""
    if entry.kind not in SHOWN:
        return plain(entry.answer)
    html = answer_html(entry, view.texts)
    return Message(html, InlineKeyboardMarkup(answer_rows(entry, view, row)), entry)


def answer_html(entry: Entry, texts: Texts) -> str:
    """Question, answer, comparison, notes; then the quotes, as many as there is room for."""
    parts = [f"<b>{escape(entry.question)}</b>", escape(entry.answer)]
    if entry.comparison:
        parts.append(f"<pre>{escape(comparison(entry.comparison))}</pre>")
    parts += notes(entry, texts)
    body = "\n\n".join(parts)
    quoted = quotes(entry, texts, LIMIT - utf16(body) - 2)
    return f"{body}\n\n{quoted}" if quoted else body


def notes(entry: Entry, texts: Texts) -> Iterator[str]:
    """Editor's notes, each with its source and review date."""
    for note in entry.notes:
        source = fill(texts.note_source, note=note.source, day=texts.day(note.reviewed))
        head = f"✎ <b>{escape(texts.note)}</b>"
        yield f"<blockquote>{head}\n{escape(note.text)}\n<i>{escape(source)}</i></blockquote>"


def quotes(entry: Entry, texts: Texts, room: int) -> str:
    """The quoted passages in one block that folds, by section, as many as there is room for."""
    body = ""
    for section, passages in by_section(entry.quotes):
        place = f", <i>{escape(section)}</i>" if section else ""
        head = f"\n<b>{escape(texts.quote)}</b>{place}:"
        for passage in passages:
            more = f"{head}\n“{escape(passage.text)}”"
            if utf16(_fold(body + more)) > room:
                return _fold(body)
            body, head = body + more, ""
    return _fold(body)


def _fold(body: str) -> str:
    return f"<blockquote expandable>{body.strip()}</blockquote>" if body else ""


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def answer_rows(entry: Entry, view: View, row: int) -> Rows:
    """Related entries, one a row; topics after a gap; whether it helped; sharing an answer."""
    knowledge, texts = view.knowledge, view.texts
    rows = entry_rows([knowledge.by_id[i] for i in entry.related], Action.SHOW)
    if entry.kind is Outcome.GAP:
        rows.append(browse_row(texts))
    if row:
        yes = button(texts.helpful_yes, Action.HELPFUL, entry.id, row)
        rows.append([yes, button(texts.helpful_no, Action.UNHELPFUL, entry.id, row)])
    if view.username and entry.kind is Outcome.ANSWER:
        rows.append([InlineKeyboardButton(texts.share, url=share_url(entry, view))])
    return rows


def entry_link(entry: Entry, view: View) -> str:
    """A link that opens the bot with this entry."""
    return f"https://t.me/{view.username}?start={entry.id}"


def share_url(entry: Entry, view: View) -> str:
    """Where Telegram asks whom to send the entry's question and link to."""
    link, question = percent(entry_link(entry, view), safe=""), percent(entry.question, safe="")
    return f"https://t.me/share/url?url={link}&text={question}"


def button(text: str, action: Action, about: str = "", number: int = 0) -> InlineKeyboardButton:
    """A button that carries a press."""
    return InlineKeyboardButton(text, callback_data=Press(action, about, number).data())


def entry_rows(entries: Iterable[Entry], action: Action, number: int = 0) -> Rows:
    """One button a row, each an entry's question."""
    return [[button(entry.question, action, entry.id, number)] for entry in entries]


def browse_row(texts: Texts) -> list[InlineKeyboardButton]:
    """The way from an answer to everything else."""
    return [button(texts.all_topics, Action.BROWSE)]


def small_talk(entry: Entry, view: View) -> Message:
    """A friendly line, with questions to tap where the content names some."""
    related = [view.knowledge.by_id[i] for i in entry.related]
    return with_questions(entry.answer, related)


def suggestions(candidates: Sequence[Candidate], view: View, row: int = 0) -> Message:
    """Did you mean: up to three entries, and a way out."""
    rows = entry_rows([c.entry for c in candidates[:3]], Action.SUGGESTED, row)
    rows.append([button(view.texts.none_of_these, Action.NONE, "", row)])
    return Message(escape(view.texts.suggest), InlineKeyboardMarkup(rows))


def fallback(view: View) -> Message:
    """An honest no, with topics to pick from."""
    return Message(escape(view.texts.fallback), InlineKeyboardMarkup(topic_rows(view)))


def topics(view: View) -> Message:
    """All topics."""
    return Message(escape(view.texts.topics), InlineKeyboardMarkup(topic_rows(view)))


def topic_rows(view: View) -> Rows:
    """One button a topic."""
    return [
        [button(shelf.name, Action.TOPIC, str(number))]
        for number, shelf in enumerate(shelves(view.knowledge))
    ]


def topic(view: View, press: Press) -> Message | None:
    """The page of a topic's questions that a press asks for; None where there is no such page."""
    found = {str(number): shelf for number, shelf in enumerate(shelves(view.knowledge))}
    shelf, page, texts = found.get(press.about), press.number, view.texts
    if shelf is None or page >= shelf.pages:
        return None
    turn = [button(texts.previous, Action.TOPIC, press.about, page - 1)] if page else []
    if page + 1 < shelf.pages:
        turn.append(button(texts.next, Action.TOPIC, press.about, page + 1))
    rows = entry_rows(shelf.page(page), Action.SHOW)
    rows += [row for row in (turn, [button(texts.all_topics, Action.TOPICS)]) if row]
    return Message(f"<b>{escape(_heading(shelf, texts, page))}</b>", InlineKeyboardMarkup(rows))


def _heading(shelf: Shelf, texts: Texts, page: int) -> str:
    wording = texts.topic_page if shelf.pages > 1 else texts.topic
    return fill(wording, topic=shelf.name, page=str(page + 1), pages=str(shelf.pages))


def with_examples(text: str, view: View) -> Message:
    """A text with the content's example questions as buttons."""
    return with_questions(text, [view.knowledge.by_id[i] for i in view.knowledge.examples])


def with_questions(text: str, entries: Sequence[Entry]) -> Message:
    """A text with questions to tap."""
    rows = entry_rows(entries, Action.SHOW)
    return Message(escape(text), InlineKeyboardMarkup(rows) if rows else None)


def about(view: View) -> Message:
    """Where the answers come from, and when they were last reviewed."""
    parts = (view.texts.about, view.texts.reviewed, view.texts.disclaimer)
    return plain("\n\n".join(part for part in parts if part))


def plain(text: str) -> Message:
    """A text without buttons."""
    return Message(escape(text))
