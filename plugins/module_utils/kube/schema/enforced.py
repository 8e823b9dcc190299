# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Of what the built-in kinds' schemas call required or an enumeration, that which the API server does refuse. Data.

The schemas are made from Go types: `required` is a field without `omitempty`, which the server may well accept when it
is missing (`spec.limits` of a LimitRange). What stands here was tried against a real API server by
tests/api/test_schema.py, and counts only where the schema of the server at hand says the same.
"""

from __future__ import annotations

import typing as t

_CORE = "io.k8s.api.core.v1."
_APPS = "io.k8s.api.apps.v1."
_BATCH = "io.k8s.api.batch.v1."
_NET = "io.k8s.api.networking.v1."
_RBAC = "io.k8s.api.rbac.v1."
_HPA = "io.k8s.api.autoscaling.v2."

REQUIRED: t.Dict[str, t.FrozenSet[str]] = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference": frozenset({"apiVersion", "kind", "name", "uid"}),
    _CORE + "PodSpec": frozenset({"containers"}),
    _CORE + "Container": frozenset({"name"}),
    _CORE + "ContainerPort": frozenset({"containerPort"}),
    _CORE + "EnvVar": frozenset({"name"}),
    _CORE + "VolumeMount": frozenset({"name", "mountPath"}),
    _CORE + "Volume": frozenset({"name"}),
    _CORE + "KeyToPath": frozenset({"key", "path"}),
    _CORE + "ConfigMapKeySelector": frozenset({"key"}),
    _CORE + "SecretKeySelector": frozenset({"key"}),
    _CORE + "HTTPGetAction": frozenset({"port"}),
    _CORE + "TCPSocketAction": frozenset({"port"}),
    _CORE + "HostPathVolumeSource": frozenset({"path"}),
    _CORE + "PersistentVolumeClaimVolumeSource": frozenset({"claimName"}),
    _CORE + "TopologySpreadConstraint": frozenset({"maxSkew", "topologyKey", "whenUnsatisfiable"}),
    _CORE + "PodAffinityTerm": frozenset({"topologyKey"}),
    _CORE + "ServicePort": frozenset({"port"}),
    _APPS + "DeploymentSpec": frozenset({"selector", "template"}),
    _APPS + "StatefulSetSpec": frozenset({"selector", "template"}),
    _APPS + "DaemonSetSpec": frozenset({"selector", "template"}),
    _BATCH + "CronJobSpec": frozenset({"schedule"}),
    _NET + "HTTPIngressPath": frozenset({"pathType", "backend"}),
    _NET + "IngressServiceBackend": frozenset({"name"}),
    _RBAC + "RoleBinding": frozenset({"roleRef"}),
    _RBAC + "ClusterRoleBinding": frozenset({"roleRef"}),
    _RBAC + "RoleRef": frozenset({"kind", "name"}),
    _RBAC + "Subject": frozenset({"kind", "name"}),
    _RBAC + "PolicyRule": frozenset({"verbs"}),
    _HPA + "HorizontalPodAutoscalerSpec": frozenset({"scaleTargetRef", "maxReplicas"}),
}

ENUMS: t.Dict[str, t.Tuple[str, ...]] = {
    _CORE + "Container": ("imagePullPolicy", "terminationMessagePolicy"),
    _CORE + "ContainerPort": ("protocol",),
    _CORE + "PodSpec": ("restartPolicy", "dnsPolicy"),
    _CORE + "ServicePort": ("protocol",),
    _CORE + "ServiceSpec": (
        "type",
        "sessionAffinity",
        "externalTrafficPolicy",
        "internalTrafficPolicy",
        "ipFamilyPolicy",
    ),
    _CORE + "HTTPGetAction": ("scheme",),
    _CORE + "HostPathVolumeSource": ("type",),
    _CORE + "Toleration": ("operator", "effect"),
    _CORE + "TopologySpreadConstraint": ("whenUnsatisfiable",),
    _CORE + "NodeSelectorRequirement": ("operator",),
    _CORE + "SeccompProfile": ("type",),
    _CORE + "PersistentVolumeClaimSpec": ("volumeMode",),
    _CORE + "PersistentVolumeSpec": ("persistentVolumeReclaimPolicy", "volumeMode"),
    _APPS + "DeploymentStrategy": ("type",),
    _APPS + "StatefulSetUpdateStrategy": ("type",),
    _APPS + "DaemonSetUpdateStrategy": ("type",),
    _APPS + "StatefulSetSpec": ("podManagementPolicy",),
    _BATCH + "CronJobSpec": ("concurrencyPolicy",),
    _BATCH + "JobSpec": ("completionMode",),
    _NET + "HTTPIngressPath": ("pathType",),
    _NET + "NetworkPolicyPort": ("protocol",),
}
