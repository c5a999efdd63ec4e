"""Fixtures of the tests that need a disk, a Telegram server or a running bot."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest

from bot.storage.database import Database, open_database
from faq import Outcome, Responder, load
from faq.loader import SHIPPED
from tests import folders
from tests.running import SECRET, BotProcess
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.client import Client, client_of
from tests.strict_telegram.server import TelegramServer

# Every process of the tests would compile every module anew, where the machine is told to keep
# nothing.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

#: Words alone, unless a test says otherwise: quicker, and the same everywhere.
os.environ["FAQ_ENCODER"] = "off"
# All processors are busy with tests: one thread for each process's numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Nothing of what is imported and collected is ever garbage: it is looked through for some in vain,
# for seconds. What is there when the first test begins is left out for good.
gc.disable()


#: The first start on a machine trains the matcher, which takes a while (seconds).
FIRST_START = 120.0
#: Pairs of these are of two minds.
VAGUE = ("mesh", "wire", "heart", "risk", "picture", "tube", "cut", "clot", "balloon", "doctor")


@pytest.hookimpl(wrapper=True)
def pytest_sessionstart(session: pytest.Session) -> Iterator[None]:
    """Learn the shipped content once, before the workers and the bots all want it.

    The workers collect meanwhile, and wait to be told what to run.
    """
    yield
    if not hasattr(session.config, "workerinput"):
        Responder(load())


def pytest_collection_finish() -> None:
    """From now on there may be garbage."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def responder() -> Responder:
    """The shipped content, by words alone."""
    return Responder(load())


@pytest.fixture(scope="session")
def unclear(responder: Responder) -> str:
    """A query the shipped content asks back on."""
    queries = (f"{a} {b}" for a, b in combinations(VAGUE, 2))
    return next(q for q in queries if responder.reply(q).outcome is Outcome.SUGGEST)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelegramServer]:
    """A Telegram with a bot in it that answers from the shipped content, for all who only talk."""
    with TelegramServer() as server:
        bot = BotProcess(
            server.url,
            tmp_path_factory.mktemp("shipped"),
            FAQ_CONTENT=str(SHIPPED),
            FAQ_PROFILE="on",
        )
        bot.start()
        try:
            server.wait_for(lambda: server.calls_of("getUpdates"), timeout=FIRST_START)
            yield server
            assert bot.stop() == 0
            assert "Traceback" not in bot.log
        finally:
            bot.kill()
        server.check()


Start = Callable[..., BotProcess]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty store in a folder of its own."""
    with closing(open_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    """A Telegram of one's own; at the end the bot must have kept its rules."""
    with TelegramServer() as server:
        yield server
        server.check()


@pytest.fixture
def start_bot(telegram: TelegramServer, tmp_path: Path) -> Iterator[Start]:
    """Starts the real bot, with settings as keywords; its token is in no log afterwards."""
    started: list[BotProcess] = []

    def start(**settings: str) -> BotProcess:
        bot = BotProcess(telegram.url, tmp_path, **settings)
        started.append(bot)
        bot.start()
        return bot

    yield start
    for bot in started:
        bot.kill()
        print(bot.log)  # pytest shows it where a test fails
        assert SECRET not in bot.log


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TelegramServer, BotProcess]]:
    """One server and one bot for all tests of a module that leave both alive."""
    with TelegramServer() as server:
        bot = BotProcess(server.url, tmp_path_factory.mktemp("bot"))
        bot.start()
        server.wait_for(lambda: server.calls_of("getUpdates"), timeout=10)
        yield server, bot
        assert bot.stop() == 0
        assert SECRET not in bot.log
        server.check()


# For the tests of the server itself, which break its rules.


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """A Telegram of one's own, whose rules may be broken."""
    with TelegramServer() as running:
        yield running


@pytest.fixture
def client(server: TelegramServer) -> Iterator[Client]:
    """A bare client of that server."""
    with client_of(server) as bare:
        yield bare


@pytest.fixture
def chat(server: TelegramServer) -> Chat:
    """A chat of somebody there."""
    return server.private(server.user("Ann", language_code="en"))


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: of three seconds of the suite one waits for a bot."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder about tea."""
    place = tmp_path / "tea"
    place.mkdir()
    return folders.write(place)
