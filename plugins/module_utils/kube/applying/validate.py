# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API server's refusals as sentences: which object, where it was written, which field. Pure."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import scrub
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApiError, Conflict, FieldsTaken
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.diff import secret_values
from ansible_collections.slipway.deploy.plugins.module_utils.kube.identity import is_secret
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.problem import Problem

#: Server-side apply's own words (it names only the first field), and those of the strict decoder (all fields).
_TYPED = re.compile(
    r"failed to create typed patch object \([^)]*\): (?:errors:\s*)?(?P<path>\.[^\s:]+): (?P<why>.*)", re.S
)
_STRICT = re.compile(r"strict decoding error: (.*)", re.S)
_UNKNOWN = re.compile(r'unknown field "([^"]+)"')
_GO_VALUE = re.compile(r"&value\.valueUnstructured\{Value:(.*?)\}")
#: A whole pod template, quoted by the server for one field of it.
_LONG_VALUE = re.compile(r"Invalid value: \{.{60,}\}: ")
#: A value to show in a sentence.
_LONGEST = 60
_DENIED = re.compile(r'is forbidden: User "(?P<user>[^"]+)" cannot (?P<verb>\S+) resource "(?P<kind>[^"]+)"')
_OWNER = re.compile(r'conflict with "(?P<owner>[^"]+)"')


def is_field_error(exc: SlipwayError) -> bool:
    """The object does not fit its schema, and a full list of fields is worth asking for."""
    return isinstance(exc, ApiError) and (bool(_TYPED.search(exc.message)) or bool(_STRICT.search(exc.message)))


def explain(manifest: Manifest, exc: SlipwayError) -> str:
    """The sentence for the user: `web.yaml:12: Deployment default/web: spec.replcas: unknown field.`"""
    said = told(manifest, problems(exc, with_values=not is_secret(manifest.obj)))
    hint = getattr(exc, "hint", "")
    return f"{said}; {hint}" if hint else said


def told(manifest: Manifest, found: t.Iterable[Problem]) -> str:
    """Problems of one object as one text, each with its line."""
    sentences = [
        f"{_place(manifest, p.path)}: {manifest.ref}: " + (f"{p.path.lstrip('.')}: {p.why}" if p.path else p.why)
        for p in found
    ]
    return scrub("; ".join(sentences), secret_values(manifest.obj))


def _place(manifest: Manifest, path: str) -> str:
    """Values of a Secret are sent as data, but mostly written as stringData."""
    place = manifest.place
    if is_secret(manifest.obj) and path.startswith("data") and place.at("data") == place.at():
        return place.at(f"stringData{path[len('data') :]}")
    return place.at(path)


def problems(exc: SlipwayError, *, with_values: bool) -> t.List[Problem]:
    if isinstance(exc, FieldsTaken):
        return [_taken(c, with_values) for c in exc.conflicts]
    if isinstance(exc, Conflict) and exc.causes:
        return _conflicts(exc)
    strict = _STRICT.search(exc.message)
    if strict and _UNKNOWN.search(strict[1]):
        return [
            Problem(path, "unknown field; check its spelling and its place") for path in _UNKNOWN.findall(strict[1])
        ]
    typed = _TYPED.search(exc.message)
    if typed:
        return [Problem(typed["path"], _readable(typed["why"]))]
    if isinstance(exc, ApiError) and exc.causes:
        return [Problem(_field(c), _readable(c.get("message", ""))) for c in exc.causes]
    return [Problem("", _permitted(_readable(exc.message)))]


def _field(cause: t.Mapping[str, str]) -> str:
    """`[]` is the server's name for an object as a whole."""
    return cause.get("field", "").replace("[]", "")


def _permitted(why: str) -> str:
    """What an administrator has to add, where the user's rights end."""
    denied = _DENIED.search(why)
    if not denied:
        return why
    return f"{why}; this needs a role that allows {denied['verb']} of {denied['kind']}, bound to {denied['user']}"


def _taken(conflict: t.Any, with_values: bool) -> Problem:
    """Both values, so that a person can judge who is right; long ones and structures are left out."""
    ours, theirs = _short(conflict.ours), _short(conflict.theirs)
    values = f" ({theirs} there, {ours} here)" if with_values and ours and theirs else ""
    why = f"owned by '{conflict.owner}', who set another value{values}; leave the field out, or take it over with"
    return Problem(conflict.path, f"{why} force_conflicts")


def _short(value: t.Any) -> str:
    text = json.dumps(value) if isinstance(value, (str, int, float, bool)) else ""
    return text if len(text) <= _LONGEST else ""


def _conflicts(exc: Conflict) -> t.List[Problem]:
    found = []
    for cause in exc.causes:
        owner = _OWNER.search(cause.get("message", ""))
        who = f"owned by '{owner['owner']}'" if owner else cause.get("message", "owned by another")
        why = f"{who}, who set another value; leave the field out, or take it over with force_conflicts"
        found.append(Problem(cause.get("field", ""), why))
    return found


def _readable(why: str) -> str:
    why = _LONG_VALUE.sub("Invalid value: ", _GO_VALUE.sub(r"\1", " ".join(why.split())))
    if why == "field not declared in schema":
        return "unknown field; check its spelling and its place"
    if why.startswith("expected string, got "):
        return f"{why}; write it in quotes"
    return why
