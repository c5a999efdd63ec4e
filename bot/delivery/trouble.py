"""When an update goes wrong: logged once, the person told once."""

from __future__ import annotations

import logging
from collections import OrderedDict

from telegram import Bot, Update
from telegram.error import TelegramError

from bot.delivery.attempt import has_sent
from bot.delivery.outgoing import Failure, classify, is_quiet
from bot.monitoring.metrics import Metrics
from bot.ui import texts

_log = logging.getLogger(__name__)

#: Updates remembered as told; many times what can be in hand.
_REMEMBERED = 1_000


class Trouble:
    """Tells people, and remembers whom, and which answers never got out."""

    def __init__(self, bot: Bot, metrics: Metrics) -> None:
        self._bot = bot
        self._metrics = metrics
        self._told: OrderedDict[int, None] = OrderedDict()
        self._unsent: set[int] = set()

    def take_unsent(self, update_id: int) -> bool:
        """Whether the answer to this update could not be sent; asking forgets it."""
        unsent = update_id in self._unsent
        self._unsent.discard(update_id)
        return unsent

    async def report(self, update: object, error: BaseException) -> None:
        """Deal with what a handler raised."""
        if not isinstance(update, Update) or is_quiet(error):
            return
        if (failure := _failure(error)) is Failure.NOT_SENT and not has_sent():
            self._unsent.add(update.update_id)
            return
        self._metrics.count_error(type(error).__name__)
        _log.error("update %d went wrong", update.update_id, exc_info=error)
        # An answer that may have arrived needs no excuse.
        if failure is not Failure.UNCLEAR:
            await self.say(update, texts.TROUBLE)

    async def say(self, update: Update, text: str) -> None:
        """Send a fixed sentence where the update came from, once an update."""
        message, chat = update.effective_message, update.effective_chat
        if chat is None or update.update_id in self._told:
            return
        self._told[update.update_id] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        thread = message.message_thread_id if message and message.is_topic_message else None
        try:
            await self._bot.send_message(chat.id, text, message_thread_id=thread)
        except TelegramError as error:
            _log.warning("update %d: could not tell the person (%s)", update.update_id, error)


def _failure(error: BaseException) -> Failure | None:
    return classify("", error) if isinstance(error, TelegramError) else None
