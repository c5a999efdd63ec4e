"""bot.storage on both engines: what is stored, who works on it, what is forgotten."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.flood_limit import FloodLimit, Kind, Verdict
from bot.settings import SettingsError
from bot.storage import conversations, inbox, journal
from bot.storage.conversations import FOLLOW_UP, Memory, Shown
from bot.storage.database import (
    PATIENCE,
    Database,
    SteadyClock,
    StoreError,
    StoreTooNew,
    Transaction,
    new_owner,
    open_database,
)
from bot.storage.inbox import Ended, Inbox, Item
from tests import postgres
from tests.postgres import Server

OLD = Path(__file__).parent / "old_files"
Open = Callable[[], Database]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if postgres.programs() is None and "FAQ_TESTS_NEED_POSTGRESQL" not in os.environ:
        pytest.skip("POSTGRESQL IS NOT INSTALLED: half of the store is not tested")
    with postgres.postgres() as running:
        yield running


names = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same store again and again, as several processes would."""
    url = None
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("server")
        url = server.new_database(f"store{next(names)}")
    opened: list[Database] = []

    def open_one() -> Database:
        opened.append(open_database(tmp_path, url))
        opened[-1].now(lambda work: work.all("SELECT 1"))  # no answer waits for its tables
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def item(update_id: int, lane: int = 1, *, urgent: bool = False) -> Item:
    return Item(update_id, lane, {"update_id": update_id, "text": "secret words"}, urgent)


async def taken(box: Inbox, *ended: Ended, room: int = 16) -> list[int]:
    return [each.update_id for each in await box.turn(ended, room=room, urgent_room=room)]


def test_one_at_a_time_and_in_order_within_a_chat(store: Open) -> None:
    async def scenario() -> None:
        box = Inbox(store(), new_owner())
        await box.add([item(1, 7), item(2, 7), item(3, 8)])
        assert await taken(box) == [1, 3]
        assert await taken(box) == []
        assert await taken(box, Ended(item(1, 7))) == [2]

    run(scenario())


def test_two_processes_share_the_work(store: Open) -> None:
    async def scenario() -> None:
        here, there = (Inbox(store(), new_owner()) for _ in range(2))
        await here.add([item(number, number) for number in range(20)])
        both = [await taken(here, room=10), await taken(there, room=16)]
        assert sorted([*both[0], *both[1]]) == list(range(20))

    run(scenario())


def test_an_id_is_handled_once(store: Open) -> None:
    async def scenario() -> None:
        box = Inbox(store(), new_owner())
        await box.add([item(1), item(1)])
        assert await taken(box) == [1]
        await box.add([item(1)])
        assert await taken(box, Ended(item(1))) == []
        await box.add([item(1)])
        assert await taken(box) == []

    run(scenario())


def test_an_emergency_overtakes_other_chats_and_takes_its_own_along(store: Open) -> None:
    async def scenario() -> None:
        box = Inbox(store(), new_owner())
        await box.add([item(number, number) for number in range(1, 30)])
        await box.add([item(90, 5, urgent=True)])
        assert await taken(box, room=1) == [5]
        assert await taken(box, Ended(item(5, 5)), room=1) == [90]

    run(scenario())


def test_room_is_kept_for_emergencies(store: Open) -> None:
    async def scenario() -> None:
        box = Inbox(store(), new_owner())
        await box.add([item(1, 1), item(2, 2, urgent=True)])
        assert [i.update_id for i in await box.turn([], room=0, urgent_room=4)] == [2]

    run(scenario())


def test_after_a_pause_it_comes_again_and_its_chat_waits(store: Open) -> None:
    async def scenario() -> None:
        box = Inbox(store(), new_owner())
        await box.add([item(1), item(2)])
        await taken(box)
        assert await taken(box, Ended(item(1), pause=0.2)) == []
        await asyncio.sleep(0.25)
        [again] = await box.turn([], room=16, urgent_room=16)
        assert (again.update_id, again.tries) == (1, 1)

    run(scenario())


def test_a_clock_that_jumps_holds_nobody_up(tmp_path: Path) -> None:
    now = 1e9 + 100 * 86_400

    async def scenario(database: Database) -> None:
        nonlocal now
        box = Inbox(database, new_owner())
        await box.add([item(1)])
        await taken(box)
        await taken(box, Ended(item(1), pause=5.0))
        now = 1e9  # back by 100 days: "in 5 s" has become "in 100 days"
        assert await taken(box) == [1]

    with closing(open_database(tmp_path)) as database:
        database.clock = lambda: now
        run(scenario(database))


