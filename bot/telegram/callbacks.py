"""What pressing a button does. Every press is answered, also one from an older version."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import CallbackQueryHandler

from bot.delivery.flood_limit import Kind, Verdict
from bot.services import Services
from bot.telegram import render
from bot.telegram.conversation import NO_PREVIEW, Conversation
from bot.telegram.experts.texts import say
from bot.telegram.handlers import App, Context, view_for
from bot.telegram.render import parse
from bot.ui.cards import View
from bot.ui.presses import Action, Press
from bot.ui.replies import pressed

_FEEDBACK = frozenset({Action.HELPFUL, Action.UNHELPFUL})
#: What was made of suggestions: one of them, or none.
_PICKED = frozenset({Action.SUGGESTED, Action.NONE})
#: What turns the message with the button into something else: nobody reads a list twice.
_IN_PLACE = frozenset({Action.NONE, Action.TOPICS, Action.TOPIC})


def register(application: App, services: Services) -> None:
    """Add the handler of what is pressed."""
    application.add_handler(CallbackQueryHandler(Callbacks(services).press))


class Callbacks:
    """The buttons of the conversation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._talk = Conversation(services)

    async def press(self, update: Update, context: Context) -> None:
        """Do what the button says, or say that it is too old."""
        query = update.callback_query
        assert query
        view = view_for(self._services, query.from_user, context.bot.username)
        verdict = await self._services.flood.check((Kind.TAP, query.from_user.id))
        if verdict is not Verdict.WELCOME:
            await query.answer(
                view.texts.slow_down if verdict is Verdict.ASK_TO_SLOW_DOWN else None
            )
            return
        press = parse(query.data or "")
        if press is None or not isinstance(query.message, Message):
            await query.answer(view.texts.stale)
        elif press.action in _FEEDBACK:
            await self._note(query, query.message, press, view)
        else:
            await self._show(query, query.message, press, view)

    async def _show(self, query: CallbackQuery, message: Message, press: Press, view: View) -> None:
        """Show what the button leads to; an admin's buttons are answered elsewhere."""
        card = pressed(press, view)
        if card is None:
            await query.answer(view.texts.stale)
            return
        await query.answer()
        if press.action in _PICKED:
            await self._services.journal.pressed(press.number, press.about)
        if press.action in _IN_PLACE:
            shown = render.message(card, view)
            await message.edit_text(
                shown.html,
                parse_mode="HTML",
                reply_markup=shown.markup,
                link_preview_options=NO_PREVIEW,
            )
        else:
            await self._talk.show(message, card, view, quote=False)

    async def _note(self, query: CallbackQuery, message: Message, press: Press, view: View) -> None:
        """Note whether the answer helped, and fold the two buttons away."""
        yes = press.action is Action.HELPFUL
        await self._services.journal.helpful(press.number, yes=yes)
        await query.answer(view.texts.thanks_helpful if yes else view.texts.thanks_unhelpful)
        browse = render.button(view.texts.all_topics, Action.BROWSE)
        instead = [] if yes else [browse]
        markup = without_feedback(message.reply_markup, instead)
        if not yes and self._services.cases and message.chat.type == message.chat.PRIVATE:
            ask = render.button(say("ask", view.texts.code, view.knowledge), Action.ASK)
            markup = InlineKeyboardMarkup([*markup.inline_keyboard, [ask]])
        await message.edit_reply_markup(markup)


def _action(button: InlineKeyboardButton) -> Action | None:
    """What a button does here."""
    press = parse(button.callback_data) if isinstance(button.callback_data, str) else None
    return press.action if press else None


def without_feedback(
    markup: InlineKeyboardMarkup | None, instead: Sequence[InlineKeyboardButton] = ()
) -> InlineKeyboardMarkup:
    """The same buttons without those that ask whether it helped, and a row of others."""
    rows = markup.inline_keyboard if markup else ()
    has_topics = any(_action(button) is Action.BROWSE for row in rows for button in row)
    kept = [[b for b in row if _action(b) not in _FEEDBACK] for row in rows]
    kept.append([] if has_topics else list(instead))
    return InlineKeyboardMarkup([row for row in kept if row])
