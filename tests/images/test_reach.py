# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Dockerfile reads of its context: BuildKit makes the same of those files alone as of the whole context."""

from __future__ import annotations

import random
import shutil
import typing as t
from pathlib import Path

from buildkit import Case, Host, build
from contexts import fill, ignore_text, source
from test_contexts import COUNT, SEED

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import parse_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import LocalInputs, read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import read_needs
from ansible_collections.slipway.deploy.plugins.module_utils.image.variables import platform_values

#: Two builds each, and one that fails is slow.
REACHES = COUNT // 3
MOST_REFUSED = 2


def dockerfile(chance: random.Random) -> str:
    """Stages that copy this and that; not all are needed."""
    lines = []
    for number in range(chance.choice([1, 1, 2, 3])):
        lines += [f"FROM scratch AS s{number}", "ARG P=a", "ENV Q=b"]
        for step in range(chance.randint(1, 2)):
            sources = " ".join(source(chance) for _index in range(chance.choice([1, 1, 1, 2])))
            if chance.random() < 0.15:
                sources = chance.choice(["$P", "${Q}", "${P}*", "c/$Q", "${P:-b}", "'a'", '"b"', "\\a"])
            lines.append(f"{chance.choice(['COPY', 'COPY', 'COPY', 'ADD'])} {sources} /d{number}{step}/")
        if number and chance.random() < 0.6:
            lines.append(f"COPY --from=s{number - 1} / /from/")
        lines.append(f"COPY <<EOF /.made{number}\nmade\nEOF")
    return "\n".join(lines) + "\n"


def read(root: Path) -> LocalInputs:
    found = read_inputs(str(root), "Dockerfile")
    parsed = parse_dockerfile(found.dockerfile, found.name)
    values = platform_values("linux/amd64", "linux/amd64")
    return found.select(read_needs(parsed, None, values, {}, platform_known=True).reach)


def make(root: Path, seed: str) -> None:
    chance = random.Random(seed)
    root.mkdir(parents=True)
    fill(root, chance)
    for path in root.rglob("*"):
        if path.is_symlink() and not stays_inside(root, path):
            path.unlink()
    (root / "Dockerfile").write_text(dockerfile(chance))
    if chance.random() < 0.5:
        (root / ".dockerignore").write_text(ignore_text(chance))


def stays_inside(root: Path, link: Path) -> bool:
    """BuildKit fails on a link that a wildcard finds and that leads nowhere."""
    target = root / str(link.readlink()).lstrip("/") if link.readlink().is_absolute() else link.parent / link.readlink()
    try:
        return target.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def compare(host: Host, roots: t.Sequence[Path], folder: Path) -> t.Dict[int, LocalInputs]:
    """Those that can be built; each is built from all of its context and from what was selected."""
    found: t.Dict[int, LocalInputs] = {}
    refused: t.Dict[int, str] = {}
    for number, root in enumerate(roots):
        try:
            found[number] = read(root)
        except InputError as exc:
            refused[number] = str(exc)
    refused = dict(list(refused.items())[:MOST_REFUSED])
    cases = [Case(roots[number]) for number in found]
    for number, inputs in found.items():
        copy = folder / f"copy{number}"
        copy.mkdir()
        inputs.snapshot(copy)
        for name in ("Dockerfile", "Dockerfile.dockerignore"):
            shutil.copy(copy / name, copy / "context" / f"slipway.{name}")
        (copy / "context/slipway.Dockerfile").rename(copy / "context/slipway")
        (copy / "context/slipway.Dockerfile.dockerignore").rename(copy / "context/slipway.dockerignore")
        (copy / "context/slipway.dockerignore").write_text("/slipway\n/slipway.dockerignore\n")
        cases.append(Case(copy / "context", "slipway"))
    cases += [Case(roots[number], alone=True) for number in refused]
    views = build(host, cases, folder)
    count = len(found)
    for place, number in enumerate(found):
        assert not isinstance(views[place], str), f"seed {SEED}, context {number}: BuildKit refuses it: {views[place]}"
        assert views[place] == views[count + place], f"seed {SEED}, context {number}"
    for (number, why), view in zip(refused.items(), views[2 * count :]):
        assert isinstance(view, str), f"seed {SEED}, context {number}: refused ({why}), but BuildKit builds it"
    return found


def test_what_is_selected_is_enough(host: Host, tmp_path: Path) -> None:
    roots = [tmp_path / str(number) for number in range(REACHES)]
    for number, root in enumerate(roots):
        make(root, f"{SEED}-{number}")
    found = compare(host, roots, tmp_path)
    assert len(found) > REACHES // 4
    assert any(len(inputs.entries) < len(list(inputs.root.rglob("*"))) - 1 for inputs in found.values())
