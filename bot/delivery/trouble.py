"""When an update goes wrong: logged once, the person told once."""

from __future__ import annotations

import logging
from collections import OrderedDict

from telegram import Bot, Update
from telegram.error import TelegramError

from bot.delivery.attempt import has_sent
from bot.delivery.outgoing import Failure, classify, is_quiet
from bot.monitoring.metrics import Metrics
from bot.ui.texts import texts_for

_log = logging.getLogger(__name__)

#: Updates remembered as told; many times what can be in hand.
_REMEMBERED = 1_000
#: What is tried again later.
AGAIN = frozenset({Failure.NOT_SENT, Failure.UNCLEAR})


class Trouble:
    """Tells people, and remembers whom, and which answers never got out."""

    def __init__(self, bot: Bot, metrics: Metrics) -> None:
        self._bot = bot
        self._metrics = metrics
        self._told: OrderedDict[int, None] = OrderedDict()
        self._unsent: dict[int, Failure] = {}

    def take_unsent(self, update_id: int) -> Failure | None:
        """Why the answer to this update was not sent, if it was not; asking forgets it."""
        return self._unsent.pop(update_id, None)

    def note_unsent(self, update_id: int, failure: Failure) -> None:
        """Note that nothing is known to have reached the person."""
        self._unsent[update_id] = failure

    async def report(self, update: object, error: BaseException) -> None:
        """Deal with what a handler raised."""
        if not isinstance(update, Update) or is_quiet(error):
            return
        failure = _failure(error)
        if failure and failure in AGAIN and not has_sent():
            self.note_unsent(update.update_id, failure)
            return
        self._metrics.count_error(type(error).__name__)
        _log.error("update %d went wrong", update.update_id, exc_info=error)
        # An answer that may have arrived needs no excuse.
        if failure is not Failure.UNCLEAR:
            await self.say(update)

    async def say(self, update: Update) -> None:
        """Say where the update came from that something went wrong, once an update."""
        message, chat = update.effective_message, update.effective_chat
        if chat is None or update.update_id in self._told:
            return
        self._told[update.update_id] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        user = update.effective_user
        text = texts_for(user.language_code if user else None).trouble
        thread = message.message_thread_id if message and message.is_topic_message else None
        try:
            await self._bot.send_message(chat.id, text, message_thread_id=thread)
        except TelegramError as error:
            _log.warning("update %d: could not tell the person (%s)", update.update_id, error)


def _failure(error: BaseException) -> Failure | None:
    return classify("", error) if isinstance(error, TelegramError) else None
