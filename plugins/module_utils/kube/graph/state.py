# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a run through a graph has come."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.model import (
    APPLIED,
    ESTABLISHED,
    GONE,
    HEALTHY,
    Graph,
)

WAITING, RUNNING, DONE, FAILED, SKIPPED = "waiting", "running", "done", "failed", "skipped"


class Want(t.NamedTuple):
    """Somebody waits until `kind` (HEALTHY, ESTABLISHED, GONE) is true of the object at `index`."""

    index: int  # type: ignore[assignment]  # a tuple has a method of that name, which nobody needs
    kind: str


@dataclass(frozen=True)
class Words:
    """How messages call what is done; the defaults are for applying."""

    done: str = "sent"
    failed: str = "failed"
    not_yet: t.Mapping[str, str] = field(
        default_factory=lambda: {
            APPLIED: "is not sent yet",
            HEALTHY: "is not healthy",
            ESTABLISHED: "is not established",
            GONE: "is not gone",
        }
    )


DELETING = Words("deleted", "could not be deleted", {APPLIED: "is not deleted yet", GONE: "is not gone"})


@dataclass
class State:
    """What came of every object: `status` has WAITING for those that were not among the things to do."""

    graph: Graph
    words: Words
    status: t.List[str]
    #: What is to be done.
    todo: t.FrozenSet[int] = frozenset()
    #: The error of each object whose work failed.
    errors: t.Dict[int, SlipwayError] = field(default_factory=dict)
    #: Why each skipped object was skipped: "not sent, because Secret a/b failed".
    reasons: t.Dict[int, str] = field(default_factory=dict)
    #: What is waited for at the moment; after a timeout, what did not come.
    pending: t.Set[Want] = field(default_factory=set)
    #: What will not come, as far as the waiter knows.
    unready: t.Dict[Want, SlipwayError] = field(default_factory=dict)
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        return not (self.errors or self.reasons or self.unready)