def test_what_is_given_up_is_remembered_without_its_text(store: Open) -> None:
    async def scenario() -> None:
        database = store()
        box = Inbox(database, new_owner())
        await box.add([item(1)])
        await taken(box)
        await taken(box, Ended(item(1), given_up="it cannot be read"))
        assert await box.dead_letters() == 1
        [row] = await database.run(lambda work: work.all("SELECT * FROM dead_letters"))
        assert "secret" not in str(row)
        assert await taken(box) == []

    run(scenario())


def test_a_push_while_the_same_is_being_ended_elsewhere(server: Server, tmp_path: Path) -> None:
    url = server.new_database(f"twice{next(names)}")
    here, there = open_database(tmp_path, url), open_database(tmp_path, url)
    pushed = threading.Event()

    def end_slowly(transaction: Transaction) -> None:
        transaction.run("DELETE FROM inbox WHERE update_id = 1")
        transaction.run("INSERT INTO handled (update_id, at) VALUES (1, 0)")
        assert pushed.wait(5)
        time.sleep(0.2)  # so long that the other waits for this row

    async def scenario() -> None:
        box = Inbox(there, new_owner())
        await Inbox(here, new_owner()).add([item(1)])
        ending = asyncio.create_task(here.run(end_slowly, patience=5.0))
        await asyncio.sleep(0.1)
        pushed.set()
        await asyncio.gather(ending, box.add([item(1)]))
        assert await taken(box) == []

    run(scenario())
    here.close()
    there.close()


@contextmanager
def elsewhere(store: Open, owner: int) -> Iterator[Database]:
    """Another process, whose locks are its own; it dies at the end of the block."""
    database = store()
    deadline = time.monotonic() + 5
    while not database.engine.hold(owner):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield database


def test_a_claim_holds_while_its_process_lives(server: Server, tmp_path: Path) -> None:
    url = server.new_database(f"claims{next(names)}")
    here, there = open_database(tmp_path, url), open_database(tmp_path, url)
    owner = new_owner()

    async def scenario() -> None:
        with elsewhere(lambda: there, owner):
            theirs, ours = Inbox(there, owner), Inbox(here, new_owner())
            await theirs.add([item(1)])
            assert await taken(theirs) == [1]
            assert await ours.release_orphans() == 0
            assert await taken(ours) == []
        there.close()
        for _ in range(50):
            if await ours.release_orphans():
                break
            await asyncio.sleep(0.1)
        assert await taken(ours) == [1]

    run(scenario())
    here.close()


def test_memory_is_shared_and_fades(store: Open) -> None:
    async def scenario() -> None:
        database = store()
        memory, other = Memory(database), Memory(store())
        await memory.note(1, 5, [7, 6], Shown("stent", ("risks", "cost")))
        assert await other.last_shown(1) == Shown("stent", ("risks", "cost"))
        assert await other.answers_to(1, 5) == [6, 7]
        await other.deleted(1, 5, [6])
        assert await memory.answers_to(1, 5) == [7]
        now = database.clock()
        database.clock = lambda: now + FOLLOW_UP + 1
        assert await memory.last_shown(1) == Shown()

    run(scenario())


def test_forgotten_means_forgotten(store: Open) -> None:
    async def scenario() -> None:
        memory = Memory(store())
        await memory.note(1, 5, [6], Shown("stent"))
        await memory.note(2, 5, [6], Shown("risks"))
        await memory.forget(1)
        assert await memory.last_shown(1) == Shown()
        assert await memory.answers_to(1, 5) == []
        assert (await memory.last_shown(2)).entry == "risks"

    run(scenario())


def test_who_asks_too_much_is_known_to_all_processes(store: Open) -> None:
    async def scenario() -> None:
        here, there = FloodLimit(store()), FloodLimit(store())
        verdicts = [await limit.check((Kind.EDIT, 1)) for limit in [here, there] * 6]
        assert verdicts == [Verdict.WELCOME] * 10 + [Verdict.ASK_TO_SLOW_DOWN, Verdict.DROP]

    run(scenario())


def test_pictures_are_remembered_until_telegram_forgets_them(store: Open) -> None:
    async def scenario() -> None:
        memory, other = Memory(store()), Memory(store())
        await memory.keep_picture("a", "id1")
        assert (await other.pictures(["a", "b"])).get("a") == "id1"
        await other.keep_picture("a", None)
        assert "a" not in await Memory(store()).pictures(["a"])

    run(scenario())


