# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `registry_push`: image archives into a registry. What is there is not sent again; a tag moves last."""

from __future__ import annotations

import functools
import threading
import time
import typing as t
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.archive import Blob, StoredImage, read_image
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import (
    ImageReference,
    parse_below_registry,
)
from ansible_collections.slipway.deploy.plugins.module_utils.registry import digest_cache
from ansible_collections.slipway.deploy.plugins.module_utils.registry.auth import from_docker_config, given
from ansible_collections.slipway.deploy.plugins.module_utils.registry.client import RegistryClient
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import Body, FileSlice
from ansible_collections.slipway.deploy.plugins.module_utils.registry.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retry import PATIENT
from ansible_collections.slipway.deploy.plugins.module_utils.registry.transport import endpoint

_IMAGES_AT_ONCE = 4
_BLOBS_AT_ONCE = 4


@dataclass(frozen=True)
class Wanted:
    """One image of the task."""

    archive: str
    name: str
    target: ImageReference

    @property
    def tag(self) -> str:
        return self.target.tag or "latest"


@dataclass
class Pushing:
    """What the uploads of one task share."""

    client: RegistryClient
    context: TaskContext
    uploads: Executor
    #: digest -> a repository of this registry that has the blob.
    homes: t.Dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Plan:
    """What one image needs. `image` is read only where the digest was not remembered."""

    wanted: Wanted
    digest: str
    previous: t.Optional[str]
    image: t.Optional[StoredImage]

    @property
    def changed(self) -> bool:
        return self.digest != self.previous


def run(params: Params, context: TaskContext) -> Result:
    wanted = [_wanted(item) for item in params["images"]]
    where = endpoint(params["url"], params["ca_file"])
    credentials = given(params["username"], params["password"]) or from_docker_config(where.registry, context.env)
    client = RegistryClient(where, credentials, patience=PATIENT)
    with ThreadPoolExecutor(_IMAGES_AT_ONCE) as images, ThreadPoolExecutor(_BLOBS_AT_ONCE) as uploads:
        # All archives are read before the first is sent: bad input touches nothing.
        plans = list(images.map(functools.partial(_plan, client), wanted))
        if not context.check_mode:
            pushing = Pushing(client, context, uploads)
            list(images.map(functools.partial(_send_image, pushing), [plan for plan in plans if plan.changed]))
    results = [_result(client.registry, plan) for plan in plans]
    return {"changed": any(plan.changed for plan in plans), "images": results, "diff": _diff(results)}


def _wanted(item: t.Mapping[str, str]) -> Wanted:
    target = parse_below_registry(item["name"])
    if target.digest:
        raise InputError(f"{item['name']!r} names a digest: an archive is pushed under a tag.")
    return Wanted(item["archive"], item["name"], target)


def _plan(client: RegistryClient, wanted: Wanted) -> Plan:
    digest, image = digest_cache.load(wanted.archive, wanted.name), None
    if digest is None:
        image = read_image(wanted.archive, wanted.name)
        digest = image.root.digest
        digest_cache.store(wanted.archive, wanted.name, digest)
    there = client.head_manifest(wanted.target.path, wanted.tag)
    return Plan(wanted, digest, there.digest if there else None, image)


def _result(registry: str, plan: Plan) -> Result:
    path = plan.wanted.target.path
    return {
        "name": f"{path}:{plan.wanted.tag}",
        "archive": plan.wanted.archive,
        "digest": plan.digest,
        "previous": plan.previous,
        "reference": f"{registry}/{path}@{plan.digest}",
        "changed": plan.changed,
    }


def _send_image(pushing: Pushing, plan: Plan) -> None:
    item = plan.wanted
    send_stored(pushing, item.target.path, item.tag, plan.image or read_image(item.archive, item.name))


def push_stored(client: RegistryClient, context: TaskContext, path: str, tag: str, image: StoredImage) -> None:
    """One image that another verb has made."""
    with ThreadPoolExecutor(_BLOBS_AT_ONCE) as uploads:
        send_stored(Pushing(client, context, uploads), path, tag, image)


def send_stored(pushing: Pushing, path: str, tag: str, image: StoredImage) -> None:
    """Layers, then the manifests of an index, then the tag."""
    started = time.monotonic()
    sent = sum(pushing.uploads.map(functools.partial(_send_blob, pushing, path, image.archive), image.blobs))
    for part in image.manifests[:-1]:
        pushing.client.put_manifest(path, part.digest, Manifest(part.media_type, part.digest, part.content))
    root = image.root
    pushing.client.put_manifest(path, tag, Manifest(root.media_type, root.digest, root.content))
    seconds = time.monotonic() - started
    pushing.context.progress(f"{path}:{tag} pushed, {sent / 1e6:.1f} MB in {seconds:.1f} s")


def _send_blob(pushing: Pushing, repository: str, archive: str, blob: Blob) -> int:
    """The number of bytes sent."""
    if pushing.client.has_blob(repository, blob.digest):
        sent = 0
    else:
        body = Body(blob.size, lambda: t.cast(t.IO[bytes], FileSlice(archive, blob.offset, blob.size)))
        pushing.client.put_blob(repository, blob.digest, body, mount_from=pushing.homes.get(blob.digest))
        sent = blob.size
    with pushing.lock:
        pushing.homes.setdefault(blob.digest, repository)
    return sent


def _diff(results: t.Sequence[Result]) -> t.Dict[str, str]:
    moved = [r for r in results if r["changed"]]
    return {
        "before": "".join(f"{r['name']} {r['previous'] or 'absent'}\n" for r in moved),
        "after": "".join(f"{r['name']} {r['digest']}\n" for r in moved),
    }


VERB = Verb(
    name="registry_push",
    spec={
        "argument_spec": {
            "url": {"type": "str", "required": True},
            "ca_file": {"type": "path"},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "images": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "archive": {"type": "path", "required": True},
                    "name": {"type": "str", "required": True},
                },
            },
        },
        "required_together": [("username", "password")],
    },
    run=run,
    hide=("password",),
)
