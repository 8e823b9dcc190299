# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs that make manifests (kustomize, helm): started, and their errors in one sentence."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import scrub

_ERROR = re.compile(r"^[Ee]rror: *", re.MULTILINE)


def output_of(
    run: Runner,
    argv: t.Sequence[str],
    what: str,
    *,
    stdin: t.Optional[str] = None,
    secrets: t.Iterable[t.Any] = (),
    pass_fds: t.Sequence[int] = (),
) -> str:
    """What it printed. `what` begins the sentence of an error; values of `secrets` are taken out of it."""
    done = run(argv, stdin=stdin, pass_fds=pass_fds)
    if done.ok:
        return done.out
    said = scrub(_reason(done.err or done.out), secrets) or f"{argv[0]} ended with exit code {done.code}"
    raise InputError(f"{what}: {sentence(said)}")


def _reason(text: str) -> str:
    """The paragraph of the last error, as one line; without that word, the last line."""
    parts = _ERROR.split(text)
    if len(parts) > 1:
        return " ".join(parts[-1].strip().split("\n\n")[0].split())
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""


def leaves(value: t.Any) -> t.Iterator[t.Any]:
    """All strings and numbers in a tree."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from leaves(inner)
    elif value is not None and not isinstance(value, bool):
        yield value
