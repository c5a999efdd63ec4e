"""Learns the shipped content once, for everybody: `python -m faq prepare`, before a release.

What is learnt goes into faq/content/learnt/ and from there into the package, so that the first
start on a machine answers in seconds. Without the encoder the words alone are learnt.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from faq.loader import SHIPPED
from faq.matching.cache import LEARNT


def prepare(folder: Path = LEARNT) -> list[Path]:
    """Learn the shipped content with and without the encoder; gives the files made."""
    shutil.rmtree(folder, ignore_errors=True)  # what is known there would not be learnt again
    folder.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        for encoder in ("off", "auto"):
            own = {"FAQ_CACHE": scratch, "FAQ_ENCODER": encoder, "FAQ_CONTENT": str(SHIPPED)}
            learn = [sys.executable, "-m", "faq", "ask", "hello"]
            subprocess.run(learn, check=True, env=os.environ | own, stdout=subprocess.DEVNULL)
        made = sorted(Path(scratch).glob("*.npz"))
        return [Path(shutil.copyfile(file, folder / file.name)) for file in made]
