# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The context of a build is what BuildKit makes of it: random contexts, built by BuildKit itself."""

from __future__ import annotations

import os
import random
import typing as t
from pathlib import Path

import pytest
from buildkit import Case, Host, View, build
from contexts import make

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.context import Entry
from ansible_collections.slipway.deploy.plugins.module_utils.image.file_digests import FileDigests
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import LocalInputs, read_inputs

COUNT = int(os.environ.get("SLIPWAY_RANDOM_CONTEXTS", "150"))
SEED = os.environ.get("SLIPWAY_SEED") or str(random.SystemRandom().randrange(10**9))
MADE = ".made"
#: One that BuildKit refuses takes as long as dozens that it builds.
MOST_REFUSED = 2


def expected(inputs: LocalInputs) -> View:
    files = FileDigests(inputs.root)
    return sorted(_row(entry, files) for entry in inputs.entries)


def _row(entry: Entry, files: FileDigests) -> t.List[t.Any]:
    return [entry.path, entry.kind, entry.mode, entry.detail, files.of(entry) if entry.kind == "file" else ""]


def test_exactly_what_buildkit_copies(host: Host, tmp_path: Path) -> None:
    """Half of the contexts have a twin that differs from it in one place, which BuildKit may see or not."""
    roots = []
    for number in range(COUNT):
        root = tmp_path / str(number)
        make(root, f"{SEED}-{number // 2}")
        if number % 2:
            touch_something(root, random.Random(f"{SEED}-{number}"))
        roots.append(root)
    ours: t.List[t.Union[LocalInputs, InputError]] = []
    for root in roots:
        try:
            ours.append(read_inputs(str(root), "Dockerfile").select())
        except InputError as exc:
            ours.append(exc)
    tried = [number for number, mine in enumerate(ours) if isinstance(mine, LocalInputs)]
    tried += [number for number in range(COUNT) if number not in tried][:MOST_REFUSED]
    cases = [Case(roots[number], alone=isinstance(ours[number], InputError)) for number in tried]
    theirs = dict(zip(tried, build(host, cases, tmp_path)))
    groups: t.Dict[str, str] = {}
    for number, view in theirs.items():
        mine, where = ours[number], f"seed {SEED}, context {number}"
        if isinstance(mine, InputError):
            assert isinstance(view, str), f"{where}: refused ({mine}), but BuildKit builds it"
            continue
        assert not isinstance(view, str), f"{where}: BuildKit refuses it: {view}"
        copied = [row for row in view if row[0] != MADE]
        assert expected(mine) == [[row[0].rstrip("/"), *row[1:]] for row in copied], where
        same = repr(copied)
        assert groups.setdefault(mine.context, same) == same, f"{where}: one fingerprint for two results"
    assert len(set(groups.values())) == len(groups), f"seed {SEED}: two fingerprints for one result"
    assert len(groups) < sum(isinstance(mine, LocalInputs) for mine in ours), "no twin was like its brother"


def touch_something(root: Path, chance: random.Random) -> None:
    """A file's content or mode, a new file, a comment in the ignore file."""
    paths = sorted(path for path in root.rglob("*") if not path.is_symlink())
    files = [path for path in paths if path.is_file() and not path.name.endswith(("Dockerfile", "ignore"))]
    folders = [root, *(path for path in paths if path.is_dir())]
    kind = chance.randrange(4)
    if kind == 0 and files:
        chance.choice(files).write_text("3")
    elif kind == 1 and len(paths) > 1:
        one = chance.choice(files + folders[1:] or [root / "Dockerfile"])
        one.chmod(one.stat().st_mode ^ 0o020)
    elif kind == 2:
        (chance.choice(folders) / "ab.txt").write_text("new")
    else:
        with (root / ".dockerignore").open("ab") as stream:
            stream.write(b"\n# a comment\n")


@pytest.mark.parametrize("own", ["", "b\n"])
def test_the_dockerfiles_own_ignore_file_goes_first(host: Host, tmp_path: Path, own: str) -> None:
    root = tmp_path / "own"
    root.mkdir()
    for name in ("a", "b"):
        (root / name).write_text(name)
    (root / ".dockerignore").write_text("a\n")
    (root / "x").write_text("FROM scratch\nCOPY . /\n")
    (root / "x.dockerignore").write_text(own)
    view = build(host, [Case(root, "x")], tmp_path)[0]
    assert view == expected(read_inputs(str(root), "x").select())
