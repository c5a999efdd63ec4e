"""Charts as SVG, coloured by the classes of `page.css`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from faq.curator.evaluation import Bin

#: A share of one colour: its CSS class and its size, 0 to 1.
Share = tuple[str, float]

_SIDE, _LEFT, _TOP = 250, 40, 12


def _svg(width: float, height: float, parts: Iterable[str]) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return f'<svg role="img" {size} xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _text(x: float, y: float, text: str, anchor: str = "start", css: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{css}"'
    return f"<text {place}>{escape(text)}</text>"


def _line(points: tuple[float, float, float, float], css: str) -> str:
    x1, y1, x2, y2 = points
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def _box(box: tuple[float, float, float, float], css: str, tip: str, opacity: float = 1) -> str:
    x, y, width, height = box
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    look = f'rx="2" class="{css}" fill-opacity="{opacity:.2f}"'
    return f"<rect {place} {look}><title>{escape(tip)}</title></rect>"


def bars(rows: Sequence[tuple[str, Sequence[Share]]]) -> str:
    """One bar a row, filled from left to right by its shares."""
    parts = [part for number, row in enumerate(rows) for part in _bar(number, *row)]
    return _svg(985, 32 * len(rows) + 4, parts)


def _bar(number: int, name: str, shares: Sequence[Share]) -> Iterable[str]:
    left, y, width = 262.0, 32.0 * number + 4, 720.0
    yield _text(left - 12, y + 16, name, "end", "strong")
    for css, share in shares:
        yield _box((left, y, width * share - 1.5, 24), css, f"{css}: {100 * share:.1f} %")
        if share >= 0.05:
            yield _text(
                left + width * share / 2, y + 16, f"{100 * share:.0f} %", "middle", "inside"
            )
        left += width * share


def reliability(bins: Sequence[Bin]) -> str:
    """Mean score against the share right; on the broken line a score means what it says."""
    most = max((b.count for b in bins), default=1)
    parts = [*_frame("score", "share right"), _line(_on((0, 0)) + _on((100, 100)), "ideal")]
    for found in bins:
        x, y = _on((found.mean, 100 * found.right))
        radius = 4 + 9 * (found.count / most) ** 0.5
        tip = f"{found.count} replies, mean score {found.mean:.0f}, {100 * found.right:.0f} % right"
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"'
        parts.append(
            f'<circle {place} class="offered" fill-opacity="0.85"><title>{tip}</title></circle>'
        )
    return _svg(_SIDE + _LEFT + 20, _SIDE + _TOP + 40, parts)


def _on(point: tuple[float, float]) -> tuple[float, float]:
    """A point of 0-100 by 0-100 on a square chart."""
    return _LEFT + _SIDE * point[0] / 100, _TOP + _SIDE * (1 - point[1] / 100)


def _frame(across: str, up: str) -> Iterable[str]:
    for at in (0, 25, 50, 75, 100):
        yield _line(_on((0, at)) + _on((100, at)), "axis")
        yield _text(_LEFT - 6, _on((0, at))[1] + 4, str(at), "end")
        yield _text(_on((at, 0))[0], _TOP + _SIDE + 16, str(at), "middle")
    yield _text(_LEFT + _SIDE / 2, _TOP + _SIDE + 34, across, "middle")
    yield _text(_LEFT, _TOP - 2, up)


def histogram(
    layers: Sequence[tuple[str, Sequence[float]]], limits: Sequence[tuple[str, float]]
) -> str:
    """Scores by bins of five, stacked by colour; limits as upright lines."""
    counted = [(css, Counter(min(19, int(s // 5)) for s in scores)) for css, scores in layers]
    most = max((sum(c[n] for _, c in counted) for n in range(20)), default=1) or 1
    parts, floor, width = [], 200.0, 24.0
    for number in range(20):
        y = floor
        for css, counts in counted:
            height = 170 * counts[number] / most
            y -= height
            tip = f"{counts[number]} with {5 * number}-{5 * number + 5}"
            parts.append(_box((10 + number * width, y, width - 2, height), css, tip))
    parts += [_text(10 + at / 100 * 20 * width, 216, str(at), "middle") for at in range(0, 101, 20)]
    parts += [_limit(10 + at / 100 * 20 * width, f"{name} {at:.0f}") for name, at in limits]
    return _svg(500, 224, parts)


def _limit(x: float, name: str) -> str:
    return _line((x, 22, x, 200), "limit") + _text(x, 16, name, "middle", "limit")


def matrix(names: Sequence[str], counts: Counter[tuple[str, str]]) -> str:
    """How often each row led to each column: right on the diagonal, wrong beside it."""
    cell, left, top = 17.0, 210.0, 150.0
    totals = {row: sum(counts[row, column] for column in names) or 1 for row in names}
    parts = []
    for i, row in enumerate(names):
        parts.append(_text(left - 8, top + i * cell + 12, row, "end"))
        turn = f'transform="rotate(-60 {left + i * cell + 11:.1f} {top - 6:.1f})"'
        parts.append(_text(left + i * cell + 11, top - 6, row).replace("<text", f"<text {turn}", 1))
        for j, column in enumerate(names):
            count = counts[row, column]
            css = ("right" if i == j else "wrong") if count else "declined"
            opacity = 0.25 + 0.75 * count / totals[row] if count else 0.12
            box = (left + j * cell, top + i * cell, cell - 1.5, cell - 1.5)
            parts.append(_box(box, css, f"{count} of {row} led to {column}", opacity))
    side = len(names) * cell
    return _svg(left + side + 90, top + side + 4, parts)
