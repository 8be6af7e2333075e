#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: LAB=FOLDER lab.sh COMMAND [ARGUMENT...]
#   switch CIDR...                  make the network, and the machine's link to it with these addresses
#   build NAME MAC                  make a host without an address, and start its sshd
#   configure NAME                  give it addresses and routes: lines for `ip -batch` on standard input
#   lease NAME                      let its DHCP client ask for addresses, and keep them
#   serve NAME PROGRAM [ARGUMENT..] start a daemon on it, in place of the one that runs
#   remove NAME...                  remove hosts
#   remove-all                      remove all that was ever made, by this run or by one before it
# Prints `changed` where it changed something.
#
# A host is a network namespace with a link eth0. Everything begins with nlhosts: the namespaces of the hosts, the one
# with the bridge, and the link of the machine. The bridge has a namespace of its own, so that no packet filter of the
# machine stands between two hosts.
set -euo pipefail

prefix=nlhosts
switch=$prefix-.switch

namespaces() {
    ip netns list | awk -v prefix="$prefix-" 'index($1, prefix) == 1 { print $1 }'
}

exists() {
    namespaces | grep -qxF -e "$1"
}

# NAMESPACE NAME VALUE: a setting of IPv6 for all links that are made in it from now on.
ipv6_default() {
    # shellcheck disable=SC2016
    ip netns exec "$1" sh -c 'echo "$1" >"/proc/sys/net/ipv6/conf/default/$0"' "$2" "$3"
}

# NAME COMMAND [ARGUMENT...]: what writes into the machine's /run and the like writes into the host's own.
inside() {
    # shellcheck disable=SC2016
    ip netns exec "$prefix-$1" unshare --uts sh -ec '
        hostname "$0"
        for folder in /run /var/lib/dhcpcd; do
            if [ -d "$folder" ]; then mount -t tmpfs none "$folder"; fi
        done
        mkdir /run/sshd
        # sshd without PAM lets nobody in whose password is locked, as that of root may be.
        echo "root:*:::::::" >/run/shadow
        mount --bind /run/shadow /etc/shadow
        exec "$@"' "$@" </dev/null 9>&-
}

# NAMESPACE [PROGRAM]: its processes, or those of a program in it.
processes() {
    local pid
    for pid in $(ip netns pids "$1"); do
        if [ -z "${2-}" ] || [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ]; then echo "$pid"; fi
    done
}

# NAMESPACE [PROGRAM]
end_processes() {
    local pids tries=200
    while pids=$(processes "$@") && [ -n "$pids" ]; do
        if ((tries-- == 0)); then
            echo "Processes of $1 do not end: $pids" >&2
            return 1
        fi
        # shellcheck disable=SC2086
        kill -KILL $pids 2>/dev/null || true
        sleep 0.02
    done
}

remove_namespace() {
    end_processes "$1"
    ip netns delete "$1"
}

remove() {
    local changed=1
    if exists "$prefix-$1"; then
        # Its end in the bridge would go a little later than the namespace.
        ip -n "$prefix-$1" link delete eth0 2>/dev/null || true
        remove_namespace "$prefix-$1"
        changed=0
    fi
    rm -rf "$LAB/hosts/$1"
    return "$changed"
}

# Two controllers may want the same host at once.
lock() {
    exec 9>"$LAB/$1.lock"
    flock 9
}

make_switch() {
    if exists "$switch"; then return; fi
    ip netns add "$switch"
    ipv6_default "$switch" disable_ipv6 1
    # Nobody there asks who listens to which multicast group, so all of it goes to everybody.
    ip -n "$switch" link add lan type bridge mcast_snooping 0
    ip -n "$switch" link set lan up
    ip link add "$prefix" type veth peer name .machine netns "$switch"
    echo 0 >"/proc/sys/net/ipv6/conf/$prefix/accept_ra"
    echo 0 >"/proc/sys/net/ipv6/conf/$prefix/accept_dad"
    local cidr
    for cidr in "$@"; do
        ip address add "$cidr" dev "$prefix"
    done
    ip -n "$switch" link set .machine master lan up
    ip link set "$prefix" up
    echo changed
}

build() {
    local name=$1 mac=$2 space=$prefix-$1
    lock "$name"
    if exists "$space" && [ -e "$LAB/hosts/$name/built" ]; then return; fi
    remove "$name" || true
    # A half of a host does not stay. The trap knows no variable of this function.
    half=$name
    trap 'remove "$half" || true' EXIT
    mkdir -p "$LAB/hosts/$name"
    ip netns add "$space"
    # An address counts at once: the ledger says that it is nobody else's.
    ipv6_default "$space" accept_dad 0
    ip -n "$space" link add eth0 address "$mac" type veth peer name "$name" netns "$switch"
    ip -n "$switch" link set "$name" master lan up
    ip -n "$space" link set lo up
    ip -n "$space" link set eth0 up
    inside "$name" "$(command -v sshd)" -f "$LAB/sshd_config" -E "$LAB/hosts/$name/sshd.log"
    touch "$LAB/hosts/$name/built"
    trap - EXIT
    echo "$name" >>"$LAB/made"
    echo changed
}

configure() {
    local place=$LAB/hosts/$1
    lock "$1"
    cat >"$place/wanted"
    if cmp -s "$place/wanted" "$place/network"; then return; fi
    ip -n "$prefix-$1" -batch "$place/wanted"
    mv "$place/wanted" "$place/network"
    echo changed
}

lease() {
    if [ -n "$(processes "$prefix-$1" dhcpcd)" ]; then return; fi
    local log=$LAB/hosts/$1/dhcpcd.log
    if ! inside "$1" timeout 60 dhcpcd --config "$LAB/dhcpcd.conf" eth0 >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
    echo changed
}

serve() {
    end_processes "$prefix-$1" "$2"
    inside "$@"
    echo changed
}

remove_hosts() {
    local name changed=
    for name in "$@"; do
        if remove "$name"; then changed=changed; fi
    done
    echo "$changed"
}

remove_all() {
    local space changed=
    # Who lacks the one or is not the other has made nothing either, and create.yml says so.
    if ! command -v ip >/dev/null || [ "$(id -u)" != 0 ]; then return 0; fi
    for space in $(namespaces); do
        remove_namespace "$space"
        changed=changed
    done
    if [ -e "/sys/class/net/$prefix" ]; then
        ip link delete "$prefix"
        changed=changed
    fi
    echo "$changed"
}

PATH=$PATH:/usr/sbin:/sbin
command=$1
shift
case $command in
switch) make_switch "$@" ;;
build) build "$@" ;;
configure) configure "$@" ;;
lease) lease "$@" ;;
serve) serve "$@" ;;
remove) remove_hosts "$@" ;;
remove-all) remove_all ;;
*)
    echo "lab.sh: no command $command" >&2
    exit 2
    ;;
esac
