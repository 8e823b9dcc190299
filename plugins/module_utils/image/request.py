# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants built: its parameters, checked."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_options import BuildOptions, parse_options
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import check_name
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.image.texts import texts

_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(?:/[a-z0-9]+)?\Z")
MISSING, ALWAYS = "missing", "always"
_SECRET_ID = re.compile(r"[\w.-]+\Z", re.ASCII)


@dataclass(frozen=True)
class Request:
    """`images` are name:tag, the first one first."""

    images: t.Tuple[ImageReference, ...]
    path: str
    dockerfile: str
    args: t.Mapping[str, str]
    labels: t.Mapping[str, str]
    target: t.Optional[str]
    #: Sorted; none means the engine's own.
    platforms: t.Tuple[str, ...]
    push: bool
    load: t.Optional[bool]
    #: MISSING or ALWAYS.
    pull: str
    nocache: bool
    builder: t.Optional[str]
    #: What names in the Dockerfile stand for, as the task says it.
    contexts: t.Mapping[str, str] = field(default_factory=dict)
    options: BuildOptions = field(default_factory=BuildOptions)
    #: How the action plugin finds the build's progress; not for playbooks.
    progress_token: t.Optional[str] = None

    @property
    def repository(self) -> ImageReference:
        return self.images[0]

    @property
    def through_archive(self) -> bool:
        """Whether the result is more than an engine's own image: BuildKit writes it into an OCI archive then."""
        options = self.options
        return (
            len(self.platforms) > 1
            or options.attested
            or bool(options.annotations)
            or (self.push and self.load is False)
            or any(output.type == "oci" for output in options.outputs)
        )

    @property
    def loads(self) -> bool:
        """Whether the image is to be in this host's engine."""
        if self.load is not None:
            return self.load
        elsewhere = bool(self.options.outputs) or (self.push and self.through_archive)
        return not elsewhere or (self.push and not self.through_archive)


def parse_request(params: Params, env: t.Mapping[str, str]) -> Request:
    request = Request(
        images=_images(params["name"], params["tag"], params["tags"] or []),
        path=params["path"],
        dockerfile=params["dockerfile"] or "Dockerfile",
        args=texts("args", params["args"]),
        labels=texts("labels", params["labels"]),
        target=params["target"] or None,
        platforms=_platforms(params["platform"] or []),
        push=params["push"],
        load=params["load"],
        pull=params["pull"],
        nocache=params["nocache"],
        builder=params["builder"] or None,
        contexts={check_name(name): text for name, text in texts("build_contexts", params["build_contexts"]).items()},
        options=parse_options(params, env),
        progress_token=(params["packed"] or {}).get("progress"),
    )
    if not request.push and not request.loads and not request.options.outputs:
        raise InputError("Nothing would keep the image: set push or load, or name a file in outputs.")
    return request


def _platforms(given: t.Sequence[str]) -> t.Tuple[str, ...]:
    words = [word.strip() for one in given for word in one.split(",")]
    for word in words:
        if not _PLATFORM.match(word):
            raise InputError(f"platform {word!r} is not a platform: write system/architecture, as linux/amd64.")
    return tuple(sorted(set(words)))


def _images(name: str, tag: t.Optional[str], tags: t.Sequence[str]) -> t.Tuple[ImageReference, ...]:
    reference = parse_reference(name)
    if reference.digest:
        raise InputError(f"name {name!r} names a digest: give the repository alone, a build makes the digest.")
    if reference.tag and (tag or tags):
        raise InputError(f"name {name!r} has a tag, and so has the task (tag, tags): leave one of them out.")
    wanted = [reference.tag] if reference.tag else [*([tag] if tag else []), *tags]
    return tuple(reference.with_tag(one) for one in dict.fromkeys(wanted or ["latest"]))


def check_secret_id(secret_id: str) -> str:
    if not _SECRET_ID.match(secret_id):
        raise InputError(f"secrets: {secret_id!r} is not an id: letters, digits, '_', '.' and '-'.")
    return secret_id
