# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what: users, tokens, identity tokens, credential helpers, and what of it shows."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path

import pytest
from front import Front
from images import Raw
from modern import Modern
from task import Task, verb_of
from token_server import IDENTITY_TOKEN, TokenServer

PASSWORD = "right-password"


def _login(task: Task, config: dict[str, t.Any]) -> None:
    folder = task.home / ".docker"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))


def _helper(task: Task, name: str, script: str) -> None:
    folder = task.home / "bin"
    folder.mkdir(exist_ok=True)
    path = folder / f"docker-credential-{name}"
    path.write_text(f"#!/bin/sh\n{script}")
    path.chmod(0o755)
    task.env["PATH"] = f"{folder}:/usr/bin:/bin"


def _basic(user: str, password: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture
def image(users_registry: Raw, name: str) -> str:
    users_registry.image(name, "1", b"x")
    return f"{users_registry.host}/{name}:1"


def _exists(task: Task, image: str, **options: t.Any) -> bool:
    return task.run("registry_image_info", images=[image], **options)["images"][0]["exists"]


def test_the_login_of_config_json(task: Task, users_registry: Raw, image: str) -> None:
    for key in (users_registry.host, users_registry.url, f"{users_registry.url}/v1/"):
        _login(task, {"auths": {key: _basic("anna", PASSWORD)}})
        assert _exists(task, image)
    task.env.update(DOCKER_CONFIG=str(task.home / ".docker"), HOME="/nonexistent")
    assert _exists(task, image)


def test_a_helper_is_asked_by_its_protocol(task: Task, users_registry: Raw, image: str) -> None:
    _helper(
        task,
        "test",
        f'[ "$*" = get ] && [ "$(cat)" = {users_registry.host} ] || exit 1\n'
        f'echo \'{{"ServerURL": "x", "Username": "anna", "Secret": "{PASSWORD}"}}\'\n',
    )
    _login(task, {"credHelpers": {users_registry.host: "test"}})
    assert _exists(task, image)
    _login(task, {"credsStore": "test"})
    assert _exists(task, image)
    # The helper for this registry goes before the store for all.
    _login(task, {"credsStore": "none", "credHelpers": {users_registry.host: "test"}})
    assert _exists(task, image)


def test_a_store_that_knows_nothing_leaves_the_file(task: Task, users_registry: Raw, image: str) -> None:
    _helper(task, "empty", "cat >/dev/null; echo 'credentials not found in native keychain'; exit 1\n")
    _login(task, {"credsStore": "empty", "auths": {users_registry.host: _basic("anna", PASSWORD)}})
    assert _exists(task, image)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "echo 'locked' >&2; exit 1\n",
            "The credential helper docker-credential-bad failed for {host} (exit code 1): locked",
        ),
        (
            "echo s3cret\n",
            "The credential helper docker-credential-bad did not answer with Username and Secret for {host}: try it by "
            "hand (echo {host} | docker-credential-bad get).",
        ),
        (
            None,
            "config.json names the credential helper bad for {host}, but there is no docker-credential-bad on the "
            "PATH: install it, or give the credentials in the task.",
        ),
    ],
)
def test_a_helper_that_fails(
    task: Task, users_registry: Raw, image: str, script: t.Optional[str], message: str
) -> None:
    if script is not None:
        _helper(task, "bad", script)
    _login(task, {"credHelpers": {users_registry.host: "bad"}})
    assert task.fails("registry_image_info", images=[image]) == message.format(host=users_registry.host)
    # Who gives credentials needs no helper.
    assert _exists(task, image, registry_username="anna", registry_password=PASSWORD)


def test_wrong_and_missing_credentials(task: Task, users_registry: Raw, image: str, name: str) -> None:
    host = users_registry.host
    assert task.fails("registry_image_info", images=[image]) == (
        f"Registry {host} refuses a request without credentials for manifest {name}:1: give a user name and a "
        "password, or log in on this host (docker login)."
    )
    assert task.fails("registry_image_info", images=[image], registry_username="anna", registry_password="wrong") == (
        f"Registry {host} refuses the credentials of user 'anna' for manifest {name}:1: check the user name, the "
        "password and the user's rights."
    )


