# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not pruned though it has left its set. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.applyset.contents import GroupKind, parse_kind

#: What takes data or other objects with it.
DEFAULT_PROTECTED = ("Namespace", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition")
PRUNE = "slipway.deploy/prune"
_HELM_POLICY = "helm.sh/resource-policy"


def why_kept(kind: GroupKind, annotations: t.Mapping[str, str], protected: t.Sequence[str]) -> str:
    """Empty: nothing speaks against pruning it."""
    for name in protected:
        group, protected_kind = parse_kind(name)
        if kind[1] == protected_kind and group in ("", kind[0]):
            return f"has left the set and is kept: {kind[1]} is in prune_protect"
    if str(annotations.get(PRUNE)).lower() == "false":
        return f"has left the set and is kept: its annotation {PRUNE}"
    if annotations.get(_HELM_POLICY) == "keep":
        return f"has left the set and is kept: its annotation {_HELM_POLICY}"
    return ""
