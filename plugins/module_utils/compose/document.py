# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what `docker compose config` prints to the one file that is run and recorded: pure.

The result needs no other file, no variable and no profile: images are pinned, secret and config files lie where their
content says, and a label on each service that uses them makes a changed content part of its configuration.
"""

from __future__ import annotations

import copy
import json
import os
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import CONFIG_LABEL
from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import BroughtFile, Unit

SECRETS_LABEL, CONFIGS_LABEL = "slipway.deploy.secrets", "slipway.deploy.configs"
#: What does not make another container.
_ABOUT_MANY = ("depends_on", "scale")
_ABOUT_MANY_DEPLOY = ("replicas", "update_config", "rollback_config")
_KINDS = (("secrets", SECRETS_LABEL), ("configs", CONFIGS_LABEL))
#: What only matters until here.
_DROPPED = ("build", "profiles", "pull_policy", "develop")
Document = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Surroundings:
    """What the paths and variables in a document stand for.

    `base` is the directory that relative paths were read from, `live` the one on the host that they belong to, and
    `brought` what comes with the release (absolute path below `base` -> file).
    """

    base: str
    live: str
    brought: t.Mapping[str, BroughtFile]
    #: A file of the host; None where there is none.
    read: t.Callable[[str], t.Optional[BroughtFile]]
    variable: t.Callable[[str], t.Optional[str]]

    def file(self, path: str) -> t.Optional[BroughtFile]:
        return self.brought.get(path) or self.read(path)

    def below(self, path: str) -> t.Dict[str, BroughtFile]:
        """The brought files of a directory, by their path in it."""
        prefix = path.rstrip("/") + "/"
        return {name[len(prefix) :]: file for name, file in self.brought.items() if name.startswith(prefix)}

    def on_host(self, path: str) -> str:
        """Where a path that was not brought lies."""
        if self.base == self.live or not (path + "/").startswith(self.base.rstrip("/") + "/"):
            return path
        return os.path.normpath(os.path.join(self.live, os.path.relpath(path, self.base)))  # noqa: PTH118 of the host


@dataclass
class Settled:
    """The finished document, and the units of files that it names."""

    document: Document
    units: t.List[Unit] = field(default_factory=list)


def as_text(document: t.Mapping[str, t.Any]) -> str:
    """JSON is YAML; the order of keys is fixed so that equal documents are equal texts."""
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def runnable(document: t.Mapping[str, t.Any]) -> Document:
    """Without what says how many containers there are and in which order: that is decided here, one call each."""
    services = {name: _alone(service) for name, service in (document.get("services") or {}).items()}
    return {**document, "services": services}


def _alone(service: t.Mapping[str, t.Any]) -> Document:
    kept = {key: value for key, value in service.items() if key not in _ABOUT_MANY}
    if kept.get("deploy"):
        kept["deploy"] = {key: value for key, value in kept["deploy"].items() if key not in _ABOUT_MANY_DEPLOY}
    return kept


def select(document: Document, names: t.Sequence[str]) -> Document:
    """Only these services and what they need."""
    services = document.get("services") or {}
    wanted: t.Set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in wanted and name in services:
            wanted.add(name)
            left += _needed(services[name])
    return {**document, "services": {name: services[name] for name in services if name in wanted}}


def _needed(service: t.Mapping[str, t.Any]) -> t.List[str]:
    named = [str(service.get(key) or "").partition("service:")[2] for key in ("network_mode", "ipc", "pid")]
    named += [str(item).partition(":")[0] for item in service.get("volumes_from") or []]
    return [*(service.get("depends_on") or {}), *named]


def settle(
    document: Document, pins: t.Mapping[str, str], where: Surroundings, store: str, sign: t.Callable[[bytes], str]
) -> Settled:
    """`pins`: image name -> pinned name. `store`: the directory of units. `sign`: the host's keyed hash."""
    done = Settled(copy.deepcopy(document))
    signs = {kind: _settle_files(done, kind, where, store, sign) for kind, _label in _KINDS}
    for service in (done.document.get("services") or {}).values():
        for key in _DROPPED:
            service.pop(key, None)
        service["image"] = pins.get(service["image"], service["image"])
        for volume in service.get("volumes") or []:
            _settle_bind(done, volume, where, store, sign)
        for kind, label in _KINDS:
            used = sorted({item["source"] for item in service.get(kind) or []} & set(signs[kind]))
            if used:
                service.setdefault("labels", {})[label] = ",".join(f"{name}={signs[kind][name]}" for name in used)
        service.setdefault("labels", {})[CONFIG_LABEL] = sign(as_text(_alone(service)).encode())
    return done


def _settle_files(
    done: Settled, kind: str, where: Surroundings, store: str, sign: t.Callable[[bytes], str]
) -> t.Dict[str, str]:
    """Name -> signature of the content, for what has a content that is known here."""
    signs: t.Dict[str, str] = {}
    for name, entry in (done.document.get(kind) or {}).items():
        if "content" in entry:
            signs[name] = sign(str(entry["content"]).encode())
            continue
        file = _content(kind, name, entry, where)
        if file is None:
            continue
        file_name = os.path.basename(entry.get("file") or name)  # noqa: PTH119 a path of the host
        unit = Unit(file_name, {"": file})
        entry.pop("environment", None)
        entry["file"] = _escaped(unit.path(store, sign))
        done.units.append(unit)
        signs[name] = sign(file.content)
    return signs


def _content(kind: str, name: str, entry: t.Mapping[str, t.Any], where: Surroundings) -> t.Optional[BroughtFile]:
    if "environment" in entry:
        value = where.variable(entry["environment"])
        if value is None:
            raise InputError(f"{kind}.{name}.environment: the variable {entry['environment']} is not set.")
        return BroughtFile(value.encode())
    if "file" not in entry:
        return None
    file = where.file(entry["file"])
    if file is None:
        shown = os.path.relpath(entry["file"], where.base)
        hint = f"; give its content in the option 'secrets' as '{os.path.basename(shown)}'" if kind == "secrets" else ""  # noqa: PTH119
        raise InputError(f"{kind}.{name}.file: there is no file {shown}{hint}.")
    return file


def _settle_bind(
    done: Settled, volume: t.Dict[str, t.Any], where: Surroundings, store: str, sign: t.Callable[[bytes], str]
) -> None:
    """Files that were brought are mounted from the store; other paths are the host's."""
    if volume.get("type") != "bind":
        return
    source = volume["source"]
    files = {"": where.brought[source]} if source in where.brought else where.below(source)
    if not files:
        volume["source"] = _escaped(where.on_host(source))
        return
    unit = Unit(os.path.basename(source) or "files", files)  # noqa: PTH119 a path of the host
    volume["source"] = _escaped(unit.path(store, sign))
    done.units.append(unit)


def _escaped(path: str) -> str:
    """What we put in goes through Compose's interpolation once more."""
    return path.replace("$", "$$")
