"""bot.storage.updates: handled updates are remembered across processes, and shared by replicas."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError
from bot.storage import updates as module
from bot.storage.updates import KEEP, Claim, State


def test_remembers_across_restarts(tmp_path: Path) -> None:
    first = State(tmp_path)
    first.remember(7)
    first.close()
    second = State(tmp_path)
    assert second.is_handled(7)
    assert not second.is_handled(6)  # a set, not a high-water mark


def test_forgets_after_two_days(tmp_path: Path) -> None:
    now = 0.0
    State(tmp_path, clock=lambda: now).remember(7)
    now = KEEP + 1
    assert not State(tmp_path, clock=lambda: now).is_handled(7)


def test_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    ticks = iter(range(10_000))
    state = State(tmp_path, clock=lambda: float(next(ticks)))
    for update_id in range(1_000):
        state.remember(update_id)
    assert [update_id for update_id in range(1_000) if state.is_handled(update_id)] == list(
        range(990, 1_000)
    )


def test_one_replica_takes_an_update(tmp_path: Path) -> None:
    now = 0.0
    here, there = (State(tmp_path, clock=lambda: now) for _ in range(2))
    assert here.claim(7, seconds=60) is Claim.YOURS
    assert there.claim(7, seconds=60) is Claim.TAKEN
    now = 61.0  # the first replica died
    assert there.claim(7, seconds=60) is Claim.YOURS
    there.remember(7)
    assert here.claim(7, seconds=60) is Claim.HANDLED


def test_a_released_claim_is_free(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.claim(7, seconds=60)
    state.release(7)
    assert state.claim(7, seconds=60) is Claim.YOURS


def test_parked_until_handled(tmp_path: Path) -> None:
    State(tmp_path).park(7, '{"update_id": 7}')
    later = State(tmp_path)
    assert later.parked() == ['{"update_id": 7}']
    later.remember(7)
    assert later.parked() == []


@pytest.mark.parametrize("keep", [0, 100, 5_000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, keep: int) -> None:
    state = State(tmp_path)
    for update_id in range(500):
        state.remember(update_id)
    state.close()
    file = tmp_path / "state.db"
    file.write_bytes(file.read_bytes()[:keep] + b"x" * 100)
    renewed = State(tmp_path)
    renewed.remember(1_000)
    assert renewed.is_handled(1_000)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="FAQ_DATA: cannot write"):
        State(tmp_path / "file" / "data")
