# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dockerfiles like those of public projects, on a real engine: built, found again, built anew for what counts, and for
nothing else; the same fingerprint in another folder with other times."""

from __future__ import annotations

import json
import os
import re
import subprocess
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from buildkit import Host

from ansible_collections.slipway.deploy.plugins.module_utils.image.context import find_ignore

ROOT = Path(__file__).resolve().parents[2]
_PART = re.compile(r"^@(file|options|counts|counts-not)(?: (.*))?\n", re.MULTILINE)


@dataclass
class Project:
    name: str
    files: t.Dict[str, str] = field(default_factory=dict)
    options: t.Dict[str, t.Any] = field(default_factory=dict)
    counts: str = ""
    counts_not: str = ""


def read_projects() -> t.List[Project]:
    text = Path(__file__).with_name("dockerfiles.cases").read_text()
    _preface, *cases = re.split(r"^=== ", text, flags=re.MULTILINE)
    return [_project(case) for case in cases]


def _project(text: str) -> Project:
    name, _end, rest = text.partition("\n")
    project = Project(name)
    _nothing, *parts = _PART.split(rest)
    for kind, argument, content in zip(parts[::3], parts[1::3], parts[2::3]):
        if kind == "file":
            project.files[argument] = content.rstrip("\n") + "\n"
        elif kind == "options":
            project.options = json.loads(argument)
        else:
            setattr(project, kind.replace("-", "_"), argument)
    return project


def write(project: Project, root: Path, time: int) -> None:
    for name, text in project.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o644)
        os.utime(path, (time, time))
    for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        folder.chmod(0o755)


def test_projects_through_their_lives(host: Host, tmp_path: Path) -> None:
    projects = read_projects()
    table = []
    for number, project in enumerate(projects):
        # Something that no run before had, so that nothing is found from there.
        project.files[project.counts] += f"{tmp_path} {os.getpid()} {os.urandom(8).hex()}\n"
        write(project, tmp_path / "cases" / str(number), 1_000_000_000 + number)
        table.append(
            {
                "tag": f"t{number}",
                "options": project.options,
                "counts": project.counts,
                "counts_not": project.counts_not,
            }
        )
    (tmp_path / "table.json").write_text(json.dumps(table))
    place = tmp_path / "ansible_collections/slipway/deploy"
    place.mkdir(parents=True)
    (place / "plugins").symlink_to(ROOT / "plugins")
    (tmp_path / "life_on_the_host.py").symlink_to(Path(__file__).with_name("life_on_the_host.py"))
    results = live(host, tmp_path)
    for project, life in zip(projects, results):
        assert (life["first"]["built"], life["first"]["changed"]) == (True, True), project.name
        assert (life["again"]["built"], life["again"]["changed"]) == (False, False), project.name
        assert life["again"]["fingerprint"] == life["first"]["fingerprint"], project.name
        assert life["elsewhere"] == life["again"], f"{project.name}: another folder, other times"
        assert life["counts"]["changed"], f"{project.name}: {project.counts} counts"
        assert life["counts"]["fingerprint"] != life["first"]["fingerprint"], project.name
        assert not life["counts_not"]["changed"], f"{project.name}: {project.counts_not} does not count"
        assert life["counts_not"]["fingerprint"] == life["first"]["fingerprint"], project.name


def live(host: Host, folder: Path) -> t.List[t.Dict[str, t.Any]]:
    script = "d=$(mktemp -d) && tar -xmf - -C $d && python3 $d/life_on_the_host.py $d; c=$?; rm -rf $d;"
    script += (
        " docker image ls --format '{{.Repository}}:{{.Tag}}' slipway-table | xargs -r docker image rm >&2; exit $c"
    )
    luggage = folder / "luggage.tar"
    names = ["ansible_collections", "cases", "table.json", "life_on_the_host.py"]
    subprocess.run(["tar", "-chf", luggage, "-C", folder, "--exclude=__pycache__", *names], check=True)
    with luggage.open("rb") as stream:
        found: t.List[t.Dict[str, t.Any]] = json.loads(host.run(["sh", "-c", script], stream))
    return found


def test_the_ignore_files_are_read(tmp_path: Path) -> None:
    """What the table says of files that do not count is not only a matter of COPY."""
    ignored = 0
    for number, project in enumerate(read_projects()):
        root = tmp_path / str(number)
        write(project, root, 1_000_000_000)
        ignored += find_ignore(root, root / project.options.get("dockerfile", "Dockerfile")).ignores(project.counts_not)
    assert ignored >= 2
