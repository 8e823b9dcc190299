# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine reads at its start: as it is, as it is wanted, and which keys of it are ours."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.files import write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd import config
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.config_file import ConfigFile, found, read_own
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.merge import (
    Owned,
    merged,
    note,
    owned_by,
    parse,
    remembered,
)


@dataclass(frozen=True)
class Files:
    """What is to lie on the disk, and as data what the engine's file held and will hold."""

    config: ConfigFile
    #: What tells systemd of the engine, where that is ours too.
    unit: t.Optional[ConfigFile]
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    owned: Owned

    @property
    def changed(self) -> t.List[ConfigFile]:
        return [file for file in (self.config, self.unit) if file is not None and file.changed]

    @property
    def unit_changed(self) -> bool:
        return self.unit is not None and self.unit.changed

    @property
    def note(self) -> Path:
        """Which keys of the file are ours."""
        return note_of(self.config.path)

    def remember(self, owned: Owned) -> None:
        if read_own(self.note) != note(owned):
            self.note.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self.note, note(owned))

    def remembered(self) -> Owned:
        return remembered(read_own(self.note))


def note_of(config: Path) -> Path:
    return config.with_name(".daemon.json.slipway")


def engine_files(params: Params, unit: t.Optional[ConfigFile]) -> Files:
    path = Path(params["config_file"])
    text = read_own(path)
    options = params["options"]
    if params["merge"]:
        before = parse(text, str(path))
        after = merged(before, options, remembered(read_own(note_of(path))))
    else:
        before, after = config.lenient(text), dict(options)
    wanted = text if config.same(text, after) else config.render(after)
    return Files(found(path, wanted), unit, before, after, owned_by(options))
