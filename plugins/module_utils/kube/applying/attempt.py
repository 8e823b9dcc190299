# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does something with many steps at once, so that one failure neither hides nor stops the others."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, TransportError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.parallel import run_all
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import Step

_Work = t.Callable[[Step], None]


def ask_about_all(work: _Work, steps: t.Sequence[Step]) -> None:
    """For questions: where the server is lost nothing has been done, and that is raised."""

    def one(step: Step) -> None:
        try:
            work(step)
        except TransportError:
            raise
        except SlipwayError as exc:
            step.fail(exc)

    run_all(one, steps)


def write_all(work: _Work, steps: t.Sequence[Step]) -> None:
    """For changes: each step keeps what came of it; where the server is lost, the rest is not tried."""
    lost: t.List[TransportError] = []

    def one(step: Step) -> None:
        try:
            if lost:
                raise lost[0]
            work(step)
        except SlipwayError as exc:
            if isinstance(exc, TransportError):
                lost.append(exc)
            step.fail(exc)

    run_all(one, steps)
