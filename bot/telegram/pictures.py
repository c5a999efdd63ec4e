"""Sends an answer's picture: uploaded once, afterwards by Telegram's id of it."""

from __future__ import annotations

import logging
from pathlib import Path

from telegram import Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.storage.conversations import Memory
from bot.telegram import render
from bot.ui.texts import Texts
from faq.model import Picture

_log = logging.getLogger(__name__)


def caption(picture: Picture, texts: Texts) -> str:
    """What stands below a picture alone: what it shows, and whose it is."""
    return f"{picture.caption}\n{texts.ours}"


def known_as(picture: Picture) -> str:
    """The name a picture is remembered by: a redrawn one, of another size, is uploaded anew."""
    return f"{picture.file.name}:{picture.file.stat().st_size}"


async def send_picture(
    message: Message, part: render.Message, *, texts: Texts, memory: Memory, do_quote: bool
) -> Message | None:
    """Send the picture of a part, with its text below where it fits.

    None if Telegram does not take it, or it cannot be read: an answer stands without it. Trouble
    with the network is raised, as with any text.
    """
    picture = part.picture
    assert picture
    words = (part.html, ParseMode.HTML, part.markup) if part.is_caption else None
    text, mode, markup = words or (caption(picture, texts), None, None)

    async def send(photo: str | Path) -> Message:
        return await message.reply_photo(
            photo, caption=text, parse_mode=mode, reply_markup=markup, do_quote=do_quote
        )

    try:
        name = known_as(picture)
        if known := (await memory.pictures([name])).get(name):
            try:
                return await send(known)
            except BadRequest:  # Telegram does not take the id any more
                pass
        sent = await send(picture.file)
    except (BadRequest, OSError) as error:
        _log.warning("picture %s was not sent: %s", picture.id, error)
        return None
    await memory.keep_picture(name, sent.photo[-1].file_id)
    return sent
