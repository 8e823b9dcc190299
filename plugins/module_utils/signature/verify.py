# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `image_verify`: fails unless every image has a signature that fits, and says which digests those are."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference
from ansible_collections.slipway.deploy.plugins.module_utils.registry import access
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries
from ansible_collections.slipway.deploy.plugins.module_utils.signature.cosign import (
    Key,
    SignatureError,
    cosign_for,
    read_key,
)
from ansible_collections.slipway.deploy.plugins.module_utils.signature.images import (
    annotation_words,
    by_digest,
    parse_images,
)

_AT_ONCE = 4
_CERTIFICATE = (
    "certificate_identity",
    "certificate_identity_regexp",
    "certificate_oidc_issuer",
    "certificate_oidc_issuer_regexp",
)


def run(params: Params, context: TaskContext) -> Result:
    images = parse_images(params["images"])
    key = read_key(params["key"], params["key_content"])
    options = _options(params, key)
    registries = access.open_registries(params, context, {image.domain for image in images})
    one = functools.partial(_verified, registries=registries, env=context.env, key=key, options=options)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        results = list(pool.map(one, images))
    bad = [result["reference"] for result in results if not result["verified"]]
    if bad:
        whose = "the given key" if key else "the given identity"
        raise SignatureError(
            f"{', '.join(bad)} {'has' if len(bad) == 1 else 'have'} no signature by {whose}"
            f"{' with these annotations' if params['annotations'] else ''}: do not deploy; "
            "sign what you trust (image_sign), or take what is signed.",
            images=results,
        )
    return {"changed": False, "images": results}


def _options(params: Params, key: t.Optional[Key]) -> t.List[str]:
    """Whom to believe, in cosign's words."""
    words = [f"--{name.replace('_', '-')}={params[name]}" for name in _CERTIFICATE if params[name]]
    if key is None:
        identity = params["certificate_identity"] or params["certificate_identity_regexp"]
        issuer = params["certificate_oidc_issuer"] or params["certificate_oidc_issuer_regexp"]
        if not identity or not issuer:
            raise InputError(
                "image_verify: say whose signature counts: key or key_content, or certificate_identity and "
                "certificate_oidc_issuer (each may be a _regexp)."
            )
    elif words:
        raise InputError("image_verify: a key and a certificate's identity exclude each other: give one of them.")
    elif not params["transparency_log"]:
        words.append("--insecure-ignore-tlog=true")
    return words + annotation_words(params["annotations"])


def _verified(
    image: ImageReference,
    registries: Registries,
    env: t.Mapping[str, str],
    key: t.Optional[Key],
    options: t.Sequence[str],
) -> Result:
    pinned = by_digest(image, registries)
    with cosign_for(pinned, registries, env) as cosign:
        found = cosign.verify(pinned.full, key, options)
    return {
        "name": image.familiar,
        "digest": pinned.digest,
        "reference": pinned.familiar,
        "verified": found is not None,
        "signatures": len(found or []),
        "annotations": [one.get("optional") or {} for one in found or []],
    }


VERB = Verb(
    name="image_verify",
    spec={
        "argument_spec": {
            "images": {"type": "list", "elements": "str", "required": True},
            "key": {"type": "str", "no_log": False},
            "key_content": {"type": "str", "no_log": False},
            "transparency_log": {"type": "bool", "default": False},
            **{name: {"type": "str"} for name in _CERTIFICATE},
            "annotations": {"type": "dict"},
            **access.OPTIONS,
        },
        "required_together": [access.TOGETHER],
        "mutually_exclusive": [("key", "key_content")],
    },
    run=run,
    hide=access.HIDE,
)
