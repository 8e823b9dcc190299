# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.image.stream_build import stream_build

STEP = '{"vertexes": [{"digest": "sha256:1", "name": "[1/2] RUN x", "started": "2026-01-01T00:00:00Z"}]}\n'


class Buildx:
    """Builds with the kinds of progress that it knows, and says `text` meanwhile."""

    def __init__(self, version: str, knows: t.Sequence[str], text: str = "", ok: bool = True) -> None:
        self.version, self.knows, self.text, self.ok = version, knows, text, ok
        self.ran: t.List[str] = []

    def stream(self, argv: t.Sequence[str], on_text: t.Callable[[str], None], *_more: t.Any) -> Completed:
        kind = argv[-1]
        self.ran.append(kind)
        known = kind in self.knows
        on_text(self.text if known else f"ERROR: invalid progress value : {kind}\n")
        return Completed(0 if known and self.ok else 1, "", "")

    def run(self, argv: t.Sequence[str], *_more: t.Any) -> Completed:
        assert list(argv) == ["docker", "buildx", "version"]
        self.ran.append("version")
        return Completed(0 if self.version else 1, self.version, "")

    def build(self) -> t.Tuple[bool, str]:
        done, progress = stream_build(self.stream, self.run, lambda kind: ["build", kind], lambda _line: None)
        return done.ok, progress.failure().reason


def test_a_build_takes_one_command() -> None:
    buildx = Buildx("buildx v0.29.0", ["rawjson", "plain"], STEP)
    assert buildx.build()[0]
    assert buildx.ran == ["rawjson"]


def test_an_old_buildx_builds_all_the_same() -> None:
    buildx = Buildx("buildx v0.12.1", ["plain"])
    assert buildx.build()[0]
    assert buildx.ran == ["rawjson", "version", "plain"]


def test_a_failed_step_is_no_reason_to_build_again() -> None:
    buildx = Buildx("buildx v0.12.1", ["rawjson"], STEP, ok=False)
    assert not buildx.build()[0]
    assert buildx.ran == ["rawjson"]


def test_what_a_new_buildx_refuses_is_told() -> None:
    buildx = Buildx("buildx v0.29.0", ["rawjson"], "ERROR: no builder named x\n", ok=False)
    assert buildx.build() == (False, "no builder named x")
    assert buildx.ran == ["rawjson", "version"]


def test_a_missing_buildx_is_told_of() -> None:
    with pytest.raises(MissingDependencyError, match="has no buildx"):
        Buildx("", []).build()
