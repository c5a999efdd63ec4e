"""Sends an entry's picture: uploaded once, afterwards by Telegram's id of it."""

from __future__ import annotations

import logging

from telegram import Message
from telegram.error import BadRequest, TelegramError

from bot.storage.conversations import Memory
from bot.ui.texts import Texts
from faq.model import Picture

_log = logging.getLogger(__name__)


def caption(picture: Picture, texts: Texts) -> str:
    """What stands below a picture: what it shows, and whose it is."""
    return f"{picture.caption}\n{texts.ours}"


def known_as(picture: Picture) -> str:
    """The name a picture is remembered by: a redrawn one, of another size, is uploaded anew."""
    return f"{picture.file.name}:{picture.file.stat().st_size}"


async def send_picture(
    message: Message, picture: Picture, *, texts: Texts, memory: Memory
) -> Message | None:
    """Send a picture below an answer; None if it could not be sent. An answer stands without it."""
    try:
        name = known_as(picture)
        known = memory.picture(name)
        sent = await _again(message, picture, known, texts) if known else None
        if sent is None:
            sent = await message.reply_photo(picture.file, caption=caption(picture, texts))
            memory.keep_picture(name, sent.photo[-1].file_id)
    except (TelegramError, OSError) as error:
        _log.warning("picture %s was not sent: %s", picture.id, error)
        return None
    return sent


async def _again(message: Message, picture: Picture, known: str, texts: Texts) -> Message | None:
    """The picture sent by its id; None if Telegram does not take the id any more."""
    try:
        return await message.reply_photo(known, caption=caption(picture, texts))
    except BadRequest:
        return None
