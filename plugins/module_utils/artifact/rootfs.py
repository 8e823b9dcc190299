# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of Debian packages with all that they depend on, as a layer of an image: without root, without chroot."""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.oci import Entry, tree
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.programs import Programs
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import DebianTree
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    MissingDependencyError,
    SlipwayError,
)

_PACKAGE = re.compile(r"^[a-z0-9][a-z0-9.+-]+(?::[a-z0-9]+)?$")
#: What no program needs. Copyright files stay.
_USELESS = re.compile(r"^usr/share/(doc/(?!.*/copyright$)|man|info|locale|lintian|bug|bash-completion|initramfs-tools)")
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
#: Not followed: they are there for a whole system's configuration, not for a program.
_SKIPPED = {"debconf", "debconf-2.0", "cdebconf", "dpkg", "perl-base", "lsb-base", "sysvinit-utils", "netbase"}
#: git's own commands for mail and other systems want them, its transports do not.
_SKIPPED |= {"perl", "liberror-perl", "git-man"}


def debian_layer(programs: Programs, want: DebianTree, arch: str, work: Path, state: Path) -> t.List[Entry]:
    """Entries of a layer. `state` keeps package lists where the machine has none."""
    root = work / "root"
    root.mkdir(parents=True)
    _download(programs, want, arch, work, state)
    for package in sorted(work.glob("*.deb")):
        programs.run(["dpkg-deb", "--extract", str(package), str(root)], f"unpacking {package.name}")
    entries = merged(tree(root))
    links = [Entry(path, target=target) for path, target in want.links.items()]
    return entries + links


def _download(programs: Programs, want: DebianTree, arch: str, work: Path, state: Path) -> None:
    """By the machine's own package lists; by fresh ones in `state` where those are missing or too old."""
    try:
        _fetch(programs, want, arch, work, [])
    except MissingDependencyError as exc:
        raise MissingDependencyError(
            "Images with packet filter tools are built from Debian packages, and this machine has no apt-get: "
            "run on Debian or Ubuntu, or where registry.k8s.io and ghcr.io can be reached."
        ) from exc
    except SlipwayError:
        for name in ("lists/partial", "archives/partial"):
            (state / name).mkdir(parents=True, exist_ok=True)
        options = ["-o", f"Dir::State::lists={state / 'lists'}", "-o", f"Dir::Cache={state}"]
        options += ["-o", f"Dir::Cache::archives={state / 'archives'}", "-o", "APT::Sandbox::User="]
        programs.run(["apt-get", *options, "--quiet", "update"], "reading Debian's package lists")
        _fetch(programs, want, arch, work, options)


def _fetch(programs: Programs, want: DebianTree, arch: str, work: Path, options: t.List[str]) -> None:
    asked = [f"{name}:{arch}" for name in want.packages]
    no = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
    found = programs.run(["apt-cache", *options, "depends", "--recurse", *no, *asked], "asking for dependencies")
    names = closure(found, want.packages)
    programs.run(
        ["apt-get", *options, "--quiet", "download", *names], f"downloading {len(names)} Debian packages", cwd=work
    )


def closure(listing: str, asked: t.Sequence[str]) -> t.List[str]:
    """The packages of `apt-cache depends --recurse` that are needed: first choice of alternatives, nothing virtual.

    A listing has a package at the line's start and its dependencies indented below; `|Depends` marks a choice with
    an alternative on the next line.
    """
    depends: t.Dict[str, t.List[str]] = {}
    current, chosen = "", False
    for line in listing.splitlines():
        word = line.strip()
        if line and not line[0].isspace():
            current, chosen = word, False
            depends.setdefault(current, [])
            continue
        kind, _colon, name = word.partition(": ")
        if kind.lstrip("|") not in ("Depends", "PreDepends"):
            continue
        if not chosen and _PACKAGE.match(name):
            depends[current].append(name)
        chosen = kind.startswith("|")
    return _reached(depends, asked)


def _reached(depends: t.Mapping[str, t.Sequence[str]], asked: t.Sequence[str]) -> t.List[str]:
    bare = {name.partition(":")[0]: name for name in depends}
    todo = [bare.get(name, name) for name in asked]
    seen: t.Set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen or name.partition(":")[0] in _SKIPPED:
            continue
        seen.add(name)
        todo += depends.get(name) or depends.get(bare.get(name, ""), [])
    return sorted(seen)


def merged(entries: t.Sequence[Entry]) -> t.List[Entry]:
    """/bin, /lib and the like as links into /usr, wherever the packages put their files; nothing useless."""
    result: t.Dict[str, Entry] = {}
    for entry in entries:
        top = entry.path.partition("/")[0]
        path = f"usr/{entry.path}" if top in _MERGED else entry.path
        if path == f"usr/{top}" and top in _MERGED and entry.target:
            continue
        if not _USELESS.match(path):
            result[path] = replace(entry, path=path)
    links = [Entry(top, target=f"usr/{top}") for top in _MERGED if f"usr/{top}" in result]
    return list(result.values()) + links
