# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which cluster a task means."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import options_from


def test_options_win_over_the_environment() -> None:
    env = {"K8S_AUTH_CONTEXT": "env", "K8S_AUTH_HOST": "https://env", "KUBECONFIG": "/env", "K8S_AUTH_VERIFY_SSL": "no"}
    options = options_from({"context": "task", "host": None, "api_key": ""}, env)
    assert (options.context, options.host, options.kubeconfig) == ("task", "https://env", "/env")
    assert options.validate_certs is False


def test_kubeconfigs_in_their_order() -> None:
    env = {"KUBECONFIG": "/kube", "K8S_AUTH_KUBECONFIG": "/auth"}
    assert options_from({"kubeconfig": "/task"}, env).kubeconfig == "/task"
    assert options_from({}, env).kubeconfig == "/auth"
    assert options_from({}, {"KUBECONFIG": "/kube"}).kubeconfig == "/kube"
    assert options_from({}, {}).kubeconfig is None


@pytest.mark.parametrize(
    "credentials",
    [
        {"api_key": "t"},
        {"username": "u", "password": "p"},
        {"client_cert": "c", "client_key": "k"},
    ],
)
def test_a_host_with_credentials_needs_no_kubeconfig(credentials: dict[str, str]) -> None:
    """As the Kubernetes credential of AWX gives them, though KUBECONFIG may be set for other tools."""
    options = options_from({"host": "https://h", **credentials}, {"KUBECONFIG": "/kube"})
    assert options.complete
    assert options.kubeconfig is None
    assert not options_from({"host": "https://h"}, {}).complete


def test_lists_and_switches_come_from_the_environment_too() -> None:
    options = options_from({}, {"K8S_AUTH_IMPERSONATE_GROUPS": "a,b", "K8S_AUTH_VERIFY_SSL": "True"})
    assert options.impersonate_groups == ("a", "b")
    assert options.validate_certs is True


@pytest.mark.parametrize(
    ("params", "env", "message"),
    [
        ({"kubeconfig": 5}, {}, "kubeconfig must be a path or a mapping"),
        ({"host": "cluster:6443"}, {}, "host 'cluster:6443' is not a URL: write it as https://cluster:6443"),
        ({"client_cert": "c"}, {}, "client_cert and client_key belong together"),
        ({}, {"K8S_AUTH_VERIFY_SSL": "perhaps"}, "K8S_AUTH_VERIFY_SSL is 'perhaps': give it yes or no"),
    ],
)
def test_refused_in_one_sentence(params: dict[str, t.Any], env: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        options_from(params, env)
