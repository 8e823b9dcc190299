# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task's options to the wish: one finished Compose file. Reads, asks Compose and registries; changes nothing."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.compose import explain
from ansible_collections.slipway.deploy.plugins.module_utils.compose.bundle import read_env
from ansible_collections.slipway.deploy.plugins.module_utils.compose.diff import shown_env, shown_file
from ansible_collections.slipway.deploy.plugins.module_utils.compose.document import (
    Document,
    Settled,
    Surroundings,
    select,
    settle,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.history import Wish
from ansible_collections.slipway.deploy.plugins.module_utils.compose.images import ImageStore, wanted_images
from ansible_collections.slipway.deploy.plugins.module_utils.compose.keys import meant
from ansible_collections.slipway.deploy.plugins.module_utils.compose.request import Laid, lay_out
from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import BroughtFile, Unit
from ansible_collections.slipway.deploy.plugins.module_utils.engine.compose import ComposeCli, ComposeRefuses

_ABSENT_FILE = re.compile(r"\A/dev/")


@dataclass(frozen=True)
class Resolved:
    """`known`: the project's services, also those that are not wanted now."""

    wish: Wish
    units: t.Tuple[Unit, ...]
    known: t.FrozenSet[str]


@dataclass(frozen=True)
class Resolver:
    """`cli` has the variables of the task in its environment; `sign` is the host's keyed hash."""

    cli: ComposeCli
    images: ImageStore
    store: str
    sign: t.Callable[[bytes], str]
    env: t.Mapping[str, str]

    def resolve(self, params: Params) -> Resolved:
        with private_folder("slipway-compose-") as staging:
            laid = lay_out(params, staging)
            document = self._read(laid, params)
            known = set(document["services"])
            if params["services"]:
                known |= set(self.cli.known_services(laid.sources))
                document = self._selected(document, params["services"], laid)
            elif params["profiles"] is not None or _mentions_profiles(laid):
                known |= set(self.cli.known_services(laid.sources))
            settled, pins = self._settled(document, laid, params)
            shown = self._shown(document, laid)
            wish = Wish(settled.document, pins, shown)
        return Resolved(wish, tuple(settled.units), frozenset(known))

    def _read(self, laid: Laid, params: Params) -> Document:
        try:
            read = self.cli.read(laid.sources)
        except ComposeRefuses as exc:
            raise InputError(explain.explain(exc.message, laid.place)) from exc
        if read.unset:
            raise InputError(explain.unset(laid.place, read.unset))
        self._check_profiles(laid, params["profiles"] or [])
        if not read.document.get("services"):
            raise InputError(f"{next(iter(laid.place.texts))}: there is no service to run.")
        for name, service in read.document["services"].items():
            _check_image(laid, name, service)
        return read.document

    def _check_profiles(self, laid: Laid, wanted: t.Sequence[str]) -> None:
        known = self.cli.known_profiles(laid.sources) if wanted else []
        for name in wanted:
            if name not in known and name != "*":
                there = f" The profiles are: {', '.join(known)}." if known else " No service has a profile."
                raise InputError(f"profiles: no service has the profile '{name}'{meant(name, known)}{there}")

    def _selected(self, document: Document, names: t.Sequence[str], laid: Laid) -> Document:
        known = document["services"]
        for name in names:
            if name not in known:
                raise InputError(f"services: '{name}' is not a service of the project{meant(name, known)}")
        return select(document, names)

    def _settled(self, document: Document, laid: Laid, params: Params) -> t.Tuple[Settled, t.Dict[str, str]]:
        services = document["services"]
        pins = self.images.pin(
            wanted_images(services, params["pull"]),
            lambda service: f"{laid.place.at(f'services.{service}.image')}services.{service}.image: ",
        )
        where = Surroundings(
            laid.sources.directory, str(Path(params["project_dir"])), laid.brought, _host_file, self._variable(laid)
        )
        return settle(document, pins, where, self.store, self.sign), pins

    def _variable(self, laid: Laid) -> t.Callable[[str], t.Optional[str]]:
        values: t.Dict[str, str] = {}
        for path in laid.sources.env_files:
            values.update(read_env(Path(path).read_text(encoding="utf-8")))
        values.update(self.env)
        return values.get

    def _shown(self, document: Document, laid: Laid) -> t.Dict[str, str]:
        """The files for --diff, without secrets."""
        base = laid.sources.directory
        secret = {entry.get("file") for entry in (document.get("secrets") or {}).values()}
        shown = dict(laid.place.texts)
        env_files = {path for path in laid.sources.env_files if not _ABSENT_FILE.match(path)}
        for path, file in laid.brought.items():
            name = path[len(base) + 1 :] if path.startswith(base + "/") else path.rpartition("/")[2]
            if name in shown:
                continue
            if path in env_files or name.endswith((".env", "env")):
                shown[name] = shown_env(file.content.decode(errors="replace"), self.sign)
            else:
                is_secret = path in secret or path.startswith(f"{base}/secrets/")
                shown[name] = shown_file(file.content, self.sign, secret=is_secret)
        variables = "".join(f"{key}={value}\n" for key, value in sorted(self.env.items()))
        if variables:
            shown["env"] = shown_env(variables, self.sign)
        return shown


def _check_image(laid: Laid, name: str, service: t.Mapping[str, t.Any]) -> None:
    if not service.get("image"):
        raise InputError(
            f"{laid.place.at(f'services.{name}.build')}service '{name}' is built, and this module does not build: "
            "make the image with slipway.deploy.docker_build and name the result in 'image'."
        )


def _mentions_profiles(laid: Laid) -> bool:
    return any("profiles" in text for text in laid.place.texts.values())


def _host_file(path: str) -> t.Optional[BroughtFile]:
    file = Path(path)
    return BroughtFile(file.read_bytes()) if file.is_file() else None
