# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubeconfig files, and what is wrong with them."""

from __future__ import annotations

import copy
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import AuthError, InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import options_from
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.kubeconfig import configuration_for

KUBECONFIG: dict[str, t.Any] = {
    "clusters": [{"name": "one", "cluster": {"server": "https://one:6443", "proxy-url": "http://proxy:1"}}],
    "users": [{"name": "me", "user": {"token": "kept-secret"}}],
    "contexts": [{"name": "here", "context": {"cluster": "one", "user": "me"}}],
    "current-context": "here",
}


def loaded(temp: Path, env: t.Mapping[str, str] | None = None, **params: t.Any) -> t.Any:
    env = env or {}
    return configuration_for(options_from(params, env), env, lambda: str(temp))


def written(path: Path, content: t.Any) -> str:
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return str(path)


def test_a_file_and_a_mapping_say_the_same(tmp_path: Path) -> None:
    for given in (written(tmp_path / "k", KUBECONFIG), copy.deepcopy(KUBECONFIG)):
        config = loaded(tmp_path, kubeconfig=given)
        assert config.host == "https://one:6443"
        assert config.proxy == "http://proxy:1"
        assert config.auth_settings()["BearerToken"]["value"] == "Bearer kept-secret"


def test_single_options_win_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "k", KUBECONFIG)
    config = loaded(
        tmp_path, kubeconfig=path, host="https://two/", api_key="other", validate_certs=False, proxy="http://p"
    )
    assert (config.host, config.verify_ssl, config.proxy) == ("https://two", False, "http://p")
    assert config.auth_settings()["BearerToken"]["value"] == "Bearer other"


def test_a_list_of_files_may_have_gaps(tmp_path: Path) -> None:
    first = written(tmp_path / "a", {**KUBECONFIG, "users": []})
    second = written(tmp_path / "b", {"users": KUBECONFIG["users"]})
    config = loaded(tmp_path, env={"KUBECONFIG": f"{first}:{tmp_path}/none:{second}"})
    assert config.auth_settings()["BearerToken"]["value"] == "Bearer kept-secret"


def test_host_and_token_need_no_file(tmp_path: Path) -> None:
    config = loaded(tmp_path, env={"K8S_AUTH_HOST": "https://h", "K8S_AUTH_API_KEY": "t", "HOME": str(tmp_path)})
    assert config.host == "https://h"


def plugin(command: str) -> dict[str, t.Any]:
    spec = {"apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "Never"}
    return {**copy.deepcopy(KUBECONFIG), "users": [{"name": "me", "user": {"exec": spec}}]}


def test_a_credential_plugin_is_asked(tmp_path: Path) -> None:
    script = tmp_path / "plugin"
    script.write_text(
        "#!/bin/sh\n"
        'echo \'{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", '
        '"status": {"token": "made"}}\'\n'
    )
    script.chmod(0o700)
    config = loaded(tmp_path, kubeconfig=plugin(str(script)))
    assert config.auth_settings()["BearerToken"]["value"] == "Bearer made"


def test_a_credential_plugin_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(AuthError, match=r"credential plugin '/bin/false' of user 'me' .* gave no credential"):
        loaded(tmp_path, kubeconfig=plugin("/bin/false"))


@pytest.mark.parametrize(
    ("content", "params", "message"),
    [
        ("a: [", {}, r"k is not YAML \(line 1\)"),
        ("just text", {}, "k is not a kubeconfig"),
        ("clusters: 5", {}, "k is not a kubeconfig"),
        (KUBECONFIG, {"context": "there"}, "k has no context 'there'. It has: here."),
        ({**KUBECONFIG, "current-context": ""}, {}, "names no current context: set context to one of here"),
        ({**KUBECONFIG, "clusters": []}, {}, "cannot be used: .*one"),
        (
            {
                **KUBECONFIG,
                "clusters": [{"name": "one", "cluster": {"server": "https://x", "certificate-authority": "no"}}],
            },
            {},
            "cannot be used: .*no",
        ),
    ],
)
def test_refused_in_one_sentence(tmp_path: Path, content: t.Any, params: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        loaded(tmp_path, kubeconfig=written(tmp_path / "k", content), **params)
    assert "kept-secret" not in str(refused.value)


def test_no_file_no_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="/none cannot be read: No such file or directory"):
        loaded(tmp_path, kubeconfig=f"{tmp_path}/none")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(InputError, match="No cluster is named: set kubeconfig"):
        loaded(tmp_path)
