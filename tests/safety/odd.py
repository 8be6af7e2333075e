# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that nobody means: what attacks are made of, what a terminal or a parser trips over, what is far too much."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

INJECTIONS: t.Final = (
    "'; DROP TABLE subnet; --",
    '" OR "1"="1',
    "x') UNION SELECT sql FROM sqlite_master --",
    "%s %(name)s ? :1 $1",
    "100%_\\",
    "{{ 1 + 1 }}",
    "{% raw %}",
    "{# no",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "!!python/object/apply:os.system [id]",
    "!unsafe x",
    "&a [*a]",
    "../../etc/passwd",
    "/dev/null",
    "~root",
    '=HYPERLINK("http://example.com","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "$(id)",
    "`id`",
    "; id #",
    "| id",
    "a\nb: c",
    "a\r\nb",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\0b",
    "\u202eevil\u2066",
    "\u200b",
    "\ufeffbom",
    "a\u2028b\u2029c\x85d",
    "\ud800",
    "\udcff",
    "e\u0301 \u00e9 \U0001f600",
    "\uff11\uff10.0.0.1",
    "\u0661\u0660.\u0660.\u0660.\u0661",
    "None",
    "null",
    "~",
    "true",
    "*",
    "",
    " ",
    " a ",
    ",",
    "a,b",
    "[1, 2",
    '{"a": 1}',
    "1e999",
    "0x7f000001",
    "9" * 5000,
    "x" * 100_000,
    "10.0.0.0/" + "9" * 5000,
    "10.0.0.1-" * 1000,
    "a." * 10_000,
    ":" * 10_000,
    "-" * 10_000,
)

ADDRESSES: t.Final = (
    "10.0.0.1",
    "10.0.0.0/24",
    "10.0.0.256",
    "0.0.0.0/0",
    "255.255.255.255",
    "::",
    "::/0",
    "::ffff:10.0.0.1",
    "::ffff:0:0/96",
    "fe80::1%eth0",
    "2001:db8::1",
    "10.0.0.9-10.0.0.1",
    "first",
    "last",
)

NUMBERS: t.Final = (
    *(-1, 0, 1, 4, 24, 32, 33, 64, 128, 129, 4095),
    *(2**31, 2**32, 2**63 - 1, 2**63, 2**64, 2**128, -(2**63) - 1, 10**1000),
    *(float("inf"), float("-inf"), float("nan"), 1.5, -0.0, 1e308, True, False),
)

NUMBER_TEXTS: t.Final = (
    "inf",
    "-Infinity",
    "nan",
    "sNaN",
    "1e999",
    "1e999999999",
    "-1e-999999999",
    "9" * 5000,
)


def _deep(levels: int) -> t.Any:
    value: t.Any = "x"
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


SHAPES: tuple[t.Any, ...] = (
    *([], {}, [[]], [{}], [None], {"a": None}, {"": ""}, {"a": {"b": []}}, ["a", "a"]),
    _deep(100),
)

TEXTS = st.sampled_from((*INJECTIONS, *ADDRESSES)) | st.text(st.characters(exclude_categories=()), max_size=20)
ANYTHING = st.recursive(
    st.none() | st.sampled_from(NUMBERS) | TEXTS | st.sampled_from(SHAPES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def values(option: dict[str, t.Any]) -> st.SearchStrategy[t.Any]:
    """Values for an option of an argument spec, most of them of its type."""
    kind = option.get("elements") or option["type"]
    if "options" in option:
        one: st.SearchStrategy[t.Any] = st.fixed_dictionaries(
            {}, optional={name: values(inner) for name, inner in option["options"].items()}
        )
    elif kind == "dict":
        one = st.dictionaries(TEXTS, TEXTS | st.sampled_from(NUMBERS), max_size=3)
    elif kind == "int":
        one = st.sampled_from(NUMBERS) | st.sampled_from(NUMBER_TEXTS)
    elif kind == "bool":
        one = st.booleans()
    else:
        one = st.sampled_from(option["choices"]) | TEXTS if "choices" in option else TEXTS
    listed = st.lists(one, max_size=3) if option["type"] == "list" else one
    return listed | listed | ANYTHING
