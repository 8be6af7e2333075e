# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site of the documents: the guides of docs/, and what antsibull-docs makes of the plugins' own documentation."""

from __future__ import annotations

import typing as t

from pygments.lexers.special import TextLexer

REPOSITORY = "https://github.com/netledger/netledger.ipam/blob/main/"

project = "netledger.ipam"
author = copyright = "The netledger.ipam contributors"  # the name that Sphinx wants
extensions = ["myst_parser", "sphinx_antsibull_ext"]
root_doc = "index"
exclude_patterns = ["conf.py"]
html_theme = "alabaster"
html_theme_options = {"description": "Addresses for Ansible, kept by Ansible", "fixed_sidebar": True}
html_show_sphinx = False
myst_heading_anchors = 3
nitpicky = True
nitpick_ignore_regex = [("envvar", "ANSIBLE_.*")]  # what Ansible itself reads is described there


def _link_to_repository(_app: t.Any, _name: str, source: list[str]) -> None:
    """What the guides link to outside of docs/ is no part of the site."""
    source[0] = source[0].replace("](../", f"]({REPOSITORY}")


def setup(app: t.Any) -> None:
    app.connect("source-read", _link_to_repository)
    app.add_lexer("csv", TextLexer)
