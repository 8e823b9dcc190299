# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.unit import is_ours, unit


def test_it_wraps_the_engine_and_starts_at_boot() -> None:
    text = unit("/usr/bin/dockerd-rootless.sh", {})
    assert is_ours(text)
    assert "\nExecStart=/usr/bin/dockerd-rootless.sh\n" in text
    assert "\nDelegate=yes\n" in text
    assert text.endswith("[Install]\nWantedBy=default.target\n")


def test_the_environment_reaches_the_script_as_it_was_given() -> None:
    text = unit("/x", {"B": 'a "b" 100% \\', "A": 1})
    assert '\nEnvironment="A=1"\nEnvironment="B=a \\"b\\" 100%% \\\\"\n' in text


@pytest.mark.parametrize("environment", [{"A-B": "1"}, {"": "1"}, {"A": "1\nExecStartPre=/x"}])
def test_what_is_no_variable_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"^environment: .* is no name and value of an environment variable"):
        unit("/x", environment)


@pytest.mark.parametrize("text", [None, "", "[Unit]\nDescription=the user's own\n"])
def test_a_unit_of_the_user_is_not_ours(text: str | None) -> None:
    assert not is_ours(text)
