# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter netledger.ipam.host_name: texts that are host names."""

from __future__ import annotations

DOCUMENTATION = r"""
name: host_name
author: The netledger.ipam contributors (@netledger)
short_description: Tell whether a text is a host name
version_added: 0.1.0
description:
  - Returns the text as a host name, in lower case and without a closing dot, or empty text where it is none.
  - A host name has labels of letters, digits and hyphens with dots in between (RFC 1123, 2.1). The last one is not a
    number, nor V(localhost).
  - Names of holders are any text. What comes out of this filter can be written into a configuration as it is.
options:
  _input:
    description: The text, or none.
    type: str
    required: true
seealso:
  - plugin: netledger.ipam.dns_zones
    plugin_type: filter
"""

EXAMPLES = r"""
- name: A file with the names of hosts
  ansible.builtin.copy:
    dest: /tmp/names
    mode: "0644"
    content: |
      {% for held in query('netledger.ipam.addresses') if held.fqdn | netledger.ipam.host_name %}
      {{ held.address }} {{ held.fqdn | netledger.ipam.host_name }}
      {% endfor %}
"""

RETURN = r"""
_value:
  description: The host name, or empty text.
  type: str
  sample: web01.example.com
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import dns


def host_name(text: object) -> str:
    return dns.host_name(text) or "" if isinstance(text, str) else ""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"host_name": host_name}
