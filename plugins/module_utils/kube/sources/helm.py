# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helm charts: rendered by `helm template`. What comes out is applied like everything else."""

from __future__ import annotations

import json
import re
import typing as t
from itertools import chain

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.yaml_text import parse_documents
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import Capabilities
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart import Chart, is_remote
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart_access import access_to
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import expanded, read_source
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.programs import leaves, output_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.text import SourceText

#: JSON allows them in strings; YAML's readers refuse some, and take others for the ends of lines.
_UNREADABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def render(chart: Chart, run: Runner, cluster: t.Optional[Capabilities] = None) -> SourceText:
    """The chart's objects. Values go through a pipe: they may be secrets, and a command line is public."""
    stdin = values_text(chart.values) if chart.values else None
    for path in chart.values_files:
        if not expanded(path).is_file():
            raise InputError(f"{chart.label}: there is no file {path} (values_files).")
    # Files are read for an error's sake alone: lazily.
    secrets = chain([chart.repo_password], leaves(dict(chart.values)), _values_in(chart.values_files))
    with access_to(chart, run) as access:
        argv = arguments(access.chart, cluster, access.arguments)
        text = output_of(run, argv, chart.label, stdin=stdin, secrets=secrets, pass_fds=access.files)
    return SourceText(chart.label, text, True, chart.namespace)


def arguments(chart: Chart, cluster: t.Optional[Capabilities] = None, access: t.Sequence[str] = ()) -> t.List[str]:
    """The command line. Tests of a chart are no part of what it installs."""
    argv = [chart.program, "template", *access, "--namespace", chart.namespace, "--skip-tests"]
    for path in chart.values_files:
        argv += ["--values", str(expanded(path))]
    if chart.values:
        argv += ["--values", "-"]
    version = chart.kube_version or (cluster.kube_version if cluster else "")
    served = chart.api_versions if chart.api_versions is not None else cluster.api_versions if cluster else ()
    options = {"--version": chart.version, "--repo": chart.repo, "--ca-file": chart.ca_path, "--kube-version": version}
    argv += [word for name, value in options.items() if value for word in (name, value)]
    argv += ["--api-versions", ",".join(served)] if served else []
    argv += ["--include-crds"] if chart.include_crds else ["--skip-crds"]
    argv += ["--no-hooks"] if chart.disable_hook else []
    place = chart.chart if is_remote(chart.chart, chart.repo) else str(expanded(chart.chart))
    return [*argv, "--", chart.name, place]


def values_text(values: t.Mapping[str, t.Any]) -> str:
    """JSON is YAML but for some characters. Half a surrogate pair as an escape is none either, so text stays text."""
    text = json.dumps(values, ensure_ascii=False, default=str)
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _values_in(paths: t.Iterable[str]) -> t.Iterator[t.Any]:
    """What files of values hold may be secret too; a file that is wrong is Helm's to complain of."""
    for path in paths:
        try:
            documents = list(parse_documents(read_source(expanded(path)), path))
        except InputError:
            continue
        for document in documents:
            yield from leaves(document.value)
