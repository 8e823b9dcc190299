# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `registry_image_info`: what registries have. Changes nothing."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference, parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.registry import access
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_tree import Place, read_config
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest, platform_name
from ansible_collections.slipway.deploy.plugins.module_utils.registry.referrers import attached_to, belongs_to
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries

_AT_ONCE = 8


def run(params: Params, context: TaskContext) -> Result:
    images = [parse_reference(text) for text in params["images"]]
    repositories = [_repository(text) for text in params["repositories"]]
    hosts = [access.registry_host(text) for text in params["catalogs"]]
    domains = {reference.domain for reference in [*images, *repositories]} | set(hosts)
    registries = access.open_registries(params, context, domains)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        read = functools.partial(_image, registries, referrers=params["referrers"])
        return {
            "changed": False,
            "images": list(pool.map(read, images)),
            "repositories": list(pool.map(functools.partial(_tags, registries), repositories)),
            "catalogs": [{"host": host, "repositories": registries.home(host).repositories()} for host in hosts],
        }


def _repository(text: str) -> ImageReference:
    reference = parse_reference(text)
    if reference.tag or reference.digest:
        raise InputError(f"repositories: {text!r} names one image: write it under images, or without tag and digest.")
    return reference


def _tags(registries: Registries, reference: ImageReference) -> Result:
    """Without those that only say what refers to an image."""
    tags = registries.home(reference.domain).tags(reference.path)
    return {
        "name": reference.familiar_name,
        "exists": tags is not None,
        "tags": [tag for tag in tags or [] if belongs_to(tag) is None],
    }


def _image(registries: Registries, reference: ImageReference, *, referrers: bool) -> Result:
    place = Place(registries.home(reference.domain), reference.path)
    root = place.get(reference.version)
    if root is None:
        return {"name": reference.familiar, "exists": False}
    platforms = [_platform(place, part) for part in _parts(place, root)]
    first: Result = platforms[0] if platforms else {}
    return {
        "name": reference.familiar,
        "exists": True,
        "digest": root.digest,
        "reference": reference.with_digest(root.digest).familiar,
        "media_type": root.media_type,
        "created": first.get("created"),
        "labels": first.get("labels", {}),
        "size": sum(part["size"] for part in platforms),
        "platforms": platforms,
        "referrers": _referrers(place, root) if referrers else [],
    }


def _parts(place: Place, root: Manifest) -> t.List[Manifest]:
    """The images in it, without what only attests them."""
    if not root.is_index:
        return [root]
    found = [place.get(entry.digest) for entry in root.children if entry.attests is None]
    return [part for part in found if part is not None and not part.is_index]


def _platform(place: Place, image: Manifest) -> Result:
    config = read_config(place, image)
    return {
        "platform": platform_name(config) or None,
        "digest": image.digest,
        "size": image.size,
        "created": config.get("created"),
        "labels": (config.get("config") or {}).get("Labels") or {},
    }


def _referrers(place: Place, root: Manifest) -> t.List[Result]:
    digests = [root.digest, *(entry.digest for entry in (root.children if root.is_index else []))]
    return [_referrer(place, one.subject, one.digest, one.tag) for one in attached_to(place, digests)]


def _referrer(place: Place, subject: str, digest: str, tag: t.Optional[str]) -> Result:
    manifest = place.get(digest)
    config = manifest.config if manifest else None
    kind = (manifest.document.get("artifactType") if manifest else None) or (config.media_type if config else None)
    return {"subject": subject, "digest": digest, "tag": tag, "artifact_type": kind}


VERB = Verb(
    name="registry_image_info",
    spec={
        "argument_spec": {
            "images": {"type": "list", "elements": "str", "default": []},
            "repositories": {"type": "list", "elements": "str", "default": []},
            "catalogs": {"type": "list", "elements": "str", "default": []},
            "referrers": {"type": "bool", "default": False},
            **access.OPTIONS,
        },
        "required_together": [access.TOGETHER],
    },
    run=run,
    hide=access.HIDE,
)
