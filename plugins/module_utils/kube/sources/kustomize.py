# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kustomizations, built by `kustomize build` or `kubectl kustomize`."""

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import expanded
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.kustomize_files import FILES
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.programs import output_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.text import SourceText

#: The clients that have kustomize built in.
_CLIENTS = ("kubectl", "oc")


def build(path: str, run: Runner, program: str) -> SourceText:
    """`program` is what `find_program` gave."""
    folder = expanded(path)
    if not folder.is_dir():
        raise InputError(f"kustomize: {path} is no directory.")
    if not any((folder / name).is_file() for name in FILES):
        raise InputError(f"kustomize: the directory {path} holds no {FILES[0]}.")
    what = f"kustomization {path}"
    verb = "kustomize" if Path(program).name.startswith(_CLIENTS) else "build"
    return SourceText(what, output_of(run, [program, verb, str(folder)], what), kustomization=path)


def find_program(wanted: t.Optional[str], env: t.Mapping[str, str]) -> str:
    """The one that the user names, or `kustomize`, or `kubectl`."""
    if wanted:
        return str(expanded(wanted))
    for name in ("kustomize", *_CLIENTS):
        if shutil.which(name, path=env.get("PATH")):
            return name
    raise MissingDependencyError(
        "kustomize: neither kustomize nor kubectl is on PATH: install one of them, or give kustomize_binary."
    )
