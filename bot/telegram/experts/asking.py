"""The person's side: asked for consent, handed on, added to, taken back."""

from __future__ import annotations

import logging

from telegram import CallbackQuery, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden

from bot.services import Services
from bot.storage.cases import Cases
from bot.telegram.experts.buttons import case_below, persons_keyboard
from bot.telegram.experts.group import Group
from bot.telegram.experts.relay import NotPassedOn, shown
from bot.telegram.experts.texts import say
from bot.telegram.render import button
from bot.ui.presses import Action, Press, new_number
from bot.ui.texts import language_of

_log = logging.getLogger(__name__)

#: A longer question is cut where it is shown again.
SHOWN = 500


class Asking:
    """What happens in the chat of who asks."""

    def __init__(self, services: Services, cases: Cases, group: Group) -> None:
        self._services = services
        self._cases = cases
        self._group = group

    async def press(self, query: CallbackQuery, message: Message, press: Press) -> None:
        """Ask for consent, hand on, or take back."""
        await query.answer()
        language = language_of(query.from_user.language_code)
        match press.action:
            case Action.ASK:
                await self._consent(message, language)
            case Action.ASK_SURE:
                await self._hand_on(message, press.number, language)
            case Action.ASK_NOT:
                await self._say(message, "declined", language, edit=True)
            case _:
                await self._take_back(message, press.number, language)

    async def _consent(self, message: Message, language: str) -> None:
        """Say who reads it and what is passed on."""
        offered = await self._cases.offered(message.chat_id)
        if offered is None:
            await self._say(message, "nothing", language)
            return
        knowledge = self._services.live.knowledge
        text = say("consent", language, knowledge, question=shown(offered, SHOWN))
        labels = (("send", Action.ASK_SURE), ("no", Action.ASK_NOT))
        consent = new_number()
        await self._cases.offer(message.chat_id, offered, consent=consent)
        rows = [
            [button(say(name, language, knowledge), action, "", consent)] for name, action in labels
        ]
        await message.chat.send_message(text, reply_markup=InlineKeyboardMarkup(rows))

    async def _hand_on(self, message: Message, consent: int, language: str) -> None:
        known = await self._cases.offered(message.chat_id, consent=consent)
        case = await self._cases.open(message.chat_id, language, consent)
        if case is None:
            await self._say(message, "enough" if known else "nothing", language, edit=True)
            return
        try:
            if not case.posted:
                await self._group.post(case)
        except (Forbidden, BadRequest) as error:  # thrown out of the group, or it is gone
            _log.error("FAQ_EXPERTS: a question cannot be passed on: %s", error.message)
            await self._cases.close(case)
            await self._say(message, "unreached", language)
            return
        await message.chat.send_message(
            say("sent", language, self._services.live.knowledge),
            reply_markup=persons_keyboard(case, self._services.live.knowledge),
        )
        await _without_buttons(message)

    async def _take_back(self, message: Message, number: int, language: str) -> None:
        """End a case; what the team has written stays to be read."""
        case = await self._cases.by_id(number)
        if case and case.chat != message.chat_id:
            return  # a forged button
        if case:
            await self._group.withdrawn(case)
            await self._cases.close(case)
        if case and not case.answered:
            await self._say(message, "taken_back", language, edit=True)
        else:
            await _without_buttons(message)
            await self._say(message, "finished", language)

    async def add(self, message: Message) -> bool:
        """Pass on what somebody adds to a case by replying; whether it was that."""
        number = case_below(message.reply_to_message, message.get_bot())
        case = await self._cases.by_id(number) if number else None
        if case is None or case.chat != message.chat_id:
            return False
        try:
            await self._group.added(case, message)
        except NotPassedOn as error:
            await self._say(message, "too_long" if error.too_long else "not_passed", case.language)
        else:
            await message.chat.send_message(
                say("added", case.language, self._services.live.knowledge),
                reply_markup=persons_keyboard(case, self._services.live.knowledge),
            )
        return True

    async def hint(self, message: Message) -> bool:
        """Say how to add a picture or a recording to a case; whether there is one."""
        cases = await self._cases.of_chat(message.chat_id)
        if cases:
            await self._say(message, "reply_here", cases[0].language)
        return bool(cases)

    async def _say(self, message: Message, name: str, language: str, *, edit: bool = False) -> None:
        text = say(name, language, self._services.live.knowledge)
        if edit:
            try:
                await message.edit_text(text)
            except BadRequest as error:
                if "not modified" not in str(error).lower():
                    raise
        else:
            await message.chat.send_message(text)


async def _without_buttons(message: Message) -> None:
    """A question handed on is not handed on twice."""
    try:
        await message.edit_reply_markup(None)
    except BadRequest:  # done before, or the message is gone
        return
