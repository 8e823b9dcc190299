# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BuildKit itself, on a Docker host of the lab: what it makes of many contexts, all in one go."""

from __future__ import annotations

import json
import shlex
import subprocess
import tarfile
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from the_lab import LAB

#: (path, type, mode, link or device, SHA-256 of the content) of each path in an image.
View = t.List[t.List[t.Any]]

_THERE = Path(__file__).with_name("on_the_host.py")


@dataclass
class Case:
    """One build: a folder, where in it the context is, and the Dockerfile's path there."""

    context: Path
    dockerfile: str = "Dockerfile"
    place: str = "."
    #: Named contexts: where they are in the folder.
    named: t.Mapping[str, str] = field(default_factory=dict)
    args: t.Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    #: Expected to fail, so that it would stop the others.
    alone: bool = False


@dataclass
class Host:
    """A host of the lab, by SSH."""

    name: str

    def run(self, command: t.Sequence[str], stdin: t.Optional[t.IO[bytes]] = None) -> str:
        variables = self._variables()
        done = subprocess.run(
            [
                "ssh",
                *shlex.split(variables["ansible_ssh_common_args"]),
                *("-o", "ControlMaster=auto", "-o", f"ControlPath={LAB}/cp/t-%h", "-o", "ControlPersist=60s"),
                *("-i", variables["ansible_ssh_private_key_file"]),
                f"{variables['ansible_user']}@{variables['ansible_host']}",
                shlex.join(command),
            ],
            check=False,
            stdin=stdin or subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"{command[0]} on {self.name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def _variables(self) -> t.Dict[str, t.Any]:
        shown = subprocess.run(
            ["ansible-inventory", "-i", str(LAB / "inventory.yml"), "--host", self.name],
            check=True,
            capture_output=True,
            text=True,
        )
        found: t.Dict[str, t.Any] = json.loads(shown.stdout)
        return found


def build(host: Host, cases: t.Sequence[Case], folder: Path) -> t.List[t.Union[View, str]]:
    """What each case's image holds, or why BuildKit refuses it. `folder` is for the luggage."""
    luggage = folder / "luggage.tar"
    plan = [
        {
            "dockerfile": case.dockerfile,
            "place": case.place,
            "named": dict(case.named),
            "args": dict(case.args),
            "target": case.target,
            "alone": case.alone,
        }
        for case in cases
    ]
    (folder / "plan.json").write_text(json.dumps(plan))
    with tarfile.open(luggage, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.add(_THERE, "on_the_host.py")
        tar.add(folder / "plan.json", "plan.json")
        for number, case in enumerate(cases):
            tar.add(case.context, f"cases/{number}")
    script = "d=$(mktemp -d) && tar -xpf - -C $d && timeout 280 python3 $d/on_the_host.py $d; c=$?; rm -rf $d; exit $c"
    with luggage.open("rb") as stream:
        views: t.List[t.Union[View, str]] = json.loads(host.run(["sh", "-c", script], stream))
    luggage.unlink()
    return views
