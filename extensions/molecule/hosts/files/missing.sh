#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Prints what of the programs that the scenario needs is not there, and the Debian package that has it.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin:$(printf '%s:' /usr/lib/postgresql/*/bin)

while read -r program package; do
    command -v "$program" >/dev/null || echo "$program (package $package)"
done <<'PROGRAMS'
ip iproute2
unshare util-linux
flock util-linux
hostname hostname
awk mawk
cmp diffutils
ssh openssh-client
ssh-keygen openssh-client
sshd openssh-server
dnsmasq dnsmasq-base
dhcpcd dhcpcd-base
unbound unbound
dig bind9-dnsutils
ping iputils-ping
arping iputils-arping
ndisc6 ndisc6
initdb postgresql
PROGRAMS

if command -v arping >/dev/null && ! arping -V | grep -q iputils; then
    echo "the arping of package iputils-arping, which is not that of package arping"
fi
