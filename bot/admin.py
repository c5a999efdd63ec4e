"""What only admins may ask: /review, /undo and /stats. To others these are unknown words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.ext import Application, CallbackContext, CallbackQueryHandler, CommandHandler, filters

from bot import stats
from bot.buttons import Action, Press, parse
from bot.journal import SQLiteJournal
from bot.render import button
from bot.review import Group, add_gap, add_phrasing, described, gap_answer, groups
from bot.review import undo as take_back
from bot.services import Services
from faq import FAQError

Context = CallbackContext[Any, Any, Any, Any]

REVIEW_ACTIONS = frozenset({Action.ADD, Action.GAP, Action.GAP_SURE, Action.IGNORE, Action.SKIP})
NOTHING_OPEN = "Nothing is waiting for you: every question found its answer."
CHECKING = "Checking that no other answer breaks …"
DONE = "Done. It is in force in a moment. /undo takes it back."
BREAKS = "I have not written it, because other answers would break:\n"
SURE = "Make this a gap? People will then read:\n\n{answer}\n\nYou can word it better in gaps.toml."


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    """Add the admins' commands, where there is a journal and somebody to read it."""
    journal = services.journal
    if not isinstance(journal, SQLiteJournal) or not services.settings.admins:
        return
    admin = Admin(services, journal)
    own = filters.User(user_id=services.settings.admins) & filters.UpdateType.MESSAGE
    for name, handler in (("review", admin.review), ("undo", admin.undo), ("stats", admin.stats)):
        application.add_handler(CommandHandler(name, handler, filters=own))
    letters = "".join(REVIEW_ACTIONS)
    application.add_handler(CallbackQueryHandler(admin.press, pattern=f"^a[{letters}]"))


class Admin:
    """The curator's side of the bot."""

    def __init__(self, services: Services, journal: SQLiteJournal) -> None:
        self._services = services
        self._journal = journal
        self._one_at_a_time = asyncio.Lock()

    async def review(self, update: Update, _: Context) -> None:
        """Show the most asked open question."""
        assert update.effective_message
        await self._show_next(update.effective_message, after=0)

    async def _show_next(self, message: Message, after: int) -> None:
        """The group after the one with this row, the first where there is none."""
        found = await asyncio.to_thread(self._groups)
        starts = [number for number, group in enumerate(found) if after in group.rows]
        left = found[starts[0] + 1 :] if starts else found
        if not left:
            await message.reply_text(NOTHING_OPEN)
            return
        group = left[0]
        times = f"asked {len(group.asked)} times" if len(group.asked) > 1 else "asked once"
        others = [a.query for a in group.asked[1:4]]
        text = "\n".join([f"“{group.query}” ({times})", *(f"also: “{q}”" for q in others)])
        await message.reply_text(text, reply_markup=self._keyboard(group))

    def _groups(self) -> list[Group]:
        return groups(self._journal, self._services.live.responder)

    def _keyboard(self, group: Group) -> InlineKeyboardMarkup:
        row = group.rows[0]
        add = [
            [button(f"Add to «{c.entry.question}»", Action.ADD, c.entry.id, row)]
            for c in group.candidates
        ]
        rest = [("Make it a gap", Action.GAP), ("Ignore", Action.IGNORE), ("Skip", Action.SKIP)]
        return InlineKeyboardMarkup([*add, [button(text, a, "", row) for text, a in rest]])

    async def press(self, update: Update, _: Context) -> None:
        """Do what a button of a review says."""
        query = update.callback_query
        if query is None:
            return
        press = parse(query.data or "")
        allowed = query.from_user.id in self._services.settings.admins
        if press is None or not allowed or not isinstance(query.message, Message):
            await query.answer()
            return
        await query.answer()
        found = await asyncio.to_thread(self._groups)
        group = next((g for g in found if press.number in g.rows), None)
        if group is None:
            await query.message.reply_text(
                "Somebody has dealt with that one. /review shows the rest."
            )
            return
        await self._act(query, query.message, press, group)

    async def _act(
        self, query: CallbackQuery, message: Message, press: Press, group: Group
    ) -> None:
        folder, journal = self._services.live.knowledge.folder, self._journal
        assert folder
        match press.action:
            case Action.ADD:
                await self._write(
                    message,
                    group,
                    f"added to {press.about}",
                    lambda: add_phrasing(folder, press.about, group.query, journal),
                )
            case Action.GAP:
                answer = gap_answer(self._services.live.knowledge)
                yes = button("Yes, make it a gap", Action.GAP_SURE, "", press.number)
                no = button("Skip", Action.SKIP, "", press.number)
                markup = InlineKeyboardMarkup([[yes], [no]])
                await message.reply_text(SURE.format(answer=answer), reply_markup=markup)
            case Action.GAP_SURE:
                await self._write(
                    message, group, "gap", lambda: add_gap(folder, group.query, journal)
                )
            case Action.IGNORE:
                journal.settle(group.rows, "ignored")
                await self._show_next(message, after=0)
            case _:
                await self._show_next(message, after=press.number)

    async def _write(
        self, message: Message, group: Group, how: str, change: Callable[[], list[str]]
    ) -> None:
        """Make a change if nothing breaks by it, and say what came of it."""
        await message.reply_text(CHECKING)
        try:
            async with self._one_at_a_time:
                broken = await asyncio.to_thread(change)
        except FAQError as error:
            await message.reply_text(str(error))
            return
        if broken:
            await message.reply_text(BREAKS + described(broken))
            return
        self._journal.settle(group.rows, how)
        await message.reply_text(DONE)

    async def undo(self, update: Update, _: Context) -> None:
        """Take back the last change to the content."""
        folder = self._services.live.knowledge.folder
        assert update.effective_message and folder
        name = await asyncio.to_thread(take_back, folder)
        text = f"Taken back: {name} is as it was." if name else "There is nothing to take back."
        await update.effective_message.reply_text(text)

    async def stats(self, update: Update, _: Context) -> None:
        """What was asked lately."""
        assert update.effective_message
        text = stats.summary(self._journal, self._services.live.knowledge)
        picture = stats.chart(stats.days(self._journal))
        if picture:
            await update.effective_message.reply_photo(picture, caption=text[:1024])
        else:
            await update.effective_message.reply_text(text)
