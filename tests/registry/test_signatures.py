# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures, by the real cosign against a real registry with TLS and users."""

from __future__ import annotations

import json
import subprocess
import tempfile
import typing as t
from pathlib import Path

import pytest
from distribution import PROGRAMS
from images import Raw
from task import Task

PASSWORD = "key-p4ssword"
LOGIN = {"registry_username": "anna", "registry_password": "right-password"}


class Keys(t.NamedTuple):
    private: Path
    public: Path


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[Keys]:
    """Two pairs."""
    pairs = []
    for number in range(2):
        folder = tmp_path_factory.mktemp(f"keys{number}")
        command = [str(PROGRAMS / "cosign"), "generate-key-pair"]
        environment = {"COSIGN_PASSWORD": PASSWORD, "HOME": str(folder)}
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        pairs.append(Keys(folder / "cosign.key", folder / "cosign.pub"))
    return pairs


@pytest.fixture
def seen(task: Task, tmp_path: Path) -> Path:
    """cosign on the PATH, through a script that writes its arguments down."""
    folder = tmp_path / "programs"
    folder.mkdir()
    script = folder / "cosign"
    script.write_text(f'#!/bin/sh\necho "$@" >> {folder}/arguments\nexec {PROGRAMS}/cosign "$@"\n')
    script.chmod(0o755)
    (folder / "arguments").touch()
    task.env["PATH"] = f"{folder}:/usr/bin:/bin"
    return folder / "arguments"


