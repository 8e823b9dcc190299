# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role makes of its settings: options, rules, units, and every sentence that refuses."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.firewall import rules
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.host_plan import host_plan, host_problems
from ansible_collections.slipway.deploy.plugins.module_utils.dockerhost.settings import Settings

KNOWN = {"distribution": "Debian 13 (docker1)", "supported": "Debian 12 and newer"}
DEFAULTS = {
    "log-driver": "json-file",
    "log-opts": {"max-size": "20m", "max-file": "5"},
    "live-restore": True,
}


def options(**settings: t.Any) -> dict[str, t.Any]:
    return host_plan({**KNOWN, **settings})["options"]


def test_the_defaults_are_a_production_hosts() -> None:
    assert options() == DEFAULTS
    assert host_problems(KNOWN) == []
    plan = host_plan(KNOWN)
    assert plan["drop_in"] == "" and all(file["state"] == "absent" for file in plan["files"])
    assert all(service["state"] == "absent" for service in plan["services"])


def test_the_users_options_win_and_null_leaves_ours_out() -> None:
    assert options(daemon_options={"live-restore": None, "log-driver": "local", "debug": True}) == {
        "log-driver": "local",
        "log-opts": DEFAULTS["log-opts"],
        "debug": True,
    }


def test_engines_of_users_share_what_is_the_hosts_and_have_nothing_of_the_systems() -> None:
    settings = {
        "registry_mirrors": ["https://mirror:5000"],
        "daemon_options": {"debug": True},
        "metrics_address": "127.0.0.1:9323",
        "userns_remap": "default",
        "rootless_options": {"labels": ["a=b"], "log-driver": None},
    }
    assert host_plan({**KNOWN, **settings})["rootless_options"] == {
        "log-opts": DEFAULTS["log-opts"],
        "registry-mirrors": ["https://mirror:5000"],
        "labels": ["a=b"],
    }


def test_a_proxy_is_an_option_or_a_drop_in() -> None:
    proxy = {"http": "http://proxy:3128", "https": None, "no_proxy": ["a", "10.0.0.0/8"]}
    assert options(proxy=proxy)["proxies"] == {"http-proxy": "http://proxy:3128", "no-proxy": "a,10.0.0.0/8"}
    old = host_plan({**KNOWN, "proxy": proxy, "knows_proxies": False})
    assert "proxies" not in old["options"]
    assert 'Environment="HTTP_PROXY=http://proxy:3128"\n' in old["drop_in"]
    assert old["client_proxies"] == {"httpProxy": "http://proxy:3128", "noProxy": "a,10.0.0.0/8"}


def test_tls_takes_the_sockets_from_the_units_command_line() -> None:
    plan = host_plan({**KNOWN, "tls": True, "program": "/usr/sbin/dockerd"})
    assert plan["options"]["hosts"] == ["fd://", "tcp://0.0.0.0:2376"] and plan["options"]["tlsverify"]
    assert "ExecStart=\nExecStart=/usr/sbin/dockerd --containerd=" in plan["drop_in"]


def test_the_firewall_asks_for_the_port_that_the_client_wanted() -> None:
    allow = [
        {"sources": ["10.0.0.0/8", "fd00::/8"], "ports": ["443", "8000-8099"]},
        {"ports": ["53"], "protocol": "udp"},
    ]
    settings = Settings(firewall=True, firewall_interfaces=("eth0",), firewall_allow=allow)
    assert rules(settings, 4).splitlines() == [
        "*filter",
        ":DOCKER-USER - [0:0]",
        "-A DOCKER-USER -i eth0 -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN",
        "-A DOCKER-USER -i eth0 -s 10.0.0.0/8 -p tcp -m conntrack --ctorigdstport 443 --ctdir ORIGINAL -j RETURN",
        "-A DOCKER-USER -i eth0 -s 10.0.0.0/8 -p tcp -m conntrack --ctorigdstport 8000:8099 --ctdir ORIGINAL -j RETURN",
        "-A DOCKER-USER -i eth0 -p udp -m conntrack --ctorigdstport 53 --ctdir ORIGINAL -j RETURN",
        "-A DOCKER-USER -i eth0 -j DROP",
        "-A DOCKER-USER -j RETURN",
        "COMMIT",
    ]
    assert "-s fd00::/8" in rules(settings, 6) and "10.0.0.0" not in rules(settings, 6)


