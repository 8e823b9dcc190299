# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys and certificates by the `openssl` command (3.0 or newer). Private keys never leave their files."""

from __future__ import annotations

import tempfile
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.pki.plan import Found, Wanted, names_in, usage_in

_DAY = 86400
_SHOWN = "subjectAltName,extendedKeyUsage"


class OpenSSL:
    def __init__(self, run: Runner, authority: Wanted, renew_before_days: int) -> None:
        self._run = run
        self._authority = authority
        self._margin = renew_before_days * _DAY

    def look(self, wanted: Wanted) -> Found:
        """What is there of it. A file that openssl cannot read counts as none."""
        has_key = Path(wanted.key).is_file()
        if not Path(wanted.certificate).is_file():
            return Found(has_key=has_key)
        shown = self._run(["openssl", "x509", "-in", wanted.certificate, "-noout", "-pubkey", "-ext", _SHOWN])
        if not shown.ok and "BEGIN PUBLIC KEY" not in shown.out:
            return Found(has_key=has_key)
        return Found(
            has_key=has_key,
            has_certificate=True,
            matches_key=has_key and self._public_key(wanted.key) in shown.out,
            trusted=wanted.is_authority or self._is_trusted(wanted.certificate),
            lasts=self._call_ok("x509", "-in", wanted.certificate, "-noout", "-checkend", str(self._margin)),
            names=names_in(shown.out),
            usage=usage_in(shown.out),
        )

    def make_key(self) -> str:
        """A new private key, as text for a file that only its owner reads."""
        return self._call("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256").out

    def issue(self, wanted: Wanted) -> str:
        """A certificate for the key that is there, signed by the authority (by itself, if it is the authority)."""
        options = ["-x509", "-new", "-sha256", "-key", wanted.key, "-days", str(wanted.days)]
        options += ["-subj", f"/CN={wanted.common_name}"]
        for extension in _extensions(wanted):
            options += ["-addext", extension]
        if not wanted.is_authority:
            options += ["-CA", self._authority.certificate, "-CAkey", self._authority.key]
        # openssl's own configuration would add extensions of its own.
        with tempfile.NamedTemporaryFile("w", suffix=".cnf") as config:
            config.write("[req]\ndistinguished_name = dn\n[dn]\n")
            config.flush()
            return self._call("req", "-config", config.name, *options).out

    def _is_trusted(self, certificate: str) -> bool:
        """Now or then: a certificate that has expired comes from this authority all the same."""
        if self._signed(self._authority.certificate, certificate):
            return True
        if not Path(self._authority.key).is_file():
            return False
        # The authority's own certificate may be lost: its key decides, with the certificate that it would get.
        with tempfile.NamedTemporaryFile("w", suffix=".crt") as fresh:
            fresh.write(self.issue(self._authority))
            fresh.flush()
            return self._signed(fresh.name, certificate)

    def _signed(self, authority: str, certificate: str) -> bool:
        return self._call_ok("verify", "-no_check_time", "-CAfile", authority, certificate)

    def _public_key(self, key: str) -> str:
        done = self._run(["openssl", "pkey", "-in", key, "-pubout"])
        if not done.ok:
            raise SlipwayError(
                f"{key} is not a private key that openssl can read. Move it away, and a new one is made."
            )
        return done.out.strip()

    def _call_ok(self, *arguments: str) -> bool:
        return self._run(["openssl", *arguments]).ok

    def _call(self, *arguments: str) -> Completed:
        done = self._run(["openssl", *arguments])
        if not done.ok:
            raise SlipwayError(f"openssl {arguments[0]} failed: {done.err.strip().splitlines()[-1:]}")
        return done


def _extensions(wanted: Wanted) -> t.List[str]:
    """Strict clients (Python 3.13 and newer) want the key identifiers too."""
    if wanted.is_authority:
        return [
            "basicConstraints=critical,CA:TRUE,pathlen:0",
            "keyUsage=critical,keyCertSign,cRLSign",
            "subjectKeyIdentifier=hash",
        ]
    return [
        "subjectKeyIdentifier=hash",
        "authorityKeyIdentifier=keyid",
        "basicConstraints=critical,CA:FALSE",
        "keyUsage=critical,digitalSignature",
        f"extendedKeyUsage={wanted.usage}Auth",
        f"subjectAltName={wanted.alternative_names()}",
    ]