def test_sign_once_and_verify(
    task: Task,
    users_registry: Raw,
    keys: list[Keys],
    seen: Path,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    digest = users_registry.image(name, "1", b"x")
    image = f"{users_registry.host}/{name}:1"
    sign: dict[str, t.Any] = {"images": [image], "key_content": keys[0].private.read_text(), "key_password": PASSWORD}
    predicted = task.run("image_sign", check=True, **sign, **LOGIN)
    assert users_registry.digest(name, f"{digest.replace(':', '-')}.sig") is None
    done = task.run("image_sign", **sign, **LOGIN)
    assert predicted == done and done["changed"]
    again = task.run("image_sign", **sign, **LOGIN)
    assert again["changed"] is False and again["diff"] == {"before": "", "after": ""}
    verified = task.run("image_verify", images=[image], key=str(keys[0].public), **LOGIN)["images"][0]
    assert verified["reference"] == f"{users_registry.host}/{name}@{digest}"
    assert (verified["verified"], verified["signatures"]) == (True, 1)
    secrets = (PASSWORD, "right-password", "PRIVATE KEY")
    shown = json.dumps([done, task.said]) + seen.read_text()
    assert [secret for secret in secrets if secret in shown] == []
    assert list(tmp_path.glob("slipway-cosign-*")) == []


def test_what_is_not_signed_stops(task: Task, users_registry: Raw, keys: list[Keys], seen: Path, name: str) -> None:
    good, bad = (users_registry.image(name, tag, tag.encode()) for tag in ("good", "bad"))
    host = users_registry.host
    task.env["COSIGN_PASSWORD"] = PASSWORD
    task.run("image_sign", images=[f"{host}/{name}@{good}"], key=str(keys[0].private), **LOGIN)
    both = [f"{host}/{name}:good", f"{host}/{name}:bad"]
    assert task.fails("image_verify", images=both, key_content=keys[0].public.read_text(), **LOGIN) == (
        f"{host}/{name}@{bad} has no signature by the given key: do not deploy; sign what you trust (image_sign), or "
        "take what is signed."
    )
    assert task.fails("image_verify", images=[both[0]], key=str(keys[1].public), **LOGIN) == (
        f"{host}/{name}@{good} has no signature by the given key: do not deploy; sign what you trust (image_sign), or "
        "take what is signed."
    )


def test_a_moved_tag_is_not_covered(task: Task, users_registry: Raw, keys: list[Keys], seen: Path, name: str) -> None:
    image = f"{users_registry.host}/{name}:live"
    sign: dict[str, t.Any] = {"images": [image], "key": str(keys[0].private), "key_password": PASSWORD}
    users_registry.image(name, "live", b"tested")
    task.run("image_sign", **sign, **LOGIN)
    users_registry.image(name, "live", b"someone else's")
    assert "has no signature" in task.fails("image_verify", images=[image], key=str(keys[0].public), **LOGIN)
    assert task.run("image_sign", **sign, **LOGIN)["changed"]


def test_annotations_and_parts(task: Task, users_registry: Raw, keys: list[Keys], seen: Path, name: str) -> None:
    users_registry.index(name, "1", ["linux/amd64", "linux/arm64"], name)
    image = f"{users_registry.host}/{name}:1"
    sign: dict[str, t.Any] = {"images": [image], "key": str(keys[0].private), "key_password": PASSWORD}
    sign.update(annotations={"stage": "prod"}, recursive=True, **LOGIN)
    assert len(task.run("image_sign", **sign)["images"]) == 3
    assert task.run("image_sign", **sign)["changed"] is False
    key = str(keys[0].public)
    done = task.run("image_verify", images=[image], key=key, annotations={"stage": "prod"}, **LOGIN)
    assert done["images"][0]["annotations"] == [{"stage": "prod"}]
    message = task.fails("image_verify", images=[image], key=key, annotations={"stage": "dev"}, **LOGIN)
    assert "no signature by the given key with these annotations" in message


def test_a_promoted_image_keeps_its_signature(
    task: Task, users_registry: Raw, open_registry: Raw, keys: list[Keys], seen: Path, name: str
) -> None:
    users_registry.image(name, "1", b"x")
    source, target = f"{users_registry.host}/{name}:1", f"{open_registry.host}/prod/{name}:1"
    task.run("image_sign", images=[source], key=str(keys[0].private), key_password=PASSWORD, **LOGIN)
    logins = [{"host": users_registry.host, "username": "anna", "password": "right-password"}]
    task.image({"source": source, "name": target, "referrers": True}, registries=logins)
    verified = task.run("image_verify", images=[target], key=str(keys[0].public))
    assert verified["images"][0]["verified"]


def test_keyless_options_are_passed_on(task: Task, users_registry: Raw, seen: Path, name: str) -> None:
    """The rest needs the internet."""
    users_registry.image(name, "1", b"x")
    image = f"{users_registry.host}/{name}:1"
    whose = {"certificate_identity": "https://example.com/me", "certificate_oidc_issuer_regexp": "^https://issuer"}
    # Nobody has signed it, so cosign says so (or that it has no internet), before it looks at an identity.
    task.fails("image_verify", images=[image], **whose, **LOGIN)
    words = seen.read_text().splitlines()[-1].split()
    assert "--certificate-identity=https://example.com/me" in words
    assert "--certificate-oidc-issuer-regexp=^https://issuer" in words
    assert "--insecure-ignore-tlog=true" not in words


def test_bad_input(task: Task, users_registry: Raw, keys: list[Keys], seen: Path, name: str) -> None:
    digest = users_registry.image(name, "1", b"x")
    image, host = f"{users_registry.host}/{name}:1", users_registry.host
    key = str(keys[0].private)
    wanted = [
        (
            {"verb_name": "image_verify"},
            "image_verify: say whose signature counts: key or key_content, or certificate_identity and "
            "certificate_oidc_issuer (each may be a _regexp).",
        ),
        (
            {"verb_name": "image_verify", "key": str(keys[0].public), "certificate_identity": "x"},
            "image_verify: a key and a certificate's identity exclude each other: give one of them.",
        ),
        (
            {"verb_name": "image_verify", "key": "/none.pub"},
            "There is no key /none.pub: name a file, or an address such as awskms:///alias/NAME.",
        ),
        (
            {"verb_name": "image_sign"},
            "image_sign: give the private key, as key (a file or an address) or as key_content.",
        ),
        (
            {"verb_name": "image_sign", "key": key, "key_password": "wrong"},
            "cosign cannot open the private key to read the public key of this private key: check its password.",
        ),
        (
            {"verb_name": "image_sign", "key": key, "images": [f"{host}/{name}:none"]},
            f"Image {host}/{name}:none was not found: registry {host} has no such.",
        ),
        ({"verb_name": "image_sign", "key": key, "images": []}, "images is empty: name at least one."),
    ]
    for options, message in wanted:
        given = {"images": [image], **LOGIN, **options}
        assert task.fails(**given) == message
    task.env["PATH"] = "/none"
    assert task.fails("image_verify", images=[image], key=str(keys[0].public), **LOGIN) == (
        "The program 'cosign' is not on this host's PATH: install it."
    )
    assert users_registry.digest(name, f"{digest.replace(':', '-')}.sig") is None
