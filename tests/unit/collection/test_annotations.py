# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/annotations.md names every annotation and label that the code reads or writes."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_NAME = re.compile(r'"((?:slipway\.deploy|applyset\.kubernetes\.io|config\.kubernetes\.io|helm\.sh)/[a-z-]+)"')


def test_all_annotations_are_on_their_page() -> None:
    sources = (ROOT / "plugins/module_utils/kube").rglob("*.py")
    used = {name for source in sources for name in _NAME.findall(source.read_text())}
    page = (ROOT / "docs/annotations.md").read_text()
    assert len(used) > 12
    assert sorted(name for name in used if name.partition("/")[2] not in page) == []
