# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.rootless.ready import (
    check_installed,
    check_kernel,
    find_script,
    lacking,
)


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A host that can do it."""
    for folder in ("run/systemd/system", "proc/sys/user", "proc/sys/kernel", "etc/apparmor.d", "usr/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "proc/sys/user/max_user_namespaces").write_text("28633\n")
    return tmp_path


def test_a_host_that_can_is_let_be(host: Path) -> None:
    check_kernel(host)
    (host / "proc/sys/kernel/unprivileged_userns_clone").write_text("1\n")
    (host / "proc/sys/kernel/apparmor_restrict_unprivileged_userns").write_text("1\n")
    (host / "etc/apparmor.d/usr.bin.rootlesskit").touch()
    check_kernel(host)


@pytest.mark.parametrize(
    ("file", "value", "says"),
    [
        ("user/max_user_namespaces", "0", "set the sysctl user.max_user_namespaces, such as 28633"),
        ("kernel/unprivileged_userns_clone", "0", "set the sysctl kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "rootlesskit has none in /etc/apparmor.d: add one"),
    ],
)
def test_what_the_kernel_refuses_is_told_with_what_to_do(host: Path, file: str, value: str, says: str) -> None:
    (host / "proc/sys" / file).write_text(f"{value}\n")
    with pytest.raises(InputError, match=says):
        check_kernel(host)


def test_without_systemd_nobody_keeps_them(host: Path) -> None:
    (host / "run/systemd/system").rmdir()
    with pytest.raises(InputError, match="systemd does not run on this host"):
        check_kernel(host)


def test_the_script_is_where_packages_put_it_or_where_it_is_said(host: Path) -> None:
    assert find_script(None, host) is None
    (host / "usr/bin/dockerd-rootless.sh").touch()
    assert find_script(None, host) == "/usr/bin/dockerd-rootless.sh"
    assert find_script("/opt/mine.sh", host) is None


def test_what_is_not_installed_is_named(host: Path) -> None:
    path = str(host / "usr/bin")
    assert lacking(None, path) == ["dockerd-rootless.sh", "rootlesskit", "newuidmap", "newgidmap", "slirp4netns"]
    for name in ("rootlesskit", "newuidmap", "newgidmap", "pasta"):
        (host / "usr/bin" / name).touch(mode=0o755)
    assert lacking("/x", path) == []
    check_installed([])
    with pytest.raises(MissingDependencyError, match=r"need newuidmap, slirp4netns on this host: install rootlesskit"):
        check_installed(["newuidmap", "slirp4netns"])
