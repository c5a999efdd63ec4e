"""Changed content is taken up while the bot runs; broken content never is."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Start
from tests.running import wait_until
from tests.telegram_server import TelegramServer

ADMIN = 77


def test_changed_content_is_taken_up_and_broken_content_is_not(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    bot = start_bot(FAQ_ADMINS=str(ADMIN))
    admin = telegram.private(telegram.user("Admin", user_id=ADMIN))
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    assert "A stent is a small mesh tube." in chat.wait()[0].text
    file = tmp_path / "content" / "entries.toml"
    sound = file.read_text("utf-8")

    file.write_text(sound.replace("small mesh tube", "tiny metal cage"), encoding="utf-8")
    wait_until(lambda: "is in force" in bot.log, 20)

    file.write_text(sound.replace('question = "What are', 'questoin = "What are'), "utf-8")
    [complaint] = admin.wait(timeout=20)
    assert "unknown key 'questoin'" in complaint.text or "question is missing" in complaint.text
    chat.send("What is a stent?")
    assert "tiny metal cage" in chat.wait()[0].text
