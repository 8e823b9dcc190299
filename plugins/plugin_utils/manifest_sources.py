# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests that lie on the controller: found as Ansible finds a role's files and templates, rendered, and read."""

from __future__ import annotations

import glob
import typing as t
from itertools import takewhile
from pathlib import Path

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import files_of, is_glob
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.options import HELM_SPEC, SOURCES_SPEC
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.read import texts_of
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.text import SourceText
from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import VerbAction
from ansible_collections.slipway.deploy.plugins.plugin_utils.manifest_templates import TemplateOptions, render

#: Directories of templates hold names like web.yml.j2.
_TEMPLATE_SUFFIX = ".j2"
_MADE = ("kustomize", "kustomize_binary", "helm")
_LISTS = ("src", "kustomize", "helm")
Args = t.Dict[str, t.Any]


class ManifestSources:
    """Turns what only the controller can read into `sources`; the other options then name what is really there."""

    def __init__(self, action: VerbAction, task_vars: dict[str, t.Any]) -> None:
        self._action = action
        self._vars = task_vars

    def fill_in(self, args: Args) -> Args:
        """Errors name each path as the user gave it."""
        given = {**args, **{name: _as_list(args[name]) for name in _LISTS if args.get(name) is not None}}
        remote = boolean(args.get("remote_src", False), strict=False)
        texts: list[SourceText] = []
        if not remote:
            recursive = boolean(args.get("recursive", False), strict=False)
            texts += [text for element in given.get("src") or [] for text in self._read(element, recursive)]
            given.update(self._placed(given))
        for wanted in _as_list(args.get("template")):
            texts += self._rendered(wanted)
        if not remote and any(given.get(name) for name in _MADE) and not self._action.can_run_here():
            from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.made import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
                made_texts,
            )

            texts += made_texts(given, self._action._context())
            given = {name: value for name, value in given.items() if name not in _MADE}
        if texts:
            given["sources"] = [*(args.get("sources") or []), *(text.as_option() for text in texts)]
        return given

    def _read(self, element: t.Any, recursive: bool) -> list[SourceText]:
        if not isinstance(element, str) or "://" in element:
            return texts_of(element, recursive, self._action._context().env)
        found = self._find("files", element)
        try:
            read = texts_of(found, recursive, {})
        except InputError as exc:
            exc.reword(exc.message.replace(found, element))
            raise
        return [SourceText(short(Path(text.name)), text.text) for text in read]

    def _find(self, kind: str, name: t.Any) -> str:
        """As the role's other files. Of a glob, the folder before its first wildcard is looked up."""
        if not isinstance(name, str):
            raise InputError(f"{name!r} is not a path.")
        parts = Path(name).parts
        fixed = list(takewhile(lambda part: not glob.has_magic(part), parts)) if is_glob(name) else list(parts)
        try:
            found = str(self._action._find_needle(kind, str(Path(*fixed))))
        except AnsibleError as exc:
            if len(fixed) < len(parts):
                return self._find_literally(kind, name)
            raise InputError(f"There is no file {name} ({first_line(exc)}).") from exc
        return found if len(fixed) == len(parts) else str(Path(glob.escape(found), *parts[len(fixed) :]))

    def _find_literally(self, kind: str, name: str) -> str:
        """A file whose name only looks like a pattern."""
        try:
            return str(self._action._find_needle(kind, name))
        except AnsibleError as exc:
            raise InputError(f"No file matches {name}.") from exc

    def _placed(self, given: Args) -> Args:
        """Kustomizations and charts with the paths at which they lie."""
        wanted = {name: given[name] for name in _MADE if given.get(name) is not None}
        if not wanted:
            return {}
        checked = ArgumentSpecValidator({name: SOURCES_SPEC[name] for name in _MADE}).validate(wanted)
        if checked.error_messages:
            raise InputError("; ".join(checked.error_messages) + ".")
        found = {name: checked.validated_parameters[name] for name in wanted}
        if "kustomize" in found:
            found["kustomize"] = [self._find("files", path) for path in found["kustomize"]]
        if "helm" in found:
            found["helm"] = [self._placed_chart(chart) for chart in found["helm"]]
        return found

    def _placed_chart(self, option: Args) -> Args:
        """Without aliases, and with paths that Helm finds from wherever it is started."""
        from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.chart import (  # noqa: PLC0415  (seldom needed: docs/architecture.md)
            is_remote,
        )

        chart = {name: option[name] for name in HELM_SPEC if option.get(name) is not None}
        chart["values_files"] = [self._find("files", path) for path in chart.get("values_files") or []]
        if chart.get("ca_file"):
            chart["ca_file"] = self._find("files", chart["ca_file"])
        if not is_remote(chart["chart"], chart.get("repo")):
            try:
                chart["chart"] = self._find("files", chart["chart"])
            except InputError:
                if chart["chart"].startswith((".", "/", "~")) or chart["chart"].count("/") != 1:
                    raise
        return chart

    def _rendered(self, wanted: t.Any) -> list[SourceText]:
        options = TemplateOptions.from_option(wanted)
        paths = _templates_of(self._find("templates", options.path))
        return [SourceText(short(path), render(self._action, self._vars, path, options, short(path))) for path in paths]


def _templates_of(path: str) -> list[Path]:
    """A template may have any name; in a directory those that end as templates or manifests do."""
    found = Path(path)
    if not found.is_dir():
        return files_of(path) if is_glob(path) else [found]
    named = sorted(p for p in found.iterdir() if p.is_file() and p.suffix == _TEMPLATE_SUFFIX)
    return named or files_of(path)


def _as_list(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def first_line(exc: AnsibleError) -> str:
    """Ansible's errors go on with the text around the place; the first line says what is wrong."""
    return str(exc.message).splitlines()[0].rstrip(".")


def short(path: Path) -> str:
    """As seen from where the person stands, if it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
