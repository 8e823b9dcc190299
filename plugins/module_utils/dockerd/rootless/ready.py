# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a host can run engines of users at all, told before anything is touched."""

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, MissingDependencyError
from ansible_collections.slipway.deploy.plugins.module_utils.dockerd.service import SEARCH_PATH

#: Where the script lies that wraps the engine: Docker's packages, Debian's and Ubuntu's, an archive of binaries.
SCRIPTS = (
    "/usr/bin/dockerd-rootless.sh",
    "/usr/share/docker.io/contrib/dockerd-rootless.sh",
    "/usr/local/bin/dockerd-rootless.sh",
)
_NETWORKS = ("slirp4netns", "vpnkit", "pasta", "lxc-user-nic")


def find_script(asked: t.Optional[str], root: Path = Path("/")) -> t.Optional[str]:
    """As `asked`, or where packages put it; None where there is none."""
    return next((path for path in ([asked] if asked else SCRIPTS) if _under(root, path).is_file()), None)


def lacking(script: t.Optional[str], path: str = SEARCH_PATH) -> t.List[str]:
    """The parts that are not installed, as one looks for them."""
    found = [] if script else ["dockerd-rootless.sh"]
    found += [name for name in ("rootlesskit", "newuidmap", "newgidmap") if shutil.which(name, path=path) is None]
    if not any(shutil.which(name, path=path) for name in _NETWORKS):
        found.append("slirp4netns")
    return found


def check_installed(missing: t.Sequence[str]) -> None:
    if missing:
        raise MissingDependencyError(
            f"Engines of users need {', '.join(missing)} on this host: install rootlesskit, slirp4netns, uidmap and"
            " dbus-user-session, or docker-ce-rootless-extras of Docker's repository."
        )


def check_kernel(root: Path = Path("/")) -> None:
    if not _under(root, "/run/systemd/system").is_dir():
        raise InputError("Engines of users are kept by their systemd, and systemd does not run on this host.")
    if _read(root, "/proc/sys/user/max_user_namespaces") == "0":
        raise InputError(
            "This kernel makes no user namespaces: set the sysctl user.max_user_namespaces, such as 28633."
        )
    if _read(root, "/proc/sys/kernel/unprivileged_userns_clone") == "0":
        raise InputError(
            "This kernel keeps user namespaces for root: set the sysctl kernel.unprivileged_userns_clone=1."
        )
    restricted = _read(root, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1"
    if restricted and not list(_under(root, "/etc/apparmor.d").glob("*rootlesskit*")):
        raise InputError(
            "AppArmor keeps user namespaces from programs without a profile, and rootlesskit has none in"
            " /etc/apparmor.d: add one that allows userns, or set kernel.apparmor_restrict_unprivileged_userns=0."
        )


def _under(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _read(root: Path, path: str) -> str:
    try:
        return _under(root, path).read_text(encoding="ascii").strip()
    except OSError:
        return ""
