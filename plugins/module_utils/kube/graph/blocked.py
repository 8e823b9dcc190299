# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What blocks what, in words."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import Graph
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.state import (
    FAILED,
    RUNNING,
    SKIPPED,
    WAITING,
    State,
)

#: So many names make a sentence; a thousand would hide it.
_TOLD = 3
_HELD = (WAITING, SKIPPED)


def why_blocked(graph: Graph, state: State) -> str:
    """A sentence for each object that holds back others; empty where none does."""
    sentences = []
    for root, said in _roots(graph, state):
        held = sorted(i for i in graph.following(root) & state.todo if i != root and state.status[i] in _HELD)
        if held:
            sentences.append(f"{graph.name(root)} {said}: {_names(graph, held)} {_verb(held)} for it.")
    return " ".join(sentences)


def _roots(graph: Graph, state: State) -> t.List[t.Tuple[int, str]]:
    words = state.words
    found = [(i, words.failed) for i, status in enumerate(state.status) if status == FAILED]
    found += [(i, words.not_yet["applied"]) for i, status in enumerate(state.status) if status == RUNNING]
    overdue = {*state.unready, *state.pending}
    return sorted(found + [(want.index, words.not_yet[want.kind]) for want in overdue])


def _verb(held: t.Sequence[int]) -> str:
    return "waits" if len(held) == 1 else "wait"


def _names(graph: Graph, held: t.Sequence[int]) -> str:
    told = [graph.name(i) for i in held[:_TOLD]]
    more = len(held) - len(told)
    if more:
        return f"{', '.join(told)} and {more} more objects"
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
