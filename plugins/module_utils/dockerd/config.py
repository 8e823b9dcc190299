# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's configuration file as a value: text, comparison, and a diff that shows no password."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

Options = t.Mapping[str, t.Any]
_URL_PASSWORD = re.compile(r"(://)[^/@\s\"]+@")


def render(options: Options) -> str:
    """The file's text: sorted, so that the same options always give the same file."""
    try:
        return json.dumps(options, indent=2, sort_keys=True) + "\n"
    except (TypeError, ValueError) as exc:
        raise InputError(f"options: the engine's options are not plain JSON data: {exc}.") from exc


def same(current: t.Optional[str], options: Options) -> bool:
    """Whether the file says this already, however it is laid out."""
    if current is None or not current.strip():
        return False
    try:
        return bool(json.loads(current) == json.loads(render(options)))
    except ValueError:
        return False


def diff(path: str, before: t.Optional[str], after: str) -> t.Dict[str, str]:
    """What `--diff` shows; a proxy's password is masked."""
    return {
        "before_header": path,
        "after_header": path,
        "before": masked(before or ""),
        "after": masked(after),
    }


def masked(text: str) -> str:
    return _URL_PASSWORD.sub(r"\1***@", text)


def reason(log: str) -> str:
    """The lines of the engine's log that say why it did not start; the last ones where none stands out."""
    lines = [line.strip() for line in masked(log).splitlines() if line.strip()]
    telling = [x for x in lines if re.search(r"fail|fatal|unable to|invalid|cannot|level=error", x, re.IGNORECASE)]
    return " | ".join((telling or lines)[-4:]) or "its log is empty"