def test_with_the_firewall_nobody_gets_past_it_by_dockers_proxy() -> None:
    assert options(firewall=True, firewall_interfaces=["eth0"])["userland-proxy"] is False


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"known_distribution": False, "distribution": "Plan9 (host1)", "log_max_size": "big"},
            "docker_host does not know Plan9 (host1). It supports Debian 12 and newer; a file of that name in the"
            " role's vars/ adds another.",
        ),
        (
            {"recent_enough": False, "distribution": "Debian 11 (host1)"},
            "Debian 11 (host1) is too old: docker_host supports Debian 12 and newer.",
        ),
        (
            {"has_engine": False, "distribution": "Rocky 9 (host1)"},
            "Rocky 9 (host1) has no engine of its own. Set docker_host_source: docker (Docker's repository).",
        ),
        (
            {"cli_plugins": ["buildx"], "plugins_offered": []},
            "Debian 13 (docker1) has no package of its own for: buildx. Set docker_host_source: docker (Docker's"
            " repository), or leave them out of docker_host_cli_plugins.",
        ),
        (
            {"static_archive": "x.tgz"},
            "docker_host_static_archive is for docker_host_source: static. Set that, or leave the archive out.",
        ),
        (
            {"source": "static", "version": "28.5.2", "static_checksum": "sha256:" + "0" * 64},
            "docker_host_source: static needs docker_host_static_archive, a file on the controller or a URL.",
        ),
        (
            {
                "source": "static",
                "static_archive": "no.tgz",
                "version": "28.5.2",
                "static_checksum": "sha256:" + "0" * 64,
            },
            "docker_host_static_archive: there is no file no.tgz on the controller.",
        ),
        (
            {"source": "static", "static_archive": "https://x/y.tgz", "static_checksum": "sha256:" + "0" * 64},
            "docker_host_source: static needs docker_host_version: the version that the archive holds.",
        ),
        (
            {"source": "static", "static_archive": "https://x/y.tgz", "version": "28.5.2", "static_checksum": "abc"},
            "docker_host_static_checksum 'abc': write the archive's, sha256: and 64 hex digits.",
        ),
        ({"log_max_size": "big"}, "docker_host_log_max_size 'big': write a number and k, m or g, such as 20m."),
        ({"log_max_files": 0}, "docker_host_log_max_files: at least 1, not 0."),
        (
            {"tls": True, "daemon_options": {"hosts": []}},
            "docker_host_tls and docker_host_daemon_options.hosts both say where the engine listens. Leave one out.",
        ),
        (
            {"metrics_address": "localhost:9323"},
            "docker_host_metrics_address 'localhost:9323': write an IP address and a port, such as 127.0.0.1:9323.",
        ),
        (
            {"metrics_address": "127.0.0.1:2376", "tls": True},
            "docker_host_metrics_address and docker_host_tls_address have the same port: 0.0.0.0:2376.",
        ),
        (
            {"address_pools": [{"base": "10.200.0.0/16", "size": 8}]},
            "docker_host_address_pools: networks of size /8 cannot be cut out of 10.200.0.0/16.",
        ),
        (
            {"address_pools": [{"base": "10.0.0.0/8", "size": 24}, {"base": "10.200.0.0/16", "size": 24}]},
            "docker_host_address_pools: 10.0.0.0/8 and 10.200.0.0/16 overlap.",
        ),
        (
            {"address_pools": [{"base": "10.200.0.1/16", "size": 24}]},
            "docker_host_address_pools: '10.200.0.1/16' is no network (10.200.0.1/16 has host bits set): write it as"
            " 10.200.0.0/16.",
        ),
        (
            {"registry_cas": [{"host": "r:5000", "ca_file": "no.crt"}]},
            "docker_host_registry_cas: there is no file no.crt on the controller.",
        ),
        (
            {"extra_ca_file": "no.crt"},
            "docker_host_extra_ca_file: there is no file no.crt on the controller.",
        ),
        (
            {"registry_mirrors": ["mirror:5000"]},
            "docker_host_registry_mirrors: 'mirror:5000' is no address of a registry, such as https://mirror:5000.",
        ),
        (
            {"registry_credentials": [{"registry": "r"}, {"registry": "r"}]},
            "docker_host_registry_credentials: r is listed twice; leave one entry.",
        ),
        (
            {"proxy": {"http": "user:secret@proxy"}},
            "docker_host_proxy.http is no URL: write it as http://proxy.example.com:3128.",
        ),
        (
            {"proxy": {"http": "http://p:1"}, "knows_proxies": False, "systemd": False},
            "docker_host_proxy: an engine older than 23.0 takes its proxy from systemd only, which is not here.",
        ),
        (
            {"tls": True, "systemd": False},
            "docker_host_tls needs systemd on the host: without it, set hosts in docker_host_daemon_options.",
        ),
        (
            {"firewall_allow": [{}]},
            "docker_host_firewall_allow has no effect without docker_host_firewall: true.",
        ),
        (
            {"firewall": True, "firewall_interfaces": ["eth0"], "daemon_options": {"iptables": False}},
            "docker_host_firewall needs Docker's own chains, and docker_host_daemon_options has iptables: false.",
        ),
        (
            {"rootless_users": ["anna"], "systemd": False},
            "docker_host_rootless_users needs systemd on the host, which keeps the engines of users.",
        ),
        (
            {
                "rootless_users": ["anna"],
                "source": "static",
                "version": "28.5.2",
                "static_archive": "https://x/y.tgz",
                "static_checksum": "sha256:" + "0" * 64,
            },
            "docker_host_rootless_users: Docker's archive has no parts for them. Set another docker_host_source.",
        ),
        (
            {"rootless_users": ["anna"], "rootless_known": False},
            "docker_host_rootless_users: it is not known which packages that takes on Debian 13 (docker1).",
        ),
        (
            {"rootless_users": ["anna", "bert"], "users": ["bert"]},
            "docker_host_rootless_users: bert would be root by docker_host_users all the same. Leave one out.",
        ),
        (
            {"rootless_users": ["root"]},
            "docker_host_rootless_users: root's engine is the system's. Name other users.",
        ),
        (
            {"system_engine": False},
            "docker_host_system_engine: false leaves the host without an engine: name docker_host_rootless_users.",
        ),
        (
            {"system_engine": False, "rootless_users": ["anna"], "users": ["bert"], "tls": True},
            "docker_host_system_engine: false, but docker_host_users, docker_host_tls are the system engine's. Leave"
            " them out.",
        ),
        ({"firewall": True}, "docker_host_firewall_interfaces: name the interfaces that clients come from."),
        (
            {"firewall": True, "firewall_interfaces": ["eth0; reboot"]},
            "docker_host_firewall_interfaces: 'eth0; reboot' is no name of an interface.",
        ),
        (
            {"firewall": True, "firewall_interfaces": ["eth0"], "firewall_allow": [{"sources": ["office"]}]},
            "docker_host_firewall_allow: 'office' is no address or network, such as 10.0.0.0/8.",
        ),
        (
            {"firewall": True, "firewall_interfaces": ["eth0"], "firewall_allow": [{"ports": ["90-80"]}]},
            "docker_host_firewall_allow: '90-80' is no port or range of ports, such as 443 or 8000-8099.",
        ),
        ({"prune": True, "prune_keep_hours": 0}, "docker_host_prune_keep_hours: at least 1, not 0."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(settings: dict[str, t.Any], message: str) -> None:
    assert host_problems({**KNOWN, **settings}) == [message]


def test_every_problem_is_named(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")
    found = host_problems(
        {
            **KNOWN,
            "playbook_dir": str(tmp_path),
            "registry_cas": [{"host": "r:5000", "ca_file": "key.pem"}],
            "log_max_files": 0,
        }
    )
    assert found == [
        "docker_host_log_max_files: at least 1, not 0.",
        "docker_host_registry_cas: key.pem: registries: 'r:5000': there is a private key in this text. Give the"
        " certificate only.",
    ]
