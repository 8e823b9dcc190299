# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets of a build: handed to BuildKit through the environment of its client or by a file's name, never by a
command line, and taken out of everything that a task shows."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import check_secret_id

#: Shorter lines of a secret are left alone in a log: hiding each "a" would hide nothing and spoil everything.
_SHORTEST = 4
_MASK = "********"
_LARGEST = 100_000


@dataclass(frozen=True)
class Secret:
    """`source` is what follows id= on the command line (env=NAME or src=FILE)."""

    id: str
    source: str
    environment: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    value: str = field(default="", repr=False)


def read_secrets(given: t.Optional[t.Sequence[t.Mapping[str, t.Any]]], env: t.Mapping[str, str]) -> t.List[Secret]:
    """Raises for a variable that is not set and a file that is not there."""
    found: t.Dict[str, Secret] = {}
    for index, item in enumerate(given or []):
        secret_id = check_secret_id(item["id"])
        if secret_id in found:
            raise InputError(f"secrets: id {secret_id!r} is there twice.")
        found[secret_id] = _READERS[item["type"]](secret_id, item, env, index)
    return list(found.values())


def _from_env(secret_id: str, item: t.Mapping[str, t.Any], env: t.Mapping[str, str], _index: int) -> Secret:
    name = item["env"]
    if name not in env:
        raise InputError(f"secrets: environment variable {name} for secret {secret_id!r} is not set.")
    return Secret(secret_id, f"env={name}", {}, env[name])


def _from_file(secret_id: str, item: t.Mapping[str, t.Any], _env: t.Mapping[str, str], _index: int) -> Secret:
    path = Path(item["src"])
    if "," in str(path):
        raise InputError(f"secrets: the name of file {path} for secret {secret_id!r} has a comma: rename the file.")
    return Secret(secret_id, f"src={path.absolute()}", {}, _read(path, secret_id))


def _from_value(secret_id: str, item: t.Mapping[str, t.Any], _env: t.Mapping[str, str], index: int) -> Secret:
    value, name = item["value"], f"SLIPWAY_BUILD_SECRET_{index}"
    if "\0" in value or len(value.encode()) > _LARGEST:
        raise InputError(f"secrets: the value of {secret_id!r} is binary or too long: give it as a file on the host.")
    return Secret(secret_id, f"env={name}", {name: value}, value)


_READERS: t.Dict[str, t.Callable[..., Secret]] = {"env": _from_env, "file": _from_file, "value": _from_value}


def _read(path: Path, secret_id: str) -> str:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as exc:
        raise InputError(f"secrets: cannot read file {path} for secret {secret_id!r} ({exc.strerror}).") from exc


def as_values(secrets: t.Sequence[Secret]) -> t.List[t.Dict[str, str]]:
    """The same secrets as options of a task on another host."""
    return [{"id": secret.id, "type": "value", "value": secret.value} for secret in secrets]


def redact(text: str, secrets: t.Iterable[str]) -> str:
    """A build prints what it likes. The longest first, so that no end of a secret is left over."""
    pieces = {line.strip() for secret in secrets for line in (secret, *secret.splitlines())}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _SHORTEST:
            text = text.replace(piece, _MASK)
    return text
