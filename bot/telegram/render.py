"""A card as Telegram shows it: HTML, and rows of buttons that carry presses. Pure: nothing is sent.

A button carries a version letter, what to do, and a short stable id; at most 64 bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.ui import cards
from bot.ui.cards import Block, Button, Card, Style, View
from bot.ui.presses import LONGEST, Action, Press
from faq.markup import html
from faq.model import Picture

VERSION = "a"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: HTML, buttons, and the picture that goes with it.

    `is_caption`: the text stands below the picture, in one message.
    """

    html: str
    markup: InlineKeyboardMarkup | None = None
    picture: Picture | None = None
    is_caption: bool = False


def message(card: Card, view: View) -> Message:
    """A card as a message to the person of a view."""
    return Message(
        "".join(_html(block, view) for block in card.blocks).strip(),
        markup(card.rows),
        card.picture,
        card.is_caption,
    )


def messages(drawn: Iterable[Card], view: View) -> list[Message]:
    """Cards as messages to the person of a view."""
    return [message(card, view) for card in drawn]


def _html(block: Block, view: View) -> str:
    """A block's HTML; what is set apart stands apart by itself."""
    text = html(view.local(block.text))
    match block.style:
        case Style.TEXT:
            return f"\n\n{text}"
        case Style.NOTE:
            return f"\n<blockquote>{text}</blockquote>"
        case Style.SOURCE:
            return f"\n<blockquote expandable>{text}</blockquote>"


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


def encoded(press: Press) -> str:
    """A press as callback data."""
    return f"{VERSION}{press.action}{press.number or ''}:{press.about}"


def parse(data: str) -> Press | None:
    """The press, or None for a button of another version, or a forged one."""
    head, separator, about = data.partition(":")
    if not separator or not head.startswith(VERSION) or head[1:2] not in set(Action):
        return None
    number = head[2:]
    if number and not (number.isascii() and number.isdigit() and len(number) <= LONGEST):
        return None
    return Press(Action(head[1]), about, int(number or 0))


def presses_below(message: telegram.Message | None) -> list[Press]:
    """What the buttons below a message carry."""
    rows = message.reply_markup.inline_keyboard if message and message.reply_markup else ()
    presses = (parse(str(each.callback_data or "")) for row in rows for each in row)
    return [press for press in presses if press]
