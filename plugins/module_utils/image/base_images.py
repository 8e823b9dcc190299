# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `base_images_info`: which base images of Dockerfiles are pinned by digest, and which of those are behind."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import BaseImage, parse_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import platform_values
from ansible_collections.slipway.deploy.plugins.module_utils.registry import access
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import ImageNotFound, Registries

_AT_ONCE = 8
CURRENT, BEHIND, UNPINNED, UNTAGGED, MISSING = "current", "behind", "unpinned", "untagged", "missing"
_PROBLEMS = (BEHIND, UNPINNED, UNTAGGED, MISSING)


@dataclass(frozen=True)
class Base:
    """A base image and where it is named."""

    file: str
    line: int
    written: str
    reference: ImageReference

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def run(params: Params, context: TaskContext) -> Result:
    values = {**platform_values(params["platform"], params["platform"]), **(params["args"] or {})}
    bases = [base for path in params["dockerfiles"] for base in _bases(path, values)]
    registries = access.open_registries(params, context, {base.reference.domain for base in bases})
    registries.mirrors = tuple(params["mirrors"])
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        images = list(pool.map(functools.partial(_compared, registries), bases))
    bad = [image for image in images if image["status"] in params["fail_on"]]
    if bad:
        raise SlipwayError(" ".join(_complaint(image) for image in bad), images=images)
    return {"changed": False, "images": images, **{kind: _count(images, kind) for kind in (CURRENT, *_PROBLEMS)}}


def _bases(path: str, values: t.Mapping[str, str]) -> t.List[Base]:
    """Those of all stages, in the order of the file."""
    file = Path(path)
    if file.is_dir():
        file = file / "Dockerfile"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise InputError(f"There is no Dockerfile {file}: name it in dockerfiles, or its directory.") from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"The Dockerfile {file} cannot be read: {exc}.") from exc
    dockerfile = parse_dockerfile(text, str(file))
    found: t.Dict[t.Tuple[int, str], BaseImage] = {}
    for stage in dockerfile.stages:
        for base in dockerfile.base_images(str(stage.index), values):
            found.setdefault((base.line, base.reference), base)
    return [_base(str(file), base) for _key, base in sorted(found.items())]


def _base(file: str, base: BaseImage) -> Base:
    try:
        return Base(file, base.line, base.reference, parse_reference(base.reference))
    except InputError as exc:
        exc.reword(f"{file}:{base.line}: {exc.message}")
        raise


def _compared(registries: Registries, base: Base) -> Result:
    pinned = base.reference.digest
    named = base.reference.with_tag(base.reference.tag or "latest")
    current: t.Optional[str] = None
    status = UNTAGGED
    if base.reference.tag or not pinned:
        current = _digest(registries, base, named)
        status = MISSING if current is None else UNPINNED if pinned is None else BEHIND
        status = CURRENT if current is not None and current == pinned else status
    return {
        "file": base.file,
        "line": base.line,
        "image": base.written,
        "status": status,
        "pinned": pinned,
        "current": current,
        "wanted": f"{named.familiar}@{current}" if current else None,
    }


def _digest(registries: Registries, base: Base, named: ImageReference) -> t.Optional[str]:
    try:
        return registries.digest(named)
    except ImageNotFound:
        return None
    except SlipwayError as exc:
        exc.reword(f"{base.where}: {exc.message}")
        raise


def _complaint(image: Result) -> str:
    where = f"{image['file']}:{image['line']}: {image['image']}"
    return {
        BEHIND: f"{where} is behind: write {image['wanted']}.",
        UNPINNED: f"{where} is not pinned: write {image['wanted']}.",
        UNTAGGED: f"{where} has a digest without a tag, so nobody can say whether it is behind: write name:tag@digest.",
        MISSING: f"{where} is not in its registry any more: choose another tag.",
    }[image["status"]]


def _count(images: t.Sequence[Result], status: str) -> int:
    return sum(image["status"] == status for image in images)


VERB = Verb(
    name="base_images_info",
    spec={
        "argument_spec": {
            "dockerfiles": {"type": "list", "elements": "path", "required": True},
            "args": {"type": "dict"},
            "platform": {"type": "str", "default": "linux/amd64"},
            "mirrors": {"type": "list", "elements": "str", "default": []},
            "fail_on": {"type": "list", "elements": "str", "choices": list(_PROBLEMS), "default": []},
            **access.OPTIONS,
        },
        "required_together": [access.TOGETHER],
    },
    run=run,
    hide=access.HIDE,
)
