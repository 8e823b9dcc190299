# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/benchmarks.md: one section for each benchmark, and each benchmark writes its own and no other."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/benchmarks.md"
_HEAD = """# Benchmarks

Each section is written by the program that measured it, in `tests/bench/`. Limits are those which the project sets
itself; what is not met is said so.
"""


def put(name: str, text: str, page: Path = PAGE) -> None:
    """The section `name`, in place of the one that was there; a new one goes to the end."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    section = f"{begin}\n{text.strip()}\n\n{end}"
    old = page.read_text() if page.exists() else _HEAD
    before, found, rest = old.partition(begin)
    if found:
        _old, found, after = rest.partition(end)
        if not found:
            raise SystemExit(f"{page} has no {end.strip()}: mend it by hand.")
        page.write_text(before + section + after)
    else:
        page.write_text(f"{old.rstrip()}\n\n{section}")
