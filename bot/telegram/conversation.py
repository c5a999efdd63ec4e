"""The conversation: what is sent for what was asked. Decides nothing about content."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from telegram import LinkPreviewOptions, Message
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bot.delivery.flood_limit import Kind, Verdict
from bot.services import Services
from bot.storage.cases import Offer
from bot.storage.conversations import Shown
from bot.storage.database import StoreError
from bot.telegram import render
from bot.telegram.experts.relay import carries
from bot.telegram.experts.texts import say
from bot.telegram.pictures import send_picture
from bot.ui import cards
from bot.ui.cards import Card, View
from bot.ui.presses import Action
from bot.ui.replies import reply_cards
from faq import Entry, Outcome, Reply
from faq.markup import plain
from faq.model import ALERTS, Manner

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
#: How a question ends that a person may answer better.
UNHELPED = frozenset({Outcome.FALLBACK, Outcome.GAP, Outcome.SUGGEST})
#: Longer than this without an answer, and the chat shows "typing…" (seconds).
SLOW = 1.0
#: An edit so late of a question that has no answer is not a question (seconds).
LATE = 60.0


class Conversation:
    """Sends answers, and remembers what the next question may refer to."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._memory = services.memory
        #: Answers lately sent below a picture.
        self._photos = deque[int](maxlen=1000)

    async def ask(self, message: Message, query: str, view: View) -> None:
        """Answer a question."""
        async with _typing(message):
            verdict = await self._limit(message)
            before = await self._memory.last_shown(message.chat_id)
            reply = await self._services.live.reply(query, *before)
        if reply.outcome in ALERTS or await self.is_welcome(verdict, message, view):
            await self._answer(message, query, reply, view)

    async def ask_again(self, message: Message, query: str, view: View) -> None:
        """Answer an edited question by editing the answer, if there is one to edit."""
        async with _typing(message):
            old = await self._memory.answers_to(message.chat_id, message.message_id)
            verdict = await self._services.flood.check((Kind.EDIT, _author(message)))
            reply = await self._services.live.reply(query)
        if reply.outcome not in ALERTS:
            if not old and _is_late(message):
                return  # nobody waits for an answer there any more
            if not await self.is_welcome(verdict, message, view):
                return
        await self._answer(message, query, reply, view, old)

    async def _answer(
        self, message: Message, query: str, reply: Reply, view: View, old: Sequence[int] = ()
    ) -> None:
        """Send the reply to a query, in place of the `old` answers to it; only then note it.

        For its noting nobody shall wait.
        """
        row = self._services.journal.new_row()
        drawn = reply_cards(reply, view, row)
        if self._services.cases:
            drawn = await self._handed_on(message, query, reply, drawn, view)
        parts = render.messages(drawn, view)
        if old and reply.outcome in ALERTS:  # an edit makes no sound, so it is a new message
            await self._delete(message, old)
        elif old:
            await self._delete(message, old[1:])
            if await self._edit(message, old[0], parts[0]):
                parts = parts[1:]
        await self.send(message, parts, view, shown=_shown(reply.subject, drawn))
        self._services.metrics.count_outcome(reply.outcome)
        await self._services.journal.record(row, query, reply)

    async def _handed_on(
        self, message: Message, query: str, reply: Reply, drawn: list[Card], view: View
    ) -> list[Card]:
        """The cards with the way to a person, where there is one and the bot could not help."""
        store, private = self._services.cases, message.chat.type == message.chat.PRIVATE
        if not store or not private or reply.outcome in ALERTS:
            return drawn
        media = message.message_id if carries(message) else None
        with suppress(StoreError):
            await store.offer(message.chat_id, Offer(query, _told(drawn), media))
        if reply.outcome in UNHELPED or reply.manner is Manner.CONTACT:
            return cards.with_person(drawn, say("ask", view.texts.code, view.knowledge))
        return drawn

    async def unread(self, message: Message, card: Card, view: View) -> None:
        """Say that a picture or a recording cannot be read; a person can, where there is one."""
        store = self._services.cases
        if store and message.chat.type == message.chat.PRIVATE and carries(message):
            knowledge, code = view.knowledge, view.texts.code
            asked = say("attachment", code, knowledge)
            with suppress(StoreError):
                await store.offer(message.chat_id, Offer(asked, _told([card]), message.message_id))
                [card] = cards.with_person([card], say("ask", code, knowledge))
        await self.show(message, card, view)

    async def _limit(self, message: Message) -> Verdict:
        """What the flood limit says to one more question."""
        flood, person = self._services.flood, _author(message)
        if message.chat.type == message.chat.PRIVATE:
            return await flood.check((Kind.QUESTION, person))
        return await flood.check((Kind.IN_GROUP, person), (Kind.GROUP, message.chat_id))

    async def is_welcome(self, verdict: Verdict, message: Message, view: View) -> bool:
        """Whether it may be answered; who is too fast is told so."""
        if verdict is Verdict.WELCOME:
            return True
        self._services.metrics.count_error("flood")
        if verdict is Verdict.ASK_TO_SLOW_DOWN:
            await self.send(message, [render.plain(view.texts.slow_down, view)], view)
        return False

    async def _edit(self, message: Message, answer_id: int, part: render.Message) -> bool:
        """Turn an answer into another; a picture cannot become a text, so it is taken back."""
        if part.picture or answer_id in self._photos:
            await self._delete(message, [answer_id])
            return False
        await message.get_bot().edit_message_text(
            part.html,
            chat_id=message.chat_id,
            message_id=answer_id,
            parse_mode=ParseMode.HTML,
            reply_markup=part.markup,
            link_preview_options=NO_PREVIEW,
        )
        return True

    async def _delete(self, message: Message, answers: Sequence[int]) -> None:
        """Take back messages whose question has changed."""
        if answers:
            await self._memory.deleted(message.chat_id, message.message_id, answers)
        for answer_id in answers:
            with suppress(TelegramError):
                await message.get_bot().delete_message(message.chat_id, answer_id)

    async def show(self, message: Message, card: Card, view: View, *, quote: bool = True) -> None:
        """Show a card that was picked rather than asked for."""
        shown = _shown(card.entry, [card]) if card.entry else None
        await self.send(message, [render.message(card, view)], view, quote=quote, shown=shown)

    async def send(
        self,
        message: Message,
        parts: Sequence[render.Message],
        view: View,
        *,
        quote: bool = True,
        shown: Shown | None = None,
    ) -> None:
        """Send messages where the question came from; in a group as a reply to it.

        They are remembered as its answers, and `shown` as what was shown last.
        """
        quoted = quote and message.chat.type != message.chat.PRIVATE
        sent = [await self._sent(message, part, view, quoted) for part in parts]
        ids = [each.message_id for group in sent for each in group]
        await self._memory.note(message.chat_id, message.message_id, ids, shown)

    async def _sent(
        self, message: Message, part: render.Message, view: View, do_quote: bool
    ) -> list[Message]:
        """What was sent for one part: its picture first, the text below it where it fits."""
        sent = []
        if part.picture:
            photo = await send_picture(
                message, part, texts=view.texts, memory=self._memory, do_quote=do_quote
            )
            sent = [photo] if photo else []
            self._photos.extend(each.message_id for each in sent)
        if sent and part.is_caption:
            return sent
        text = await message.reply_html(
            part.html,
            reply_markup=part.markup,
            link_preview_options=NO_PREVIEW,
            do_quote=do_quote,
        )
        return [*sent, text]


