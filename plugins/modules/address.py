#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.address."""

from __future__ import annotations

DOCUMENTATION = r"""
module: address
author: The netledger.ipam contributors (@netledger)
short_description: Reserve and free addresses
version_added: 0.1.0
description:
  - Reserves addresses for names, and frees them.
  - An address is held under the key O(vrf), O(subnet), O(name) and O(interface). The same key always gets the same
    address, and when it asks again, nothing changes.
  - A new holder gets a free address of O(pool), or of all pools of the subnet, which O(strategy) chooses, or the one
    that O(address) says.
  - Options that are left out stay as they are. Lists and dictionaries that are given replace the stored ones. Empty
    text clears O(mac), O(fqdn) and O(description).
  - With O(names) or O(addresses), a task reserves or frees many addresses in one transaction, all of them or none,
    unless O(partial) lets it.
  - A name that comes back while its last address is on hold gets that one again.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to). The hosts need not
    exist yet.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.ledger
options:
  name:
    description:
      - Who holds the address. Any text is fine, a host's name is usual.
      - The default is C(inventory_hostname), the host of the task. There is none for the implicit V(localhost), which
        is in no inventory, and none where O(state=absent) and O(address) say what to free.
    type: str
  subnet:
    description:
      - The name or CIDR of the subnet, or several of them in order. Where one is full, the next one is asked. Who holds
        an address in any of them keeps it.
      - Required with O(state=present), unless O(subnet_tags) or O(subnet_labels) select subnets, or O(address) says
        where. That is then the smallest subnet around it.
      - With O(state=absent) and without subnets, all subnets of the VRF are meant.
    type: list
    elements: str
  subnet_tags:
    description:
      - Tags that a subnet must have, all of them, to be asked. The subnets are asked in the order of their addresses.
      - Mutually exclusive with O(subnet).
    type: list
    elements: str
  subnet_labels:
    description:
      - Labels that a subnet must have, all of them with these values, to be asked.
      - Mutually exclusive with O(subnet).
    type: dict
  version:
    description: Ask only subnets of this IP version.
    type: int
    choices: [4, 6]
  dual_stack:
    description:
      - Give each name an IPv4 and an IPv6 address in one transaction, each from the subnets of its version.
      - RV(ipv4) and RV(ipv6) have both.
    type: bool
    default: false
  same_host_part:
    description:
      - As O(dual_stack), and both addresses lie equally far behind the first address of their subnets, such as
        V(10.20.0.26) and V(2001:db8:20::1a).
      - If one of them is held already, it decides on the other one.
    type: bool
    default: false
  pool:
    description:
      - The name of the pool from which a new holder gets its address, or several of them in the order in which they
        are used. Who holds an address already keeps it, whatever the pool.
      - Without it, all pools of the subnet are used, by address.
      - With O(state=absent), only free addresses in these pools.
    type: list
    elements: str
  strategy:
    description:
      - How an address is chosen. If not given, the pool decides, and if that does not say either, its subnet.
      - V(lowest) and V(highest) take that free address.
      - V(random) draws one, each free address of the pool being as likely as another. The source is that of the
        operating system. A dry run cannot tell what the real run will draw.
      - V(rotate) takes the next one after that which it took last from the pool, so that freed addresses come back
        late.
      - V(eui64) makes the address of O(mac), in an IPv6 subnet of prefix length 64 (RFC 4291).
      - V(stable) makes an opaque address of O(secret_key), the subnet, and O(mac) or else the name and interface
        (RFC 7217). It is the same each time and says nothing about the host.
    type: str
    choices: [lowest, highest, random, rotate, eui64, stable]
  secret_key:
    description: The secret of O(strategy=stable), at least 16 bytes. Keep it in a vault; it is not stored.
    type: str
  fallback:
    description:
      - What to do when the holder cannot have the address that O(address), or a O(strategy) that makes one, asks for,
        because it is held, reserved, on hold, or none for hosts.
      - V(error) fails. V(next) gives another one as the pool chooses. Who got one that way keeps it.
    type: str
    choices: [error, next]
    default: error
  count:
    description:
      - How many addresses each name holds under its key. Those that it lacks are added, all or none.
      - If it holds more, the task fails, or with O(force) frees those that were added last.
      - If not given, whatever a name holds already stays, and a new one gets one address.
    type: int
  contiguous:
    description:
      - The O(count) addresses follow each other without a gap, at the lowest place of a pool that has room.
    type: bool
    default: false
  align:
    description: With O(contiguous), start at a multiple of O(count), rounded up to a power of two.
    type: bool
    default: false
  lease:
    description:
      - For how long the address is given, such as V(90m), V(12h) or V(7d). Then it ends as if it had been freed, and
        the next task that writes into the subnet can give it away.
      - Asking again renews it once half of that time is over, as DHCP does. Before that, nothing changes.
      - Empty text or V(0) is without end. If not given, the end stays as it is.
      - Mutually exclusive with O(expires).
    type: str
  expires:
    description:
      - Until when the address is given, in ISO 8601, such as V(2030-12-31T18:00:00Z). Without a zone it is UTC.
      - Empty text is without end. If not given, the end stays as it is.
    type: str
  status:
    description:
      - What the address is for. It is a note. V(dhcp) and V(slaac) say that the host gets it by that way.
      - New addresses are V(active) if nothing is said.
    type: str
    choices: [active, reserved, deprecated, dhcp, slaac]
  adopt:
    description:
      - Write down an address that is in use already, although it is reserved, the gateway, or on hold for another.
      - One that is held in the ledger stays with its holder, and the task fails, unless that is V(unknown) because of
        O(probe).
    type: bool
    default: false
  probe:
    description:
      - Ask the network for each new address before it is given. At one that somebody answers there is a host of which
        the ledger knows nothing. It is then held by the name V(unknown), with its MAC address if that is known, and the
        task goes on to the next one, with a warning. RV(occupied) lists these. If O(address) asks for it, the task
        fails, unless O(fallback=next).
      - V(arp) asks on the link, by ARP for IPv4 and by neighbour discovery for IPv6. The address has to lie on a link
        of the machine that runs the task, which is the controller or the host of C(delegate_to). That machine needs
        Linux, and the process the right to send raw packets, as root has. A host that has the MAC address of O(mac) is
        no other host.
      - V(ping) asks by ICMP echo and runs the command C(ping), which reaches further and needs no rights. A host that
        does not answer pings is not found, and where the answer comes from is not known.
      - It takes about a second for V(arp), for all addresses of the task at once, and two for each 64 with V(ping), and
        as long again where somebody answers or another task is faster. Others can use the ledger in the meantime.
      - What the name holds already, gets back from hold, or writes down with O(adopt) is not asked for.
      - With O(strategy=random), a dry run asks for other addresses than the real run.
    type: str
    choices: ["off", arp, ping]
    default: "off"
  partial:
    description:
      - With O(names) or O(addresses), give addresses to those who can have one. RV(failures) and a warning name the
        others. The task fails if nobody can.
    type: bool
    default: false
  address:
    description:
      - The one address that is wanted, with or without the prefix length of the subnet. It may lie outside of every
        pool.
      - The task fails where it is held by another, reserved, the gateway, or no address for hosts. RV(reason) says
        which.
      - IPv4-mapped IPv6 (V(::ffff:10.20.0.50)) is read as IPv4 in an IPv4 subnet.
      - With O(state=absent), the one address to free. Where O(name) is given too and somebody else holds it by now, it
        stays held and a warning says so.
    type: str
    aliases: [ip, ip_address]
  interface:
    description:
      - The interface of the holder, for those that hold several addresses of a subnet. If not given, it is empty.
      - With O(state=absent), only free addresses of this interface. If not given, those of all interfaces.
    type: str
  mac:
    description:
      - The MAC address, in any usual spelling.
      - In YAML it needs quotes, because one of digits alone, such as C(52:54:00:12:34:56), is a number there.
    type: str
    aliases: [mac_address]
  fqdn:
    description:
      - The DNS name.
      - If there is none, RV(fqdn) is the name itself if that has a dot, else the name in the subnet's domain.
    type: str
  tags:
    description: Words to find the address by. Their order means nothing.
    type: list
    elements: str
  labels:
    description: Texts by name, to find the address by. Numbers and booleans are stored as text.
    type: dict
  description:
    description: Any text.
    type: str
  names:
    description:
      - Names that are to hold an address each, or none any more. The other options hold for all of them.
      - Addresses are given in this order.
      - Mutually exclusive with O(name), O(addresses) and O(address).
    type: list
    elements: str
  addresses:
    description:
      - Like O(names), with options for each name. What an entry leaves out is taken from the option of the task.
      - Mutually exclusive with O(name), O(names) and O(address).
    type: list
    elements: dict
    suboptions:
      name:
        description: Who holds the address.
        type: str
        required: true
      address:
        description: The one address that is wanted, or is to be freed.
        type: str
        aliases: [ip, ip_address]
      interface:
        description: The interface of the holder.
        type: str
      pool:
        description: The names of the pools from which to give an address, in order.
        type: list
        elements: str
      count:
        description: How many addresses the name holds.
        type: int
      lease:
        description: For how long the address is given.
        type: str
      expires:
        description: Until when the address is given.
        type: str
      status:
        description: What the address is for.
        type: str
        choices: [active, reserved, deprecated, dhcp, slaac]
      mac:
        description: The MAC address.
        type: str
        aliases: [mac_address]
      fqdn:
        description: The DNS name.
        type: str
      tags:
        description: Words to find the address by.
        type: list
        elements: str
      labels:
        description: Texts by name, to find the address by.
        type: dict
      description:
        description: Any text.
        type: str
  force:
    description:
      - Let a holder move from the address that it has to the one that O(address) says, or give up those beyond O(count)
        or outside of a run.
    type: bool
    default: false
  state:
    description:
      - V(present) reserves.
      - V(absent) frees all addresses of the name, or those that O(subnet), O(pool), O(interface) and O(address) leave.
        To free what is free already is fine and changes nothing.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Tasks that run for many hosts at once get their addresses in the order in which they come. For a fixed order, use
    O(names) with C(run_once), or C(--forks 1).
seealso:
  - module: netledger.ipam.address_info
  - module: netledger.ipam.subnet
  - plugin: netledger.ipam.address
    plugin_type: lookup
  - plugin: netledger.ipam.addresses
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: An address for the host of the task
  netledger.ipam.address:
    subnet: lan
    pool: servers
  register: nic

- name: Show what it needs to be configured
  ansible.builtin.debug:
    msg: "{{ nic.cidr }} via {{ nic.gateway }}, DNS {{ nic.dns_servers | join(' ') }}"

- name: One certain address, for something that is no host
  netledger.ipam.address:
    name: vip-web
    subnet: lan
    address: 10.20.0.200
    description: Virtual address of the web servers

- name: A second address of the same host
  netledger.ipam.address:
    name: web01
    interface: eth1
    subnet: storage
    mac: "52:54:00:12:34:56"

- name: All hosts of the play at once, in the order of the play
  netledger.ipam.address:
    names: "{{ ansible_play_hosts_all }}"
    subnet: lan
  run_once: true
  register: nics

- name: A second subnet for when the first one is full
  netledger.ipam.address:
    name: web02
    subnet: [lan, lan-more]

- name: IPv4 and IPv6 with the same host part, at random, for a day
  netledger.ipam.address:
    name: guest1
    subnet: [lan, lan6]
    same_host_part: true
    strategy: random
    lease: 24h
  register: guest

- name: Eight addresses that follow each other
  netledger.ipam.address:
    name: kubernetes-lb
    subnet: lan
    count: 8
    contiguous: true
    align: true

- name: This one if it can be had, else any
  netledger.ipam.address:
    name: printer
    subnet: lan
    address: 10.20.0.77
    fallback: next

- name: Write down the router and a printer that are there already
  netledger.ipam.address:
    subnet: lan
    adopt: true
    addresses:
      - {name: router, address: 10.20.0.1}
      - {name: printer2, address: 10.20.0.5, status: dhcp}

- name: Several names with options of their own
  netledger.ipam.address:
    subnet: lan
    labels: {role: dns}
    addresses:
      - {name: ns1, address: 10.20.0.53}
      - {name: ns2, mac: "52:54:00:12:34:57"}

- name: Free all addresses of the host of the task
  netledger.ipam.address:
    state: absent

- name: Free one of an interface
  netledger.ipam.address:
    name: web01
    interface: eth1
    state: absent

- name: Free a certain address, whoever holds it
  netledger.ipam.address:
    address: 10.20.0.200
    state: absent

- name: Give the address of a new machine back if it cannot be built
  block:
    - name: Reserve
      netledger.ipam.address:
        subnet: lan
      register: nic
    - name: Build
      ansible.builtin.include_tasks: build.yml
  rescue:
    - name: Give it back, unless it was held before
      netledger.ipam.address:
        subnet: lan
        state: absent
      when: nic is changed and nic.diff.before is none
    - name: Fail all the same
      ansible.builtin.fail:
        msg: "{{ ansible_failed_result.msg }}"
"""

