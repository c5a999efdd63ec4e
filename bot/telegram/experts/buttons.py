"""The buttons below a message about a case; they carry its number, by which it is found again."""

from __future__ import annotations

from telegram import Bot, InlineKeyboardMarkup, Message

from bot.storage.cases import Case
from bot.telegram.experts.texts import say
from bot.telegram.render import button, presses_below
from bot.ui.presses import Action
from bot.ui.texts import CURATOR
from faq import Knowledge

#: What the buttons below a message about a case do.
ABOUT_A_CASE = frozenset({Action.TAKE_BACK, Action.TAKE, Action.CLOSE, Action.SPAM, Action.DRAFT})


def teams_keyboard(case: Case) -> InlineKeyboardMarkup:
    """What the team may do with a case."""
    actions = (
        (CURATOR.take, Action.TAKE),
        (CURATOR.close, Action.CLOSE),
        (CURATOR.spam, Action.SPAM),
    )
    return InlineKeyboardMarkup([[button(label, act, "", case.id) for label, act in actions]])


def persons_keyboard(case: Case, knowledge: Knowledge) -> InlineKeyboardMarkup:
    """The button by which the person ends a case."""
    label = say("done" if case.answered else "take_back", case.language, knowledge)
    return InlineKeyboardMarkup([[button(label, Action.TAKE_BACK, "", case.id)]])


def case_below(message: Message | None, bot: Bot) -> int:
    """The number of the case that a message of ours is about, 0 for any other message.

    Its buttons carry it, so that a reply finds its case however soon after the message the process
    was killed, and whatever the message is called where the group has moved.
    """
    if message is None or message.from_user is None or message.from_user.id != bot.id:
        return 0
    return next((p.number for p in presses_below(message) if p.action in ABOUT_A_CASE), 0)