def test_what_is_too_old_is_deleted(store: Open) -> None:
    async def scenario() -> None:
        database = store()
        now = database.clock()
        await Memory(database).note(1, 5, [6], Shown("stent"))
        box = Inbox(database, new_owner())
        await box.add([item(1)])
        await taken(box)
        await taken(box, Ended(item(1)))

        def count() -> list[int]:
            tables = ("sent", "last_answers", "handled")
            sql = "SELECT count(*) FROM "
            return [database.now(lambda work, t=t: work.all(sql + t))[0][0] for t in tables]  # type: ignore[misc]

        assert count() == [1, 1, 1]
        for prune in (inbox.prune, conversations.prune):
            database.now(lambda work, prune=prune: prune(work, now + 49 * 3600))  # type: ignore[misc]
        database.now(lambda work: journal.prune(work, now, 90))
        assert count() == [0, 0, 0]

    run(scenario())


def test_a_clock_is_believed_when_it_stays(tmp_path: Path) -> None:
    wall, steady = 1e9, 0.0
    clock = SteadyClock(lambda: wall, lambda: steady)
    wall += 100 * 86_400
    assert clock() == pytest.approx(1e9, abs=1)
    wall -= 100 * 86_400
    steady += 60
    wall += 60
    assert clock() == pytest.approx(1e9 + 60, abs=1)
    wall += 3 * 86_400  # set right for good
    clock()
    steady, wall = steady + 3700, wall + 3700
    assert clock() == pytest.approx(wall, abs=1)


def test_the_files_of_the_version_before_are_taken_over(tmp_path: Path) -> None:
    for file in OLD.glob("*.db"):
        shutil.copy(file, tmp_path)

    async def scenario(database: Database) -> None:
        memory, box = Memory(database), Inbox(database, new_owner())
        await box.add([item(501), item(511)])  # 501 was handled, 511 only claimed
        [parked, claimed] = await box.turn([], room=16, urgent_room=16)
        assert (parked.update_id, parked.lane) == (510, 77)
        assert parked.raw["message"]["text"] == "What is a stent?"
        assert claimed.update_id == 511
        assert await memory.answers_to(77, 5) == [6, 7]
        assert (await memory.pictures(["stent.png:123"]))["stent.png:123"] == "AgAC-file"
        questions = journal.Questions(database)
        [asked] = questions.open()
        assert asked.query == "bicycle tyres"
        assert questions.reopen("entries.toml.20251101-000000") == 1

    with closing(open_database(tmp_path)) as database:
        run(scenario(database))
    assert not [*tmp_path.glob("state.db*"), *tmp_path.glob("memory.db*")]


def test_nothing_that_was_said_stays_in_the_files(tmp_path: Path) -> None:
    async def scenario(database: Database) -> None:
        box = Inbox(database, new_owner())
        await box.add([item(1)])
        assert words_on_disk()
        await taken(box)
        await taken(box, Ended(item(1)))
        database.tidy()

    def words_on_disk() -> list[str]:
        files = tmp_path.glob("faq.db*")
        return [file.name for file in files if b"secret words" in file.read_bytes()]

    with closing(open_database(tmp_path)) as database:
        run(scenario(database))
    assert not words_on_disk()


@pytest.mark.parametrize(
    "damage",
    [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 5_000],
    ids=["no database", "a torn one"],
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "faq.db").write_bytes(damage)
    with closing(open_database(tmp_path)) as database:
        run(Memory(database).keep_picture("a", "id1"))
        assert database.is_well
    assert (tmp_path / "faq.damaged").read_bytes() == damage


def test_a_page_damaged_while_it_runs(tmp_path: Path) -> None:
    async def scenario(database: Database) -> None:
        memory = Memory(database)
        for number in range(500):
            await memory.note(number, 1, range(20))
        database.tidy()
        await memory.last_shown(1)
        with (tmp_path / "faq.db").open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * 400_000)
        for _ in range(10):
            await memory.note(1, 1, [1], Shown("stent"))
            await asyncio.sleep(0.2)
        assert (await memory.last_shown(1)).entry == "stent"

    with closing(open_database(tmp_path)) as database:
        run(scenario(database))


def test_tables_of_somebody_else_are_set_aside(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "faq.db")) as db:
        db.execute("CREATE TABLE inbox (something TEXT)")
    with closing(open_database(tmp_path)) as database:
        assert database.now(lambda work: work.all("SELECT count(*) FROM inbox WHERE lane = 1"))


