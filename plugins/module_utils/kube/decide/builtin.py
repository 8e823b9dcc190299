# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of Kubernetes' own types, so that fields can be compared without their schema. Pure data.

Names, not paths, where a name means the same in all types of a group; a test compares them with the server's schema.
"""

from __future__ import annotations

import typing as t

#: Groups whose types are Go structs of the server: zero values vanish, quantities are rewritten, status is its own.
GROUPS = frozenset(
    (
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    )
) | {""}

#: Maps that are one value: all of it belongs to one manager.
ATOMIC_MAPS = frozenset(
    (
        "configMapKeyRef",
        "controllerExpandSecretRef",
        "controllerPublishSecretRef",
        "dataSource",
        "fieldRef",
        "fileKeyRef",
        "involvedObject",
        "labelSelector",
        "matchConstraints",
        "matchResources",
        "namespaceSelector",
        "nodeExpandSecretRef",
        "nodePublishSecretRef",
        "nodeSelector",
        "nodeStageSecretRef",
        "nodeTopology",
        "objectSelector",
        "paramKind",
        "paramRef",
        "podSelector",
        "preference",
        "regarding",
        "related",
        "required",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "resource",
        "resourceFieldRef",
        "roleRef",
        "scaleTargetRef",
        "scopeSelector",
        "secretKeyRef",
        "secretRef",
        "selector",
        "targetRef",
    )
)

#: Lists whose items are fields of their own: an empty one is nothing that could be owned.
GRANULAR_LISTS = frozenset(
    (
        "claims",
        "containers",
        "env",
        "ephemeralContainers",
        "hostAliases",
        "initContainers",
        "matchConditions",
        "ownerReferences",
        "podCIDRs",
        "resourceClaims",
        "schedulingGates",
        "secrets",
        "topologySpreadConstraints",
        "volumeDevices",
        "volumeMounts",
        "volumes",
        "webhooks",
    )
)
#: The same, but not where they are the object's own (ServiceAccount, EndpointSlice).
GRANULAR_LISTS_BELOW = frozenset(("ports", "imagePullSecrets"))

#: Free keys with strings: there null is an empty string, elsewhere it is a field that is left out.
STRING_MAPS = frozenset(
    (
        "annotations",
        "attributes",
        "binaryData",
        "data",
        "labels",
        "matchLabels",
        "nodeSelector",
        "options",
        "parameters",
        "stringData",
        "volumeAttributes",
    )
)

#: Below these names every value is a quantity; the kinds for which that holds, if not for all.
QUANTITY_MAPS: t.Mapping[str, t.Tuple[str, ...]] = {
    "limits": (),
    "requests": (),
    "hard": (),
    "capacity": ("PersistentVolume",),
    "podFixed": ("RuntimeClass",),
    "overhead": ("Pod",),
    "default": ("LimitRange",),
    "defaultRequest": ("LimitRange",),
    "max": ("LimitRange",),
    "min": ("LimitRange",),
    "maxLimitRequestRatio": ("LimitRange",),
}
#: Fields that are quantities themselves.
QUANTITIES: t.Mapping[str, t.Tuple[str, ...]] = {
    "sizeLimit": (),
    "divisor": (),
    "averageValue": ("HorizontalPodAutoscaler",),
    "value": ("HorizontalPodAutoscaler",),
}

#: What the server adds inside maps that are one value: (the map's or list's name, key) -> value.
DEFAULTS: t.Mapping[t.Tuple[str, str], t.Any] = {
    ("fieldRef", "apiVersion"): "v1",
    ("resourceFieldRef", "divisor"): "0",
    ("ports", "protocol"): "TCP",
    ("ports", "name"): "",
    ("endpoints", "conditions"): {},
    ("roleRef", "apiGroup"): "rbac.authorization.k8s.io",
    ("serviceAccountToken", "expirationSeconds"): 3600,
    ("rules", "scope"): "*",
    ("resourceRules", "scope"): "*",
    ("excludeResourceRules", "scope"): "*",
    ("matchConstraints", "matchPolicy"): "Equivalent",
    ("matchConstraints", "namespaceSelector"): {},
    ("matchConstraints", "objectSelector"): {},
    ("matchResources", "matchPolicy"): "Equivalent",
    ("matchResources", "namespaceSelector"): {},
    ("matchResources", "objectSelector"): {},
    ("onPodConditions", "status"): "True",
    ("volumeClaimTemplates", "apiVersion"): "v1",
    ("volumeClaimTemplates", "kind"): "PersistentVolumeClaim",
    ("volumeClaimTemplates", "status"): {"phase": "Pending"},
    ("spec", "volumeMode"): "Filesystem",
}
#: The default of a list's key that may be left out.
KEY_DEFAULTS: t.Mapping[str, t.Any] = {"protocol": "TCP"}
#: Bytes in base64: line breaks in it are not kept.
BYTES = frozenset(("caBundle", "request"))
BYTE_MAPS = frozenset(("data", "binaryData"))


def is_builtin(api_version: str) -> bool:
    return api_version.rpartition("/")[0] in GROUPS


def is_quantity(kind: str, name: str, parent: str) -> bool:
    if name in QUANTITIES:
        return not QUANTITIES[name] or kind in QUANTITIES[name]
    kinds = QUANTITY_MAPS.get(parent)
    return kinds is not None and (not kinds or kind in kinds)


def subject_group(subject: t.Mapping[str, t.Any]) -> t.Optional[str]:
    """The apiGroup that the server adds to a subject of a role binding."""
    return "rbac.authorization.k8s.io" if subject.get("kind") in ("User", "Group") else None
