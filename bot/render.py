"""A reply as Telegram shows it: HTML and rows of buttons. Pure: nothing is sent from here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import assert_never

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, SwitchInlineQueryChosenChat

from bot.buttons import Action, Press
from bot.texts import Texts
from faq import Candidate, Entry, Knowledge, Outcome, Reply

LIMIT = 4096
PAGE = 8
#: Two columns of monospace that fit a phone 360 px wide without breaking.
COLUMN = 15
SHOWN = {Outcome.ANSWER, Outcome.GAP}


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: HTML, buttons, and the entry whose picture goes with it."""

    html: str
    markup: InlineKeyboardMarkup | None = None
    pictured: Entry | None = None


Rows = list[list[InlineKeyboardButton]]


def button(text: str, action: Action, about: str = "", number: int = 0) -> InlineKeyboardButton:
    """A button that carries a press."""
    return InlineKeyboardButton(text, callback_data=Press(action, about, number).data())


def reply_messages(reply: Reply, knowledge: Knowledge, texts: Texts, row: int = 0) -> list[Message]:
    """What to send for a reply; `row` is its journal row, 0 for none."""
    match reply.outcome:
        case Outcome.ANSWER | Outcome.GAP:
            return [answer(entry, knowledge, texts, row) for entry in reply.answers]
        case Outcome.EMERGENCY | Outcome.SELF_HARM | Outcome.PERSONAL_ADVICE:
            return [Message(escape(entry.answer)) for entry in reply.answers]
        case Outcome.CHAT:
            return [Message(escape(entry.answer)) for entry in reply.answers]
        case Outcome.SUGGEST:
            return [suggestions(reply.candidates, texts, row)]
        case Outcome.FALLBACK:
            return [fallback(knowledge, texts)]
        case _:
            assert_never(reply.outcome)


def answer(entry: Entry, knowledge: Knowledge, texts: Texts, row: int = 0) -> Message:
    """An entry with its note, quotes, related entries and the question whether it helped."""
    if entry.kind not in SHOWN:
        return Message(escape(entry.answer))
    parts = [f"<b>{escape(entry.question)}</b>", escape(entry.answer)]
    if entry.comparison:
        parts.append(comparison(entry.comparison))
    parts += notes(entry, texts)
    body = "\n\n".join(parts)
    quoted = quotes(entry, texts, LIMIT - utf16(body) - 2)
    html = f"{body}\n\n{quoted}" if quoted else body
    return Message(html, InlineKeyboardMarkup(answer_rows(entry, knowledge, texts, row)), entry)


def answer_rows(entry: Entry, knowledge: Knowledge, texts: Texts, row: int) -> Rows:
    """Related entries, one a row; then whether it helped, and sharing."""
    rows = entry_rows([knowledge.by_id[i] for i in entry.related], Action.SHOW)
    if row:
        rows.append(
            [
                button(texts.helpful_yes, Action.HELPFUL, entry.id, row),
                button(texts.helpful_no, Action.UNHELPFUL, entry.id, row),
            ]
        )
    chosen = SwitchInlineQueryChosenChat(
        query=entry.question[:256], allow_user_chats=True, allow_group_chats=True
    )
    return [*rows, [InlineKeyboardButton(texts.share, switch_inline_query_chosen_chat=chosen)]]


def entry_rows(entries: Iterable[Entry], action: Action, number: int = 0) -> Rows:
    """One button a row, each an entry's question."""
    return [[button(entry.question, action, entry.id, number)] for entry in entries]


def comparison(rows: Sequence[Sequence[str]]) -> str:
    """Two columns in monospace, each pair under its heading."""
    (_, *heads), *body = rows
    lines = [_columns(heads), *(f"{_line()}\n{name}\n{_columns(cells)}" for name, *cells in body)]
    return "<pre>" + escape("\n".join(lines)) + "</pre>"


def _line() -> str:
    return "─" * (2 * COLUMN + 1)


