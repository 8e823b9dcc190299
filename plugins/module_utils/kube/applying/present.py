# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings the cluster to what manifests say: plan, check, send, wait, prune; and go back where the user wants that."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import ApplyFailed, WaitFailed
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.cluster import Cluster
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.order import Order, order_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.outcome import result_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.plan import Planner
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.prepare import (
    check_timeouts,
    normalise,
    shapes_for,
    steps_for,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.staying import departures, opened_set
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import FAILED, SENT, SKIPPED, Step
from ansible_collections.slipway.deploy.plugins.module_utils.kube.graph.rules import DEFAULT_RULES, parse_rules
from ansible_collections.slipway.deploy.plugins.module_utils.kube.manifests.manifest import Manifest
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.options import wait_options

if t.TYPE_CHECKING:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.write import Writer

#: So many failures make a message; a thousand would hide it.
_TOLD = 5
_NOTHING = "Nothing was changed."


def make_present(manifests: t.Sequence[Manifest], cluster: Cluster) -> Result:
    """The task's result. Raises ApplyFailed or WaitFailed, with the result as details."""
    return _Present(manifests, cluster).run()


class _Present:
    def __init__(self, manifests: t.Sequence[Manifest], cluster: Cluster) -> None:
        self._cluster = cluster
        self._rules = (*DEFAULT_RULES, *parse_rules(cluster.params.get("order_rules") or []))
        opened = opened_set(cluster)
        self._waiting = wait_options(cluster.params)
        self._steps = steps_for(manifests, cluster, opened.identity if opened else None)
        self._leaving = departures(cluster, opened, self._steps)
        self._planner = Planner(cluster.client, cluster.options, shapes_for(self._steps, cluster))

    def run(self) -> Result:
        written_by_user = [step.manifest for step in self._steps]
        check_timeouts(written_by_user)
        normalise(self._steps)
        self._planner.plan(self._steps)
        self._check(written_by_user)
        order = order_of(self._steps, self._rules, self._cluster)
        self._leaving.foresee(self._steps)
        if self._cluster.context.check_mode or self._cluster.options.preflight:
            self._rehearse()
            self._stop_on_failure(_NOTHING, sent=False)
        if not self._cluster.context.check_mode:
            self._leaving.begin(self._steps)
            self._send(lambda: self._execute(order))
            self._leaving.finish(self._steps)
        self._leaving.name_pruned()
        self._stop_on_failure("What left the set may still be there.", sent=True)
        return self._result()

    def _check(self, written_by_user: t.Sequence[Manifest]) -> None:
        if self._sends:
            from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.check_fields import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
                check_fields,
            )

            check_fields(self._steps, self._cluster, written_by_user)
        self._stop_on_failure(_NOTHING, sent=False)

    @property
    def _sends(self) -> bool:
        """Whether anything changes. What only changes need is not even imported where nothing does."""
        return any(step.action in SENT for step in self._steps)

    def _writer(self) -> Writer:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.write import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            Writer,
        )

        cluster = self._cluster
        return Writer(cluster.client, cluster.discovery, self._planner, cluster.options, cluster.context.progress)

    def _rehearse(self) -> None:
        if self._sends:
            from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.rehearse import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
                rehearse,
            )

            rehearse(self._steps, self._writer(), self._cluster.options.field_manager)

    def _execute(self, order: Order) -> t.Optional[SlipwayError]:
        if not self._sends:
            return None
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.execute import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            execute,
        )

        return execute(order, self._steps, self._writer(), self._cluster)

    def _send(self, execute: t.Callable[[], t.Optional[SlipwayError]]) -> None:
        try:
            unready = execute()
            self._stop_on_failure("The others were applied, but for those that need what failed.", sent=True)
            if unready is not None:
                raise self._not_ready(unready)
            if self._cluster.params["wait"]:
                self._wait()
        except (ApplyFailed, WaitFailed) as failure:
            failure.details.update({**self._result(), **failure.details})
            if self._cluster.params.get("on_failure") == "rollback":
                self._go_back(failure)
            raise

    def _not_ready(self, why: SlipwayError) -> SlipwayError:
        """What others need was sent, and does not become what they need."""
        left = sum(step.action == SKIPPED for step in self._steps)
        told = f"{sentence(why.message)} {left} of {len(self._steps)} objects need this and were not sent."
        return WaitFailed(told, **why.details)

    def _wait(self) -> None:
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.wait import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            wait_until_healthy,
        )

        cluster = self._cluster
        refs = [step.manifest.ref for step in self._steps]
        wait_until_healthy(
            cluster.client, cluster.discovery, refs, cluster.timeout, cluster.context.progress, self._waiting
        )

    def _go_back(self, failure: SlipwayError) -> None:
        """Both stories in one message."""
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.restore import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            Restorer,
        )

        cluster = self._cluster
        restorer = Restorer(cluster.client, cluster.discovery, cluster.options.field_manager, cluster.context.progress)
        story = restorer.restore(self._steps, cluster.timeout)
        self._leaving.take_back()
        failure.reword(f"{sentence(failure.message)} {story}")
        failure.details["rollback"] = story

    def _result(self, *, sent: bool = True) -> Result:
        manager = self._cluster.options.field_manager
        return result_of([*self._steps, *self._leaving.steps], self._cluster.context.diff, manager, sent=sent)

    def _stop_on_failure(self, rest: str, *, sent: bool) -> None:
        refuse_failed([*self._steps, *self._leaving.steps], rest, lambda: self._result(sent=sent))


def _doubtful(steps: t.Sequence[Step]) -> str:
    """What was under way when the server was lost."""
    refs = [str(step.manifest.ref) for step in steps if step.in_doubt]
    if not refs:
        return ""
    shown = ", ".join(refs[:_TOLD]) + (f" and {len(refs) - _TOLD} more" if len(refs) > _TOLD else "")
    return f" The server may have applied (in_doubt in the result): {shown}."


def refuse_failed(steps: t.Sequence[Step], rest: str, result: t.Callable[[], Result]) -> None:
    """Raises ApplyFailed where steps failed; `rest` says what is with the others."""
    failed = [s.error for s in steps if s.action == FAILED]
    if not failed:
        return
    told = " ".join(sentence(error) for error in failed[:_TOLD])
    if len(steps) > 1:
        more = f" ({_TOLD} of them are told here, all are in the result)" if len(failed) > _TOLD else ""
        told += f" {len(failed)} of {len(steps)} objects failed{more}.{_doubtful(steps)} {rest}"
    raise ApplyFailed(told, **result())
