# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What verbs get of a playbook: Ansible marks each value with where it was written, which no writer of YAML knows."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader

from ansible_collections.slipway.deploy.plugins.plugin_utils.action_face import _native

TEXT = "{whole: 3, part: 0.5, text: web, yes: true, none: null, list: [1, {deep: 2}], 7: key}"


def _types(value: t.Any) -> t.Iterator[type]:
    yield type(value)
    for inner in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from _types(inner)


def test_values_of_a_playbook_are_made_plain() -> None:
    marked = DataLoader().load(TEXT)
    with pytest.raises(yaml.representer.RepresenterError):
        yaml.safe_dump(marked)
    plain = _native(marked)
    assert plain == yaml.safe_load(TEXT)
    assert set(_types(plain)) <= {dict, list, str, int, float, bool, type(None)}
    assert yaml.safe_load(yaml.safe_dump(plain)) == plain


def test_dates_are_text_as_a_module_gets_them() -> None:
    assert _native(DataLoader().load("{day: 2026-01-31, at: 2026-01-31T10:00:00Z}")) == {
        "day": "2026-01-31",
        "at": "2026-01-31T10:00:00+00:00",
    }
