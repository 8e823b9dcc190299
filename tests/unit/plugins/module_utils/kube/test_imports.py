# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What k8s_apply imports before it knows that anything is to be done: time that every task takes."""

from __future__ import annotations

import subprocess
import sys

KUBE = "ansible_collections.slipway.deploy.plugins.module_utils.kube"
_PROGRAM = f"import sys, {KUBE}.apply; print(*sorted(sys.modules))"
#: What only changes, waits, sets and other sources than files need.
SELDOM = (
    *("asyncio", "jmespath", "kubernetes"),
    *(f"{KUBE}.{name}" for name in ("wait", "diagnosis.diagnose", "health.compute", "graph.run", "graph.deletion")),
    *(f"{KUBE}.{name}" for name in ("applying.write", "applying.diff", "applying.absent", "applyset.prune")),
    *(f"{KUBE}.{name}" for name in ("api.openapi", "schema.check", "sources.helm", "sources.web", "rollouts.history")),
)


def test_a_task_that_changes_nothing_imports_little() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True)
    imported = set(done.stdout.split())
    assert f"{KUBE}.applying.present" in imported
    assert not imported & set(SELDOM)
