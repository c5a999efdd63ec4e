"""What a conversation remembers, for how long, and that trouble with the file stops nothing."""

from __future__ import annotations

from pathlib import Path

from bot.storage.conversations import FOLLOW_UP, Memory


def test_the_last_answer_is_remembered_for_a_while(tmp_path: Path) -> None:
    now = [1000.0]
    memory = Memory(tmp_path, clock=lambda: now[0])
    memory.answered(7, "what-is-stent")
    assert memory.last_answer(7) == "what-is-stent"
    assert memory.last_answer(8) is None
    now[0] += FOLLOW_UP + 1
    assert memory.last_answer(7) is None


def test_another_process_knows_it_too(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.sent(7, 1, 2)
    memory.keep_picture("a.png", "file-1")
    other = Memory(tmp_path)
    assert other.answers_to(7, 1) == [2]
    assert other.picture("a.png") == "file-1"
    other.keep_picture("a.png", None)
    assert memory.picture("a.png") is None


def test_forgetting_is_complete(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.answered(7, "what-is-stent")
    memory.sent(7, 1, 2)
    memory.forget(7)
    assert not any(b"what-is-stent" in file.read_bytes() for file in tmp_path.iterdir())
    assert memory.last_answer(7) is None
    assert memory.answers_to(7, 1) == []


def test_a_damaged_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "memory.db").write_bytes(b"no database at all " * 200)
    memory = Memory(tmp_path)
    memory.answered(7, "what-is-stent")
    assert memory.last_answer(7) == "what-is-stent"
