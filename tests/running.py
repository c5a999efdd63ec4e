"""The real bot as a process: what the tests that run it have in common."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.strict_telegram.server import TOKEN, TelegramServer

ROOT = Path(__file__).parent.parent
SECRET = TOKEN.partition(":")[2]

#: Settings of this machine must not leak into the bot under test.
_OWN = re.compile(r"^(FAQ_|TELEGRAM_|WEBHOOK_|PYTHON|.*_PROXY$)", re.IGNORECASE)

_FAQ = """
title = "Test"
reviewed = 2026-01-01

[thresholds]  # two entries say little about what a score means
answer = 5.0
suggest = 2.0
"""
_ENTRIES = """
[[entry]]
id = "stent"
question = "What is a stent?"
answer = "A stent is a small mesh tube."
paraphrases = ["Explain stents to me"]

[[entry]]
id = "risks"
question = "What are the risks?"
answer = "Bleeding and clots."
paraphrases = ["Is it dangerous?"]
"""


_ALERTS = """
[[entry]]
id = "emergency"
kind = "emergency"
question = "Chest pain now"
answer = "Call 112 now."
paraphrases = ["crushing chest pain"]

[[entry.trigger]]
all = ["chest pain", "crushing|bad"]
"""
#: What sets off that alert, and how it is answered.
EMERGENCY, CALL = "I have crushing chest pain", "Call 112 now."


def write_content(folder: Path) -> Path:
    """A small content folder: these tests are about Telegram."""
    folder.mkdir()
    (folder / "faq.toml").write_text(_FAQ, encoding="utf-8")
    (folder / "entries.toml").write_text(_ENTRIES, encoding="utf-8")
    (folder / "alerts.toml").write_text(_ALERTS, encoding="utf-8")
    return folder


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something that happens elsewhere; AssertionError if it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.005)


def quiet(server: TelegramServer, seconds: float = 0.4) -> None:
    """Wait until the bot has nothing more to say: for so long it has called nothing but polls."""
    begun = time.monotonic()
    wait_until(lambda: time.monotonic() - max(begun, _last_call(server)) > seconds, 20.0)


def until_handled(server: TelegramServer, bot: BotProcess) -> None:
    """Wait until everything said so far is answered and done with."""
    wait_until(lambda: not server.pending and not bot.waiting, 30.0)


def _last_call(server: TelegramServer) -> float:
    calls = (call.time for call in reversed(server.calls) if call.method != "getUpdates")
    return next(calls, 0.0)


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class BotProcess:
    """`run_bot.py` as an administrator starts it, with its log in a file."""

    def __init__(self, api_url: str, folder: Path, **settings: str) -> None:
        own = {name: value for name, value in os.environ.items() if not _OWN.match(name)}
        content = folder / "content"
        self._environment = own | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": api_url,
            "FAQ_CONTENT": str(content if content.exists() else write_content(content)),
            "FAQ_DATA": str(folder / "data"),
            "FAQ_ENCODER": "off",
            "FAQ_PROFILE": "off",  # 84 calls a start, tested where they are
            **settings,
        }
        self.data = Path(self._environment["FAQ_DATA"])
        self._store = self.data / "faq.db"
        self._log = folder / "bot.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "run_bot.py"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process, "not started"
        return self._process

    @property
    def log(self) -> str:
        """Everything the bot has written, in all its lives."""
        return self._log.read_text(encoding="utf-8")

    @property
    def waiting(self) -> int:
        """How many updates wait in its inbox or are in hand."""
        with closing(sqlite3.connect(self._store)) as store:
            return int(store.execute("SELECT count(*) FROM inbox").fetchone()[0])

    def forget_everybody(self) -> None:
        """As if nobody had asked anything yet; what waits or is open stays."""
        with closing(sqlite3.connect(self._store)) as store, store:
            store.executescript("DELETE FROM floods; DELETE FROM questions")

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def ended(self, seconds: float = 15.0) -> int:
        """The exit code; AssertionError if the bot does not end by itself."""
        wait_until(lambda: self.process.poll() is not None, seconds)
        return self.process.returncode

    def stop(self, seconds: float = 5.0) -> int:
        """The exit code after SIGTERM; AssertionError if it takes too long."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended(seconds)


def started(url: str, folder: Path, **settings: str) -> BotProcess:
    """A bot that runs, at the Telegram with this address."""
    bot = BotProcess(url, folder, **settings)
    bot.start()
    return bot
