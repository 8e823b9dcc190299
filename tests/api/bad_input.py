# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads bad_input.cases: one case after `=== NAME`, its parts after lines that start with @.

`@options` JSON of the task, `@as` the user whose rights count, `@before MANAGER` what is there already, `@now` what is
applied, `@fails` the whole message, `@sent` each write (nothing, if it is left out). `{ns}` is the test's namespace.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

_PART = re.compile(r"^@(options|as|before|now|fails|sent)[ \t]*(.*)$", re.MULTILINE)
_REPEATED = re.compile(r"\{(\d+) characters\}")


@dataclass
class Case:
    """One mistake."""

    name: str
    now: str = ""
    fails: str = ""
    sent: t.List[str] = field(default_factory=list)
    options: t.Dict[str, t.Any] = field(default_factory=dict)
    user: str = ""
    before: str = ""
    manager: str = ""


def read_cases(path: Path) -> t.List[Case]:
    _preface, *texts = re.split(r"^=== ", path.read_text(), flags=re.MULTILINE)
    return [_case(text) for text in texts]


def _case(text: str) -> Case:
    name, *parts = _PART.split(text)
    case = Case(name.strip())
    for key, argument, content in zip(parts[::3], parts[1::3], parts[2::3]):
        if key == "options":
            case.options = json.loads(argument)
        elif key == "as":
            case.user = argument
        elif key == "before":
            case.manager, case.before = argument, content.lstrip("\n")
        elif key == "now":
            case.now = _REPEATED.sub(lambda found: "x" * int(found[1]), content.lstrip("\n"))
        elif key == "fails":
            case.fails = " ".join(content.split())
        else:
            case.sent.append(argument)
    return case
