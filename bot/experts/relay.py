"""Passing a message on to another chat as our own: a text, or what can stand with a caption."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.telegram.callback_data import parse
from bot.ui.cards import CAPTION, MESSAGE
from bot.ui.presses import Action
from faq.limits import utf16

#: Kinds of messages that a copy can carry words below.
CAPTIONED = ("photo", "voice", "video", "audio", "document", "animation")
#: What the buttons below a message about a case do.
ABOUT_A_CASE = frozenset({Action.TAKE_BACK, Action.TAKE, Action.CLOSE, Action.SPAM, Action.DRAFT})


class NotPassedOn(Exception):
    """A message cannot be passed on; `too_long` where in two parts it could."""

    def __init__(self, *, too_long: bool = False) -> None:
        super().__init__("too long" if too_long else "of a kind that cannot be copied")
        self.too_long = too_long


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, and the buttons below it there."""

    chat: int
    markup: InlineKeyboardMarkup | None = None
    thread: int | None = None


def words_of(message: Message) -> str:
    """What somebody wrote, or wrote below a picture."""
    return message.text or message.caption or ""


async def pass_on(bot: Bot, message: Message, words: str, place: Place) -> int:
    """Send a message's `words` and what hangs above them; the new message's id.

    Nobody sees whose it was. Raises NotPassedOn, and what Telegram says of the chat.
    """
    is_text = bool(message.text)
    if not is_text and not any(getattr(message, kind) for kind in CAPTIONED):
        raise NotPassedOn
    if utf16(words) > (MESSAGE if is_text else CAPTION):
        raise NotPassedOn(too_long=True)
    if is_text:
        sent = await bot.send_message(
            place.chat, words, reply_markup=place.markup, message_thread_id=place.thread
        )
        return sent.message_id
    try:
        copy = await bot.copy_message(
            place.chat,
            message.chat_id,
            message.message_id,
            caption=words,
            reply_markup=place.markup,
            message_thread_id=place.thread,
        )
    except BadRequest as error:
        if "copied" in error.message or "to copy" in error.message:  # protected, or gone
            raise NotPassedOn from None
        raise
    return copy.message_id


async def change(bot: Bot, message: Message, words: str, there: int, place: Place) -> None:
    """Give a message that was passed on the words its author has changed it to, if they fit."""
    if utf16(words) > (MESSAGE if message.text else CAPTION):
        return
    chat, markup = place.chat, place.markup
    if message.text:
        await bot.edit_message_text(words, chat_id=chat, message_id=there, reply_markup=markup)
    else:
        await bot.edit_message_caption(chat, there, caption=words, reply_markup=markup)


def case_below(message: Message | None, bot: Bot) -> int:
    """The number of the case that a message of ours is about, 0 for any other message.

    Its buttons carry it, so that a reply finds its case however soon after the message the process
    was killed, and whatever the message is called where the group has moved.
    """
    if message is None or message.from_user is None or message.from_user.id != bot.id:
        return 0
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    presses = (parse(str(each.callback_data or "")) for row in rows for each in row)
    return next((p.number for p in presses if p and p.action in ABOUT_A_CASE), 0)
