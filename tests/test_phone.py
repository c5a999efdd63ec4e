"""Replies as they look on a phone, drawn by Chromium."""

from __future__ import annotations

import shutil

import pytest

from docs.conversation import look, page
from faq import Responder

#: A small phone's screen, in density-independent pixels.
WIDTH, HEIGHT = 360, 640


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_the_first_question_of_all_is_answered_on_one_screen(responder: Responder) -> None:
    asked = [("what's the difference between angioplasty and stent",)]
    _, _, tall = look(page(responder, asked, width=WIDTH, text=16))
    assert tall <= HEIGHT
