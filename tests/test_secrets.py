"""The token is in no log line and no traceback, and no text beside who wrote it."""

from __future__ import annotations

from tests.conftest import Start
from tests.running import SECRET
from tests.strict_telegram.server import Fault, TelegramServer

FAULTS = (
    Fault.unauthorized(),
    Fault.bad_gateway(),
    Fault.reset(),
    Fault.error(400, f"Bad Request: a description that holds {SECRET}"),
)


def test_nothing_secret_is_logged(telegram: TelegramServer, start_bot: Start) -> None:
    telegram.fault("getMe", Fault.bad_gateway())
    telegram.fault("deleteWebhook", Fault.reset())
    bot = start_bot()
    chat = telegram.private(telegram.user("Mortimer"))
    for fault in FAULTS:
        telegram.fault("getUpdates", fault)
        telegram.fault("sendMessage", fault)
        chat.send("my private ailment")
        telegram.wait_for(lambda: not telegram.pending, 10)
    assert bot.stop() == 0
    assert "Traceback" in bot.log  # of the refused answer
    assert "***" in bot.log
    for hidden in (SECRET, "ailment", "Mortimer"):
        assert hidden.lower() not in bot.log.lower()


def test_a_refusal_at_the_start_is_one_line_without_the_token(
    telegram: TelegramServer, start_bot: Start
) -> None:
    telegram.fault("getMe", Fault.error(400, f"Bad Request: {SECRET}"))
    bot = start_bot()
    assert bot.ended() == 1
    assert bot.log.startswith("Telegram cannot be reached at http://127.0.0.1:")
    assert bot.log.count("\n") == 1
