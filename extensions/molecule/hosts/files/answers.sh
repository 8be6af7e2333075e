#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: answers.sh LINK <ADDRESSES
# Asks for each address on the link who has it, by ARP (RFC 826) or neighbour discovery (RFC 4861), and pings it.
# Prints a line `ADDRESS MAC` for each MAC address that answers, and one that says so where ping sees no or two answers.
set -euo pipefail
link=$1
PATH=$PATH:/usr/sbin:/sbin

# They print an answer a line, and fail where there is none: then there is no line either.
ask() {
    case $1 in
    # Both questions go to everybody, so that a second host is heard.
    *.*) arping -b -c 2 -I "$link" "$1" | sed -n 's/^.*reply from .* \[\(.*\)\].*$/\1/p' ;;
    # After the first answer it waits for others.
    *) ndisc6 -m -q -r 1 -w 1000 "$1" "$link" ;;
    esac | tr '[:upper:]' '[:lower:]' | sort -u || true
}

macs() {
    local found='' tries
    for ((tries = 0; tries < 3 && ${#found} == 0; tries++)); do
        found=$(ask "$1")
    done
    echo "$found"
}

answer() {
    local mac pings
    for mac in $(macs "$1"); do
        echo "$1 $mac"
    done
    if ! pings=$(ping -n -c 2 -i 0.2 -W 5 "$1"); then
        echo "$1 does not answer to ping"
    elif grep -q 'DUP!' <<<"$pings"; then
        echo "$1 answers twice to ping"
    fi
}

while read -r address; do
    answer "$address" &
done | sort
wait
