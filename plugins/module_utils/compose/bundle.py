# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A project's files on the controller: the Compose files, and whatever file they name, to be taken to the host."""

from __future__ import annotations

import base64
import os
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.positions import at, line_of, parsed, positions_of
from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import BroughtFile

#: As Compose looks for them.
_DEFAULTS = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = tuple(name.replace(".y", ".override.y") for name in _DEFAULTS)
_MOST = 32 * 1024 * 1024
_VARIABLE = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)")


@dataclass
class Bundle:
    """Paths are relative to the project's directory (`..` where a file lies beside it)."""

    root: Path
    files: t.List[str] = field(default_factory=list)
    env_files: t.List[str] = field(default_factory=list)
    brought: t.Dict[str, BroughtFile] = field(default_factory=dict)
    positions: t.Dict[str, t.Dict[str, int]] = field(default_factory=dict)

    def as_option(self) -> t.Dict[str, t.Any]:
        return {
            "files": self.files,
            "env_files": self.env_files,
            "positions": self.positions,
            "brought": [
                {"path": path, "content": base64.b64encode(f.content).decode(), "executable": f.executable}
                for path, f in sorted(self.brought.items())
            ],
        }


def from_option(option: t.Mapping[str, t.Any]) -> Bundle:
    brought = {
        item["path"]: BroughtFile(base64.b64decode(item["content"]), item["executable"]) for item in option["brought"]
    }
    return Bundle(Path(), list(option["files"]), list(option["env_files"]), brought, dict(option["positions"]))


def compose_files(root: Path, named: t.Sequence[str]) -> t.List[str]:
    """Those that were named, else those that Compose takes by itself."""
    for name in named:
        if not (root / name).is_file():
            raise InputError(f"files: there is no file {name} in {root}.")
    if named:
        return list(named)
    first = [name for name in _DEFAULTS if (root / name).is_file()][:1]
    if not first:
        raise InputError(f"project_src: {root} has no Compose file ({', '.join(_DEFAULTS)}).")
    return first + [name for name in _OVERRIDES if (root / name).is_file()][:1]


def env_files(root: Path, named: t.Sequence[str]) -> t.List[str]:
    for name in named:
        if not (root / name).is_file():
            raise InputError(f"env_files: there is no file {name} in {root}.")
    return list(named) or ([".env"] if (root / ".env").is_file() else [])


def gather(root: Path, named: t.Sequence[str], env_named: t.Sequence[str], env: t.Mapping[str, str]) -> Bundle:
    """Read everything that the project names below `root` or beside it."""
    if not root.is_dir():
        raise InputError(f"project_src: there is no directory {root}.")
    bundle = Bundle(root, compose_files(root, named), env_files(root, env_named))
    variables: t.Dict[str, str] = {}
    for name in bundle.env_files:
        variables.update(read_env((root / name).read_text(encoding="utf-8")))
        _bring(bundle, root / name)
    collector = _Collector(bundle, {**variables, **env})
    for name in bundle.files:
        collector.compose_file(root / name, root, name)
    return bundle


