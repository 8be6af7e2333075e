# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates for servers that speak TLS, signed by an authority of the test's own."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.netledger.ipam.tests.services.processes import Account, find_program, run

_CA = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
# What Python's strict check asks of a certificate, see ssl.VERIFY_X509_STRICT.
_EXTENSIONS = """
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


class Authority:
    """Signs certificates. ``certificate`` is the file that clients are to trust."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o755)
        self.folder = folder
        self.certificate = folder / "ca.crt"
        self._key = folder / "ca.key"
        _openssl("req", "-x509", *_new_key(self._key, "The tests"), *_CA, "-days", "2", "-out", self.certificate)

    def issue(
        self, name: str, account: Account, names: str = "IP:127.0.0.1,DNS:localhost", days: int = 2
    ) -> tuple[Path, Path]:
        """The files of a certificate and of its key, which only the account may read; it ends in so many days."""
        key, certificate, request = (self.folder / f"{name}.{ending}" for ending in ("key", "crt", "csr"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(_EXTENSIONS.format(names=names))
        _openssl("req", *_new_key(key, name), "-out", request)
        signed: list[str | Path] = [
            "-CA",
            self.certificate,
            "-CAkey",
            self._key,
            "-CAcreateserial",
            "-extfile",
            extensions,
        ]
        _openssl("x509", "-req", "-in", request, *signed, "-days", str(days), "-out", certificate)
        key.chmod(0o600)
        account.give(key)
        return certificate, key


def _new_key(key: Path, name: str) -> list[str | Path]:
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", f"/CN={name}"]


def _openssl(*arguments: str | Path) -> None:
    run([find_program("openssl", "openssl"), *arguments])
