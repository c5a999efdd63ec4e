"""Changed content is taken up while the bot runs; broken content never is."""

from __future__ import annotations

import asyncio
import re
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from bot.content import Live, Reloader
from faq import Knowledge, Responder, load
from tests import folders
from tests.conftest import Start
from tests.running import wait_until
from tests.strict_telegram.server import TelegramServer

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


#: No TOML, not UTF-8 (written as Latin-1), a key twice, nothing at all.
BROKEN = ("[[entry]\nid = ", "[[entry]]\nid = 'Jos\xe9'", '[[entry]]\nid = "a"\nid = "b"\n', "")


def test_whatever_is_wrong_the_good_content_stays_and_a_mended_file_is_taken_up(
    tmp_path: Path,
) -> None:
    live = Live(Responder(load(folders.write(tmp_path))))
    complaints: list[str] = []

    async def tell(text: str) -> None:
        complaints.append(text)

    reloader = Reloader(live, tell, every=0.01)

    def taken_up() -> bool:
        return asyncio.run(reloader.look())

    good = live.responder
    file, main = tmp_path / "entries.toml", tmp_path / "faq.toml"
    too_long = folders.ENTRIES.replace("not boiling", "long story " * 400)
    for text in (*BROKEN, too_long):
        file.write_bytes(text.encode("latin-1"))
        assert not taken_up()
        assert "so I keep the old one" in complaints[-1]
        assert re.search(r"entries\.toml|fit into a message", complaints[-1])
    file.unlink()
    assert not taken_up()
    main.write_text(folders.MAIN + '[texts]\nwelcom = "Hello"\n', "utf-8")
    file.write_text(folders.ENTRIES, "utf-8")
    assert not taken_up()
    assert "unknown key 'welcom'" in complaints[-1]
    assert live.responder is good
    assert len(complaints) == len(BROKEN) + 3
    main.write_text(folders.MAIN, "utf-8")
    assert taken_up()
    assert live.responder is not good
    assert live.knowledge is live.responder.knowledge
    assert not taken_up()


def test_a_folder_that_is_gone_is_one_line_and_the_content_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = Live(Responder(load(folders.write(tmp_path))))
    good = live.responder
    tmp_path.rename(tmp_path.with_name("elsewhere"))

    async def nobody(_: str) -> None:
        raise AssertionError("a curator is told of mistakes, not of each look")

    async def scenario() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(Reloader(live, nobody, every=0.005).run(), 0.2)

    asyncio.run(scenario())
    assert live.responder is good
    assert caplog.text.count("cannot be read") == len(caplog.records) == 1


ALERTS = """[[entry]]
id = "alarm"
kind = "emergency"
question = "Fire"
answer = "Call 112 now."
"""


def test_alerts_that_vanish_are_missed(tmp_path: Path) -> None:
    (folders.write(tmp_path) / "alerts.toml").write_text(ALERTS, "utf-8")
    live = Live(Responder(load(tmp_path)))
    complaints: list[str] = []

    async def tell(text: str) -> None:
        complaints.append(text)

    good, reloader = live.responder, Reloader(live, tell, every=0.01)
    (tmp_path / "alerts.toml").unlink()
    assert not asyncio.run(reloader.look())
    assert "no entry of the kind emergency is left" in complaints[-1]
    (tmp_path / "alerts.toml").symlink_to(tmp_path / "nowhere")
    assert not asyncio.run(reloader.look())
    assert "alerts.toml: missing" in complaints[-1]
    assert live.responder is good
    (tmp_path / "alerts.toml").unlink()
    (tmp_path / "alerts.toml").write_text(ALERTS.replace("Fire", "A fire"), "utf-8")
    (tmp_path / ".#entries.toml").symlink_to("somebody@editor")  # an editor's lock is no change
    assert asyncio.run(reloader.look())


async def nobody(text: str) -> None:
    raise AssertionError(text)


def edited(folder: Path, answer: str) -> Responder:
    """What a folder holds once another answer is written in."""
    text = folders.ENTRIES.replace("not boiling", answer)
    (folder / "entries.toml").write_text(text, "utf-8")
    return Responder(load(folder))


def test_what_is_published_from_here_is_not_read_again(tmp_path: Path) -> None:
    live = Live(Responder(load(folders.write(tmp_path))))

    async def scenario() -> None:
        new = edited(tmp_path, "lukewarm")  # written; the watcher looks before it is in force
        looking = asyncio.create_task(Reloader(live, nobody, every=0.05).look())
        await asyncio.sleep(0)
        live.put(new)
        assert not await looking
        assert live.responder is new

    asyncio.run(scenario())


def test_what_is_published_while_an_edit_is_being_learnt_stays_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(Responder(load(folders.write(tmp_path))))
    learning, published = threading.Event(), threading.Event()

    def slowly(knowledge: Knowledge) -> Responder:
        learning.set()
        assert published.wait(10)
        return Responder(knowledge)

    async def scenario() -> None:
        edited(tmp_path, "cold")
        looking = asyncio.create_task(Reloader(live, nobody, every=0.01).look())
        await asyncio.to_thread(learning.wait, 10)
        new = edited(tmp_path, "lukewarm")
        live.put(new)
        published.set()
        assert not await looking
        assert live.responder is new

    monkeypatch.setattr("bot.content.Responder", slowly)
    asyncio.run(scenario())


def test_what_changes_while_the_bot_starts_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(knowledge: Knowledge) -> Responder:
        edited(tmp_path, "lukewarm")
        return Responder(knowledge)

    folders.write(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("bot.content.Responder", slowly)
        live = Live.of(tmp_path)
    assert asyncio.run(Reloader(live, nobody, every=0.01).look())
    assert "lukewarm" in str(live.knowledge.entries)
