#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: names.sh SERVER PORT <NAMES
# Each line of the input is a name and an address of it. Prints what the server answers when it is asked for the
# name's addresses of that IP version, and for the name of the address: lines `NAME ADDRESS` and `ADDRESS NAME`.
set -euo pipefail
ask() {
    dig +short +tries=2 +time=2 -p "$port" "@$server" "$@"
}
server=$1
port=$2
while read -r name address; do
    case $address in *.*) type=A ;; *) type=AAAA ;; esac
    ask "$name" "$type" | sed "s/^/$name /"
    ask -x "$address" | sed "s/^/$address /; s/\.$//"
done
