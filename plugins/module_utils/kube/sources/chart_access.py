# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials for a private chart repository or OCI registry: given to Helm in files that have no name.

Nothing of them is on a command line or in the environment, and nothing is left, whatever becomes of this process.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import secrets
import tempfile
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import scrub
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart import OCI, Chart

#: What `helm repo update` says of a repository, with exit code 0 in Helm 3.
_NOT_HAD = re.compile(r"Unable to get an update from .*?:\s+(.*)", re.S)


@dataclass(frozen=True)
class Access:
    """How Helm is called for one chart: arguments, open files that it inherits, and what it calls the chart."""

    arguments: t.Tuple[str, ...]
    files: t.Tuple[int, ...]
    chart: Chart


@contextlib.contextmanager
def access_to(chart: Chart, run: Runner) -> t.Iterator[Access]:
    """For as long as the chart is rendered."""
    if not chart.repo_password and not chart.repo_username:
        yield Access((), (), chart)
    elif chart.chart.startswith(OCI):
        with _nameless(_registry_config(chart)) as file:
            yield Access(("--registry-config", _path(file)), (file,), chart)
    else:
        with _repository(chart, run) as access:
            yield access


@contextlib.contextmanager
def _repository(chart: Chart, run: Runner) -> t.Iterator[Access]:
    """Helm knows a user for repositories of its list only: a list with this one, its index in a folder of ours."""
    name = f"repository-{secrets.token_hex(6)}"
    with (
        _nameless(_repository_list(chart, name)) as file,
        tempfile.TemporaryDirectory(prefix="slipway-helm-") as folder,
    ):
        arguments = ("--repository-config", _path(file), "--repository-cache", folder)
        done = run([chart.program, "repo", "update", name, *arguments], pass_fds=(file,))
        refused = _NOT_HAD.search(done.out + done.err)
        if refused or not done.ok:
            said = scrub(refused[1].split("\n")[0] if refused else done.tail(1), [chart.repo_password])
            raise InputError(f"{chart.label}: the repository {chart.repo} gives no index: {sentence(said)}")
        yield Access(arguments, (file,), chart.of_repository(name))


def _registry_config(chart: Chart) -> str:
    """As `docker login` writes it."""
    pair = base64.b64encode(f"{chart.repo_username}:{chart.repo_password}".encode()).decode()
    return json.dumps({"auths": {urlsplit(chart.chart).netloc: {"auth": pair}}})


def _repository_list(chart: Chart, name: str) -> str:
    entry = {
        "name": name,
        "url": chart.repo,
        "username": chart.repo_username,
        "password": chart.repo_password,
        "caFile": chart.ca_path,
    }
    return json.dumps({"apiVersion": "v1", "repositories": [entry]})


@contextlib.contextmanager
def _nameless(text: str) -> t.Iterator[int]:
    """In memory where the system can, else unlinked from the start."""
    with _in_memory() if hasattr(os, "memfd_create") else tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        file.seek(0)
        yield file.fileno()


def _in_memory() -> t.IO[bytes]:
    return os.fdopen(os.memfd_create("helm"), "w+b")


def _path(file: int) -> str:
    """By which a program opens a file that it inherits."""
    return f"/dev/fd/{file}"
