# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.lab.names import hosts_file, nameservers, resolv_conf
from ansible_collections.slipway.deploy.plugins.module_utils.lab.spec import Host

ONE, TWO = Host("one", "10.0.0.1"), Host("two", "10.0.0.2")
LINES = st.lists(st.sampled_from(["127.0.0.1 localhost", "# a comment", "", "10.9.9.9 mine", "# BEGIN slipway lab"]))


def test_hosts_are_named_in_one_block_after_what_was_there() -> None:
    assert hosts_file("127.0.0.1 localhost\n", [ONE, TWO]) == (
        "127.0.0.1 localhost\n# BEGIN slipway lab\n10.0.0.1 one\n10.0.0.2 two\n# END slipway lab\n"
    )


def test_lines_after_the_block_stay() -> None:
    text = hosts_file("a\n", [ONE]) + "b\n"
    assert hosts_file(text, [TWO]).splitlines() == [
        "a",
        "b",
        "# BEGIN slipway lab",
        "10.0.0.2 two",
        "# END slipway lab",
    ]


@given(LINES)
def test_a_second_time_changes_nothing_whatever_was_there(lines: list[str]) -> None:
    once = hosts_file("\n".join(lines), [ONE, TWO])
    assert hosts_file(once, [ONE, TWO]) == once


def test_name_servers_on_the_machines_loopback_are_no_use_to_others() -> None:
    text = "# made\nnameserver 127.0.0.53\nnameserver 10.0.0.53\nnameserver ::1\nsearch x\nnameserver fe80::1%eth0\n"
    assert nameservers(text) == ["10.0.0.53", "fe80::1%eth0"]
    assert nameservers("nameserver\noptions edns0\n") == []


def test_what_is_written_is_read_again() -> None:
    assert nameservers(resolv_conf(["10.0.0.53", "10.0.0.54"])) == ["10.0.0.53", "10.0.0.54"]
