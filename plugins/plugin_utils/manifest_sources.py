# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests that lie on the controller: found as Ansible finds a role's files and templates, rendered, and read."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources import files_of, read_source

_DELIMITERS = ("block_start_string", "block_end_string", "variable_start_string", "variable_end_string")
_SWITCHES = ("trim_blocks", "lstrip_blocks")
#: Directories of templates hold names like web.yml.j2.
_TEMPLATE_SUFFIX = ".j2"


class ManifestSources:
    """Turns the options `src` and `template` into `sources`."""

    def __init__(self, action: ActionBase, task_vars: dict[str, t.Any]) -> None:
        self._action = action
        self._vars = task_vars

    def fill_in(self, args: dict[str, t.Any]) -> dict[str, t.Any]:
        """The arguments with `sources` added; errors name the path as the user gave it."""
        src = [] if boolean(args.get("remote_src", False), strict=False) else _as_list(args.get("src"))
        templates = _as_list(args.get("template"))
        if not src and not templates:
            return args
        sources = [self._file(path) for name in src for path in self._find("files", name, files_of)]
        for wanted in templates:
            sources += self._rendered(wanted)
        return {**args, "sources": [*(args.get("sources") or []), *sources]}

    def _find(self, kind: str, name: t.Any, expand: t.Callable[[str], list[Path]]) -> list[Path]:
        if not isinstance(name, str):
            raise InputError(f"{name!r} is not a path.")
        try:
            found = self._action._find_needle(kind, name)
        except AnsibleError as exc:
            raise InputError(f"There is no file {name} ({_sentence(exc)}).") from exc
        return expand(str(found))

    def _file(self, path: Path) -> dict[str, str]:
        return {"name": _short(path), "text": read_source(path)}

    def _rendered(self, wanted: t.Any) -> list[dict[str, str]]:
        options = wanted if isinstance(wanted, dict) else {"path": wanted}
        unknown = sorted(set(options) - {"path", *_DELIMITERS, *_SWITCHES})
        if unknown or "path" not in options:
            raise InputError(
                f"template takes a path, or a mapping with path; it does not know {', '.join(unknown)}."
                if unknown
                else "template needs a path."
            )
        overrides: dict[str, t.Any] = {k: str(options[k]) for k in _DELIMITERS if k in options}
        # As ansible.builtin.template: a line with nothing but a block leaves no empty line.
        overrides["trim_blocks"] = boolean(options.get("trim_blocks", True), strict=False)
        overrides["lstrip_blocks"] = boolean(options.get("lstrip_blocks", False), strict=False)
        paths = self._find("templates", options["path"], _templates_of)
        return [{"name": _short(path), "text": self._render(path, overrides)} for path in paths]

    def _render(self, path: Path, overrides: dict[str, t.Any]) -> str:
        """The text is the project's own, so it is trusted as a template; what variables hold is not."""
        text = trust_as_template(read_source(path))
        places = [*self._vars.get("ansible_search_path", []), str(path.parent)]
        templar = self._action._templar.copy_with_new_env(
            searchpath=[p for place in places for p in (str(Path(place, "templates")), place)],
            available_variables=self._vars,
        )
        try:
            rendered = templar.template(text, escape_backslashes=False, overrides=overrides)
        except AnsibleError as exc:
            raise InputError(f"The template {_short(path)} cannot be rendered: {_sentence(exc)}.") from exc
        return "" if rendered is None else str(rendered)


def _templates_of(path: str) -> list[Path]:
    """A template may have any name; in a directory those that end as templates or manifests do."""
    found = Path(path)
    if not found.is_dir():
        return [found]
    named = sorted(p for p in found.iterdir() if p.is_file() and p.suffix == _TEMPLATE_SUFFIX)
    return named or files_of(path)


def _as_list(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _sentence(exc: AnsibleError) -> str:
    """Ansible's errors go on with the text around the place; the first line says what is wrong."""
    return str(exc.message).splitlines()[0].rstrip(".")


def _short(path: Path) -> str:
    """As seen from where the person stands, if it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
