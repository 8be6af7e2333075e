# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A picture of what an allocation costs with more and more addresses held, from the JSON of the benchmark.

Each store has a panel: medians in milliseconds, IPv4, the layout that hosts leave behind that come and go.
"""

from __future__ import annotations

import typing as t
from xml.sax.saxutils import escape

COLOURS: t.Final = {
    "lowest": "#1b6ca8",
    "highest": "#4fa3d1",
    "random": "#d1495b",
    "rotate": "#edae49",
    "specific": "#3a7d44",
    "release": "#8d6a9f",
    "run of 16": "#222222",
}
_LICENCE: t.Final = """<!--
SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->
"""
_LAYOUT: t.Final = "churn"
_PANEL: t.Final = (300, 200)  # pixels of the part with the curves
_MARGIN: t.Final = (60, 50)  # before and after it
_ACROSS: t.Final = 3

Line = dict[str, t.Any]


def drawn(lines: t.Sequence[Line], machine: str) -> str:
    """The picture as SVG."""
    shown = [line for line in lines if line["layout"] == _LAYOUT and line["family"] == "IPv4" and not line["analyzed"]]
    stores = list(dict.fromkeys(line["store"] for line in shown))
    across, down = min(_ACROSS, len(stores)), -(-len(stores) // _ACROSS)
    width, height = (part + 2 * margin for part, margin in zip(_PANEL, _MARGIN, strict=True))
    parts = []
    for number, store in enumerate(stores):
        place = (number % _ACROSS) * width, (number // _ACROSS) * height
        panel = _panel(store, [line for line in shown if line["store"] == store])
        parts.append(f'<g transform="translate({place[0]},{place[1]})">{panel}</g>')
    parts += _legend(down * height + 12)
    parts.append(_text(_MARGIN[0], down * height + 36, machine))
    # Room for the legend and the machine's line, also where there is one store.
    size = f'width="{max(across * width, _MARGIN[0] + 110 * len(COLOURS))}" height="{down * height + 50}"'
    style = 'font-family="sans-serif" font-size="11"'
    return f'{_LICENCE}<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n<rect {size} fill="white"/>\n' + (
        "\n".join(parts) + "\n</svg>\n"
    )


def _panel(store: str, lines: t.Sequence[Line]) -> str:
    sizes = sorted({line["held"] for line in lines})
    top = max(line["median"] for line in lines if line["what"] in COLOURS) * 1.1
    parts = [_text(_MARGIN[0], _MARGIN[1] - 12, f"{store}: milliseconds by addresses held", weight="bold")]
    for share in (0, 0.25, 0.5, 0.75, 1):
        left, right, height = _MARGIN[0], _MARGIN[0] + _PANEL[0], _height(share)
        parts.append(f'<line x1="{left}" x2="{right}" y1="{height:.1f}" y2="{height:.1f}" stroke="#dddddd"/>')
        parts.append(_text(left - 6, height + 4, f"{share * top:.3g}", anchor="end"))
    for number, held in enumerate(sizes):
        parts.append(_text(_across(number, len(sizes)), _height(0) + 18, f"{held:,}", anchor="middle"))
    for what, colour in COLOURS.items():
        points = [
            f"{_across(sizes.index(line['held']), len(sizes)):.1f},{_height(line['median'] / top):.1f}"
            for line in sorted(lines, key=lambda line: t.cast(int, line["held"]))
            if line["what"] == what
        ]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(points)}"/>')
    return "".join(parts)


def _legend(height: float) -> list[str]:
    parts = []
    for number, (what, colour) in enumerate(COLOURS.items()):
        left = _MARGIN[0] + number * 110
        parts.append(f'<rect x="{left}" y="{height - 9}" width="18" height="4" fill="{colour}"/>')
        parts.append(_text(left + 24, height - 3, what))
    return parts


def _across(number: int, count: int) -> float:
    return _MARGIN[0] + _PANEL[0] * number / max(1, count - 1)


def _height(share: float) -> float:
    return _MARGIN[1] + _PANEL[1] * (1 - share)


def _text(left: float, height: float, text: str, anchor: str = "start", weight: str = "normal") -> str:
    where = f'x="{left:.1f}" y="{height:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {where}>{escape(text)}</text>"
