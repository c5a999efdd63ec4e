"""bot.storage.versions: what one process publishes all answer with, and a mistake stays alone."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.storage.database import Database, open_database
from bot.storage.versions import ContentSync, Versions, digest_of
from tests.postgres import Server, postgres, programs
from tests.running import BotProcess, wait_until, write_content
from tests.strict_telegram.server import TelegramServer


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "shared")) as database:
        yield database


def replica(name: str, folder: Path, database: Database) -> ContentSync:
    """One process's side of it, with a folder of its own."""
    content = folder / "content"
    settings = Settings(data=folder / name, content=content)
    sync = ContentSync(replace(settings), database)
    sync.begin()
    return sync


def test_what_one_publishes_all_take_over(tmp_path: Path, shared: Database) -> None:
    write_content(tmp_path / "content")
    here, there = (replica(name, tmp_path, shared) for name in ("here", "there"))
    entries = here.folder / "entries.toml"
    entries.write_text(entries.read_text("utf-8").replace("small mesh", "tiny mesh"), "utf-8")
    here.step()
    there.step()
    assert "tiny mesh" in (there.folder / "entries.toml").read_text("utf-8")
    assert digest_of(here.folder) == digest_of(there.folder)
    late = replica("late", tmp_path, shared)
    assert "tiny mesh" in (late.folder / "entries.toml").read_text("utf-8")


def test_a_mistake_stays_where_it_was_made(tmp_path: Path, shared: Database) -> None:
    write_content(tmp_path / "content")
    here = replica("here", tmp_path, shared)
    (here.folder / "entries.toml").write_text("[[entry]\n", "utf-8")
    here.step()
    newest = Versions(shared).newest()
    assert newest
    assert newest.id == 1


def test_a_file_that_is_gone_is_gone_everywhere(tmp_path: Path, shared: Database) -> None:
    write_content(tmp_path / "content")
    (tmp_path / "content" / "gaps.toml").write_text("", "utf-8")
    here, there = (replica(name, tmp_path, shared) for name in ("here", "there"))
    (here.folder / "gaps.toml").unlink()
    here.step()
    there.step()
    assert not (there.folder / "gaps.toml").exists()


numbers = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if programs() is None:
        pytest.skip("POSTGRESQL IS NOT INSTALLED")
    with postgres() as running:
        yield running


@pytest.fixture
def replicas(
    telegram: TelegramServer, tmp_path: Path, server: Server
) -> Iterator[list[BotProcess]]:
    """Two running bots on one store, with folders of their own."""
    url = server.new_database(f"versions{next(numbers)}")
    bots = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        bots.append(BotProcess(telegram.url, tmp_path / name, FAQ_STORE=url))
        bots[-1].start()
        wait_until(lambda: "ready" in bots[-1].log, 20)
    yield bots
    for bot in bots:
        bot.kill()


def test_a_change_at_one_replica_answers_at_the_other(
    telegram: TelegramServer, replicas: list[BotProcess], tmp_path: Path
) -> None:
    here, there = replicas
    entries = tmp_path / "there" / "data" / "content" / "entries.toml"
    entries.write_text(entries.read_text("utf-8").replace("small mesh", "tiny mesh"), "utf-8")
    wait_until(lambda: "the changed content is in force" in here.log)
    there.kill()
    chat = telegram.private(telegram.user("Ann"))
    chat.send("What is a stent?")
    assert "tiny mesh" in chat.wait(timeout=20)[0].text


def test_two_that_start_at_once_agree_on_the_first_version(tmp_path: Path, server: Server) -> None:
    content = write_content(tmp_path / "content")
    url = server.new_database(f"versions_{next(numbers)}")
    both = threading.Barrier(2)

    def put(database: Database) -> int:
        both.wait()
        return Versions(database).put(content, author="-").id

    with (
        closing(open_database(tmp_path / "a", url)) as one,
        closing(open_database(tmp_path / "b", url)) as other,
        ThreadPoolExecutor(2) as at_once,
    ):
        for _ in range(20):
            one.now(lambda work: work.run("DELETE FROM content_versions"))
            assert list(at_once.map(put, (one, other))) == [1, 1]
