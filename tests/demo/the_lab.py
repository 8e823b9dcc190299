# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The finished lab of `make demo`, and what the tests ask it."""

from __future__ import annotations

import json
import re
import subprocess
import typing as t

from visitor import get
from watched import ROOT, Run, watch

LAB = ROOT / ".lab"
KEPT = ROOT / "tests/output"


def demo(version: str = "v1", **options: t.Any) -> Run:
    run = watch(["make", "-s", "--no-print-directory", "demo", f"APP_VERSION={version}"], **options)
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"demo-{version}.log").write_text(run.output)
    return run


def address(host: str) -> str:
    shown = subprocess.run(
        ["ansible-inventory", "-i", str(LAB / "inventory.yml"), "--host", host],
        check=True,
        capture_output=True,
        text=True,
    )
    return str(json.loads(shown.stdout)["ansible_host"])


def page(url: str) -> dict[str, t.Any]:
    """Version and counter, as the page shows them."""
    status, text = get(url.removeprefix("http://").rstrip("/"))
    assert status == 200, text
    version = re.search(r'id="version">([^<]*)<', text)
    visits = re.search(r'id="visits">(\d+)<', text)
    assert version and visits, text
    return {"version": version[1], "visits": int(visits[1])}