def _columns(cells: Sequence[str]) -> str:
    left, right = (textwrap.wrap(cell, COLUMN) for cell in cells[:2])
    height = max(len(left), len(right))
    left, right = (column + [""] * (height - len(column)) for column in (left, right))
    return "\n".join(f"{a:<{COLUMN}} {b}".rstrip() for a, b in zip(left, right, strict=True))


def notes(entry: Entry, texts: Texts) -> list[str]:
    """Editor's notes, each with its source and review date."""
    return [
        f"✎ <b>{escape(texts.note)}</b>\n{escape(note.text)}\n"
        f"<i>{escape(texts.note_source.format(source=note.source, reviewed=note.reviewed))}</i>"
        for note in entry.notes
    ]


def quotes(entry: Entry, texts: Texts, room: int) -> str:
    """The quoted passages in one block that folds, as many as there is room for."""
    head = f"<blockquote expandable><b>{escape(texts.quote)}</b>"
    body = ""
    for section in dict.fromkeys(p.section for p in entry.quotes):
        said = "\n".join(f"“{escape(p.text)}”" for p in entry.quotes if p.section == section)
        more = f"\n<i>{escape(section)}</i>\n{said}"
        if utf16(head + body + more) + 20 <= room:
            body += more
    return f"{head}{body}</blockquote>" if body else ""


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def suggestions(candidates: Sequence[Candidate], texts: Texts, row: int) -> Message:
    """Did you mean: up to three entries, and a way out."""
    rows = entry_rows([c.entry for c in candidates], Action.SUGGESTED, row)
    rows.append([button(texts.none_of_these, Action.NONE, "", row)])
    return Message(escape(texts.suggest), InlineKeyboardMarkup(rows))


def fallback(knowledge: Knowledge, texts: Texts) -> Message:
    """An honest no, with topics to pick from."""
    text = knowledge.texts.get("fallback", texts.fallback)
    return Message(escape(text), InlineKeyboardMarkup(topic_rows(knowledge)))


def topic_rows(knowledge: Knowledge) -> Rows:
    """One button a topic."""
    used = {entry.topic for entry in knowledge.entries if entry.kind in SHOWN}
    return [
        [button(topic, Action.TOPIC, str(number))]
        for number, topic in enumerate(knowledge.topics)
        if topic in used
    ]


def topics(knowledge: Knowledge, texts: Texts) -> Message:
    """All topics."""
    return Message(escape(texts.topics), InlineKeyboardMarkup(topic_rows(knowledge)))


def topic(knowledge: Knowledge, texts: Texts, number: int, page: int) -> Message | None:
    """One topic's questions, a page of them; None where there is no such topic."""
    if not 0 <= number < len(knowledge.topics):
        return None
    name = knowledge.topics[number]
    entries = [e for e in knowledge.entries if e.topic == name and e.kind in SHOWN]
    shown = entries[page * PAGE : (page + 1) * PAGE]
    rows = entry_rows(shown, Action.SHOW)
    last = [button(texts.back, Action.TOPICS)]
    if len(entries) > (page + 1) * PAGE:
        last.append(button(texts.page, Action.TOPIC, str(number), page + 1))
    heading = f"<b>{escape(texts.topic.format(topic=name))}</b>"
    return Message(heading, InlineKeyboardMarkup([*rows, last]))


def fill(text: str, knowledge: Knowledge) -> str:
    """A sentence with the title and the review date of the content in it."""
    reviewed = knowledge.reviewed or ""
    return text.replace("{title}", knowledge.title).replace("{reviewed}", str(reviewed))


def with_examples(text: str, knowledge: Knowledge) -> Message:
    """A text with the content's example questions as buttons."""
    entries = [knowledge.by_id[i] for i in knowledge.examples]
    rows = entry_rows(entries, Action.SHOW)
    return Message(escape(fill(text, knowledge)), InlineKeyboardMarkup(rows) if rows else None)


def plain(text: str) -> Message:
    """A text without buttons."""
    return Message(escape(text))
