"""Loads a content folder with the limits of what the bot speaks through."""

from __future__ import annotations

from pathlib import Path

from faq import Knowledge, load
from faq.limits import Limits


def load_content(folder: Path | None) -> Knowledge:
    """The knowledge in a folder; without one, the shipped content.

    Raises FAQError for what cannot be loaded or does not fit into a message.
    """
    return load(folder, limits=Limits())
