"""Files made to do harm end in one line; each is read in a process of little time and memory."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from faq import FAQError
from faq.curator.importing.reading import read_apart


def packed(path: Path, inner: str, size: int) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(inner, b"0" * size)
    return path


def far_cell(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (["Question", "Answer"], ["Is it far?", "Yes."]):
        book.worksheets[0].append(row)
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(path)
    return path


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


BOMB = 'a: &a ["x", "x", "x", "x", "x", "x", "x", "x", "x"]\n' + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi")
)
HOSTILE: list[tuple[Callable[[Path], Path], str]] = [
    (lambda d: packed(d / "a.docx", "word/document.xml", 130_000_000), "unpacks to more"),
    (lambda d: packed(d / "a.xlsx", "xl/workbook.xml", 130_000_000), "unpacks to more"),
    (lambda d: written(d / "a.json", "[" * 100_000 + "]" * 100_000), "nested too deeply"),
    (lambda d: written(d / "a.csv", "Question,Answer\n" + "q?,a\n" * 100_000), "rows. Split it"),
    (lambda d: written(d / "a.html", "<div>" * 20_000), "more, or deeper"),
    (lambda d: written(d / "a.txt", "A line.\n\n" * 400_000), "more, or deeper"),
    (lambda d: written(d / "a.txt", "x" * 25_000_000), "larger than 24 MB"),
    (lambda d: written(d / "a.yaml", BOMB), "more data than a FAQ can hold"),
    (lambda d: written(d / "a.rtf", r"{\rtf1 " + "{" * 1_000 + "x"), "nested too deeply"),
    (lambda d: written(d / "a.rtf", r"{\rtf1 " + "{}" * 2_000_000), "more than a FAQ can be"),
    (lambda d: written(d / "a.rtf", r"{\rtf1 " + r"a?\par" * 2_000_000), "more than a FAQ can be"),
    (lambda d: written(d / "a.rtf", r"{\rtf1 \bin999999999" + "\\" * 20_000_000), "no text in it"),
]


@pytest.mark.parametrize(("make_file", "told"), HOSTILE, ids=[h[1] for h in HOSTILE])
def test_hostile_files_end_in_a_line(
    tmp_path: Path, make_file: Callable[[Path], Path], told: str
) -> None:
    with pytest.raises(FAQError, match=told) as caught:
        read_apart(make_file(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_cell_far_away_is_no_matter(tmp_path: Path) -> None:
    (pair,) = read_apart(far_cell(tmp_path / "far.xlsx")).pairs
    assert pair.question == "Is it far?"
