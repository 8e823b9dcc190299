# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import CONFIG_LABEL
from ansible_collections.slipway.deploy.plugins.module_utils.compose.document import (
    Surroundings,
    as_text,
    runnable,
    select,
    settle,
)
from ansible_collections.slipway.deploy.plugins.module_utils.compose.units import BroughtFile, signer

DOCUMENT: dict[str, t.Any] = {
    "services": {
        "web": {
            "image": "busybox:1.37",
            "build": {"context": "/s"},
            "pull_policy": "always",
            "depends_on": {"db": {}},
            "secrets": [{"source": "token"}],
            "configs": [{"source": "motd"}, {"source": "site"}],
            "volumes": [
                {"type": "bind", "source": "/s/site.conf", "target": "/etc/site.conf"},
                {"type": "bind", "source": "/s/html", "target": "/html"},
                {"type": "bind", "source": "/s/data", "target": "/data"},
                {"type": "bind", "source": "/var/run/docker.sock", "target": "/sock"},
                {"type": "volume", "source": "v", "target": "/v"},
            ],
        },
        "db": {"image": "x@sha256:1"},
        "alone": {"image": "y"},
    },
    "secrets": {"token": {"file": "/s/token"}, "key": {"environment": "KEY"}},
    "configs": {"motd": {"content": "hi"}, "site": {"file": "/s/site.conf"}},
}
BROUGHT = {
    "/s/token": BroughtFile(b"hunter2"),
    "/s/site.conf": BroughtFile(b"server"),
    "/s/html/a/b.html": BroughtFile(b"<p>"),
}


def around(brought: dict[str, BroughtFile] | None = None, **env: str) -> Surroundings:
    return Surroundings("/s", "/opt/p", BROUGHT if brought is None else brought, lambda _path: None, env.get)


def settled(where: Surroundings) -> dict[str, t.Any]:
    return settle(DOCUMENT, {"busybox:1.37": "busybox@sha256:2"}, where, "/opt/p/.slipway/files", signer("k")).document


def test_the_finished_file() -> None:
    document = settled(around(KEY="k"))
    web = document["services"]["web"]
    assert web["image"] == "busybox@sha256:2"
    assert "build" not in web and "pull_policy" not in web and "depends_on" in web
    sources = [volume["source"] for volume in web["volumes"]]
    assert all(source.startswith("/opt/p/.slipway/files/") for source in sources[:2])
    assert sources[1].endswith("/html")
    assert sources[2:] == ["/opt/p/data", "/var/run/docker.sock", "v"]
    assert document["secrets"]["token"]["file"].endswith("/token")
    assert document["secrets"]["key"]["file"].endswith("/key") and "environment" not in document["secrets"]["key"]
    assert web["labels"]["slipway.deploy.secrets"].startswith("token=")
    assert sorted(item.partition("=")[0] for item in web["labels"]["slipway.deploy.configs"].split(",")) == [
        "motd",
        "site",
    ]
    assert list(document["services"]["db"]["labels"]) == [CONFIG_LABEL]
    assert "hunter2" not in as_text(document)
    assert DOCUMENT["services"]["web"]["image"] == "busybox:1.37"


def test_another_content_is_another_file() -> None:
    changed = {**BROUGHT, "/s/token": BroughtFile(b"hunter3")}
    one, two = settled(around(KEY="k")), settled(around(changed, KEY="k"))
    assert one["services"]["web"]["labels"] != two["services"]["web"]["labels"]
    assert one["secrets"]["token"] != two["secrets"]["token"]
    assert one["configs"] == two["configs"]


def test_the_host_may_have_the_file() -> None:
    where = Surroundings("/s", "/s", {}, lambda path: BroughtFile(path.encode()), {"KEY": "k"}.get)
    volumes = settled(where)["services"]["web"]["volumes"]
    assert volumes[0]["source"] == "/s/site.conf", "what is mounted from the host stays the host's"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (around(), "secrets.key.environment: the variable KEY is not set."),
        (
            around({}, KEY="k"),
            "secrets.token.file: there is no file token; give its content in the option 'secrets' as 'token'.",
        ),
    ],
)
def test_what_is_missing(where: Surroundings, said: str) -> None:
    with pytest.raises(InputError) as caught:
        settled(where)
    assert caught.value.message == said


def test_some_services_and_what_they_need() -> None:
    assert sorted(select(DOCUMENT, ["web"])["services"]) == ["db", "web"]
    assert sorted(select(DOCUMENT, ["alone"])["services"]) == ["alone"]


def test_how_many_and_in_which_order_does_not_make_another_container() -> None:
    def label(**more: t.Any) -> str:
        document = {"services": {"web": {"image": "x", **more}}}
        return settle(document, {}, around(), "/s", signer("k")).document["services"]["web"]["labels"][CONFIG_LABEL]

    assert label() == label(scale=3) == label(depends_on={"db": {}})
    assert label(deploy={"a": 1}) == label(deploy={"a": 1, "replicas": 3, "update_config": {"order": "x"}})
    assert label() != label(command=["x"])
    assert "depends_on" not in runnable(DOCUMENT)["services"]["web"]
