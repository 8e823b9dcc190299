# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `image_sign`: a signature by this key on every image, unless it has one."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference
from ansible_collections.slipway.deploy.plugins.module_utils.registry import access
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries
from ansible_collections.slipway.deploy.plugins.module_utils.signature.cosign import Cosign, Key, cosign_for, read_key
from ansible_collections.slipway.deploy.plugins.module_utils.signature.images import (
    annotation_words,
    by_digest,
    parse_images,
    with_parts,
)

_AT_ONCE = 4


def run(params: Params, context: TaskContext) -> Result:
    images = parse_images(params["images"])
    key = read_key(params["key"], params["key_content"], params["key_password"])
    if key is None:
        raise InputError("image_sign: give the private key, as key (a file or an address) or as key_content.")
    registries = access.open_registries(params, context, {image.domain for image in images})
    one = functools.partial(_signed, registries=registries, context=context, key=key, params=params)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        # All are there before the first is signed.
        found = list(pool.map(lambda image: by_digest(image, registries), images))
        if params["recursive"]:
            found = [part for image in found for part in with_parts(image, registries)]
        results = list(pool.map(one, found))
    fresh = [result["reference"] for result in results if result["changed"]]
    return {
        "changed": bool(fresh),
        "images": results,
        "diff": {
            "before": "".join(f"{name} not signed by this key\n" for name in fresh),
            "after": "".join(f"{name} signed by this key\n" for name in fresh),
        },
    }


def _signed(image: ImageReference, registries: Registries, context: TaskContext, key: Key, params: Params) -> Result:
    marks = annotation_words(params["annotations"])
    with cosign_for(image, registries, context.env) as cosign:
        there = ["--insecure-ignore-tlog=true"] if not params["transparency_log"] else []
        known = cosign.verify(image.full, cosign.public_key(key), [*there, *marks])
        if known is None and not context.check_mode:
            cosign.sign(image.full, key, [*_how(cosign, params), *marks])
            context.progress(f"{image.familiar} signed")
    return {"reference": image.familiar, "digest": image.digest, "changed": known is None}


def _how(cosign: Cosign, params: Params) -> t.List[str]:
    if params["transparency_log"]:
        return []
    # cosign 3 takes its services from a configuration that would bring the log in again.
    newer = ["--use-signing-config=false"] if cosign.knows("sign", "--use-signing-config") else []
    return ["--tlog-upload=false", *newer]


VERB = Verb(
    name="image_sign",
    spec={
        "argument_spec": {
            "images": {"type": "list", "elements": "str", "required": True},
            "key": {"type": "str", "no_log": False},
            "key_content": {"type": "str", "no_log": True},
            "key_password": {"type": "str", "no_log": True},
            "transparency_log": {"type": "bool", "default": False},
            "recursive": {"type": "bool", "default": False},
            "annotations": {"type": "dict"},
            **access.OPTIONS,
        },
        "required_together": [access.TOGETHER],
        "mutually_exclusive": [("key", "key_content")],
    },
    run=run,
    hide=("key_content", "key_password", *access.HIDE),
)
