# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a base image brings into a build beside its files, from its configuration in the registry. It never changes, so
it is asked for once."""

from __future__ import annotations

import contextlib
import json
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import private_json
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import ImageFacts
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries


def make_facts(env: t.Iterable[str], onbuild: t.Iterable[str]) -> ImageFacts:
    pairs = (one.partition("=") for one in env)
    return ImageFacts({name: value for name, _equals, value in pairs}, tuple(onbuild))


def registry_facts(registries: Registries, reference: ImageReference, digest: str) -> t.Optional[ImageFacts]:
    """None where the registry does not tell: then the build may read everything."""
    file = _file(registries.env, digest)
    known = private_json(file) if file else None
    if isinstance(known, dict):
        return make_facts(known.get("env") or (), known.get("onbuild") or ())
    try:
        config = registries.config(reference, digest).get("config") or {}
    except SlipwayError:
        return None
    found = {"env": config.get("Env") or [], "onbuild": config.get("OnBuild") or []}
    if file:
        with contextlib.suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(file, json.dumps(found))
    return make_facts(found["env"], found["onbuild"])


def _file(env: t.Mapping[str, str], digest: str) -> t.Optional[Path]:
    home = env.get("HOME")
    return Path(home) / ".cache/slipway/images" / f"{digest.replace(':', '-')}.json" if home else None
