# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seals a token on one machine so that only another can read it: what travels between them is of no use to others."""

from __future__ import annotations

import base64
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError

_OAEP = ("-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256")


def make_key(run: Runner, folder: Path) -> str:
    """A key pair that lives as long as `folder`, which nobody else enters; the public half is returned."""
    private = str(folder / "key.pem")
    options = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072", "-out", private]
    _did(run(["openssl", "genpkey", "-quiet", *options]), "make a key")
    return _did(run(["openssl", "pkey", "-in", private, "-pubout"]), "read a key").out


def seal(run: Runner, folder: Path, public_key: str, text: str) -> str:
    """`text` for the owner of the key. It goes in by stdin, and is on no command line and in no file."""
    (folder / "public.pem").write_text(public_key, encoding="ascii")
    sealed = folder / "sealed"
    where = ["-pubin", "-inkey", str(folder / "public.pem"), "-out", str(sealed)]
    _did(run(["openssl", "pkeyutl", "-encrypt", *where, *_OAEP], text), "seal a token")
    return base64.b64encode(sealed.read_bytes()).decode("ascii")


def unseal(run: Runner, folder: Path, text: str) -> str:
    sealed = folder / "sealed"
    sealed.write_bytes(base64.b64decode(text))
    argv = ["openssl", "pkeyutl", "-decrypt", "-inkey", str(folder / "key.pem"), "-in", str(sealed), *_OAEP]
    return _did(run(argv), "open a sealed token").out


def _did(done: Completed, what: str) -> Completed:
    if not done.ok:
        raise SlipwayError(f"openssl could not {what}: {done.tail(3)}")
    return done
