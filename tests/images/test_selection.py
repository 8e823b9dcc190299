# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What we think that a Dockerfile reads is enough: BuildKit makes the same of it as of everything. Random Dockerfiles
over random contexts, of which one has a name."""

from __future__ import annotations

import os
import random
import typing as t
from pathlib import Path

from buildkit import Case, Host, build
from contexts import fill, ignore_text
from test_contexts import MOST_REFUSED, touch_something

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import parse_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.named_contexts import folder_source
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import NoSurprises, read_needs
from ansible_collections.slipway.deploy.plugins.module_utils.image.reaches import find_reaches

COUNT = int(os.environ.get("SLIPWAY_RANDOM_SELECTIONS", "36"))
SEED = os.environ.get("SLIPWAY_SEED") or str(random.SystemRandom().randrange(10**9))
_GLOBS = ["*", "a*", "*b", "?", "[ab]", "*/*", "a/*", "*/b", "a*/?"]
#: What a line of a Dockerfile cannot say without quotes.
_AWKWARD = set(' \n\\[]*?!#"$')


def own_of(root: Path) -> Path:
    """BuildKit keeps what it was sent last from a folder of the same name, and does not see all that changed."""
    return root / f"own-{root.name}"


def a_case(root: Path, seed: str) -> None:
    chance = random.Random(seed)
    for folder in (own_of(root), root / "shared"):
        folder.mkdir(parents=True)
        fill(folder, chance)
        if chance.random() < 0.25:
            # Nothing that BuildKit refuses: that is what the other test is for.
            text = ignore_text(random.Random(chance.randrange(10**9)))
            if not set(text) & set("[\\!"):
                (folder / ".dockerignore").write_text(text)
    lines = ["FROM busybox:1.37" if chance.random() < 0.4 else "FROM scratch"]
    lines += [_line(chance, root, lines[0], number) for number in range(chance.randint(1, 4))]
    (own_of(root) / "Dockerfile").write_text("\n".join([*lines, "COPY <<EOF /.made", "made", "EOF", ""]))


def _line(chance: random.Random, root: Path, base: str, number: int) -> str:
    shared = chance.random() < 0.5
    sources = [
        _source(chance, root / "shared" if shared else own_of(root)) for _index in range(chance.choice([1, 1, 2]))
    ]
    if base != "FROM scratch" and chance.random() < 0.4 and not set(sources[0]) & set("*?["):
        of = "from=shared," if shared else ""
        return f"RUN --mount={of}source={sources[0]},target=/m/in mkdir /{number} && cp -a /m/in /{number}/"
    return f"COPY {'--from=shared ' if shared else ''}{' '.join(sources)} /{number}/"


def _source(chance: random.Random, root: Path) -> str:
    """Mostly what is there."""
    globs = [glob for glob in _GLOBS if list(root.glob(glob))]
    if chance.random() < 0.2:
        return chance.choice(globs)
    there = sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_fifo())
    there = [path for path in there if not set(path) & _AWKWARD and path != "Dockerfile"]
    return chance.choice(["", "", "/", "./"]) + chance.choice(there or ["."]) + chance.choice(["", "", "", "/"])


class Selected(t.NamedTuple):
    digests: t.Tuple[str, str]
    folder: Path
    place: str


def select(root: Path, copy: Path) -> Selected:
    """As docker_build does it: what is read is copied, and nothing else."""
    source = read_inputs(str(own_of(root)), "Dockerfile")
    dockerfile = parse_dockerfile(source.dockerfile, source.name)
    reading = read_needs(dockerfile, None, {}, NoSurprises(), platform_known=True)
    reaches = find_reaches(dockerfile, [reading], ["shared"])
    inputs = source.select(reaches.own)
    shared = folder_source("shared", root / "shared", "").select(reaches.named["shared"], source.name)
    copy.mkdir()
    root, _file = inputs.snapshot(copy, [shared.place(copy / "shared").shape])
    return Selected((inputs.context, shared.digest), copy, root.name)


def test_what_is_read_is_enough(host: Host, tmp_path: Path) -> None:
    """Half of the cases have a twin that differs in one place. Where the result differs, so does what we know it by."""
    roots = [tmp_path / f"{number}" for number in range(COUNT)]
    for number, root in enumerate(roots):
        a_case(root, f"{SEED}-{number // 2}")
        if number % 2:
            chance = random.Random(f"{SEED}-{number}")
            touch_something(chance.choice([own_of(root), root / "shared"]), chance)
    ours: t.List[t.Union[Selected, InputError]] = []
    for number, root in enumerate(roots):
        try:
            ours.append(select(root, tmp_path / f"{number}-copy"))
        except InputError as exc:
            ours.append(exc)
    taken = [number for number, mine in enumerate(ours) if isinstance(mine, Selected)]
    refused = [number for number in range(COUNT) if number not in taken][:MOST_REFUSED]
    cases = [
        Case(roots[number], place=own_of(roots[number]).name, named={"shared": "shared"}, alone=number in refused)
        for number in [*taken, *refused]
    ]
    copies = [t.cast(Selected, ours[number]) for number in taken]
    cases += [Case(copy.folder, "../Dockerfile", place=copy.place, named={"shared": "shared"}) for copy in copies]
    views = build(host, cases, tmp_path)
    whole = dict(zip([*taken, *refused], views))
    for number in refused:
        assert isinstance(whole[number], str), (
            f"seed {SEED}, {number}: refused ({ours[number]}), but BuildKit builds it"
        )
    seen: t.Dict[t.Tuple[str, str, str], t.Any] = {}
    for number, part in zip(taken, views[len(whole) :]):
        where = f"seed {SEED}, {number}: {(own_of(roots[number]) / 'Dockerfile').read_text()}"
        assert isinstance(part, str) == isinstance(whole[number], str), f"{where}: {part} {whole[number]}"
        if isinstance(part, str):
            continue
        assert part == whole[number], where
        key = ((own_of(roots[number]) / "Dockerfile").read_text(), *t.cast(Selected, ours[number]).digests)
        assert seen.setdefault(key, part) == part, f"{where}: one fingerprint for two results"
    assert len(seen) < len(taken), "no twin was like its brother"
