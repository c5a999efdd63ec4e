"""Passing a message on to another chat as our own: a text, or what can stand with a caption."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.storage.cases import Case, Offer
from bot.ui.cards import CAPTION, MESSAGE
from faq.markup import utf16

#: Kinds of messages that a copy can carry words below.
CAPTIONED = ("photo", "voice", "video", "audio", "document", "animation")


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


def shown(asked: Offer | Case, most: int) -> str:
    """A question to be read, cut where it is long; marked where a picture hangs with it."""
    return ("\N{PAPERCLIP} " if asked.media else "") + asked.question[:most]


def carries(message: Message) -> bool:
    """Whether a picture, a recording or a file hangs with a message."""
    return any(getattr(message, kind) for kind in CAPTIONED)


async def sent(bot: Bot, words: str, place: Place) -> Message:
    """Send a text; the message, in another chat than asked for where a group has moved."""
    chat, markup, thread = place.chat, place.markup, place.thread
    return await bot.send_message(chat, words, reply_markup=markup, message_thread_id=thread)


async def copied(bot: Bot, chat: int, number: int, place: Place, words: str | None = None) -> int:
    """Send a message once more, with other words below it if they are given; the new one's id."""
    message = await bot.copy_message(
        place.chat,
        chat,
        number,
        caption=words,
        reply_markup=place.markup,
        message_thread_id=place.thread,
    )
    return message.message_id


async def pass_on(bot: Bot, message: Message, words: str, place: Place) -> int:
    """Send a message's `words` and what hangs above them; the new message's id.

    Nobody sees whose it was. Raises NotPassedOn, and what Telegram says of the chat.
    """
    is_text = bool(message.text)
    if not is_text and not carries(message):
        raise NotPassedOn
    if utf16(words) > (MESSAGE if is_text else CAPTION):
        raise NotPassedOn(too_long=True)
    if is_text:
        return (await sent(bot, words, place)).message_id
    try:
        return await copied(bot, message.chat_id, message.message_id, place, words)
    except BadRequest as error:
        if "copied" in error.message or "to copy" in error.message:  # protected, or gone
            raise NotPassedOn from None
        raise


async def change(bot: Bot, message: Message, words: str, there: int, place: Place) -> None:
    """Give a message that was passed on the words its author has changed it to, if they fit."""
    if utf16(words) > (MESSAGE if message.text else CAPTION):
        return
    chat, markup = place.chat, place.markup
    if message.text:
        await bot.edit_message_text(words, chat_id=chat, message_id=there, reply_markup=markup)
    else:
        await bot.edit_message_caption(chat, there, caption=words, reply_markup=markup)
