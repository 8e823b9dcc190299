# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.lab.rootfs import archive_name


def test_another_suite_or_mirror_is_another_archive() -> None:
    names = {archive_name(s, m) for s in ("trixie", "bookworm") for m in ("http://a/debian", "http://b/debian")}
    assert len(names) == 4
    assert all(name.startswith("rootfs-") and name.endswith(".tar") for name in names)
