"""A curator's change is written whole or not at all, and nobody else's is lost by it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from faq import FAQError, Outcome, Responder, load
from faq.curator import publishing
from faq.curator.content_store import VERSIONS, file_of, locked
from faq.curator.edits import Edit
from faq.curator.publishing import Trial, breaks, publish, try_out, undo
from faq.curator.spreadsheet import import_sheet
from tests import folders

Answered = Sequence[tuple[str, str]]


@dataclass
class Published:
    broken: tuple[str, ...]
    version: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "tea"
    place.mkdir()
    return folders.write(place)


def entries(folder: Path) -> str:
    return (folder / "entries.toml").read_text("utf-8")


def add_phrasing(folder: Path, entry: str, query: str, answered: Answered = ()) -> Published:
    live = Responder(load(folder))
    return _publish(live, publishing.add_phrasing(live, entry, query), answered)


def add_gap(folder: Path, query: str) -> Published:
    live = Responder(load(folder))
    return _publish(live, publishing.add_gap(live, query), ())


def _publish(live: Responder, edits: list[Edit], answered: Answered) -> Published:
    trial = try_out(live, edits)
    broken = breaks(trial, answered)
    return Published(tuple(map(str, broken)), "".join(() if broken else publish(trial)))


def test_comments_and_order_are_kept(folder: Path) -> None:
    noted = folders.ENTRIES.replace("[[entry]]", "# a remark\n[[entry]]", 1)
    (folder / "entries.toml").write_text(noted, "utf-8")
    assert add_phrasing(folder, "how-hot", "degrees please").broken == ()
    assert "# a remark" in entries(folder)
    assert load(folder).by_id["how-hot"].paraphrases[-1] == "degrees please"
    undo(folder)
    assert entries(folder) == noted


def test_a_file_saved_by_windows_notepad_keeps_its_line_ends(folder: Path) -> None:
    file = folder / "entries.toml"
    file.write_bytes(b"\xef\xbb\xbf" + folders.ENTRIES.replace("\n", "\r\n").encode())
    add_phrasing(folder, "how-hot", "degrees please")
    assert load(folder).by_id["how-hot"].paraphrases[-1] == "degrees please"
    assert file.read_bytes().count(b"\r\n") == folders.ENTRIES.count("\n")


def test_undo_takes_nothing_back_that_something_needs(folder: Path) -> None:
    add_gap(folder, "submarine periscope")
    wanted = entries(folder).replace('"how-hot"]', '"how-hot", "submarine-periscope"]', 1)
    (folder / "entries.toml").write_text(wanted, "utf-8")
    with pytest.raises(FAQError, match="related names 'submarine-periscope'"):
        undo(folder)
    assert load(folder).by_id["submarine-periscope"]


def test_a_phrasing_of_another_entry_is_refused(folder: Path) -> None:
    with pytest.raises(FAQError, match="also a phrasing"):
        add_phrasing(folder, "how-hot", "What is tea")
    assert entries(folder) == folders.ENTRIES


def test_a_phrasing_that_is_there_is_not_written_again(folder: Path) -> None:
    published = add_phrasing(folder, "how-hot", "Water temperature?")
    assert published.broken == ()
    assert published.version == ""
    assert entries(folder) == folders.ENTRIES


def test_what_would_break_another_answer_is_not_written(folder: Path) -> None:
    asked = "is a cup of tea a drink"
    assert add_phrasing(folder, "what-is-tea", "is a nice cup of tea a drink").broken == ()
    before = entries(folder)
    published = add_phrasing(folder, "how-hot", asked, [(asked, "what-is-tea")])
    assert published.broken == (f"“{asked}” would no longer get “What is tea?”",)
    assert entries(folder) == before


def test_a_gap_is_made(folder: Path) -> None:
    version = add_gap(folder, "who invented the teapot").version
    gap = load(folder).by_id["who-invented-the-teapot"]
    assert gap.kind is Outcome.GAP
    assert "doesn't say" in gap.answer
    assert file_of(version) == "gaps.toml"
    assert undo(folder) == (version,)
    assert "who-invented-the-teapot" not in load(folder).by_id


def test_a_long_question_becomes_a_gap_that_fits_a_button(folder: Path) -> None:
    query = "my aunt in Leeds would like to know who on earth invented the teapot and why"
    add_gap(folder, query)
    [gap] = [e for e in load(folder).entries if e.kind is Outcome.GAP]
    assert len(gap.question) <= 60
    assert gap.paraphrases == (query,)


def test_changes_are_taken_back_one_by_one(folder: Path) -> None:
    first = add_phrasing(folder, "how-hot", "degrees please").version
    once = entries(folder)
    second = add_gap(folder, "who invented the teapot").version
    third = add_phrasing(folder, "how-hot", "celsius for sencha").version
    assert undo(folder) == (third,)
    assert entries(folder) == once
    assert [undo(folder), undo(folder), undo(folder)] == [(second,), (first,), ()]
    assert entries(folder) == folders.ENTRIES


def test_an_import_over_two_files_is_taken_back_whole(folder: Path, tmp_path: Path) -> None:
    rows = "id,file,question,answer\nhow-hot,,How hot now?,80 degrees.\nmilk,gaps.toml,Milk?,No."
    (tmp_path / "rows.csv").write_text(rows, "utf-8")
    import_sheet(tmp_path / "rows.csv", folder)
    assert load(folder).by_id["milk"].kind is Outcome.GAP
    assert list(map(file_of, undo(folder))) == ["entries.toml", "gaps.toml"]
    assert entries(folder) == folders.ENTRIES
    assert "milk" not in load(folder).by_id
    assert undo(folder) == ()


def test_undo_does_not_lose_what_was_edited_since(folder: Path) -> None:
    add_phrasing(folder, "how-hot", "degrees please")
    edited = entries(folder).replace("not boiling", "80 degrees")
    (folder / "entries.toml").write_text(edited, "utf-8")
    with pytest.raises(FAQError, match=r"entries\.toml was edited by hand since"):
        undo(folder)
    assert entries(folder) == edited


def test_an_edit_by_hand_meanwhile_is_kept(folder: Path) -> None:
    """The curator's editor saves after the change was checked and before it is written."""
    raised: list[FAQError] = []

    def publish() -> None:
        try:
            add_phrasing(folder, "how-hot", "degrees please")
        except FAQError as error:
            raised.append(error)

    with locked(folder):  # another writer holds the change up
        thread = threading.Thread(target=publish)
        thread.start()
        time.sleep(1.5)
        edited = entries(folder).replace("not boiling", "80 degrees")
        (folder / "entries.toml").write_text(edited, "utf-8")
    thread.join(15)
    assert "edited meanwhile" in str(raised[0])
    assert entries(folder) == edited