@pytest.fixture
def token_image(task: Task, token_registry: str, modern: Modern, name: str) -> str:
    Raw(modern.url).image(name, "1", name.encode() * 100)
    wanted = [{"source": f"{modern.host}/{name}:1", "name": f"{token_registry}/{name}"}]
    task.run("registry_image", images=wanted, registry_username="anna", registry_password=PASSWORD)
    return f"{token_registry}/{name}:1"


def test_tokens(task: Task, token_server: TokenServer, token_registry: str, token_image: str, name: str) -> None:
    token_server.asked.clear()
    assert _exists(task, token_image, registry_username="reader", registry_password="read-password")
    assert token_server.asked == [{"how": "GET", "user": "reader", "scope": [f"repository:{name}:pull"]}]
    assert "refuses the credentials of user 'reader' for" in task.fails(
        "registry_image",
        images=[{"name": token_image, "tags": ["2"]}],
        registry_username="reader",
        registry_password="read-password",
    )
    assert task.fails(
        "registry_image_info", images=[token_image], registry_username="anna", registry_password="wrong"
    ) == (
        f"Registry {token_registry} refuses the credentials of user 'anna' for a login: check the user name, the "
        "password and the user's rights."
    )


def test_an_identity_token_is_exchanged(task: Task, token_server: TokenServer, token_image: str) -> None:
    host = token_image.partition("/")[0]
    token_server.asked.clear()
    _login(task, {"auths": {host: {"identitytoken": IDENTITY_TOKEN}}})
    assert _exists(task, token_image)
    assert [asked["how"] for asked in token_server.asked] == ["POST"]
    _helper(task, "oauth", f'cat >/dev/null; echo \'{{"Username": "<token>", "Secret": "{IDENTITY_TOKEN}"}}\'\n')
    _login(task, {"credHelpers": {host: "oauth"}})
    assert _exists(task, token_image)
    _login(task, {"auths": {host: {"identitytoken": "stale"}}})
    assert "for a login" in task.fails("registry_image_info", images=[token_image])


def test_a_link_asks_for_both_repositories(
    task: Task, token_server: TokenServer, token_registry: str, token_image: str, name: str
) -> None:
    token_server.asked.clear()
    users = {"registry_username": "anna", "registry_password": PASSWORD}
    done = task.image({"source": token_image, "name": f"{token_registry}/copy/{name}:1"}, **users)
    assert done["sent"] == {"bytes": 0, "blobs": 0, "mounted": 2, "manifests": 1}
    both = [f"repository:copy/{name}:pull,push", f"repository:{name}:pull"]
    assert both in [asked["scope"] for asked in token_server.asked]


def test_nobody_may_read_what_is_public(task: Task, token_server: TokenServer, token_registry: str) -> None:
    token_server.asked.clear()
    assert not _exists(task, f"{token_registry}/public/app:none")
    assert token_server.asked == [{"how": "GET", "user": "", "scope": ["repository:public/app:pull"]}]
    assert "refuses a request without credentials" in task.fails(
        "registry_image_info", images=[f"{token_registry}/secret/app:1"]
    )


def test_credentials_are_for_one_registry(task: Task, users_registry: Raw, modern: Modern, tls: t.Any) -> None:
    """Another registry of the same task sees none of them, even where it asks."""
    from front import Fault  # noqa: PLC0415

    nosy = Front(modern.url, tls)
    nosy.wrong(Fault(r".*", 99, status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}))
    wanted = {"source": f"{nosy.host}/x:1", "name": f"{users_registry.host}/x:1"}
    message = task.fails("registry_image", images=[wanted], registry_username="anna", registry_password=PASSWORD)
    assert "refuses a request without credentials" in message
    assert {seen.authorization for seen in nosy.log} == {""}
    nosy.close()


def test_nothing_secret_shows(task: Task, users_registry: Raw, image: str, tmp_path: Path) -> None:
    """Neither in a result nor in what a person sees, with every way of giving a password."""
    entry = {"host": users_registry.host, "username": "anna", "password": PASSWORD, "ca_file": None}
    done = task.run("registry_image", images=[{"name": image, "tags": ["2"]}], registries=[entry])
    shown = verb_of("registry_image").visible({"registries": [entry], "registry_password": PASSWORD})
    assert PASSWORD not in json.dumps([done, task.said, shown])
    assert entry["username"] in json.dumps(shown)
