# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options by which modules take manifests; documented in doc_fragments/kube_sources.py."""

from __future__ import annotations

import typing as t

HELM_SPEC: t.Dict[str, t.Any] = {
    "chart": {"type": "str", "required": True, "aliases": ["chart_ref"]},
    "name": {"type": "str", "required": True, "aliases": ["release_name"]},
    "namespace": {"type": "str", "aliases": ["release_namespace"]},
    "version": {"type": "str", "aliases": ["chart_version"]},
    "repo": {"type": "str", "aliases": ["chart_repo_url"]},
    "repo_username": {"type": "str", "aliases": ["chart_repo_username"]},
    "repo_password": {"type": "str", "no_log": True, "aliases": ["chart_repo_password"]},
    "ca_file": {"type": "path", "aliases": ["chart_ca_cert"]},
    "values": {"type": "dict", "default": {}, "aliases": ["release_values"]},
    "values_files": {"type": "list", "elements": "path", "default": []},
    "include_crds": {"type": "bool", "default": True},
    "disable_hook": {"type": "bool", "default": False},
    "kube_version": {"type": "str"},
    "api_versions": {"type": "list", "elements": "str"},
    "binary": {"type": "path", "aliases": ["binary_path"]},
}
SOURCES_SPEC: t.Dict[str, t.Any] = {
    "definition": {"type": "raw", "aliases": ["resource_definition", "inline"]},
    "src": {"type": "list", "elements": "raw"},
    "recursive": {"type": "bool", "default": False},
    "template": {"type": "raw"},
    "kustomize": {"type": "list", "elements": "path"},
    "kustomize_binary": {"type": "path"},
    "helm": {"type": "list", "elements": "dict", "options": HELM_SPEC},
    "remote_src": {"type": "bool", "default": False},
    "sources": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "text": {"type": "str", "required": True},
            "chart": {"type": "bool", "default": False},
            "namespace": {"type": "str"},
        },
    },
}
#: At least one of them says what a task is about.
SOURCE_OPTIONS = ("definition", "src", "template", "kustomize", "helm", "sources")
#: A Verb's `hide`: they may hold secrets.
SOURCES_HIDE = (
    "definition",
    "resource_definition",
    "inline",
    "sources",
    "src.headers",
    "helm.values",
    "helm.repo_password",
)
