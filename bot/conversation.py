"""The conversation: what is sent for what was asked. Decides nothing about content."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress

from telegram import LinkPreviewOptions, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from bot import render
from bot.services import Services
from bot.texts import Texts, texts_for
from faq import Entry, Outcome

_log = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
#: Longer than this without an answer, and the chat shows "typing…" (seconds).
SLOW = 1.0


class Conversation:
    """Sends answers, and remembers what the next question may refer to."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def texts(self, update: Update) -> Texts:
        """The fixed sentences in the person's language."""
        user = update.effective_user
        return texts_for(user.language_code if user else None)

    async def ask(self, message: Message, query: str, texts: Texts) -> None:
        """Answer a question."""
        live, memory = self._services.live, self._services.memory
        last = live.knowledge.by_id.get(memory.last_answer(message.chat_id) or "")
        async with _Typing(message):
            reply = await live.think(lambda: live.responder.reply(query, last))
        self._services.metrics.count_outcome(reply.outcome)
        row = self._services.journal.record(query, reply)
        if reply.entry:
            memory.answered(message.chat_id, reply.entry.id)
        await self.send(message, render.reply_messages(reply, live.knowledge, texts, row))

    async def ask_again(self, message: Message, query: str, texts: Texts) -> None:
        """Answer an edited question by editing the answer, if there is one to edit."""
        memory = self._services.memory
        answer_id = memory.answer_to(message.chat_id, message.message_id)
        if answer_id is None:
            await self.ask(message, query, texts)
            return
        live = self._services.live
        reply = await live.think(lambda: live.responder.reply(query))
        self._services.metrics.count_outcome(reply.outcome)
        row = self._services.journal.record(query, reply)
        first = render.reply_messages(reply, live.knowledge, texts, row)[0]
        await message.get_bot().edit_message_text(
            first.html,
            chat_id=message.chat_id,
            message_id=answer_id,
            parse_mode=ParseMode.HTML,
            reply_markup=first.markup,
            link_preview_options=NO_PREVIEW,
        )

    async def show(self, message: Message, entry: Entry, texts: Texts) -> None:
        """Show one entry that was picked rather than asked for."""
        self._services.memory.answered(message.chat_id, entry.id)
        knowledge = self._services.live.knowledge
        await self.send(message, [render.answer(entry, knowledge, texts)], quote=False)

    async def send(
        self, message: Message, parts: Sequence[render.Message], *, quote: bool = True
    ) -> None:
        """Send messages where the question came from; in a group as a reply to it."""
        for part in parts:
            sent = await message.reply_html(
                part.html,
                reply_markup=part.markup,
                link_preview_options=NO_PREVIEW,
                do_quote=quote and message.chat.type != message.chat.PRIVATE,
            )
            self._services.memory.sent(message.chat_id, message.message_id, sent.message_id)
            if part.pictured and part.pictured.picture:
                await self.picture(message, part.pictured, self._caption(part.pictured))

    def _caption(self, entry: Entry) -> str:
        assert entry.picture
        return f"{entry.picture.caption}\n{texts_for(None).ours}"

    async def picture(self, message: Message, entry: Entry, caption: str) -> None:
        """Send an entry's picture: by its id once it was uploaded. An answer stands without it."""
        memory, picture = self._services.memory, entry.picture
        assert picture
        known = memory.picture(picture.file.name)
        try:
            sent = await message.reply_photo(known or picture.file, caption=caption)
            if not known:
                memory.keep_picture(picture.file.name, sent.photo[-1].file_id)
        except BadRequest:
            memory.keep_picture(picture.file.name, None)
            _log.warning("picture %s was refused", picture.id)
        except TelegramError as error:
            _log.warning("picture %s was not sent: %s", picture.id, error)

    def random_entry(self) -> Entry:
        """Any entry the article answers."""
        entries = [e for e in self._services.live.knowledge.entries if e.kind is Outcome.ANSWER]
        return random.choice(entries)


class _Typing:
    """Shows "typing…" if the answer takes a while."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._show())

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _show(self) -> None:
        await asyncio.sleep(SLOW)
        with suppress(TelegramError):
            await self._message.reply_chat_action(ChatAction.TYPING)