def read_env(text: str) -> t.Dict[str, str]:
    """NAME=value lines, as far as paths in Compose files need them."""
    pairs = (line.strip().partition("=") for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {name.replace("export ", "").strip(): value.strip().strip("'\"") for name, eq, value in pairs if eq}


@dataclass
class _Collector:
    """Follows `include` and `extends`, each file once."""

    bundle: Bundle
    variables: t.Mapping[str, str]
    seen: t.Set[Path] = field(default_factory=set)

    def compose_file(self, path: Path, base: Path, name: str, where: str = "") -> None:
        """`base` is what relative paths in the file count from."""
        if path.resolve() in self.seen:
            return
        self.seen.add(path.resolve())
        self._need(path, name, where)
        text = path.read_text(encoding="utf-8")
        short = self._short(path)
        self.bundle.positions[short] = positions_of(short, text)
        _bring(self.bundle, path)
        data = parsed(short, text)
        for item in data.get("include") or []:
            self._include(item, base, short, text)
        for kind in ("secrets", "configs"):
            for key, entry in _mappings(data.get(kind)):
                self._file(entry.get("file"), base, at(self.bundle.positions, f"{kind}.{key}.file", short))
        for key, service in _mappings(data.get("services")):
            self._service(service, base, f"services.{key}", short)

    def _include(self, item: t.Any, base: Path, short: str, text: str) -> None:
        said = item if isinstance(item, dict) else {"path": item}
        folder = said.get("project_directory")
        for path in _listed(said.get("path")):
            name = self._value(path)
            target = base / name
            number = line_of(text, re.compile(re.escape(str(path))))
            where = f"{short}:{number}: " if number else f"{short}: "
            self.compose_file(target, base / folder if folder else target.parent, name, where)
            dot_env = target.parent / ".env"
            if dot_env.is_file():
                _bring(self.bundle, dot_env)
        for path in _listed(said.get("env_file")):
            self._file(path, base, f"{short}: ")

    def _service(self, service: t.Mapping[str, t.Any], base: Path, path: str, short: str) -> None:
        extends = service.get("extends")
        where = at(self.bundle.positions, f"{path}.extends", short)
        if isinstance(extends, dict) and extends.get("file"):
            name = self._value(extends["file"])
            self.compose_file(base / name, (base / name).parent, name, where)
        where = at(self.bundle.positions, f"{path}.env_file", short)
        for item in _listed(service.get("env_file")):
            wanted = item if isinstance(item, dict) else {"path": item}
            optional = wanted.get("required") is False and not (base / self._value(wanted["path"])).exists()
            if not optional:
                self._file(wanted["path"], base, where)
        for volume in service.get("volumes") or []:
            self._bind(volume, base)

    def _bind(self, volume: t.Any, base: Path) -> None:
        """What is there comes along; what is not is the host's."""
        source = volume.get("source") if isinstance(volume, dict) else str(volume).partition(":")[0]
        if not source or not self._value(source).startswith("."):
            return
        path = base / self._value(source)
        if path.is_file():
            _bring(self.bundle, path)
        elif path.is_dir():
            for found in sorted(path.rglob("*")):
                if found.is_file():
                    _bring(self.bundle, found)

    def _file(self, said: t.Any, base: Path, where: str) -> None:
        """An absolute path is one of the host."""
        if not said or self._value(said).startswith(("/", "~")):
            return
        name = self._value(said)
        # The option `secrets` can give what is not there: the host decides.
        if Path(name).parts[:1] == ("secrets",) and not (base / name).exists():
            return
        self._need(base / name, name, where)
        _bring(self.bundle, base / name)

    def _need(self, path: Path, name: str, where: str) -> None:
        if not path.is_file():
            raise InputError(f"{where}there is no file {name}.")

    def _value(self, text: t.Any) -> str:
        def put(match: t.Match[str]) -> str:
            return self.variables.get(match[1] or match[3], match[2] or "")

        return _VARIABLE.sub(put, str(text))

    def _short(self, path: Path) -> str:
        return os.path.relpath(path, self.bundle.root)


def _bring(bundle: Bundle, path: Path) -> None:
    name = os.path.relpath(path, bundle.root)
    if name in bundle.brought:
        return
    content = path.read_bytes()
    if sum(len(f.content) for f in bundle.brought.values()) + len(content) > _MOST:
        raise InputError(
            f"The files that the project names are larger than {_MOST >> 20} MiB together (at {name}): mount such data "
            "from an absolute path of the host, or put it into an image."
        )
    bundle.brought[name] = BroughtFile(content, os.access(path, os.X_OK))


def _mappings(value: t.Any) -> t.List[t.Tuple[str, t.Mapping[str, t.Any]]]:
    items = value.items() if isinstance(value, dict) else ()
    return [(str(key), entry) for key, entry in items if isinstance(entry, dict)]


def _listed(value: t.Any) -> t.List[t.Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
