"""What pressing a button does. Every press is answered, also one from an older version."""

from __future__ import annotations

from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.ext import CallbackContext

from bot import render
from bot.buttons import Action, Press, parse
from bot.conversation import NO_PREVIEW, Conversation
from bot.services import Services
from bot.texts import Texts, texts_for

_FEEDBACK = frozenset({Action.HELPFUL, Action.UNHELPFUL})


class Callbacks:
    """The buttons of the conversation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._talk = Conversation(services)

    async def press(self, update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        """Do what the button says."""
        query = update.callback_query
        if query is None:
            return
        texts = texts_for(query.from_user.language_code)
        press, message = parse(query.data or ""), query.message
        if press is None or not isinstance(message, Message):
            await query.answer(texts.stale)
        elif press.action in _FEEDBACK:
            await self._note(query, message, press, texts)
        else:
            done = await self._do(message, press, texts)
            await query.answer(None if done else texts.stale)

    async def _do(self, message: Message, press: Press, texts: Texts) -> bool:
        """Whether the button still meant something."""
        knowledge = self._services.live.knowledge
        match press.action:
            case Action.SHOW | Action.SUGGESTED:
                return await self._show(message, press, texts)
            case Action.NONE:
                self._services.journal.pressed(press.number, "")
                return await self._turn(message, render.fallback(knowledge, texts))
            case Action.TOPICS:
                return await self._turn(message, render.topics(knowledge, texts))
            case Action.TOPIC if press.about.isdigit():
                number = int(press.about)
                return await self._turn(
                    message, render.topic(knowledge, texts, number, press.number)
                )
            case _:  # an admin's buttons are answered elsewhere
                return False

    async def _show(self, message: Message, press: Press, texts: Texts) -> bool:
        entry = self._services.live.knowledge.by_id.get(press.about)
        if entry is None:
            return False
        if press.action is Action.SUGGESTED:
            self._services.journal.pressed(press.number, entry.id)
        await self._talk.show(message, entry, texts)
        return True

    async def _turn(self, message: Message, shown: render.Message | None) -> bool:
        """Turn the message into another page."""
        if shown is None:
            return False
        await message.edit_text(
            shown.html,
            parse_mode="HTML",
            reply_markup=shown.markup,
            link_preview_options=NO_PREVIEW,
        )
        return True

    async def _note(
        self, query: CallbackQuery, message: Message, press: Press, texts: Texts
    ) -> None:
        """Note whether the answer helped, and fold the two buttons away."""
        yes = press.action is Action.HELPFUL
        self._services.journal.helpful(press.number, yes=yes)
        await query.answer(texts.thanks_helpful if yes else texts.thanks_unhelpful)
        await message.edit_reply_markup(without_feedback(message.reply_markup))


def without_feedback(markup: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
    """The same buttons without the row that asks whether an answer helped."""
    if markup is None:
        return None

    def asks(data: object) -> bool:
        press = parse(data) if isinstance(data, str) else None
        return press is not None and press.action in _FEEDBACK

    kept = [row for row in markup.inline_keyboard if not any(asks(b.callback_data) for b in row)]
    return InlineKeyboardMarkup(kept)
