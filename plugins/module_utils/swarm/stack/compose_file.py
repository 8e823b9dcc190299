# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads Compose files by `docker compose config`: merged, interpolated, checked, as JSON."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
from ansible_collections.slipway.deploy.plugins.module_utils.compose import explain
from ansible_collections.slipway.deploy.plugins.module_utils.compose.positions import positions_of
from ansible_collections.slipway.deploy.plugins.module_utils.engine.compose import (
    ComposeCli,
    ComposeRefuses,
    Sources,
)

#: What Compose may see of the task's environment: values come from `env` alone, the same on every manager.
_INHERITED = ("PATH", "HOME", "DOCKER_CONFIG", "DOCKER_HOST")
#: An env file that is not there in the files' directory.
_NO_ENV_FILE = "/dev/null"


def read_compose(
    stack: str, texts: t.Sequence[str], files: t.Sequence[str], values: t.Mapping[str, t.Any], env: t.Mapping[str, str]
) -> t.Dict[str, t.Any]:
    """The project as Compose understands it. Relative paths count from the first file's directory."""
    for path in files:
        if not Path(path).is_file():
            raise InputError(f"files: {path} is not a file on this host.")
    seen = {key: env[key] for key in _INHERITED if key in env}
    cli = ComposeCli(runner({**seen, **{str(k): str(v) for k, v in values.items()}}), stack)
    with private_folder("slipway-stack-") as folder:
        named = [str(Path(path).absolute()) for path in files] or _written(folder, texts)
        document = _read(cli, Sources(str(Path(named[0]).parent), tuple(named), (_NO_ENV_FILE,)))
        return document if files else _without_folder(document, f"{folder}/")


def _without_folder(document: t.Dict[str, t.Any], folder: str) -> t.Dict[str, t.Any]:
    """A text has no directory: what it names beside itself is nowhere but in the options."""
    for kind in ("secrets", "configs"):
        for item in (document.get(kind) or {}).values():
            if str(item.get("file") or "").startswith(folder):
                item["file"] = item["file"][len(folder) :]
    return document


def _written(folder: Path, texts: t.Sequence[str]) -> t.List[str]:
    names = ["compose.yml", *(f"override-{number}.yml" for number in range(1, len(texts)))]
    for name, text in zip(names, texts):
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in names]


def _read(cli: ComposeCli, sources: Sources) -> t.Dict[str, t.Any]:
    base = sources.directory
    texts = {str(Path(path).name): Path(path).read_text(encoding="utf-8") for path in sources.files}
    place = explain.Place(base, texts, {name: positions_of(name, text) for name, text in texts.items()})
    try:
        read = cli.read(sources)
    except ComposeRefuses as exc:
        cli.require()
        raise InputError(explain.explain(exc.message, place).replace(f"{base}/", "")) from exc
    if read.unset:
        raise InputError(explain.unset(place, read.unset))
    return read.document
