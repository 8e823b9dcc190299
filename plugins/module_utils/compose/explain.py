# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Compose says of files that it refuses, as one sentence with file and line: pure."""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import sentence
from ansible_collections.slipway.deploy.plugins.module_utils.compose.keys import keys_at, meant
from ansible_collections.slipway.deploy.plugins.module_utils.compose.positions import Positions, at, line_of


@dataclass(frozen=True)
class Place:
    """What the messages are about: texts and positions by the names that the user knows."""

    base: str
    texts: t.Mapping[str, str]
    positions: Positions

    def name(self, path: str) -> str:
        shown = os.path.relpath(path, self.base)
        return path if shown.startswith("..") and shown not in self.texts else shown

    def at(self, path: str, file: t.Optional[str] = None) -> str:
        return at(self.positions, path, self.name(file) if file else None)

    def services(self) -> t.Set[str]:
        paths = (path.split(".") for lines in self.positions.values() for path in lines)
        return {parts[1] for parts in paths if parts[0] == "services" and len(parts) > 1}

    def line(self, pattern: str) -> str:
        """`file:line: ` of the first text that has it."""
        for name, text in self.texts.items():
            number = line_of(text, re.compile(pattern))
            if number:
                return f"{name}:{number}: "
        return ""


def unset(place: Place, names: t.Sequence[str]) -> str:
    """Compose takes an empty text for a variable that is not set; what runs then is nobody's wish."""
    where = [place.line(r"(?<!\$)(?:\$\$)*\$\{?" + name + r"\b") for name in names]
    first = f"{where[0]}the variable {names[0]} is not set"
    more = [f"{place_of}{name}" for name, place_of in zip(names[1:], where[1:])]
    others = f" (nor are {', '.join(more)})" if more else ""
    return f"{first}{others}: give it in 'env' or in an env file, or write ${{{names[0]}:-a default}}."


def explain(said: str, place: Place) -> str:
    """`said`: Compose's own words."""
    for pattern, tell in _KNOWN:
        match = re.search(pattern, said, re.MULTILINE)
        if match:
            return tell(match, place)
    return f"The Compose file is not valid: {sentence(said)}"


def _unknown_key(match: t.Match[str], place: Place) -> str:
    path = "" if match["path"] == "(root)" else match["path"]
    where = place.at(f"{path}.{match['key']}".lstrip("."), match["file"])
    owner = path or "a Compose file"
    return f"{where}{owner} has no key '{match['key']}'{meant(match['key'], keys_at(path))}"


def _wrong_type(match: t.Match[str], place: Place) -> str:
    return f"{place.at(match['path'], match['file'])}{match['path']} {match['what']}."


def _twice(match: t.Match[str], place: Place) -> str:
    number, first = int(match["line"]), int(match["first"])
    having = [
        name
        for name, text in place.texts.items()
        if all(match["key"] in line for line in (text.splitlines()[number - 1 : number] or [""]))
    ]
    return f"{(having or [''])[0]}:{number}: the key '{match['key']}' is there twice (first in line {first})."


def _yaml(match: t.Match[str], place: Place) -> str:
    name = f"{next(iter(place.texts))}:" if len(place.texts) == 1 else "line "
    return f"{name}{match['line']}: this is not YAML: {sentence(match['what'])}"


def _required(match: t.Match[str], place: Place) -> str:
    where = place.at(match["path"])
    return f"{where}{match['path']} needs the variable {match['name']}: {sentence(match['why'] or 'it is not set')}"


def _interpolation(match: t.Match[str], place: Place) -> str:
    return (
        f"{place.at(match['path'])}{match['path']}: '{match['text'].strip()}' cannot be read: write ${{NAME}} for a "
        "variable and $$ for a dollar sign."
    )


def _cycle(match: t.Match[str], place: Place) -> str:
    ring = match["ring"].strip()
    where = place.at(f"services.{ring.split(' -> ')[0]}.depends_on")
    return f"{where}these services wait for one another: {ring}."


