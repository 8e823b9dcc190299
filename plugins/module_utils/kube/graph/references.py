# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which fields objects name others: shapes as data, which mirror the objects and hold the kind that is named."""

from __future__ import annotations

import typing as t

Obj = t.Dict[str, t.Any]
#: "group/Kind" where the field holds a name; a Typed where it holds kind and name; else where to look on.
Shape = t.Union[str, "Typed", t.Dict[str, t.Any], t.List[t.Any]]
#: (group, kind, namespace, name); namespace None: that of the object which refers.
Named = t.Tuple[str, str, t.Optional[str], str]


class Typed(t.NamedTuple):
    """The field holds a mapping with kind and name, and may leave out the kind or group."""

    default: str


_CONFIG_MAP, _SECRET = "/ConfigMap", "/Secret"
_STORAGE_CLASS = "storage.k8s.io/StorageClass"
_GATEWAY = "gateway.networking.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_ROLE = Typed("rbac.authorization.k8s.io/Role")
_PARENTS: Shape = {"spec": {"parentRefs": [Typed(f"{_GATEWAY}/Gateway")]}}

_CONTAINERS: t.List[t.Any] = [
    {
        "env": [{"valueFrom": {"configMapKeyRef": {"name": _CONFIG_MAP}, "secretKeyRef": {"name": _SECRET}}}],
        "envFrom": [{"configMapRef": {"name": _CONFIG_MAP}, "secretRef": {"name": _SECRET}}],
    }
]
#: The spec of a pod.
POD: t.Dict[str, t.Any] = {
    "serviceAccountName": "/ServiceAccount",
    "priorityClassName": "scheduling.k8s.io/PriorityClass",
    "runtimeClassName": "node.k8s.io/RuntimeClass",
    "imagePullSecrets": [{"name": _SECRET}],
    "initContainers": _CONTAINERS,
    "containers": _CONTAINERS,
    "volumes": [
        {
            "configMap": {"name": _CONFIG_MAP},
            "secret": {"secretName": _SECRET},
            "persistentVolumeClaim": {"claimName": "/PersistentVolumeClaim"},
            "projected": {"sources": [{"configMap": {"name": _CONFIG_MAP}, "secret": {"name": _SECRET}}]},
            "csi": {"nodePublishSecretRef": {"name": _SECRET}},
            "ephemeral": {"volumeClaimTemplate": {"spec": {"storageClassName": _STORAGE_CLASS}}},
        }
    ],
    "resourceClaims": [
        {
            "resourceClaimName": "resource.k8s.io/ResourceClaim",
            "resourceClaimTemplateName": "resource.k8s.io/ResourceClaimTemplate",
        }
    ],
}
#: Other objects, by group and kind.
OBJECTS: t.Dict[str, Shape] = {
    "rbac.authorization.k8s.io/RoleBinding": {"roleRef": _ROLE},
    "rbac.authorization.k8s.io/ClusterRoleBinding": {"roleRef": _ROLE},
    "/PersistentVolume": {"spec": {"storageClassName": _STORAGE_CLASS}},
    "/PersistentVolumeClaim": {
        "spec": {
            "storageClassName": _STORAGE_CLASS,
            "volumeAttributesClassName": "storage.k8s.io/VolumeAttributesClass",
            "volumeName": "/PersistentVolume",
            "dataSource": Typed("/PersistentVolumeClaim"),
        }
    },
    "apps/StatefulSet": {"spec": {"volumeClaimTemplates": [{"spec": {"storageClassName": _STORAGE_CLASS}}]}},
    # A token of an account that is not there is deleted.
    "/Secret": {"metadata": {"annotations": {"kubernetes.io/service-account.name": "/ServiceAccount"}}},
    "networking.k8s.io/Ingress": {"spec": {"ingressClassName": "networking.k8s.io/IngressClass"}},
    f"{_GATEWAY}/Gateway": {"spec": {"gatewayClassName": f"{_GATEWAY}/GatewayClass"}},
    f"{_GATEWAY}/HTTPRoute": _PARENTS,
    f"{_GATEWAY}/GRPCRoute": _PARENTS,
    f"{_GATEWAY}/TLSRoute": _PARENTS,
    f"{_GATEWAY}/TCPRoute": _PARENTS,
    f"{_GATEWAY}/UDPRoute": _PARENTS,
    "autoscaling/HorizontalPodAutoscaler": {"spec": {"scaleTargetRef": Typed("apps/Deployment")}},
    f"{_ADMISSION}/ValidatingAdmissionPolicyBinding": {
        "spec": {"policyName": f"{_ADMISSION}/ValidatingAdmissionPolicy"}
    },
    f"{_ADMISSION}/MutatingAdmissionPolicyBinding": {"spec": {"policyName": f"{_ADMISSION}/MutatingAdmissionPolicy"}},
    "snapshot.storage.k8s.io/VolumeSnapshot": {
        "spec": {"volumeSnapshotClassName": "snapshot.storage.k8s.io/VolumeSnapshotClass"}
    },
    "flowcontrol.apiserver.k8s.io/FlowSchema": {
        "spec": {
            "priorityLevelConfiguration": {"name": "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration"},
        }
    },
}
_SHAPES = {tuple(key.rsplit("/", 1)): shape for key, shape in OBJECTS.items()}


def named_by(group: str, kind: str, obj: Obj) -> t.Set[Named]:
    """What the fields of an object name, its pods' aside."""
    shape = _SHAPES.get((group, kind))
    found: t.Set[Named] = set()
    if shape is not None:
        _look(shape, obj, found)
    return found


def named_by_pod(spec: Obj) -> t.Set[Named]:
    found: t.Set[Named] = set()
    _look(POD, spec, found)
    return found


def pod_template(kind: str, obj: Obj) -> t.Optional[Obj]:
    """The pod that a workload makes: with `metadata` and `spec`. Custom workloads are built like a Deployment."""
    spec = obj.get("spec")
    if kind == "Pod":
        return obj if isinstance(spec, dict) else None
    if kind == "CronJob":
        spec = at(spec, "jobTemplate", "spec")
    template = at(spec, "template")
    if isinstance(at(template, "spec", "containers"), list):
        return t.cast(Obj, template)
    return None


def at(value: t.Any, *path: str) -> t.Any:
    """The value at a path of mappings; None where there is none, or something else on the way."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _look(shape: Shape, value: t.Any, found: t.Set[Named]) -> None:
    if isinstance(shape, dict):
        if isinstance(value, dict):
            for key, inner in shape.items():
                if key in value:
                    _look(inner, value[key], found)
    elif isinstance(shape, list):
        for item in value if isinstance(value, list) else ():
            _look(shape[0], item, found)
    elif isinstance(shape, str):
        if isinstance(value, str):
            group, _slash, kind = shape.rpartition("/")
            found.add((group, kind, None, value))
    elif isinstance(value, dict) and isinstance(value.get("name"), str):
        found.add(_typed(shape, value))


def _typed(shape: Typed, value: Obj) -> Named:
    default_group, _slash, default_kind = shape.default.rpartition("/")
    group = value.get("group", value.get("apiGroup"))
    if group is None:
        version = value.get("apiVersion")
        group = version.rpartition("/")[0] if isinstance(version, str) else default_group
    namespace = value.get("namespace")
    return (
        str(group),
        str(value.get("kind") or default_kind),
        namespace if isinstance(namespace, str) else None,
        value["name"],
    )
