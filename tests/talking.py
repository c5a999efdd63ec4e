"""The real bot with the shipped content, for the tests that talk with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faq.loader import SHIPPED
from tests.running import BotProcess
from tests.strict_telegram.server import TelegramServer

#: The first start on a machine trains the matcher, which takes a while (seconds).
FIRST_START = 120.0


@contextmanager
def shipped_bot(folder: Path) -> Iterator[TelegramServer]:
    """A Telegram with the bot in it; at the end the bot must have kept its rules."""
    with TelegramServer() as server:
        bot = BotProcess(server.url, folder, FAQ_CONTENT=str(SHIPPED))
        bot.start()
        try:
            server.wait_for(lambda: server.calls_of("getUpdates"), timeout=FIRST_START)
            yield server
            assert bot.stop() == 0
            assert "Traceback" not in bot.log
        finally:
            bot.kill()
        server.check()
