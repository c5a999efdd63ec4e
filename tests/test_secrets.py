"""The token is in no log line and no traceback, and no text beside who wrote it; nothing is told to
anybody but Telegram."""

from __future__ import annotations

import re
from pathlib import Path

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


#: Notes what a Python process asks of the network, and which other programs it starts.
WATCH = """
import os, sys
log = os.open(os.environ["WATCH_LOG"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
watched = ("socket.connect", "socket.bind", "socket.send", "socket.get", "subprocess.", "os.exec")
def note(event, arguments):
    if event.startswith(watched):
        os.write(log, f"{event} {arguments!r}\\n".encode())
sys.addaudithook(note)
"""


def connections(process: int) -> set[str]:
    """The far ends of a process's connections, whoever opened them, as /proc writes them."""
    links = (link.readlink() for link in Path(f"/proc/{process}/fd").iterdir())
    own = {found[1] for link in links if (found := re.match(r"socket:\[(\d+)\]", str(link)))}
    rows = (
        row.split()
        for table in ("tcp", "tcp6", "udp", "udp6")
        for row in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]
    )
    return {row[2] for row in rows if row[9] in own}


def test_nothing_is_told_to_anybody_but_telegram(
    telegram: TelegramServer, start_bot: Start, tmp_path: Path
) -> None:
    home, watch = tmp_path / "home", tmp_path / "watch"
    home.mkdir()
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, "utf-8")
    log = tmp_path / "network.log"
    bot = start_bot(
        PYTHONPATH=str(watch), WATCH_LOG=str(log), HOME=str(home), XDG_CACHE_HOME="",
        FAQ_ENCODER="auto",  # its library would tell its maker how it is used
    )  # fmt: skip
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    chat.wait(timeout=20)
    port = int(telegram.url.rpartition(":")[2])
    assert connections(bot.process.pid) == {f"0100007F:{port:04X}"}
    assert bot.stop() == 0
    asked = log.read_text("utf-8").splitlines()
    assert asked
    assert [line for line in asked if f"'127.0.0.1', {port}" not in line] == []
    kept = {path.relative_to(home).parts[:2] for path in home.rglob("*") if path.is_file()}
    assert kept <= {(".cache", "telegram-faq-bot")}
