"""Charts of the desk as SVG, coloured by the classes of `desk.css`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 220, 34, 26


def stacked(days: Sequence[str], series: Mapping[str, Sequence[int]], title: str) -> Markup:
    """One bar a day, filled from below by the series; names of series are CSS classes too."""
    totals = [sum(values) for values in zip(*series.values(), strict=True)] or [0]
    most = _round_up(max([*totals, 1]))
    step = (_WIDTH - _LEFT) / max(len(days), 1)
    parts = [_scale(most)]
    for number, day in enumerate(days):
        x, y = _LEFT + number * step, float(_HEIGHT - _BOTTOM)
        for name, values in series.items():
            height = (_HEIGHT - _BOTTOM - 10) * values[number] / most
            y -= height
            tip = escape(f"{day}: {values[number]} {name}")
            if height:
                parts.append(
                    f'<rect x="{x + 1:.1f}" y="{y:.1f}" width="{max(step - 2, 1):.1f}"'
                    f' height="{height:.1f}" class="s-{escape(name)}"><title>{tip}</title></rect>'
                )
    for number in range(0, len(days), max(1, len(days) // 5)):
        x = _LEFT + number * step
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 8}">{escape(days[number][5:])}</text>')
    return _svg(parts, title, _HEIGHT)


def bars(rows: Sequence[tuple[str, int]], title: str) -> Markup:
    """One bar a row, the longest as long as there is room."""
    most = max([count for _, count in rows] or [1])
    parts = []
    for number, (name, count) in enumerate(rows):
        y, width = number * 56, max(3.0, (_WIDTH - 50) * count / most)
        parts.append(f'<text x="0" y="{y + 20}">{escape(name)}</text>')
        parts.append(
            f'<rect x="0" y="{y + 30}" width="{width:.1f}" height="12" rx="3" class="bar"/>'
        )
        parts.append(f'<text x="{width + 8:.1f}" y="{y + 42}" class="count">{count}</text>')
    return _svg(parts, title, max(56 * len(rows), 10))


def _round_up(most: int) -> int:
    """A round number not below: the scale's top."""
    size = int(10 ** (len(str(most)) - 1))
    return next(n for n in (size, 2 * size, 5 * size, 10 * size) if n >= most)


def _scale(most: int) -> str:
    lines = []
    for value in (0, most // 2, most) if most > 1 else (0, 1):
        y = _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - 10) * value / most
        lines.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" class="rule"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    return "".join(lines)


def _svg(parts: Sequence[str], title: str, height: int) -> Markup:
    head = f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {_WIDTH} {height}">'
    return Markup(f"{head}{''.join(parts)}</svg>")
