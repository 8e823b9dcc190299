# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go programs out of the Go module proxy: what `go build` is given, and the build itself.

Modules are verified by the Go toolchain against the checksum database (or what GONOSUMDB, GOFLAGS and GOPROXY say).
"""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.programs import Programs
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import GoBuild
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError

_UNRELEASED = re.compile(r"^\s*(k8s\.io/\S+) v0\.0\.0(?:\s|$)", re.MULTILINE)
_GO_LINE = re.compile(r"^go (\S+)", re.MULTILINE)


def go_mod(build: GoBuild, gomod_of_first: str) -> str:
    """A module that requires what is built. Kubernetes asks for its parts at v0.0.0: they get their real version."""
    language = _GO_LINE.search(gomod_of_first)
    lines = ["module slipway.invalid/artifacts", f"go {language.group(1) if language else '1.21'}"]
    lines += [f"require {module} {version}" for module, version in build.modules.items()]
    if build.staging:
        parts = sorted(set(_UNRELEASED.findall(gomod_of_first)))
        lines += [f"require {part} {build.staging}" for part in parts]  # the version that the compiled files name
        lines += [f"replace {part} => {part} {build.staging}" for part in parts]
    return "\n".join(lines) + "\n"


def environment(cache: Path, go: Path, arch: str, compiler: str) -> t.Dict[str, str]:
    """`compiler` is empty for programs without C. Caches are ours: they survive and can be removed as a whole."""
    return {
        "PATH": f"{go.parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "GOCACHE": str(cache / "go" / "build"),
        "GOMODCACHE": str(cache / "go" / "mod"),
        "GOPATH": str(cache / "go" / "path"),
        "GOFLAGS": "-modcacherw -buildvcs=false",
        "GOWORK": "off",
        "GOOS": "linux",
        "GOARCH": arch,
        **({"CGO_ENABLED": "1", "CC": compiler} if compiler else {"CGO_ENABLED": "0"}),
    }


class GoBuilder:
    """Builds with one toolchain into one cache."""

    def __init__(self, programs: Programs, go: Path, env: t.Mapping[str, str], jobs: int) -> None:
        self._programs = programs
        self._go = str(go)
        self._env = env
        self._jobs = jobs

    def module_folder(self, module: str, version: str, work: Path) -> t.Tuple[str, Path]:
        """A module's go.mod and its files."""
        answer = self._run(["mod", "download", "-json", f"{module}@{version}"], f"downloading {module} {version}", work)
        found = json.loads(answer)
        return Path(found["GoMod"]).read_text(encoding="utf-8"), Path(found["Dir"])

    def build(self, build: GoBuild, wanted: t.Collection[str], label: str, work: Path) -> t.Dict[str, Path]:
        """The wanted programs, by their name."""
        first = next(iter(build.modules.items()))
        gomod, _folder = self.module_folder(*first, work=work)
        (work / "go.mod").write_text(go_mod(build, gomod), encoding="utf-8")
        packages = [build.programs[name] for name in sorted(wanted)]
        total = len(self._run(["list", "-mod=mod", "-deps", *packages], f"{label}: downloading modules", work).split())
        out = work / "bin"
        flags = f"-s -w {build.ldflags}" + (" -extldflags -static" if build.cgo else "")
        argv = ["build", "-mod=mod", "-v", "-p", str(self._jobs), "-trimpath", "-ldflags", flags.strip()]
        self._run(
            [*argv, "-o", f"{out}/", *packages],
            f"{label}: compiling",
            work,
            watch=lambda log: f"{len(log.split())} of at most {total} packages compiled",
        )
        return {name: _renamed(out, build.programs[name], name) for name in wanted}

    def _run(self, arguments: t.Sequence[str], what: str, work: Path, watch: t.Any = None) -> str:
        # In our scratch folder, what a killed build leaves goes away with the next run.
        env = {**self._env, "GOTMPDIR": str(work)}
        return self._programs.run([self._go, *arguments], what, cwd=work, env=env, watch=watch)


def _renamed(out: Path, package: str, name: str) -> Path:
    """`go build` names a program after its package's folder, not counting a major version."""
    parts = [part for part in package.split("/") if not re.fullmatch(r"v[0-9]+", part)]
    built = out / parts[-1]
    if not built.is_file():
        raise SlipwayError(f"go build of {package} left no program {built.name}.")
    return built.rename(out / f"{name}.out")
