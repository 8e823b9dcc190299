# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renders a template whose text is the project's own; an error names what was undefined, and the lines."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template
from jinja2 import Environment, TemplateSyntaxError, nodes

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.sources.files import read_source

_DELIMITERS = ("block_start_string", "block_end_string", "variable_start_string", "variable_end_string")
_SWITCHES = ("trim_blocks", "lstrip_blocks")
#: What Ansible's errors quote: the variable, the attribute or the filter.
_QUOTED = re.compile(r"^'(\w+)' is undefined|has no attribute '(\w+)'|^The \w+ plugin '[\w.]*?(\w+)' failed")
_SHOWN_LINES = 5


@dataclass(frozen=True)
class TemplateOptions:
    """An element of the option `template`."""

    path: str
    overrides: t.Mapping[str, t.Any] = field(default_factory=dict)

    @classmethod
    def from_option(cls, wanted: t.Any) -> TemplateOptions:
        options = wanted if isinstance(wanted, dict) else {"path": wanted}
        unknown = sorted(set(options) - {"path", *_DELIMITERS, *_SWITCHES})
        if unknown:
            raise InputError(f"template takes a path, or a mapping with path; it does not know {', '.join(unknown)}.")
        if "path" not in options:
            raise InputError("template needs a path.")
        overrides: dict[str, t.Any] = {k: str(options[k]) for k in _DELIMITERS if k in options}
        # As ansible.builtin.template: a line with nothing but a block leaves no empty line.
        overrides["trim_blocks"] = boolean(options.get("trim_blocks", True), strict=False)
        overrides["lstrip_blocks"] = boolean(options.get("lstrip_blocks", False), strict=False)
        return cls(options["path"], overrides)


def render(
    action: ActionBase, variables: t.Mapping[str, t.Any], path: Path, options: TemplateOptions, shown: str
) -> str:
    """The text is trusted as a template; what variables hold is not."""
    text = read_source(path)
    places = [*variables.get("ansible_search_path", []), str(path.parent)]
    templar = action._templar.copy_with_new_env(
        searchpath=[p for place in places for p in (str(Path(place, "templates")), place)],
        available_variables=variables,
    )
    try:
        rendered = templar.template(
            trust_as_template(text), escape_backslashes=False, overrides=dict(options.overrides)
        )
    except AnsibleError as exc:
        said = str(exc.message).splitlines()[0].rstrip(".")
        raise InputError(
            f"{shown}{_lines(exc, said, text, options)}: this template cannot be rendered: {said}."
        ) from exc
    return "" if rendered is None else str(rendered)


def _lines(exc: AnsibleError, said: str, text: str, options: TemplateOptions) -> str:
    """`:3`, or `:3,7` where it stands in several lines. Ansible's errors tell no lines but those of syntax."""
    if isinstance(exc.__cause__, TemplateSyntaxError):
        return f":{exc.__cause__.lineno}"
    found = _QUOTED.search(said)
    name = next((group for group in found.groups() if group), "") if found else ""
    lines = lines_of(name, text, options.overrides)[:_SHOWN_LINES] if name else []
    return ":" + ",".join(map(str, lines)) if lines else ""


def lines_of(name: str, text: str, overrides: t.Mapping[str, t.Any]) -> list[int]:
    """Where a template uses a variable, an attribute, a filter or a test of this name."""
    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True, **overrides)
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError:
        return []
    found = {node.lineno for node in tree.find_all(nodes.Node) if name in _names(node)}
    return sorted(found)


def _names(node: nodes.Node) -> set[str]:
    """How this node alone could be called."""
    if isinstance(node, (nodes.Name, nodes.Filter, nodes.Test)):
        return {node.name.rpartition(".")[2]}
    if isinstance(node, nodes.Getattr):
        return {node.attr}
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return {str(node.arg.value)}
    return set()
