# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that a task names as its manifests: from options to texts, from texts to objects."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.kubeconfig import require_library
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import (
    Finder,
    Manifest,
    from_definition,
    from_text,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import expanded, files_of, read_source
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.text import SourceText

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.capabilities import Capabilities

AskCluster = t.Callable[[], "Capabilities"]
#: Options whose manifests are made by programs.
_MADE = ("kustomize", "helm")


def read_manifests(
    params: Params, context: TaskContext, ask_cluster: t.Optional[AskCluster] = None
) -> t.List[Manifest]:
    """All that the task names. `ask_cluster` is called where a chart is to be rendered for the cluster, only then."""
    require_library()
    found: t.List[Manifest] = []
    if params.get("definition") is not None:
        found += from_definition(params["definition"])
    for text in read_texts(params, context, ask_cluster):
        found += manifests_of(text)
    if not found:
        raise InputError("The definition holds no object.")
    return found


def manifests_of(source: SourceText) -> t.List[Manifest]:
    """The objects of one text."""
    found = from_text(source.text, source.name, source.namespace, _finder(source))
    if not source.chart:
        return found
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart_hooks import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        as_plain_objects,
    )

    return as_plain_objects(found)


def _finder(source: SourceText) -> t.Optional[Finder]:
    if not source.kustomization:
        return None
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.kustomize_files import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        KustomizationFiles,
    )

    return KustomizationFiles(source.kustomization, expanded(source.kustomization)).place


def read_texts(params: Params, context: TaskContext, ask_cluster: t.Optional[AskCluster] = None) -> t.List[SourceText]:
    """All sources but `definition`. What the action plugin has read already is in `sources`."""
    given = params.get("sources")
    texts = [SourceText.from_option(source) for source in given or []]
    if given is None and params.get("template"):
        raise InputError("template is rendered by the action plugin, on the controller; here use src or definition.")
    if given is None or params.get("remote_src"):
        for element in params.get("src") or []:
            texts += texts_of(element, bool(params.get("recursive")), context.env)
    return texts + _made_texts(params, context, ask_cluster)


def _made_texts(params: Params, context: TaskContext, ask_cluster: t.Optional[AskCluster]) -> t.List[SourceText]:
    if not any(params.get(name) for name in _MADE):
        return []
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.made import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        made_texts,
    )

    return made_texts(params, context, ask_cluster)


def texts_of(element: t.Any, recursive: bool, env: t.Mapping[str, str]) -> t.List[SourceText]:
    """What an element of `src` means: a path, or a URL."""
    if isinstance(element, str) and "://" not in element:
        return [SourceText(str(path), read_source(path)) for path in files_of(element, recursive)]
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.web import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
        WebSource,
        fetch,
    )

    web = WebSource.from_option(element)
    return [SourceText(web.shown, fetch(web, env))]
