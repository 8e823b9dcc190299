# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What programs make of a task's options: kustomizations and charts."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources import helm, kustomize
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import Capabilities
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart import Chart
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.text import SourceText

AskCluster = t.Callable[[], Capabilities]


def made_texts(params: Params, context: TaskContext, ask_cluster: t.Optional[AskCluster] = None) -> t.List[SourceText]:
    """`ask_cluster` is called where a chart is to be rendered for the cluster, only then."""
    run = runner(context.env)
    texts: t.List[SourceText] = []
    if params.get("kustomize"):
        program = kustomize.find_program(params.get("kustomize_binary"), context.env)
        texts += [kustomize.build(path, run, program) for path in params["kustomize"]]
    charts = [Chart.from_option(option, params.get("namespace") or "") for option in params.get("helm") or []]
    asks = ask_cluster is not None and any(chart.asks_the_cluster for chart in charts)
    cluster = ask_cluster() if asks and ask_cluster is not None else None
    return texts + [helm.render(chart, run, cluster) for chart in charts]
