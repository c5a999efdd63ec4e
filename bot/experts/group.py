"""The team's side: a question comes into the group, whoever replies to it answers the person."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.experts.texts import say
from bot.services import Services
from bot.storage.cases import DAY, Case, Cases
from bot.storage.database import StoreError
from bot.storage.journal import mask
from bot.telegram.render import button
from bot.ui.presses import Action, Press
from bot.ui.texts import CURATOR, fill
from faq.curator import draft
from faq.curator.draft import Waiting
from faq.curator.publishing import folder_of, new_entry
from faq.limits import utf16

_log = logging.getLogger(__name__)

#: What Telegram takes in a message, with room for what is put before it; a topic's name.
LONGEST, TOPIC = 3500, 100
#: How often to look for what nobody has answered; when to remind, when to give up (seconds).
EVERY, REMIND_AFTER, GIVE_UP_AFTER = 60.0, DAY, 3 * DAY
NEAREST = 3


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
        sent = await self._send(self._described(case), thread, _keyboard(case))
        await self._cases.posted(case, sent.message_id, thread)

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

    def _described(self, case: Case) -> str:
        live = self._services.live.responder
        nearest = [c.entry.question for c in live.matcher.rank(case.question, NEAREST)]
        parts = [
            f"❓ {case.question[: LONGEST // 2]}",
            fill(CURATOR.bot_said, words=case.said[:500]),
            fill(CURATOR.nearest, answers="\n".join(f"• {question}" for question in nearest)),
            CURATOR.how,
        ]
        return "\n\n".join(parts)

    async def _send(
        self,
        text: str,
        thread: int | None,
        markup: InlineKeyboardMarkup | None = None,
        *,
        reply_to: int | None = None,
    ) -> Message:
        """Into the topic; where somebody has deleted it, into the group."""
        chat = await self.id()
        given: dict[str, Any] = {"reply_markup": markup}
        if reply_to:
            given |= {"reply_to_message_id": reply_to, "allow_sending_without_reply": True}
        try:
            return await self._bot.send_message(chat, text, message_thread_id=thread, **given)
        except BadRequest as error:
            if thread is None or "thread" not in str(error).lower():
                raise
            return await self._bot.send_message(chat, text, **given)

    async def added(self, case: Case, text: str, theirs: int) -> None:
        """What the person adds."""
        sent = await self._send(
            fill(CURATOR.person_adds, words=text[:LONGEST]), case.thread, _keyboard(case)
        )
        await self._cases.link(case, ours=sent.message_id, theirs=theirs)

    async def withdrawn(self, case: Case) -> None:
        """The person does not ask any more."""
        await self._send(CURATOR.withdrawn, case.thread)

    async def answer(self, message: Message) -> bool:
        """Pass on what somebody of the team replies; whether it is a reply to a question."""
        replied = message.reply_to_message
        case = await self._cases.of_ours(replied.message_id) if replied else None
        if case is None:
            return False
        await self._answer(case, message)
        return True

    async def _answer(self, case: Case, message: Message) -> None:
        text = message.text or ""
        if not text or utf16(text) > LONGEST:
            await message.reply_text(CURATOR.too_long if text else CURATOR.only_text)
            return
        if await self._cases.counterpart(case, ours=message.message_id):
            return  # passed on before the process ended
        try:
            sent = await self._bot.send_message(case.chat, self._from_team(case, text))
        except Forbidden:
            await self._cases.close(case)
            await message.reply_text(CURATOR.blocked)
            return
        await self._cases.link(case, ours=message.message_id, theirs=sent.message_id)
        await self._cases.answered(case)
        rows = [
            [button(CURATOR.make_draft, Action.DRAFT, "", case.id)],
            [button(CURATOR.close, Action.CLOSE, "", case.id)],
        ]
        await message.reply_text(CURATOR.delivered, reply_markup=InlineKeyboardMarkup(rows))

    def _from_team(self, case: Case, text: str) -> str:
        return say("answer", case.language, self._services.live.knowledge).replace("{reply}", text)

    async def edited(self, message: Message) -> None:
        """What is edited in the group is edited where it was passed on."""
        case = await self._cases.of_ours(message.message_id)
        theirs = case and await self._cases.counterpart(case, ours=message.message_id)
        if case and theirs and message.text:
            text = self._from_team(case, message.text)
            await self._bot.edit_message_text(text, chat_id=case.chat, message_id=theirs)

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
                await self._send(
                    fill(CURATOR.taken, name=name), case.thread, reply_to=message.message_id
                )
            case Action.DRAFT:
                await self._draft(case, message, name)
            case Action.SPAM:
                await self._close(case, mute=True)
            case _:
                await self._close(case)

    async def _draft(self, case: Case, message: Message, name: str) -> None:
        """Question and reply, personal details masked, wait to be published."""
        reply = message.reply_to_message.text if message.reply_to_message else None
        live = self._services.live.responder
        edit = new_entry(live.knowledge, mask(case.question), mask(reply or ""))
        folder = folder_of(live)
        waiting = Waiting(edit, name)
        await asyncio.to_thread(draft.change, folder, lambda bench: bench.put(waiting))
        await self._send(CURATOR.drafted, case.thread, reply_to=message.message_id)

    async def _close(self, case: Case, *, mute: bool = False) -> None:
        if not await self._cases.close(case, mute=mute):
            return
        if not mute and not case.answered:
            await self._tell(case, "closed")
        await self._send(CURATOR.case_closed, case.thread)
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

    async def look_after(self) -> None:
        """Remind of what nobody answers, and end it honestly, for ever."""
        while True:
            try:
                await self.look()
            except (TelegramError, StoreError) as error:
                _log.warning("experts: %s", error)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Remind after a day, give up after three."""
        for case in await self._cases.waiting(seconds=GIVE_UP_AFTER):
            if await self._cases.close(case):
                await self._tell(case, "gave_up")
                await self._send(CURATOR.gave_up, case.thread)
        for case in await self._cases.waiting(seconds=REMIND_AFTER):
            if await self._cases.remind(case):
                await self._send(CURATOR.reminder, case.thread, _keyboard(case))


def _keyboard(case: Case) -> InlineKeyboardMarkup:
    actions = (
        (CURATOR.take, Action.TAKE),
        (CURATOR.close, Action.CLOSE),
        (CURATOR.spam, Action.SPAM),
    )
    return InlineKeyboardMarkup([[button(label, act, "", case.id) for label, act in actions]])