def test_a_file_that_is_deleted_is_begun_anew(tmp_path: Path) -> None:
    async def scenario(database: Database) -> None:
        memory = Memory(database)
        await memory.note(1, 5, [6], Shown("stent"))
        for file in tmp_path.glob("faq.db*"):
            file.unlink()
        await memory.note(1, 5, [6], Shown("risks"))
        assert (await memory.last_shown(1)).entry == "risks"

    with closing(open_database(tmp_path)) as database:
        run(scenario(database))


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="FAQ_DATA: cannot write in"):
        open_database(tmp_path / "file" / "data")


def test_a_newer_store_is_not_touched(store: Open) -> None:
    with closing(store()) as database:
        database.now(lambda work: work.run("UPDATE schema_version SET version = 99"))
    with pytest.raises(StoreTooNew, match="Start the newer version"):
        store().now(lambda work: work.all("SELECT 1"))


def test_the_loop_never_waits_for_a_locked_file(tmp_path: Path) -> None:
    async def scenario(database: Database) -> None:
        memory = Memory(database)
        await memory.note(1, 5, [6], Shown("stent"))
        with closing(sqlite3.connect(tmp_path / "faq.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            begun = time.monotonic()
            assert await turns(memory) > 10  # in the half second that the first one waits
            assert time.monotonic() - begun < 2.0
            assert not database.is_well
            other.execute("ROLLBACK")
        for _ in range(50):
            await asyncio.sleep(0.1)
            if (await memory.last_shown(1)).entry == "stent":
                break
        assert database.is_well

    async def turns(memory: Memory) -> int:
        """How often the event loop comes round while ten answers want to be remembered."""
        stop, found = asyncio.Event(), 0

        async def watch() -> None:
            nonlocal found
            while not stop.is_set():
                await asyncio.sleep(0.005)
                found += 1

        watching = asyncio.create_task(watch())
        for number in range(10):
            await memory.note(number, 1, [2], Shown("stent"))
        stop.set()
        await watching
        return found

    with closing(open_database(tmp_path)) as database:
        run(scenario(database))


def test_what_must_be_kept_waits_for_a_slow_store(store: Open) -> None:
    async def scenario() -> None:
        database = store()
        for work in (lambda _: time.sleep(PATIENCE + 0.3), lambda _: None):
            with pytest.raises(StoreError):  # nobody waits to be remembered
                await database.run(work)
        box = Inbox(database, new_owner())
        await box.add([item(1)])
        assert await taken(box) == [1]

    run(scenario())


def test_what_was_waiting_is_in_a_dump_and_comes_out_of_it(server: Server, tmp_path: Path) -> None:
    here, there = server.new_database("dumped"), server.new_database("restored")
    with closing(open_database(tmp_path, here)) as database:
        asyncio.run(Inbox(database, new_owner()).add([item(1)]))
    programs, dump = postgres.programs() or Path(), str(tmp_path / "faq.dump")
    make = [str(programs / "pg_dump"), "--format=custom", f"--file={dump}", here]
    restore = [str(programs / "pg_restore"), "--clean", "--if-exists", f"--dbname={there}", dump]
    for command in (make, restore):  # as docs/run.md says
        subprocess.run(command, check=True)
    with closing(open_database(tmp_path, there)) as database:
        assert asyncio.run(taken(Inbox(database, new_owner()))) == [1]


def test_a_server_that_goes_away_is_done_without_and_found_again(
    server: Server, tmp_path: Path
) -> None:
    async def scenario(database: Database) -> None:
        memory = Memory(database)
        database.now(lambda work: work.all("SELECT 1"))
        await memory.note(1, 5, [6], Shown("stent"))
        server.stop()
        assert await memory.last_shown(1) == Shown()
        assert not database.is_well
        with pytest.raises(StoreError):
            await Inbox(database, 99).add([item(1)])
        server.start()
        for _ in range(100):
            await asyncio.sleep(0.1)
            if (await memory.last_shown(1)).entry == "stent":
                break
        assert (await memory.last_shown(1)).entry == "stent"

    with closing(open_database(tmp_path, server.new_database(f"away{next(names)}"))) as database:
        run(scenario(database))


def test_processes_that_start_at_once_migrate_once(store: Open) -> None:
    errors: list[BaseException] = []

    def start() -> None:
        try:
            store().now(lambda work: work.all("SELECT count(*) FROM inbox"))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