def write_or_be_told(folder: Path, query: str) -> None:
    try:
        add_phrasing(folder, "how-hot", query)
    except FAQError as error:
        sys.exit(TOLD if "meanwhile" in str(error) else 1)


TOLD = 3


def test_two_writers_at_once_both_write_or_one_is_told(folder: Path) -> None:
    """Several processes: replicas of the bot share a folder, not a lock of Python's."""
    queries = ["degrees please", "celsius for sencha", "how many degrees", "warmth of water"]
    processes = get_context("fork")
    writers = [processes.Process(target=write_or_be_told, args=(folder, each)) for each in queries]
    for writer in writers:
        writer.start()
    for query, writer in zip(queries, writers, strict=True):
        writer.join(60)
        written = query in load(folder).by_id["how-hot"].paraphrases
        assert writer.exitcode == (0 if written else TOLD)


def cut_short(trial: Trial, calls: int) -> None:
    """Publish, and be killed at the nth call that makes anything last, as by a power cut."""
    countdown = iter(range(calls))

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if next(countdown, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    for name in ("fsync", "chmod", "replace"):
        setattr(os, name, counted(getattr(os, name)))
    publish(trial)


def test_a_crash_in_the_middle_of_a_write_loses_nothing(tmp_path: Path) -> None:
    ends = []
    for calls in range(0, 60):
        place = tmp_path / str(calls)
        place.mkdir()
        folder = folders.write(place)
        live = Responder(load(folder))
        trial = try_out(live, publishing.add_phrasing(live, "how-hot", "degrees please"))
        child = get_context("fork").Process(target=cut_short, args=(trial, calls))
        child.start()
        child.join(60)
        ends.append(child.exitcode)
        added = "degrees please" in load(folder).by_id["how-hot"].paraphrases
        assert added or entries(folder) == folders.ENTRIES
        assert add_phrasing(folder, "how-hot", "celsius for sencha").broken == ()
        kept = (folder / VERSIONS).glob("entries.toml.*")
        assert all(len(file.read_bytes()) >= len(folders.ENTRIES) for file in kept)
        undo(folder)
        assert ("degrees please" in entries(folder)) == added
        if ends[-1] == 0:
            break
    assert ends[0] == -signal.SIGKILL
    assert ends[-1] == 0
    assert len(ends) > 5
