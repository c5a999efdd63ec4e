"""What to type where something is missing that only some installations bring."""

from __future__ import annotations

from pathlib import Path

__all__ = ["install"]

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def install(*extras: str) -> str:
    """The command that adds extras to this installation: uv's in the project's folder, or pip's."""
    if _PROJECT.exists():
        return "uv sync --inexact " + " ".join(f"--extra {extra}" for extra in extras)
    return f'pip install "telegram-faq-bot[{",".join(extras)}]"'
