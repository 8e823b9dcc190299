# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.oci import Entry
from ansible_collections.slipway.deploy.plugins.module_utils.artifact.rootfs import closure, merged

LISTING = """nftables
  Depends: libc6
 |Depends: libedit2
  Depends: <virtual>
libc6
  Depends: libgcc-s1
  Depends: <libcrypt-virtual>
    libcrypt1
libgcc-s1
  Depends: gcc-12-base
  Depends: libc6
libedit2
  Depends: libc6
  Breaks: something
  Depends: debconf
gcc-12-base
unrelated
  Depends: libc6
"""


def test_the_closure_takes_what_is_needed_and_ends() -> None:
    assert closure(LISTING, ["nftables"]) == ["gcc-12-base", "libc6", "libedit2", "libgcc-s1", "nftables"]


def test_names_keep_their_architecture() -> None:
    assert closure("kmod:arm64\n  Depends: libc6:arm64\nlibc6:arm64\n", ["kmod"]) == ["kmod:arm64", "libc6:arm64"]


def test_files_move_into_usr() -> None:
    found = {
        one.path: one
        for one in merged(
            [
                Entry("lib", folder=True),
                Entry("lib/x86_64-linux-gnu", folder=True),
                Entry("lib/x86_64-linux-gnu/libc.so.6", content=b"c"),
                Entry("lib64", folder=True),
                Entry("lib64/ld.so", target="/lib/ld.so"),
                Entry("usr/share/doc/x/changelog.gz", content=b""),
                Entry("usr/share/doc/x/copyright", content=b"GPL"),
                Entry("usr/share/man/man1/x.1.gz", content=b""),
                Entry("etc/protocols", content=b""),
            ]
        )
    }
    assert found["lib"].target == "usr/lib"
    assert found["lib64"].target == "usr/lib64"
    assert found["usr/lib64/ld.so"].target == "/lib/ld.so"
    assert found["usr/lib/x86_64-linux-gnu/libc.so.6"].content == b"c"
    assert "usr/share/doc/x/copyright" in found
    assert "etc/protocols" in found
    assert not {"usr/share/doc/x/changelog.gz", "usr/share/man/man1/x.1.gz", "bin"} & set(found)


def test_packages_of_a_merged_system_are_left_alone() -> None:
    assert [one.path for one in merged([Entry("bin", target="usr/bin"), Entry("usr/bin", folder=True)])] == [
        "usr/bin",
        "bin",
    ]
