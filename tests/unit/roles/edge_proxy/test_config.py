# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Caddy's configuration from settings and pools."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import slipway_edge
from slipway_edge.config import RoutedPool, caddy_config, query_name
from slipway_edge.labels import Pool
from slipway_edge.settings import Settings, SettingsError, load, parse

OFF = Settings(tls="off", http_port=8000)


def routes(settings: Settings, *pools: RoutedPool) -> list[tuple[str, list[str]]]:
    """Host and paths in their order, without the last route, which says that there is none."""
    made = caddy_config(settings, pools)["apps"]["http"]["servers"]
    found = made["secure" if settings.tls != "off" else "plain"]["routes"]
    assert found[-1]["handle"][0]["status_code"] == 404
    return [(route["match"][0]["host"][0], route["match"][0].get("path", [])) for route in found[:-1]]


def test_the_more_exact_route_goes_first() -> None:
    pools = [
        RoutedPool(Pool("*.x"), (80,)),
        RoutedPool(Pool("a.x"), (80,)),
        RoutedPool(Pool("a.x", "/api"), (80,)),
        RoutedPool(Pool("a.x", "/api/v1"), (80,)),
        RoutedPool(Pool("z.x"), (80,), priority=1),
    ]
    assert routes(OFF, *pools) == [
        ("z.x", []),
        ("a.x", ["/api/v1", "/api/v1/*"]),
        ("a.x", ["/api", "/api/*"]),
        ("a.x", []),
        ("*.x", []),
    ]


def test_containers_are_asked_for_and_not_configured() -> None:
    pool = Pool("a.x")
    made = caddy_config(OFF, [RoutedPool(pool, (80, 81))])
    handler = made["apps"]["http"]["servers"]["plain"]["routes"][0]["handle"][0]
    assert "upstreams" not in handler
    assert [source["name"] for source in handler["dynamic_upstreams"]["sources"]] == [
        query_name(pool, 80),
        query_name(pool, 81),
    ]


def test_plain_http_has_one_server_and_no_certificates() -> None:
    apps = caddy_config(OFF, [])["apps"]
    assert sorted(apps) == ["http"] and sorted(apps["http"]["servers"]) == ["plain"]
    assert apps["http"]["servers"]["plain"]["listen"] == [":8000"]


def test_http_is_redirected() -> None:
    def location(**more: int) -> str:
        plain = caddy_config(Settings(**more), [])["apps"]["http"]["servers"]["plain"]  # type: ignore[arg-type]
        return str(plain["routes"][0]["handle"][0]["headers"]["Location"][0])

    assert location() == "https://{http.request.host}{http.request.uri}"
    assert location(https_port=8443) == "https://{http.request.host}:8443{http.request.uri}"


def test_acme_by_a_private_server() -> None:
    settings = Settings(acme_ca="https://ca.x/directory", acme_ca_roots=("/ca.crt",), acme_email="ops@x.example")
    assert caddy_config(settings, [])["apps"]["tls"]["automation"]["policies"] == [
        {
            "issuers": [
                {
                    "module": "acme",
                    "email": "ops@x.example",
                    "ca": "https://ca.x/directory",
                    "trusted_roots_pem_files": ["/ca.crt"],
                }
            ]
        }
    ]


def test_a_renewed_certificate_is_another_configuration(tmp_path: Path) -> None:
    pair = {"certificate": str(tmp_path / "crt"), "key": str(tmp_path / "key")}
    settings = Settings(tls="files", certificates=(pair,))
    made = []
    for content in ("one", "two"):
        (tmp_path / "crt").write_text(content)
        (tmp_path / "key").write_text("key")
        made.append(caddy_config(settings, []))
    assert made[0] != made[1]
    assert "two" not in str(made[1]), "certificates are named, not shown"


def test_more_configuration_is_merged() -> None:
    more = {"apps": {"http": {"servers": {"plain": {"idle_timeout": "9s"}}}}}
    plain = caddy_config(Settings(tls="off", caddy_config=more), [])["apps"]["http"]["servers"]["plain"]
    assert plain["idle_timeout"] == "9s" and plain["listen"] == [":80"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tsl": "off"}, "There is no setting 'tsl'."),
        ({"tls": "maybe"}, "tls: 'maybe' is none of acme, files, off."),
        ({"tls": "files"}, "tls: 'files' needs at least one certificate."),
        ({"http_port": 443}, "http_port and https_port are both 443: each needs its own."),
        ({"http_port": "80"}, "http_port: a whole number is wanted."),
        ({"redirect": 1}, "redirect: true or false is wanted."),
        ({"allowed_hosts": "a"}, "allowed_hosts: a list is wanted."),
        ({"caddy_config": []}, "caddy_config: a mapping is wanted."),
    ],
)
def test_settings_that_cannot_be(values: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as failure:
        parse(values)
    assert str(failure.value) == said


def test_whole_numbers_are_seconds_too() -> None:
    assert parse({"try_duration": 5}).try_duration == 5.0


def test_settings_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not there: run the role edge_proxy"):
        load(tmp_path / "none.json")


SOURCES = sorted(Path(slipway_edge.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_what_runs_on_hosts_is_python_3_9(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=(3, 9))
