# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An annotation in pod templates that changes with the ConfigMaps and Secrets they use: the pods roll. Pure."""

from __future__ import annotations

import hashlib
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest, Obj
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.names import (
    VERSIONED_NAME,
    digest,
    is_config,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.references import DEFAULT_RULES, Rules
from ansible_collections.slipway.deploy.plugins.module_utils.kube.versioned.rewrite import (
    Key,
    key_of,
    references_of,
    space_of,
)

CHECKSUM = "slipway.deploy/config-checksum"
_DEFAULT_NAMESPACE = "default"
_DIGITS = 16
#: Their templates cannot be changed, or nobody rolls their pods.
_FIXED = (("", "Pod"), ("", "PodTemplate"), ("batch", "Job"), ("apps", "ControllerRevision"))


def add_checksums(
    manifests: t.Sequence[Manifest], namespace: str = "", *, rules: Rules = DEFAULT_RULES
) -> t.List[Manifest]:
    """After `version_manifests`: a version's name says all, it needs no checksum."""
    home = namespace or _DEFAULT_NAMESPACE
    configs = {
        key_of(m, home): digest(m.obj, space_of(m, home))
        for m in manifests
        if is_config(m.obj) and VERSIONED_NAME not in (m.obj["metadata"].get("labels") or {})
    }
    return [_marked(m, configs, home, rules) for m in manifests] if configs else list(manifests)


def _marked(manifest: Manifest, configs: t.Mapping[Key, str], home: str, rules: Rules) -> Manifest:
    group_kind = (manifest.ref.group, manifest.ref.kind)
    template = rules.templates.get(group_kind)
    if not template or group_kind in _FIXED:
        return manifest
    used = sorted(configs[key] for key in references_of(manifest, home, rules) if key in configs)
    if not used:
        return manifest
    checksum = hashlib.sha256("".join(used).encode()).hexdigest()[:_DIGITS]
    return Manifest(_annotated(manifest.obj, template.split("."), checksum), manifest.place)


def _annotated(value: t.Any, path: t.Sequence[str], checksum: str) -> t.Any:
    """What is not as it should be is left to the server's judgement."""
    if not isinstance(value, dict):
        return value
    if path:
        key, rest = path[0], path[1:]
        return {**value, key: _annotated(value[key], rest, checksum)} if key in value else value
    metadata = value.get("metadata") or {}
    annotations = (metadata.get("annotations") or {}) if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return value
    noted: Obj = {**metadata, "annotations": {**annotations, CHECKSUM: checksum}}
    return {**value, "metadata": noted}
