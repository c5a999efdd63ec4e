"""Draws the content's pictures: each SVG as a PNG beside it.

    python -m tests.benchmarks.render_pictures [name ...]

Needs chromium and Pillow.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

FOLDER = Path("faq/content/angioplasty_vs_stent/pictures").resolve()
CHROMIUM = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
]


def size_of(svg: Path) -> tuple[int, int]:
    """Width and height in pixels, as the <svg> tag states them."""
    found = re.search(r'<svg[^>]* width="(\d+)" height="(\d+)"', svg.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(
            f'{svg.name}: the <svg> tag needs width="..." height="..." in whole pixels'
        )
    return int(found[1]), int(found[2])


def screenshot(svg: Path, png: Path) -> None:
    """The SVG as a browser draws it, in its own size."""
    width, height = size_of(svg)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = [
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            f"--screenshot={png}",
        ]
        subprocess.run(
            [*CHROMIUM, *options, svg.as_uri()], check=True, capture_output=True, timeout=120
        )


def save_small(image: Image.Image, png: Path) -> None:
    """A palette of 256 colours is enough for flat drawings and keeps the file small."""
    colours = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours.save(png, optimize=True)


def render(svg: Path) -> None:
    png = svg.with_suffix(".png")
    screenshot(svg, png)
    with Image.open(png) as opened:
        full = opened.convert("RGB")
    save_small(full, png)
    print(png.name, png.stat().st_size)


def main(names: list[str]) -> None:
    for svg in sorted(FOLDER.glob("*.svg")):
        if not names or svg.stem in names:
            render(svg)


if __name__ == "__main__":
    main(sys.argv[1:])
