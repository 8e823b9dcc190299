# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which order objects are sent: what others need comes first. Rules as data."""

from __future__ import annotations

import typing as t

_T = t.TypeVar("_T")
_CORE, _RBAC, _STORAGE = "", "rbac.authorization.k8s.io", "storage.k8s.io"
_CRD = ("apiextensions.k8s.io", "CustomResourceDefinition")
_REST = 4

#: Waves by rank: (API group, kinds). What is not named (workloads, custom objects) has rank _REST.
_RULES: t.Tuple[t.Tuple[int, str, t.Tuple[str, ...]], ...] = (
    (0, _CORE, ("Namespace",)),
    (0, _CRD[0], (_CRD[1],)),
    (1, _CORE, ("ServiceAccount", "ConfigMap", "Secret", "ResourceQuota", "LimitRange", "PersistentVolume")),
    (1, _RBAC, ("ClusterRole", "Role")),
    (1, _STORAGE, ("StorageClass", "CSIDriver", "VolumeAttributesClass")),
    (1, "scheduling.k8s.io", ("PriorityClass",)),
    (1, "node.k8s.io", ("RuntimeClass",)),
    (1, "networking.k8s.io", ("IngressClass", "NetworkPolicy")),
    # A binding is refused while its role is missing; a claim while its class is.
    (2, _RBAC, ("ClusterRoleBinding", "RoleBinding")),
    (2, _CORE, ("PersistentVolumeClaim",)),
    # Pods get the addresses of services that are there when they start.
    (3, _CORE, ("Service", "Endpoints")),
    (3, "discovery.k8s.io", ("EndpointSlice",)),
    # These can refuse everything that comes after them.
    (6, "admissionregistration.k8s.io", ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")),
    (6, "admissionregistration.k8s.io", ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy")),
    (7, "admissionregistration.k8s.io", ("ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding")),
    (5, "apiregistration.k8s.io", ("APIService",)),
)
_RANKS = {(group, kind): rank for rank, group, kinds in _RULES for kind in kinds}


def rank(group: str, kind: str) -> int:
    return _RANKS.get((group, kind), _REST)


def is_crd(group: str, kind: str) -> bool:
    return (group, kind) == _CRD


def waves(items: t.Iterable[_T], key: t.Callable[[_T], t.Tuple[str, str]], reverse: bool = False) -> t.List[t.List[_T]]:
    """Items by rank; those of one wave need nothing of each other. `key` gives (group, kind)."""
    by_rank: t.Dict[int, t.List[_T]] = {}
    for item in items:
        by_rank.setdefault(rank(*key(item)), []).append(item)
    return [by_rank[r] for r in sorted(by_rank, reverse=reverse)]
