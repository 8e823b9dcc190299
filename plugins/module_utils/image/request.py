# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants built: its parameters, checked. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference

_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(?:/[a-z0-9]+)?\Z")
_SECRET_ID = re.compile(r"[\w.-]+\Z", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


@dataclass(frozen=True)
class Request:
    """`images` are name:tag, the first one first."""

    images: t.Tuple[ImageReference, ...]
    path: str
    dockerfile: str
    args: t.Mapping[str, str]
    labels: t.Mapping[str, str]
    target: t.Optional[str]
    platform: t.Optional[str]
    push: bool
    pull: bool
    nocache: bool
    builder: t.Optional[str]

    @property
    def repository(self) -> ImageReference:
        return self.images[0]


def parse_request(params: Params) -> Request:
    platform = params["platform"]
    if platform and not _PLATFORM.match(platform):
        raise InputError(f"platform {platform!r} is not one platform: write system/architecture, as linux/amd64.")
    return Request(
        images=_images(params["name"], params["tag"], params["tags"] or []),
        path=params["path"],
        dockerfile=params["dockerfile"] or "Dockerfile",
        args=_texts("args", params["args"]),
        labels=_texts("labels", params["labels"]),
        target=params["target"] or None,
        platform=platform or None,
        push=params["push"],
        pull=params["pull"],
        nocache=params["nocache"],
        builder=params["builder"] or None,
    )


def _images(name: str, tag: t.Optional[str], tags: t.Sequence[str]) -> t.Tuple[ImageReference, ...]:
    reference = parse_reference(name)
    if reference.digest:
        raise InputError(f"name {name!r} names a digest: give the repository alone, a build makes the digest.")
    if reference.tag and (tag or tags):
        raise InputError(f"name {name!r} has a tag, and so has the task (tag, tags): leave one of them out.")
    wanted = [reference.tag] if reference.tag else [*([tag] if tag else []), *tags]
    return tuple(reference.with_tag(one) for one in dict.fromkeys(wanted or ["latest"]))


def _texts(option: str, given: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, str]:
    """Numbers and booleans as YAML has them become text; anything deeper is a mistake."""
    found: t.Dict[str, str] = {}
    for key, value in (given or {}).items():
        if isinstance(value, (dict, list)) or value is None:
            raise InputError(f"{option}: the value of {key!r} must be text.")
        if option == "args" and not _NAME.match(key):
            raise InputError(f"args: {key!r} is not the name of a build argument.")
        found[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def check_secret_id(secret_id: str) -> str:
    if not _SECRET_ID.match(secret_id):
        raise InputError(f"secrets: {secret_id!r} is not an id: letters, digits, '_', '.' and '-'.")
    return secret_id
