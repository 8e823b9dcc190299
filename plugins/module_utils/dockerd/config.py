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


def lenient(text: t.Optional[str]) -> t.Dict[str, t.Any]:
    """The file as data; one that is replaced as a whole need not be readable."""
    try:
        data = json.loads(text or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


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


#: What says most comes first.
_TELLING = (
    re.compile(
        r"failed to start daemon|failed to start containerd|unable to configure the Docker daemon", re.IGNORECASE
    ),
    re.compile(r"level=(fatal|panic|error)"),
    re.compile(r"fail|fatal|unable to|invalid|cannot", re.IGNORECASE),
)
#: systemd's own lines only say that the unit failed.
_SYSTEMD = re.compile(r"^(docker\.service: |Failed to start docker|Starting docker|Stopped docker|Stopping docker)")

_CALM = re.compile(r"level=(debug|info)")


def reason(log: str) -> str:
    """The lines of the engine's log that say why it did not start; the last ones where none stands out."""
    lines = [line.strip() for line in masked(log).splitlines() if line.strip()]
    own = [line for line in lines if not _SYSTEMD.match(line) and not _CALM.search(line)]
    for telling in _TELLING:
        found = [line for line in own if telling.search(line)]
        if found:
            return " | ".join(dict.fromkeys(found[-2:])).rstrip(".")
    return " | ".join((own or lines)[-3:]) or "its log is empty"
