# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random contexts with ignore files, made of few names so that patterns and paths meet."""

from __future__ import annotations

import os
import random
import typing as t
from pathlib import Path

_NAMES = ["a", "b", "ab", "c", "a.txt", "b.txt", ".x", "a b", "é", "[a]", "a*", "a+b", "\\a", "!a", "#a", "a\nb", "(a)"]
_PLAIN = _NAMES[:7]
_PARTS = [
    *_PLAIN, "*", "**", "?", "[ab]", "[^a]", "[a-c]", "a*", "*.txt", "*b", "?.txt", "\\*", "a b", "é", "[a]", "\\[a]",
    "a+b", "a?b", "\\\\a", "[!a]", "**b", "a**", "...", ".", "..", "[[:alpha:]]", "\\d", "[a\\]]", "(a)", "$", "^",
    "{a}",
]  # fmt: skip
_BROKEN = ["[", "[]", "a[", "[a-]", "\\", "!", "[^]", "\\q"]
_MODES = [0o644, 0o644, 0o600, 0o755, 0o4755, 0o444]
_FOLDER_MODES = [0o755, 0o755, 0o700, 0o1777, 0o555]


def fill(root: Path, chance: random.Random, depth: int = 0) -> None:
    """Files, folders, links and pipes."""
    names = _NAMES if chance.random() < 0.3 else _PLAIN
    for name in chance.sample(names, chance.randint(1 if depth else 3, 5)):
        path, kind = root / name, chance.random()
        if kind < 0.5 or (depth == 3 and kind < 0.85):
            path.write_text(chance.choice(["", "1", "2"]))
            path.chmod(chance.choice(_MODES))
        elif kind < 0.85:
            path.mkdir()
            if chance.random() < 0.85:
                fill(path, chance, depth + 1)
            path.chmod(chance.choice(_FOLDER_MODES))
        elif kind < 0.97:
            path.symlink_to(chance.choice(["a", "b", "..", "../a", "/a/b", "c/a", "none", "a/../b", "/"]))
        else:
            os.mkfifo(path, 0o640)


def ignore_text(chance: random.Random) -> str:
    lines = [_line(chance) for _index in range(chance.randint(0, 6))]
    if chance.random() < 0.04:
        lines.append(chance.choice(_BROKEN))
    if chance.random() < 0.6:
        lines += ["Dockerfile*", ".dockerignore"]
    text = chance.choice(["\n", "\n", "\r\n"]).join(lines) + chance.choice(["", "\n"])
    return ("\ufeff" if chance.random() < 0.1 else "") + text


def _line(chance: random.Random) -> str:
    if chance.random() < 0.08:
        return chance.choice(["", "  ", "# a", " # a", "\t", "#"])
    path = "/".join(chance.choice(_PARTS) for _index in range(chance.choice([1, 1, 1, 2, 2, 3])))
    before = chance.choice(["", "", "", "", "/", "./", " ", "//"])
    return (
        chance.choice(["", "", "", "!", "!", "! "]) + before + path + chance.choice(["", "", "", "/", " ", "\t", "//"])
    )


def make(root: Path, seed: t.Union[int, str]) -> None:
    """A context with a Dockerfile that copies all of it."""
    chance = random.Random(seed)
    root.mkdir(parents=True)
    fill(root, chance)
    (root / "Dockerfile").write_text("FROM scratch\nCOPY . /\nCOPY <<EOF /.made\nmade\nEOF\n")
    if chance.random() < 0.9:
        (root / ".dockerignore").write_bytes(ignore_text(chance).encode())
    if chance.random() < 0.15:
        (root / "Dockerfile.dockerignore").write_bytes(ignore_text(chance).encode())
