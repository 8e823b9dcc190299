# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where objects name ConfigMaps and Secrets. Data, which users extend for kinds of their own; pure.

A path goes through mappings by key, and through lists by `[]`: `spec.tls[].secretName`.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_CONFIG_MAP, _SECRET = "ConfigMap", "Secret"


class Reference(t.NamedTuple):
    """`path` leads to the name of a `target` (ConfigMap or Secret)."""

    path: str
    target: str


#: By (API group, kind): where the pod template is (its parent, with `metadata` and `spec`). A Pod is its own.
TEMPLATES: t.Dict[t.Tuple[str, str], str] = {
    ("", "Pod"): "",
    ("", "PodTemplate"): "template",
    ("", "ReplicationController"): "spec.template",
    ("apps", "Deployment"): "spec.template",
    ("apps", "ReplicaSet"): "spec.template",
    ("apps", "StatefulSet"): "spec.template",
    ("apps", "DaemonSet"): "spec.template",
    # What StatefulSets and DaemonSets can go back to.
    ("apps", "ControllerRevision"): "data.spec.template",
    ("batch", "Job"): "spec.template",
    ("batch", "CronJob"): "spec.jobTemplate.spec.template",
}

#: Below a pod template's `spec`.
IN_POD: t.Tuple[Reference, ...] = (
    Reference("volumes[].configMap.name", _CONFIG_MAP),
    Reference("volumes[].secret.secretName", _SECRET),
    Reference("volumes[].projected.sources[].configMap.name", _CONFIG_MAP),
    Reference("volumes[].projected.sources[].secret.name", _SECRET),
    Reference("volumes[].csi.nodePublishSecretRef.name", _SECRET),
    Reference("volumes[].azureFile.secretName", _SECRET),
    *(
        Reference(f"volumes[].{driver}.secretRef.name", _SECRET)
        for driver in ("cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos")
    ),
    Reference("imagePullSecrets[].name", _SECRET),
    *(
        Reference(f"{containers}[].{path}", target)
        for containers in _CONTAINERS
        for path, target in (
            ("envFrom[].configMapRef.name", _CONFIG_MAP),
            ("envFrom[].secretRef.name", _SECRET),
            ("env[].valueFrom.configMapKeyRef.name", _CONFIG_MAP),
            ("env[].valueFrom.secretKeyRef.name", _SECRET),
        )
    ),
)

#: By (API group, kind): what is not in a pod template. A sibling `kind` or `namespace` that says otherwise counts.
ELSEWHERE: t.Dict[t.Tuple[str, str], t.Tuple[Reference, ...]] = {
    ("networking.k8s.io", "Ingress"): (Reference("spec.tls[].secretName", _SECRET),),
    ("gateway.networking.k8s.io", "Gateway"): (Reference("spec.listeners[].tls.certificateRefs[].name", _SECRET),),
    ("", "ServiceAccount"): (Reference("secrets[].name", _SECRET), Reference("imagePullSecrets[].name", _SECRET)),
}


@dataclass(frozen=True)
class Rules:
    """All places that are looked at."""

    templates: t.Mapping[t.Tuple[str, str], str]
    elsewhere: t.Mapping[t.Tuple[str, str], t.Tuple[Reference, ...]]

    def of(self, group_kind: t.Tuple[str, str]) -> t.List[Reference]:
        """The references in objects of a kind."""
        template = self.templates.get(group_kind)
        found = list(self.elsewhere.get(group_kind, ()))
        if template is not None:
            found += [Reference(_join(template, "spec", path), target) for path, target in IN_POD]
        return found


DEFAULT_RULES = Rules(TEMPLATES, ELSEWHERE)


def rules_with(more: t.Sequence[t.Mapping[str, t.Any]]) -> Rules:
    """The default rules and a user's: `{kind: Rollout.argoproj.io, template: spec.template}` for a pod template,
    or `{kind: Widget.example.com, path: spec.configName, target: ConfigMap}` for one reference."""
    templates, elsewhere = dict(TEMPLATES), dict(ELSEWHERE)
    for entry in more:
        kind, _dot, group = str(entry.get("kind") or "").partition(".")
        path, target, template = entry.get("path"), entry.get("target"), entry.get("template")
        if not kind or not (template or (path and target in (_CONFIG_MAP, _SECRET))):
            raise InputError(
                f"{dict(entry)} is no place of references; write kind (as Rollout.argoproj.io) and template (the path "
                "of its pod template), or kind, path and target (ConfigMap or Secret)."
            )
        if template:
            templates[group, kind] = str(template)
        else:
            elsewhere[group, kind] = (*elsewhere.get((group, kind), ()), Reference(str(path), str(target)))
    return Rules(templates, elsewhere)


def _join(*parts: str) -> str:
    return ".".join(part for part in parts if part)
