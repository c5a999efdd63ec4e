"""Whom a message is for, and what it asks once the bot's name is taken out of it."""

from __future__ import annotations

import re

from telegram import Bot, Message
from telegram.constants import ChatType


def own_words(message: Message, bot: Bot) -> str | None:
    """The question in a message, or None if it is not for the bot.

    In a private chat everything is; in a group only what names the bot or replies to it, and no
    other bot's command. An admin who writes for the group itself is a person like others.
    """
    text = whole(message.text or message.caption or "")
    for_group = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    if message.from_user is None or (message.from_user.is_bot and not for_group):
        return None
    name = re.compile(rf"@{re.escape(bot.username)}\b", re.IGNORECASE)
    if message.chat.type == ChatType.PRIVATE:
        return name.sub(" ", text).strip()
    replied = message.reply_to_message
    to_bot = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    if text.startswith("/") or not (to_bot or name.search(text)):
        return None
    return name.sub(" ", text).strip()


def whole(text: str) -> str:
    """The text with each half of a broken character replaced: no file can hold half of one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
