#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.pool."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pool
author: The netledger.ipam contributors (@netledger)
short_description: Manage pools of subnets
version_added: 0.1.0
description:
  - Makes, resizes and removes one pool of a subnet. The other pools stay as they are.
  - A pool is a window of a subnet from which addresses are given to those who ask for any.
  - It is known by its O(name) in its O(subnet).
  - A pool that is resized moves no address.
  - Options that are left out stay as they are.
  - The first pool that is made replaces the pools that were generated with the subnet.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.ledger
options:
  subnet:
    description: The name or CIDR of the subnet.
    type: str
    required: true
  name:
    description: The name of the pool.
    type: str
    default: default
  start:
    description:
      - The first address of the pool.
      - Required to make a pool. For one that is there it may be left out, to change only O(strategy),
        O(hold_down) and O(warn_below).
    type: str
  end:
    description:
      - The last address of the pool.
      - One of O(end) and O(size) goes with O(start).
    type: str
  size:
    description: How many addresses the pool has from O(start) on.
    type: int
  strategy:
    description:
      - How addresses are chosen out of the pool, V(lowest), V(highest), V(random) or V(rotate), as
        O(netledger.ipam.subnet#module:strategy) explains them.
      - Empty text means as the subnet does, which is what a new pool has.
    type: str
  hold_down:
    description:
      - How long a freed address of the pool waits before anybody but its last holder may get it, as
        O(netledger.ipam.subnet#module:hold_down).
      - Empty text means as the subnet has it, which is what a new pool has. V(0) means not at all.
    type: str
  warn_below:
    description:
      - A task that reserves an address of the pool warns when fewer addresses than this are free afterwards.
      - V(0) means never, which is what a new pool has.
    type: int
  force:
    description:
      - Let held addresses end up outside of every pool. They stay held, and RV(stranded) names them.
      - Without it, that is refused and the error names their holders.
    type: bool
    default: false
  state:
    description:
      - V(present) makes the pool or gives it these bounds.
      - V(absent) removes it. Its addresses stay held, so this needs O(force) while there are any.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: netledger.ipam.subnet
  - module: netledger.ipam.address
"""

EXAMPLES = r"""
- name: A pool for servers
  netledger.ipam.pool:
    subnet: lan
    name: servers
    start: 10.20.0.10
    end: 10.20.0.99

- name: Grow it
  netledger.ipam.pool:
    subnet: lan
    name: servers
    start: 10.20.0.10
    end: 10.20.0.149

- name: A pool of 4096 addresses
  netledger.ipam.pool:
    subnet: lan6
    name: servers
    start: 2001:db8:20::1000
    size: 4096

- name: Addresses of this pool rotate, and freed ones wait for an hour
  netledger.ipam.pool:
    subnet: lan
    name: servers
    strategy: rotate
    hold_down: 1h

- name: Remove a pool, and keep the addresses that were given from it
  netledger.ipam.pool:
    subnet: lan
    name: vips
    state: absent
    force: true
"""

RETURN = r"""
pool:
  description: The pool as it is now. None if it is not there.
  returned: success
  type: dict
  contains:
    name:
      description: The name of the pool.
      returned: always
      type: str
      sample: servers
    subnet:
      description: The name of its subnet.
      returned: always
      type: str
      sample: lan
    vrf:
      description: The VRF of its subnet.
      returned: always
      type: str
      sample: default
    start:
      description: The first address of the pool.
      returned: always
      type: str
      sample: 10.20.0.10
    end:
      description: The last address of the pool.
      returned: always
      type: str
      sample: 10.20.0.99
    strategy:
      description: How addresses are chosen out of the pool. None if as the subnet says.
      returned: always
      type: str
      sample: rotate
    hold_down:
      description: How many seconds a freed address of the pool waits. None if as the subnet says.
      returned: always
      type: int
      sample: 3600
    warn_below:
      description: Of how many free addresses on tasks warn. None if never.
      returned: always
      type: int
      sample: 5
    size:
      description: How many addresses the pool has. It is the sum of the following counts.
      returned: always
      type: int
      sample: 90
    used:
      description: How many of them are held.
      returned: always
      type: int
      sample: 3
    held_down:
      description: How many of them were freed and wait.
      returned: always
      type: int
      sample: 1
    reserved:
      description: How many of them are reserved and not held.
      returned: always
      type: int
      sample: 0
    in_children:
      description: How many of them lie in child subnets.
      returned: always
      type: int
      sample: 0
    free:
      description: How many of them are free.
      returned: always
      type: int
      sample: 86
stranded:
  description: The held addresses that the change left outside of every pool.
  returned: success
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      returned: always
      type: str
      sample: 10.20.0.99
    name:
      description: Its holder.
      returned: always
      type: str
      sample: web01
    interface:
      description: The interface under which it is held.
      returned: always
      type: str
      sample: ""
diff:
  description: The pool before and after. None where there was or is none.
  returned: success
  type: dict
  sample:
    before: {name: servers, start: 10.20.0.10, end: 10.20.0.49, strategy: null, hold_down: null, warn_below: null}
    after: {name: servers, start: 10.20.0.10, end: 10.20.0.99, strategy: null, hold_down: null, warn_below: null}
    before_header: pool servers of subnet lan
    after_header: pool servers of subnet lan
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: shrink_in_use
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.pool import TASK


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
