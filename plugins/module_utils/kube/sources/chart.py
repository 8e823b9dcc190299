# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says of one chart. Pure, but for files that it names and that must be there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import expanded

OCI = "oci://"
_REMOTE = (OCI, "https://")


@dataclass(frozen=True)
class Chart:
    """One element of the option `helm`."""

    chart: str
    name: str
    namespace: str = ""
    version: str = ""
    repo: str = ""
    repo_username: str = ""
    repo_password: str = field(default="", repr=False)
    ca_file: str = ""
    values: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False)
    values_files: t.Tuple[str, ...] = ()
    include_crds: bool = True
    disable_hook: bool = False
    kube_version: str = ""
    api_versions: t.Optional[t.Tuple[str, ...]] = None
    binary: str = "helm"

    @classmethod
    def from_option(cls, option: t.Mapping[str, t.Any], namespace: str = "") -> Chart:
        """`namespace` is the task's."""
        given = {name: option[name] for name in cls.__dataclass_fields__ if option.get(name) is not None}
        given["namespace"] = given.get("namespace") or namespace or "default"
        for name in ("values_files", "api_versions"):
            if name in given:
                given[name] = tuple(given[name])
        made = cls(**given)
        made._check()
        return made

    def _check(self) -> None:
        for name in ("chart", "name", "namespace", "version", "repo"):
            if getattr(self, name).startswith("-"):
                raise InputError(f"helm: {name} is {getattr(self, name)!r}, which Helm would take for an option.")
        for name in ("chart", "repo"):
            if getattr(self, name).startswith("http://"):
                raise InputError(f"helm: {name} {getattr(self, name)} is not safe on its way: use https:// or oci://.")
        if (self.repo_username or self.repo_password) and not (self.repo or self.chart.startswith(OCI)):
            raise InputError(
                f"helm: repo_username and repo_password of {self.chart} are for a repository: give repo and the "
                "chart's name in it, or an oci:// address."
            )
        if self.ca_file and not expanded(self.ca_file).is_file():
            raise InputError(f"{self.label}: there is no file {self.ca_file} (ca_file).")

    @property
    def label(self) -> str:
        return f"helm chart {self.name}"

    @property
    def program(self) -> str:
        return str(expanded(self.binary))

    @property
    def ca_path(self) -> str:
        return str(expanded(self.ca_file).absolute()) if self.ca_file else ""

    def of_repository(self, name: str) -> Chart:
        """The same chart, of a repository that Helm knows by this name."""
        return replace(self, chart=f"{name}/{self.chart}", repo="")

    @property
    def asks_the_cluster(self) -> bool:
        """Whether what the cluster is could change what the chart gives."""
        return not self.kube_version or self.api_versions is None


def is_remote(chart: str, repo: t.Optional[str]) -> bool:
    """Whether Helm downloads it; else it is a path, or REPOSITORY/NAME of a repository that Helm knows."""
    return bool(repo) or chart.startswith(_REMOTE)
