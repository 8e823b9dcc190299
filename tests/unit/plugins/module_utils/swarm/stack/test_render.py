# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what Compose says to what a swarm takes."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.objects import Versioned, versions_of
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.render import (
    DEFINITION,
    check_name,
    images_of,
    render,
)


def rendered(service: dict[str, t.Any], **top: t.Any) -> dict[str, t.Any]:
    found = render({"services": {"web": {"image": "busybox", **service}}, **top}, {}, {}, {})
    return dict(found.file["services"]["web"])


@pytest.mark.parametrize(
    ("compose", "stack"),
    [
        (
            {"ports": [{"target": 80, "published": "8000", "mode": "host"}]},
            {"target": 80, "published": 8000, "mode": "host"},
        ),
        ({"ports": [{"target": 80}]}, {"target": 80}),
    ],
)
def test_ports(compose: dict[str, t.Any], stack: dict[str, t.Any]) -> None:
    assert rendered(compose)["ports"] == [stack]


def test_words_of_compose_become_words_of_a_stack() -> None:
    found = rendered(
        {
            "command": None,
            "depends_on": {"db": {"condition": "service_healthy"}},
            "restart": "unless-stopped",
            "extra_hosts": ["a=192.0.2.1"],
            "networks": {"back": None},
            "volumes": [{"type": "bind", "source": "/a", "target": "/b", "bind": {"create_host_path": True}}],
            "deploy": {"resources": {"limits": {"cpus": 0.5, "memory": "67108864"}}},
        }
    )
    assert found["extra_hosts"] == ["a:192.0.2.1"]
    assert found["networks"] == {"back": {}}
    assert found["volumes"] == [{"type": "bind", "source": "/a", "target": "/b"}]
    assert found["deploy"]["resources"] == {"limits": {"cpus": "0.5", "memory": "67108864"}}
    assert not {"command", "depends_on", "restart"} & set(found)


def test_what_a_swarm_does_without_is_warned_of() -> None:
    found = render({"services": {"web": {"image": "i", "security_opt": ["x"], "privileged": False}}}, {}, {}, {})
    assert found.warnings == ("services.web: a swarm does without security_opt.",)


@pytest.mark.parametrize(
    ("service", "says"),
    [
        (
            {"mem_limit": "64m"},
            "services.web.mem_limit: a swarm has no such option, use deploy.resources.limits.memory.",
        ),
        ({"gpus": "all"}, "services.web.gpus: a swarm has no such option, leave it out."),
        (
            {"ports": [{"target": 80, "published": "8000-8001"}]},
            "ports: '8000-8001' is a range: a swarm publishes one port at a time.",
        ),
    ],
)
def test_what_a_swarm_cannot(service: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        rendered(service)
    assert caught.value.message == says


def test_a_service_needs_an_image() -> None:
    with pytest.raises(InputError, match=r"^services\.web has no image: a swarm builds none, name one in 'image'\.$"):
        images_of({"services": {"web": {"build": {"context": "."}}}})
    with pytest.raises(InputError, match=r"^The Compose file has no service\.$"):
        images_of({})


def test_a_name_that_the_engine_would_stumble_over() -> None:
    with pytest.raises(InputError, match=r"^name 'My App': use lower-case letters, digits, '-' and '_'\.$"):
        check_name("My App")


def test_a_services_hash_is_of_all_that_it_is_made_of_and_nothing_else() -> None:
    config = {
        "services": {
            "web": {"image": "i", "secrets": [{"source": "A"}]},
            "db": {"image": "i", "environment": {"X": "1"}},
        }
    }
    first = render(config, {}, {"A": "s_A-1"}, {}).hashes
    other_secret = render(config, {}, {"A": "s_A-2"}, {}).hashes
    pinned = render(config, {"i": "i@sha256:1"}, {"A": "s_A-1"}, {}).hashes
    assert first["web"] != other_secret["web"] and first["db"] == other_secret["db"]
    assert first["web"] != pinned["web"] and first["db"] != pinned["db"]
    assert render(config, {}, {"A": "s_A-1"}, {}).file["services"]["web"]["deploy"]["labels"] == {
        DEFINITION: first["web"]
    }


def versions(declared: dict[str, t.Any], values: dict[str, str], key: bytes = b"k") -> list[Versioned]:
    return versions_of("shop", "secrets", declared, values, key)


def test_a_secret_is_named_by_its_content_and_the_swarms_key() -> None:
    (one,) = versions({"DB": {"file": "/x/secrets/DB_PASSWORD"}}, {"DB_PASSWORD": "hunter2"})
    (same,) = versions({"DB": {"file": "/y/DB"}}, {"DB": "hunter2"})
    (other,) = versions({"DB": {"file": "/y/DB"}}, {"DB": "hunter3"})
    (elsewhere,) = versions({"DB": {"file": "/y/DB"}}, {"DB": "hunter2"}, b"another swarm")
    assert one.name == same.name and len({one.name, other.name, elsewhere.name}) == 3
    assert one.name.startswith("shop_DB-") and "hunter2" not in repr(one)


def test_an_external_one_keeps_its_name() -> None:
    assert [(v.name, v.data) for v in versions({"A": {"external": True, "name": "real"}}, {})] == [("real", None)]


def test_values_that_nothing_uses_and_values_that_are_not_there() -> None:
    with pytest.raises(InputError, match=r"^secrets: the Compose file has no secret 'TOKN' \(it has TOKEN\)\.$"):
        versions({"TOKEN": {"file": "/x/TOKEN"}}, {"TOKEN": "a", "TOKN": "b"})
    with pytest.raises(InputError, match=r"^secrets: 'TOKEN' has neither a value in the option 'secrets' nor a file"):
        versions({"TOKEN": {"file": "/nowhere/TOKEN"}}, {})


def test_a_name_that_is_too_long_for_a_swarm() -> None:
    with pytest.raises(InputError, match=r"is too long: with the stack's name it may have 50 letters\.$"):
        versions({"A" * 60: {"file": "/x"}}, {"A" * 60: "v"})
