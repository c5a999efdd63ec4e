"""A card as Telegram shows it: HTML and rows of buttons. Pure: nothing is sent from here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.telegram.callback_data import Action, Press, encoded
from bot.ui import cards
from bot.ui.cards import Block, Button, Card, Style, View
from faq import Entry
from faq.markup import html
from faq.model import Picture


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: HTML, buttons, and the picture that goes with it.

    `is_caption`: the text stands below the picture, in one message.
    """

    html: str
    markup: InlineKeyboardMarkup | None = None
    picture: Picture | None = None
    is_caption: bool = False
    entry: Entry | None = None


def message(card: Card, view: View) -> Message:
    """A card as a message to the person of a view."""
    return Message(
        "".join(_html(cards.localised(card, view).blocks)).strip(),
        markup(card.rows),
        card.picture,
        card.is_caption,
        card.entry,
    )


def messages(drawn: Iterable[Card], view: View) -> list[Message]:
    """Cards as messages to the person of a view."""
    return [message(card, view) for card in drawn]


def _html(blocks: Iterable[Block]) -> Iterator[str]:
    """Each block's HTML; what is set apart stands apart by itself."""
    for block in blocks:
        match block.style:
            case Style.TEXT:
                yield f"\n\n{html(block.text)}"
            case Style.NOTE:
                yield f"\n<blockquote>{html(block.text)}</blockquote>"
            case Style.SOURCE:
                yield f"\n<blockquote expandable>{html(block.text)}</blockquote>"


def markup(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Buttons, None for none."""
    drawn = [[_button(each) for each in row] for row in rows]
    return InlineKeyboardMarkup(drawn) if drawn else None


def _button(each: Button) -> InlineKeyboardButton:
    """One button: it carries a press or opens an address."""
    if each.press is None:
        return InlineKeyboardButton(each.label, url=each.url)
    return InlineKeyboardButton(each.label, callback_data=encoded(each.press))


def button(label: str, action: Action, about: str = "", number: int = 0) -> InlineKeyboardButton:
    """A button that carries a press."""
    return _button(Button(label, Press(action, about, number)))


def plain(text: str, view: View) -> Message:
    """A fixed text without buttons."""
    return message(cards.text(text), view)