def _undefined_service(match: t.Match[str], place: Place) -> str:
    service, other = match["service"], match["other"]
    where = place.at(f"services.{service}.depends_on.{other}")
    if other in place.services():
        return f"{where}service '{service}' depends on '{other}', whose profile is not active: add it to 'profiles'."
    return f"{where}service '{service}' depends on '{other}', which is not there{meant(other, place.services())}"


def _undefined(match: t.Match[str], place: Place) -> str:
    service, kind, name = match["service"], match["kind"], match["name"]
    known = [p.split(".")[1] for lines in place.positions.values() for p in lines if p.startswith(f"{kind}s.")]
    where = place.at(f"services.{service}.{kind}s")
    hint = meant(name, known)
    hint = hint if hint != "." else f": add it below '{kind}s' at the top of the file."
    return f"{where}service '{service}' uses the {kind} '{name}', which is not there{hint}"


def _no_image(match: t.Match[str], place: Place) -> str:
    service = match["service"]
    return f"{place.at(f'services.{service}')}service '{service}' has no image."


def _missing_file(match: t.Match[str], place: Place) -> str:
    name = place.name(match["file"])
    return f"{place.line(re.escape(os.path.basename(name)))}there is no file {name}."  # noqa: PTH119 a name in a text


def _port(match: t.Match[str], place: Place) -> str:
    return f"{place.line(re.escape(match['port']))}{match['port']} is not a port: use 1 to 65535."


def _decoding(match: t.Match[str], place: Place) -> str:
    path = match["path"].replace("[", ".").replace("]", "")
    return f"{place.at(path)}{path}: {sentence(match['what'])}"


def _extends(match: t.Match[str], place: Place) -> str:
    where = place.at(f"services.{match['service']}.extends")
    return f"{where}service '{match['service']}' extends '{match['other']}', which is not there."


def _include(match: t.Match[str], place: Place) -> str:
    files = [place.name(word) for word in match["files"].split() if word != "include"]
    return f"{place.line('include')}these files include one another: {' -> '.join(files)}."


_VALIDATING = r"validating (?P<file>\S+): "
_SERVICE = r'service "(?P<service>[^"]+)"'
_KNOWN: t.Tuple[t.Tuple[str, t.Callable[[t.Match[str], Place], str]], ...] = (
    (_VALIDATING + r"(?P<path>\S+) Additional property (?P<key>\S+) is not allowed", _unknown_key),
    (_VALIDATING + r"(?P<path>\S+) (?P<what>must .*)", _wrong_type),
    (r'line (?P<line>\d+): mapping key "(?P<key>[^"]+)" already defined at line (?P<first>\d+)', _twice),
    (r"yaml: line (?P<line>\d+): (?P<what>.*)", _yaml),
    (
        r"interpolating (?P<path>\S+): required variable (?P<name>\w+) is missing a value(?:: (?P<why>.*))?",
        _required,
    ),
    (r"invalid interpolation format for (?P<path>\S+?)\.?\n(?:You may need.*\n)?(?P<text>.*)", _interpolation),
    (r"dependency cycle detected: (?P<ring>.*)", _cycle),
    (_SERVICE + r' depends on undefined service "?(?P<other>[^":]+)"?', _undefined_service),
    (_SERVICE + r" refers to undefined (?P<kind>\w+) (?P<name>[^:\s]+)", _undefined),
    (_SERVICE + r" has neither an image nor a build context", _no_image),
    (r"env file (?P<file>\S+) not found", _missing_file),
    (r"(?:open|stat) (?P<file>\S+): no such file or directory", _missing_file),
    (r"[Ii]nvalid (?:hostPort|containerPort|port): (?P<port>\S+)", _port),
    (r"error decoding '(?P<path>[^']+)': (?P<what>.*)", _decoding),
    (r'cannot extend service "(?P<service>[^"]+)" in \S+: service "(?P<other>[^"]+)" not found', _extends),
    (r"include cycle detected:\n(?P<files>(?:.|\n)*)", _include),
)
