# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects that every tool is given: small, mixed, the same for all."""

from __future__ import annotations

import typing as t
from pathlib import Path

import yaml

Obj = t.Dict[str, t.Any]


def _config_map(name: str, version: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"version": version}}


def _service(name: str, _version: str) -> Obj:
    spec = {"selector": {"app": name}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def _deployment(name: str, _version: str) -> Obj:
    container = {"name": "main", "image": "main:1", "resources": {"limits": {"cpu": "500m", "memory": "64Mi"}}}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def _account(name: str, _version: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}


def _role(name: str, _version: str) -> Obj:
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": name},
        "rules": rules,
    }


_KINDS = (_config_map, _service, _deployment, _account, _role)


def mixed(count: int, namespace: str, changed: str = "1") -> t.List[Obj]:
    """Five kinds in turn. `changed` is in the first object alone."""
    found = [_KINDS[i % len(_KINDS)](f"o{i}", changed if i == 0 else "1") for i in range(count)]
    for obj in found:
        obj["metadata"]["namespace"] = namespace
    return found


def write(path: Path, objects: t.Sequence[Obj]) -> Path:
    path.write_text(yaml.dump_all(objects, Dumper=yaml.CSafeDumper, sort_keys=False))
    return path
