"""Edits as data: they change what they name, can be taken back, and never overwrite another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq import FAQError, Responder, load
from faq.curator.content_store import VERSIONS
from faq.curator.edits import Conflict, Edit, edited_texts
from faq.curator.publishing import publish, try_out
from tests import folders

FILE = "entries.toml"
TEXTS = {FILE: "# mine\n" + folders.ENTRIES}
WAS = {"answer": "The document says not boiling."}
HOTTER = Edit(FILE, "how-hot", {"answer": "80 degrees."}, WAS)
NEW = Edit(FILE, "milk", {"question": "Milk or not?", "answer": "As you like."}, None)


def test_an_edit_and_its_inverse_leave_every_byte_as_it_was() -> None:
    for edit in (HOTTER, NEW):
        changed = edited_texts(TEXTS, [edit])
        assert changed[FILE] != TEXTS[FILE]
        assert edited_texts(changed, [edit.inverse]) == TEXTS


def test_what_somebody_else_has_changed_is_not_overwritten() -> None:
    theirs = edited_texts(TEXTS, [HOTTER])
    with pytest.raises(Conflict, match="How hot should the water be"):
        edited_texts(theirs, [Edit(FILE, "how-hot", {"answer": "90 degrees."}, WAS)])
    both = edited_texts(theirs, [Edit(FILE, "how-hot", {"topic": "Leaves"}, {"topic": "Water"})])
    assert "80 degrees." in both[FILE]


def test_wordings_that_two_people_add_are_both_kept() -> None:
    was = {"paraphrases": ["water temperature", "boiling water or not", "how warm for green tea"]}
    hers = {"paraphrases": [*was["paraphrases"], "how many degrees"]}
    his = {"paraphrases": ["warmth of water", *was["paraphrases"][1:]]}
    theirs = edited_texts(TEXTS, [Edit(FILE, "how-hot", hers, was)])
    both = edited_texts(theirs, [Edit(FILE, "how-hot", his, was)])[FILE]
    assert "how many degrees" in both
    assert "warmth of water" in both
    assert "water temperature" not in both


def test_a_change_that_is_there_already_is_no_conflict() -> None:
    theirs = edited_texts(TEXTS, [HOTTER])
    assert edited_texts(theirs, [HOTTER]) == {}


def test_a_published_change_is_the_new_live_content_without_another_look(tmp_path: Path) -> None:
    live = Responder(load(folders.write(tmp_path)))
    trial = try_out(live, [NEW])
    assert not (tmp_path / VERSIONS).exists()
    assert len(publish(trial)) == 1
    assert trial.new.reply("milk or not").entry == load(tmp_path).by_id["milk"]
    assert trial.new.knowledge.folder == tmp_path


def test_versions_are_no_part_of_a_repository(tmp_path: Path) -> None:
    live = Responder(load(folders.write(tmp_path)))
    publish(try_out(live, [NEW]))
    assert (tmp_path / VERSIONS / ".gitignore").read_text() == "*\n"


def test_a_folder_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    place = tmp_path / "tea"
    place.mkdir()
    live = Responder(load(folders.write(place)))
    place.rename(tmp_path / "elsewhere")
    with pytest.raises(FAQError, match="not there any more"):
        try_out(live, [NEW])
