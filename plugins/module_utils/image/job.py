# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One build task: what the steps of it need to know."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.engine.cli import Engine, EngineInfo
from ansible_collections.slipway.deploy.plugins.module_utils.image.bases import Bases
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_secrets import Secret
from ansible_collections.slipway.deploy.plugins.module_utils.image.fingerprint import Fingerprint
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import Inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import NamedContext
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import ALWAYS, Request
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import Credentials
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries

_NAMED_CONTEXTS = 23


@dataclass(frozen=True)
class Job:
    """Everything that the steps below need to know."""

    request: Request
    inputs: Inputs
    engine: Engine
    info: EngineInfo
    registries: Registries
    context: TaskContext
    credentials: t.Optional[Credentials]
    secrets: t.Sequence[Secret]
    platforms: t.Tuple[str, ...]
    bases: Bases
    fingerprint: Fingerprint
    contexts: t.Tuple[NamedContext, ...] = ()
    #: Says how far a build is.
    progress: t.Callable[[str], None] = lambda _line: None

    @property
    def inputs_tag(self) -> str:
        return self.fingerprint.tag

    @property
    def through_archive(self) -> bool:
        """The engine's own exporter cannot set the times in layers where containerd keeps the images."""
        timed = self.request.options.source_date_epoch is not None and not self.request.builder
        return self.request.through_archive or (timed and self.info.containerd and self.wants_image)

    @property
    def wants_image(self) -> bool:
        """More than files."""
        return self.request.push or self.request.loads

    @property
    def usable_pins(self) -> t.Mapping[str, str]:
        """Engines before 23 have no named contexts, by which base images are pinned."""
        return self.bases.pins if self.info.major >= _NAMED_CONTEXTS or self.request.builder else {}

    @property
    def asks_buildkit_to_pull(self) -> bool:
        """What is pinned needs no asking, and what only this host has no registry could give."""
        everywhere = bool(self.bases.digests) and len(self.bases.pins) == len(self.bases.digests)
        return self.request.pull == ALWAYS and everywhere and not self.usable_pins

    def name(self, tag: str) -> str:
        """As the engine lists it."""
        return self.request.repository.with_tag(tag).familiar
