"""The person's side: asked for consent, handed on, added to, taken back."""

from __future__ import annotations

from telegram import CallbackQuery, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.experts.group import Group
from bot.experts.texts import say
from bot.services import Services
from bot.storage.cases import Cases
from bot.telegram.render import button
from bot.ui.presses import Action, Press
from bot.ui.texts import language_of

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
                await self._hand_on(message, language)
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
        text = say("consent", language, knowledge, question=offered[0][:SHOWN])
        labels = (("send", Action.ASK_SURE), ("no", Action.ASK_NOT))
        rows = [[button(say(name, language, knowledge), action)] for name, action in labels]
        asked = await message.chat.send_message(text, reply_markup=InlineKeyboardMarkup(rows))
        await self._cases.offer(message.chat_id, *offered, consent=asked.message_id)

    async def _hand_on(self, message: Message, language: str) -> None:
        consent = message.message_id
        known = await self._cases.offered(message.chat_id, consent=consent)
        case = await self._cases.open(message.chat_id, language, consent)
        if case is None:
            await self._say(message, "enough" if known else "nothing", language, edit=True)
            return
        if not case.posted:
            await self._group.post(case)
        knowledge = self._services.live.knowledge
        back = button(say("take_back", language, knowledge), Action.TAKE_BACK, "", case.id)
        text = say("sent", language, knowledge)
        sent = await message.chat.send_message(text, reply_markup=InlineKeyboardMarkup([[back]]))
        await self._cases.link(case, ours=None, theirs=sent.message_id)
        await _without_buttons(message)

    async def _take_back(self, message: Message, number: int, language: str) -> None:
        case = await self._cases.by_id(number)
        if case and case.chat != message.chat_id:
            return  # a forged button
        if case:
            await self._group.withdrawn(case)
            await self._cases.close(case)
        await self._say(message, "taken_back", language, edit=True)

    async def add(self, message: Message, text: str) -> bool:
        """Pass on what somebody adds to a case by replying; whether it was that."""
        answered = message.reply_to_message
        case = (
            await self._cases.of_theirs(message.chat_id, answered.message_id) if answered else None
        )
        if case is None:
            return False
        await self._group.added(case, text, message.message_id)
        await self._say(message, "added", case.language)
        return True

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
