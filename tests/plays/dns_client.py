# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks a DNS server that a test started, in the wire format of RFC 1035 4, without any library."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import subprocess
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.services.processes import HOST, free_port

TYPES = {"A": 1, "PTR": 12, "AAAA": 28}


@contextlib.contextmanager
def serving(command: t.Callable[[int], list[str | Path]]) -> t.Iterator[int]:
    """A DNS server in the foreground, by its command for a port; yields that port once it answers."""
    port = free_port()
    arguments = [str(part) for part in command(port)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        while not _answers(port):
            assert process.poll() is None, f"{arguments} ended:\n{process.communicate()[0]}"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _answers(port: int) -> bool:
    try:
        ask(port, "localhost", "A")
    except ConnectionRefusedError:
        return False
    return True


def ask(port: int, name: str, kind: str) -> list[str]:
    """The values of the records of a name, sorted."""
    question = _encoded(name) + struct.pack("!HH", TYPES[kind], 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(30)
        client.connect((HOST, port))
        client.send(struct.pack("!6H", 4711, 0x0100, 1, 0, 0, 0) + question)  # recursion desired
        answer = client.recv(65535)
    identifier, _flags, _questions, count, _authority, _more = struct.unpack("!6H", answer[:12])
    assert identifier == 4711
    place = 12 + len(question)
    found = []
    for _record in range(count):
        _name, place = _decoded(answer, place)
        number, _class, _ttl, size = struct.unpack("!HHIH", answer[place : place + 10])
        place += 10
        if number == TYPES[kind]:
            found.append(_value(answer, place, size, kind))
        place += size
    return sorted(found)


def _value(answer: bytes, place: int, size: int, kind: str) -> str:
    return _decoded(answer, place)[0] if kind == "PTR" else str(ipaddress.ip_address(answer[place : place + size]))


def _encoded(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _decoded(answer: bytes, place: int) -> tuple[str, int]:
    """The name at a place, and the place behind it; two set bits are a pointer to the rest (RFC 1035 4.1.4)."""
    labels: list[str] = []
    end = 0
    while size := answer[place]:
        if size >= 0xC0:
            end = end or place + 2
            place = struct.unpack("!H", answer[place : place + 2])[0] & 0x3FFF
        else:
            labels.append(answer[place + 1 : place + 1 + size].decode())
            place += 1 + size
    return ".".join(labels), end or place + 1
