# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A target of a bake definition as docker_build would be asked for it. Pure."""

from __future__ import annotations

import posixpath
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params
from ansible_collections.slipway.deploy.plugins.module_utils.engine.bake import attributes, csv_of
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import parse_reference
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import ALWAYS

_FILES = ("local", "tar", "oci", "docker")
Json = t.Mapping[str, t.Any]


def build_params(name: str, target: Json, params: Params, *, wanted: bool) -> t.Dict[str, t.Any]:
    """docker_build's parameters. A target that is only part of another one is neither pushed nor loaded."""
    place = params["path"]
    found: t.Dict[str, t.Any] = {
        **_image(name, target),
        "path": _path(place, target.get("context") or ".", name),
        "dockerfile": target.get("dockerfile") or "Dockerfile",
        "args": _no_nulls(target.get("args")),
        "labels": _no_nulls(target.get("labels")),
        "target": target.get("target"),
        "platform": target.get("platforms"),
        "annotations": dict(one.split("=", 1) for one in target.get("annotations") or [] if "=" in one),
        "ssh": [_ssh(one) for one in target.get("ssh") or []],
        "cache_from": [csv_of(one) for one in target.get("cache-from") or []],
        "cache_to": [csv_of(one) for one in target.get("cache-to") or []],
        "network": target.get("network"),
        "etc_hosts": target.get("extra-hosts"),
        "shm_size": target.get("shm-size"),
        "ulimits": target.get("ulimits"),
        "source_date_epoch": None,
        "oci_labels": None,
        "pull": ALWAYS if target.get("pull") else params["pull"],
        # These name other targets too: they are read with them.
        "build_contexts": None,
        "nocache": params["nocache"] or bool(target.get("no-cache")),
        "builder": params["builder"],
        "packed": params["packed"],
        **_attestations(target.get("attest") or []),
    }
    return {**found, **_ways_out(name, target, params, wanted=wanted)}


def _image(name: str, target: Json) -> t.Dict[str, t.Any]:
    """Tags of one repository: the memory of what was built is a tag beside them."""
    references = [parse_reference(tag) for tag in target.get("tags") or []]
    repositories = sorted({reference.familiar_name for reference in references})
    if len(repositories) > 1:
        raise InputError(
            f"Target {name!r} has tags in {' and '.join(repositories)}: give it those of one, and copy the image "
            "(registry_image)."
        )
    tags = [reference.version for reference in references]
    return {"name": repositories[0] if repositories else f"bake/{name.lower()}", "tag": None, "tags": tags or None}


def _path(place: str, context: str, name: str) -> str:
    if "://" in context or context.startswith("git@") or context == "-":
        raise InputError(f"Target {name!r} has the context {context}, which is no directory: its content is not known.")
    return posixpath.join(place, context)


def _no_nulls(given: t.Optional[Json]) -> t.Dict[str, t.Any]:
    return {key: value for key, value in (given or {}).items() if value is not None}


def _ssh(value: t.Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    paths = ",".join(value.get("paths") or [])
    return f"{value.get('id') or 'default'}={paths}" if paths else str(value.get("id") or "default")


def _attestations(attest: t.Sequence[t.Any]) -> t.Dict[str, t.Any]:
    found: t.Dict[str, t.Any] = {"provenance": "none", "sbom": False, "sbom_generator": None}
    for one in map(attributes, attest):
        disabled = one.get("disabled") == "true"
        if one.get("type") == "provenance":
            found["provenance"] = "none" if disabled else one.get("mode", "min")
        elif one.get("type") == "sbom":
            found.update(sbom=not disabled, sbom_generator=one.get("generator"))
    return found


def _ways_out(name: str, target: Json, params: Params, *, wanted: bool) -> t.Dict[str, t.Any]:
    outputs = [attributes(one) for one in target.get("output") or []]
    files = [_file(params["path"], one, name) for one in outputs if one.get("dest")]
    if not wanted:
        return {"push": False, "load": True, "outputs": None}
    tagged = bool(target.get("tags"))
    push = tagged and (params["push"] or any(_pushes(one) for one in outputs))
    if not tagged and not files:
        raise InputError(
            f"Target {name!r} has neither tags nor a file as output: nothing would keep its result "
            f'(set: {{"{name}.tags": ...}}).'
        )
    return {"push": push, "load": params["load"] if tagged else False, "outputs": files}


def _pushes(output: Json) -> bool:
    return output.get("type") == "registry" or output.get("push") == "true"


def _file(place: str, output: Json, name: str) -> t.Dict[str, str]:
    kind = output.get("type") or "local"
    if kind not in _FILES:
        raise InputError(
            f"Target {name!r} has an output of type {kind} with a dest: only {', '.join(_FILES)} have one."
        )
    return {"type": kind, "dest": posixpath.normpath(posixpath.join(place, output["dest"]))}
