"""Files are replaced whole, earlier versions kept, and only one writes at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faq import FAQError
from faq.curator.content_store import KEPT, locked, replace, versions


def test_the_earlier_version_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "entries.toml"
    assert replace(file, "one\n") is None
    kept = replace(file, "two\n")
    assert file.read_text("utf-8") == "two\n"
    assert kept is not None
    assert kept.read_text("utf-8") == "one\n"
    assert versions(file) == [kept]


def test_what_stays_the_same_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "entries.toml"
    file.write_text("one\n", encoding="utf-8")
    os.utime(file, (1, 1))
    assert replace(file, "one\n") is None
    assert file.stat().st_mtime == 1
    assert versions(file) == []


def test_only_so_many_versions_are_kept_the_latest(tmp_path: Path) -> None:
    file = tmp_path / "entries.toml"
    for number in range(KEPT + 3):
        replace(file, f"{number}\n")
    kept = [version.read_text("utf-8") for version in versions(file)]
    assert len(kept) == KEPT
    assert kept[-1] == f"{KEPT + 1}\n"


def test_a_failed_write_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "entries.toml"
    file.write_text("good\n", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace(file, "half")
    assert file.read_text("utf-8") == "good\n"
    assert [f.name for f in tmp_path.rglob("*") if f.is_file()] == ["entries.toml"]


def test_permissions_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "entries.toml"
    file.write_text("one\n", encoding="utf-8")
    file.chmod(0o640)
    replace(file, "two\n")
    assert file.stat().st_mode & 0o777 == 0o640


HOLD = "import sys, pathlib; from faq.curator.content_store import locked\n" + (
    "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
)


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    begun = time.monotonic()
    with pytest.raises(FAQError, match="somebody else is writing"), locked(tmp_path, patience=0.2):
        pass
    assert time.monotonic() - begun >= 0.2
    other.kill()  # a crash gives the lock back
    other.wait()
    with locked(tmp_path, patience=0.2):
        pass


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    master, file = tmp_path / "master.toml", tmp_path / "entries.toml"
    master.write_text("one\n", encoding="utf-8")
    file.symlink_to(master)
    replace(file, "two\n")
    assert file.is_symlink()
    assert master.read_text("utf-8") == "two\n"
