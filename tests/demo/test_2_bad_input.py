# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes of users: one clear sentence each, and nothing was touched."""

from __future__ import annotations

import http.server
import json
import pathlib
import threading
import typing as t

import pytest
from the_lab import LAB
from watched import Run, watch

GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: never-made}\n"


def play(name: str, **variables: t.Any) -> Run:
    """A playbook of the collection on the lab's inventory."""
    return watch(
        ["ansible-playbook", "-i", str(LAB / "inventory.yml"), f"playbooks/{name}.yml", "-e", json.dumps(variables)]
    )


def assert_refused(run: Run, sentence: str) -> None:
    assert run.code != 0, run.tail()
    assert sentence in " ".join(run.output.split()), run.tail()
    assert run.changed == {}


def test_a_missing_dockerfile(lab: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert_refused(play("app_compose", app_source=str(tmp_path)), f"There is no Dockerfile {tmp_path}/Dockerfile")


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("apiVersion: v1\nkind: ConfigMap\n  metadata: {name: x}\n", "bad.yml:3", "mapping values are not allowed"),
        ("apiVersion: v1\nmetadata: {name: x}\n", "bad.yml:1", "the object has no kind"),
        (GOOD + "---\n" + GOOD.replace("never-made", "x") + "dta: {a: b}\n", "bad.yml:8", "unknown field"),
    ],
    ids=["not YAML", "no kind", "unknown field"],
)
def test_a_manifest_that_is_wrong(
    lab: pathlib.Path, tmp_path: pathlib.Path, text: str, place: str, sentence: str
) -> None:
    (tmp_path / "bad.yml").write_text(text)
    run = play("app_kubernetes", app_manifests=[str(tmp_path / "bad.yml")])
    assert_refused(run, sentence)
    assert place in run.output


def test_an_api_server_that_does_not_answer(lab: pathlib.Path, tmp_path: pathlib.Path) -> None:
    away = (LAB / "kubeconfig").read_text().replace("172.30.0.31:6443", "127.0.0.1:1")
    assert "127.0.0.1:1" in away
    (tmp_path / "kubeconfig").write_text(away)
    run = play("app_kubernetes", app_kubeconfig=str(tmp_path / "kubeconfig"))
    assert_refused(run, "The API server https://127.0.0.1:1")


@pytest.fixture
def locked_registry() -> t.Iterator[str]:
    """A registry on loopback that knows nobody."""

    class Refuses(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="locked"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_POST = do_GET

        def log_message(self, *_args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_registry_credentials_that_are_wrong(lab: pathlib.Path, tmp_path: pathlib.Path, locked_registry: str) -> None:
    archive = next(pathlib.Path("~/.cache/slipway/artifacts/registry.k8s.io").expanduser().glob("pause/*.tar"))
    (tmp_path / "push.yml").write_text(
        json.dumps(
            [
                {
                    "hosts": "localhost",
                    "gather_facts": False,
                    "tasks": [
                        {
                            "slipway.deploy.registry_push": {
                                "url": locked_registry,
                                "username": "anna",
                                "password": "not-this-one",
                                "images": [{"archive": str(archive), "name": "pause:1"}],
                            }
                        }
                    ],
                }
            ]
        )
    )
    run = watch(["ansible-playbook", "-vvv", str(tmp_path / "push.yml")])
    assert_refused(run, "anna")
    assert locked_registry.removeprefix("http://") in run.output
    assert "not-this-one" not in run.output


@pytest.mark.parametrize("playbook", ["deploy", "provision", "cluster", "app", "rollback", "status"])
def test_an_inventory_without_hosts(tmp_path: pathlib.Path, playbook: str) -> None:
    (tmp_path / "hosts.yml").write_text("all: {hosts: {other1: {ansible_connection: local}}}\n")
    run = watch(["ansible-playbook", "-i", str(tmp_path / "hosts.yml"), f"playbooks/{playbook}.yml"])
    assert_refused(run, "has no host in")


def test_nothing_was_touched(lab: pathlib.Path) -> None:
    run = watch(["ansible-playbook", "-i", str(LAB / "inventory.yml"), "playbooks/deploy.yml", "--check"])
    assert run.code == 0, run.tail()
    assert run.changed == {}