def _shown(entry: Entry | None, drawn: Iterable[Card]) -> Shown:
    """What the next question may refer to: an entry, and those on the buttons of cards."""
    presses = (button.press for card in drawn for row in card.rows for button in row)
    offered = (p.about for p in presses if p and p.action in {Action.SHOW, Action.SUGGESTED})
    return Shown(entry.id if entry else "", tuple(offered))


def _told(drawn: Sequence[Card]) -> str:
    """What cards say, as plain text."""
    return plain("\n".join(block.text for card in drawn for block in card.blocks))


def _author(message: Message) -> int:
    return message.from_user.id if message.from_user else message.chat_id


def _is_late(message: Message) -> bool:
    edited = message.edit_date or message.date
    return (edited - message.date).total_seconds() > LATE


@asynccontextmanager
async def _typing(message: Message) -> AsyncIterator[None]:
    """Show "typing…" if the answer takes a while."""

    async def show() -> None:
        with suppress(TelegramError):
            await message.reply_chat_action(ChatAction.TYPING)

    showing: list[asyncio.Task[None]] = []
    timer = asyncio.get_running_loop().call_later(
        SLOW, lambda: showing.append(asyncio.create_task(show()))
    )
    try:
        yield
    finally:
        timer.cancel()
        for task in showing:
            task.cancel()
        await asyncio.gather(*showing, return_exceptions=True)
