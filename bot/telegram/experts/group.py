"""The team's side: a question comes into the group, whoever replies to it answers the person."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.services import Services
from bot.storage.cases import DAY, Case, Cases
from bot.storage.database import StoreError
from bot.telegram.experts.buttons import case_below, persons_keyboard, teams_keyboard
from bot.telegram.experts.redaction import redacted, redacted_question
from bot.telegram.experts.relay import (
    NotPassedOn,
    Place,
    change,
    copied,
    pass_on,
    sent,
    shown,
    words_of,
)
from bot.telegram.experts.texts import say
from bot.telegram.render import button
from bot.ui.presses import Action, Press
from bot.ui.texts import CURATOR, fill
from faq import Knowledge, Responder
from faq.curator import draft
from faq.curator.draft import Waiting
from faq.curator.publishing import folder_of, new_entry
from faq.language.tokens import tokenise

_log = logging.getLogger(__name__)

#: A longer question is cut where it is shown with much else; a topic's name (characters).
SHOWN, TOPIC = 1500, 100
#: How often to look for what nobody has answered; when to pass on what did not reach the group at
#: first, when to remind, when to give up (seconds).
EVERY, POST_AFTER, REMIND_AFTER, GIVE_UP_AFTER = 60.0, 1800.0, DAY, 3 * DAY
NEAREST = 3
#: What Telegram says of a topic that is gone or closed.
_NO_TOPIC = re.compile(r"thread|TOPIC_", re.IGNORECASE)


class Group:
    """The chat of the people who answer."""

    def __init__(self, services: Services, cases: Cases, bot: Bot, configured: int) -> None:
        self._services = services
        self._cases = cases
        self._bot = bot
        self._configured = configured

    async def id(self) -> int:
        """The group as it is called now."""
        return await self._cases.group(self._configured)

    async def post(self, case: Case) -> None:
        """Put a question before the team, in a topic of its own where the group has topics."""
        thread = await self._topic(case)
        await self._send(await self._described(case), thread, case)
        if media := case.media:
            keyboard = teams_keyboard(case)
            await self._quietly(
                self._in_thread(thread, keyboard, lambda p: copied(self._bot, case.chat, media, p))
            )
        await self._cases.posted(case, thread)

    async def _topic(self, case: Case) -> int | None:
        try:
            chat = await self._bot.get_chat(await self.id())
            if not chat.is_forum:
                return None
            topic = await self._bot.create_forum_topic(chat.id, name=case.question[:TOPIC])
            return topic.message_thread_id
        except BadRequest as error:  # not its right: then without
            _log.info("no topic for a question: %s", error)
            return None

    async def _described(self, case: Case) -> str:
        live = self._services.live
        nearest = await live.think(lambda: live.responder.matcher.rank(case.question, NEAREST))
        parts = (
            f"❓ {shown(case, SHOWN)}",
            fill(CURATOR.bot_said, words=case.said[:500]),
            fill(CURATOR.nearest, answers="\n".join(f"• {c.entry.question}" for c in nearest)),
            CURATOR.how,
        )
        return "\n\n".join(parts)

    async def _send(self, text: str, thread: int | None, case: Case | None = None) -> int:
        """Into the topic, with the buttons of an open case; the message's id."""
        keyboard = teams_keyboard(case) if case else None

        async def send(place: Place) -> int:
            message = await sent(self._bot, text, place)
            if message.chat_id != place.chat:  # the group has moved, and the notice was lost
                await self._cases.moved(self._configured, message.chat_id)
            return message.message_id

        return await self._in_thread(thread, keyboard, send)

    async def _in_thread(
        self, thread: int | None, markup: InlineKeyboardMarkup | None, send: Send
    ) -> int:
        """Send into the topic; where somebody has deleted or closed it, into the group."""
        chat = await self.id()
        try:
            return await send(Place(chat, markup, thread))
        except BadRequest as error:
            if thread is None or not _NO_TOPIC.search(error.message):
                raise
            return await send(Place(chat, markup))

    async def added(self, case: Case, message: Message) -> None:
        """Pass on what the person adds. Raises NotPassedOn."""
        if await self._cases.of_theirs(case.chat, message.message_id):
            return  # before the process ended
        ours = await self._in_thread(
            case.thread,
            teams_keyboard(case),
            lambda place: pass_on(self._bot, message, _adds(message), place),
        )
        await self._cases.link(case, ours=ours, theirs=message.message_id)

    async def added_edited(self, message: Message) -> bool:
        """Change what the person has added; whether it was that."""
        pair = await self._cases.of_theirs(message.chat_id, message.message_id)
        if pair:
            case, ours = pair
            place = Place(await self.id(), teams_keyboard(case))
            await change(self._bot, message, _adds(message), ours, place)
        return pair is not None

    async def withdrawn(self, case: Case) -> None:
        """The person does not ask any more."""
        await self._send(CURATOR.person_done if case.answered else CURATOR.withdrawn, case.thread)
        await self._close_topic(case)

    async def answer(self, message: Message) -> bool:
        """Pass on what somebody of the team replies; whether it is a reply to a question."""
        number = case_below(message.reply_to_message, self._bot)
        case = await self._cases.by_id(number) if number else None
        if case:
            await self._answer(case, message)
        elif number:
            await message.reply_text(CURATOR.case_closed)
        return number > 0

    async def _answer(self, case: Case, message: Message) -> None:
        place = Place(
            case.chat, persons_keyboard(replace(case, answered=True), self._services.live.knowledge)
        )
        words = self._from_team(case, words_of(message))
        if not await self._cases.of_ours(message.message_id):  # before the process ended
            try:
                theirs = await pass_on(self._bot, message, words, place)
            except NotPassedOn as error:
                await message.reply_text(CURATOR.too_long if error.too_long else CURATOR.not_passed)
                return
            except Forbidden:
                await self._cases.close(case)
                await message.reply_text(CURATOR.blocked)
                return
            await self._cases.link(case, ours=message.message_id, theirs=theirs)
        await self._cases.answered(case)
        rows = [
            [button(CURATOR.make_draft, Action.DRAFT, "", case.id)],
            [button(CURATOR.close, Action.CLOSE, "", case.id)],
        ]
        await message.reply_text(CURATOR.delivered, reply_markup=InlineKeyboardMarkup(rows))

    def _from_team(self, case: Case, text: str) -> str:
        answer = say("answer", case.language, self._services.live.knowledge)
        return fill(answer, reply=text).strip()

    async def edited(self, message: Message) -> None:
        """What is edited in the group is edited where it was passed on."""
        if pair := await self._cases.of_ours(message.message_id):
            case, theirs = pair
            words = self._from_team(case, words_of(message))
            place = Place(case.chat, persons_keyboard(case, self._services.live.knowledge))
            await change(self._bot, message, words, theirs, place)

    async def press(self, query: CallbackQuery, message: Message, press: Press) -> None:
        """Take, close, spam, or make a draft of it."""
        case = await self._cases.by_id(press.number)
        if case is None:
            await query.answer(CURATOR.case_closed, show_alert=True)
            return
        await query.answer()
        name = query.from_user.first_name
        match press.action:
            case Action.TAKE:
                await self._send(fill(CURATOR.taken, name=name), case.thread, case)
            case Action.DRAFT:
                await self._draft(case, message, name)
            case Action.SPAM:
                await self._close(case, mute=True)
            case _:
                await self._close(case)

    async def _draft(self, case: Case, message: Message, name: str) -> None:
        """Question and reply, personal details masked, wait to be published."""
        replied = message.reply_to_message
        reply = words_of(replied) if replied else ""
        if not reply:
            await self._send(CURATOR.nothing_to_draft, case.thread, case)
            return
        await asyncio.to_thread(_put_draft, self._services.live.responder, case, reply, name)
        await self._send(CURATOR.drafted, case.thread, case)

    async def _close(self, case: Case, *, mute: bool = False) -> None:
        if not await self._cases.close(case, mute=mute):
            return
        if not mute and not case.answered:
            await self._tell(case, "closed")
        await self._send(CURATOR.case_closed, case.thread)
        await self._close_topic(case)

    async def _close_topic(self, case: Case) -> None:
        if case.thread:
            await self._quietly(self._bot.close_forum_topic(await self.id(), case.thread))

    async def _tell(self, case: Case, name: str) -> None:
        text = say(name, case.language, self._services.live.knowledge)
        await self._quietly(self._bot.send_message(case.chat, text))

    async def _quietly(self, call: Any) -> None:
        """What nobody misses where it fails."""
        try:
            await call
        except TelegramError as error:
            _log.info("experts: %s", error)

    async def _post_late(self, case: Case) -> None:
        await self.post(case)
        knowledge = self._services.live.knowledge
        text, markup = say("sent", case.language, knowledge), persons_keyboard(case, knowledge)
        await self._bot.send_message(case.chat, text, reply_markup=markup)

    async def look_after(self) -> None:
        """Remind of what nobody answers, and end it honestly, for ever."""
        while True:
            try:
                await self.look()
            except (TelegramError, StoreError) as error:
                _log.warning("experts: %s", error)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Remind after a day, give up after three; each said before it is noted.

        What could not be passed on when it was asked is passed on later, and who asked is told.
        """
        for case in await self._cases.waiting(seconds=GIVE_UP_AFTER):
            if await self._cases.claim(case):
                await self._tell(case, "gave_up")
                # A group that is gone must not keep the case open: its end would be told for ever.
                await self._quietly(self._send(_about(CURATOR.gave_up, case), case.thread))
                await self._cases.close(case)
                await self._close_topic(case)
        for case in await self._cases.waiting(seconds=POST_AFTER):
            if not case.posted and await self._cases.claim(case):
                await self._quietly(self._post_late(case))
        for case in await self._cases.waiting(seconds=REMIND_AFTER):
            if case.posted and not case.reminded and await self._cases.claim(case):
                await self._send(_about(CURATOR.reminder, case), case.thread, case)
                await self._cases.reminded(case)


Send = Callable[[Place], Awaitable[int]]


def _about(text: str, case: Case) -> str:
    return fill(text, question=shown(case, SHOWN))


def _put_draft(live: Responder, case: Case, reply: str, name: str) -> None:
    """Let a case and the reply to it wait as an entry, without personal details."""
    question = redacted_question(case.question, _words(live.knowledge))
    waiting = Waiting(new_entry(live.knowledge, question, redacted(reply)), name)
    draft.change(folder_of(live), lambda bench: bench.put(waiting))


def _words(knowledge: Knowledge) -> frozenset[str]:
    """The words of the content: none of them tells who asks."""
    texts = (text for e in knowledge.entries for text in (*e.phrasings, e.answer))
    return frozenset(word for text in texts for word in tokenise(text))


def _adds(message: Message) -> str:
    return fill(CURATOR.person_adds, words=words_of(message)).strip()
