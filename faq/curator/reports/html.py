"""The frame of a report as one self-contained HTML page: nothing is loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

STYLE = Path(__file__).parents[1] / "data" / "page.css"


def page(title: str, lead: str, parts: Iterable[str]) -> str:
    """A whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>"
        f'<body><h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>'
        + "\n".join(parts)
        + "</body></html>\n"
    )


def section(heading: str, lead: str, *cards: str) -> str:
    """A headed part of a page; empty without anything to show."""
    shown = "".join(f'<div class="card">{card}</div>' for card in cards if card)
    around = f'<div class="columns">{shown}</div>' if len(cards) > 1 else shown
    return f"<h2>{escape(heading)}</h2><p class='soft'>{escape(lead)}</p>{around}" if shown else ""


def tiles(figures: Iterable[tuple[str, str, str]]) -> str:
    """Figures at a glance: each a value, what it is, and `good`, `bad` or nothing."""
    shown = (
        f'<div class="tile {mood}"><b>{escape(value)}</b><span>{escape(name)}</span></div>'
        for value, name, mood in figures
    )
    return f'<div class="tiles">{"".join(shown)}</div>'


def table(headings: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """A table; numbers stand right."""
    head = "".join(f"<th>{escape(h)}</th>" for h in headings)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>" if body else ""


def _cell(value: str | int | float) -> str:
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return f'<td class="number">{text}</td>'


def legend(names: Iterable[tuple[str, str]]) -> str:
    """What the colours mean: class and name of each."""
    shown = (f'<span><i class="{css}"></i>{escape(name)}</span>' for css, name in names)
    return f'<div class="legend">{"".join(shown)}</div>'