RETURN = r"""
addresses:
  description:
    - A record for each address, in the order of asking. With O(dual_stack), those of IPv4 come first.
    - With O(state=absent), a record for each address that was freed.
  returned: success
  type: list
  elements: dict
  contains: &record
    address:
      description: The address.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: 10.20.0.10
    cidr:
      description: The address with the prefix length of its subnet, as network configurations want it.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: 10.20.0.10/24
    version:
      description: The IP version, V(4) or V(6).
      returned: in records; for a single address with O(state=present) also at the top
      type: int
      sample: 4
    prefix_length:
      description: The prefix length of the subnet.
      returned: in records; for a single address with O(state=present) also at the top
      type: int
      sample: 24
    netmask:
      description: The netmask of the subnet.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: 255.255.255.0
    network:
      description: The first address of the subnet.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: 10.20.0.0
    gateway:
      description: The default gateway of the subnet. None if there is none.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: 10.20.0.1
    dns_servers:
      description: The DNS servers of the subnet.
      returned: in records; for a single address with O(state=present) also at the top
      type: list
      elements: str
      sample: [10.20.0.2, 10.20.0.3]
    domain:
      description: The DNS domain of the subnet. None if there is none.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: example.com
    vlan_id:
      description: The VLAN ID of the subnet. None if there is none.
      returned: in records; for a single address with O(state=present) also at the top
      type: int
      sample: 120
    mtu:
      description: The MTU of the subnet in bytes. None if there is none.
      returned: in records; for a single address with O(state=present) also at the top
      type: int
      sample: 1500
    fqdn:
      description:
        - The DNS name. If none was given, the holder's name if that has a dot, else that name in the subnet's domain.
        - None if there is no domain either.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: web01.example.com
    reverse_pointer:
      description: The name of the PTR record.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: 10.0.20.10.in-addr.arpa
    status:
      description: What the address is for.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: active
    expires:
      description: Until when the address is given, in UTC. None if that is without end.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: "2030-12-31T18:00:00Z"
    name:
      description: The holder.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: web01
    interface:
      description: The interface of the holder, empty if none was given.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: ""
    subnet:
      description: The name of the subnet.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: lan
    vrf:
      description: The VRF.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: default
    pool:
      description: The pool in which the address lies. None if it lies outside of every pool.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: servers
    mac:
      description: The MAC address, in lower case with colons. None if there is none.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: "52:54:00:12:34:56"
    tags:
      description: The tags, sorted.
      returned: in records; for a single address with O(state=present) also at the top
      type: list
      elements: str
      sample: [production]
    labels:
      description: The labels.
      returned: in records; for a single address with O(state=present) also at the top
      type: dict
      sample: {role: web}
    description:
      description: The description, empty if there is none.
      returned: in records; for a single address with O(state=present) also at the top
      type: str
      sample: First web server
<<: *record
ipv4:
  description: The IPv4 address.
  returned: with O(dual_stack) or O(same_host_part) for a single name
  type: str
  sample: 10.20.0.26
ipv6:
  description: The IPv6 address.
  returned: with O(dual_stack) or O(same_host_part) for a single name
  type: str
  sample: 2001:db8:20::1a
occupied:
  description: Addresses at which somebody answered, and which are held by V(unknown) from now on.
  returned: with O(probe), unless that is V(off), also where the task fails
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      returned: always
      type: str
      sample: 10.20.0.10
    mac:
      description: The MAC address that answered. None if it is not known.
      returned: always
      type: str
      sample: "52:54:00:12:34:56"
    probe:
      description: How it was asked for.
      returned: always
      type: str
      sample: arp
failures:
  description: Who got no address, and why. Each also has the details of its reason.
  returned: with O(partial)
  type: list
  elements: dict
  contains:
    name:
      description: Who asked.
      returned: always
      type: str
      sample: web09
    interface:
      description: The interface under which it asked.
      returned: always
      type: str
      sample: ""
    reason:
      description: A word for what went wrong.
      returned: always
      type: str
      sample: pool_exhausted
    msg:
      description: What went wrong.
      returned: always
      type: str
      sample: >-
        Subnet 'lan' (10.20.0.0/24): no free address in pool 'servers' (10.20.0.10-10.20.0.19, 10 addresses): 10 used,
        0 held down, 0 reserved.
diff:
  description:
    - The address before and after. None where it was not or is not held.
    - For several, records by subnet and holder, only of those that change.
  returned: success
  type: dict
  sample:
    before: null
    after: {address: 10.20.0.10, name: web01, interface: "", subnet: lan, vrf: default}
    before_header: address of web01
    after_header: address of web01
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: pool_exhausted
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
