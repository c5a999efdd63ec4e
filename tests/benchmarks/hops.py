"""How far a reader has to jump: moves from file to file, in the order functions are first entered.

    python -m tests.benchmarks.hops [--steps]

The real bot in this process, on words alone: a question and its answer, then a tap on "Add" until
the change is in force. What runs also while nobody says anything (polls, looks at the clock) is
left out. With `--steps` it prints which functions of which file are entered, one line a hop.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import FrameType

from bot.app import run
from bot.settings import read_settings
from tests import folders
from tests.running import ROOT
from tests.strict_telegram.server import TOKEN, TelegramServer

ADMIN = 77
#: So long nobody says anything (seconds): a poll ends, and the next one begins.
QUIET = 28.0
OURS = tuple(f"{ROOT / room}{os.sep}" for room in ("bot", "faq"))


class Walk:
    """The functions of ours that were entered, in the order of the first time."""

    def __init__(self) -> None:
        self.entered: dict[tuple[str, str], None] = {}
        self.on = False

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if self.on and event == "call" and code.co_filename.startswith(OURS):
            self.entered.setdefault((code.co_filename, code.co_qualname))

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Note what is entered during the block."""
        self.entered, self.on = {}, True
        yield
        self.on = False

    def report(self, name: str, idle: set[tuple[str, str]]) -> None:
        """Print a line; with `--steps` all steps behind it."""
        steps = [step for step in self.entered if step not in idle]
        visits = [(file, list(found)) for file, found in groupby(steps, key=itemgetter(0))]
        files = {file for file, _ in visits}
        print(
            f"{name}: {len(files)} files, {len(steps)} functions, {len(visits) - 1} hops",
            flush=True,
        )
        for file, found in visits if "--steps" in sys.argv else ():
            print(f"  {Path(file).relative_to(ROOT)}: {', '.join(what for _, what in found)}")


def main() -> None:
    walk = Walk()
    threading.setprofile(walk)
    sys.setprofile(walk)
    with TelegramServer() as server, tempfile.TemporaryDirectory() as scratch:
        content = Path(scratch, "content")
        content.mkdir()
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.url,
            "FAQ_CONTENT": str(folders.write(content)),
            "FAQ_DATA": str(Path(scratch, "data")),
            "FAQ_ADMINS": str(ADMIN),
            "FAQ_PROFILE": "off",
        }
        os.environ["FAQ_ENCODER"] = "off"
        threading.Thread(target=stopping, args=(tour, server, walk)).start()
        run(read_settings(settings))


def stopping(act: Callable[[TelegramServer, Walk], None], server: TelegramServer, w: Walk) -> None:
    """Do it, then ask this process to end."""
    try:
        act(server, w)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def tour(server: TelegramServer, walk: Walk) -> None:
    """Talk to the bot, and watch."""
    person = server.private(server.user("Ann"))
    admin = server.private(server.user("Admin", user_id=ADMIN))
    for query in ("explain tea to me", "celsius for sencha leaves"):
        person.send(query)
        person.wait(timeout=20)
    time.sleep(1)
    with walk.taken():
        time.sleep(QUIET)
    idle = set(walk.entered)
    with walk.taken():
        person.send("how hot should the water be")
        person.wait()
        time.sleep(0.5)
    walk.report("question to answer", idle)
    admin.send("/review")
    [shown] = admin.wait()
    time.sleep(5)  # it is read, and meanwhile all is made ready for the tap
    with walk.taken():
        admin.press(shown, "Add to «How hot should the water be?»")
        admin.wait(3, timeout=30)
        time.sleep(2)
    walk.report("tap to change in force", idle)


if __name__ == "__main__":
    main()
