# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.packages.apk import Apk
from ansible_collections.slipway.deploy.plugins.module_utils.packages.apt import Apt
from ansible_collections.slipway.deploy.plugins.module_utils.packages.dnf import Dnf
from ansible_collections.slipway.deploy.plugins.module_utils.packages.plan import Offer, Plan, Wish, plan
from ansible_collections.slipway.deploy.plugins.module_utils.packages.versions import fits, is_older, newest_first

OLD, NEW = "26.1.5+dfsg1-9+deb13u1+b1", "28.5.2+dfsg4-5"
SOURCES = Offer(
    {"docker.io": [NEW, OLD], "docker-cli": [NEW, OLD], "docker-buildx": ["0.13.1+ds1-3"]},
    {"docker.io": OLD, "docker-cli": OLD},
)
ENGINE = ("docker.io", "docker-cli")
HAS_OLD = {"docker.io": OLD, "docker-cli": OLD}
HAS_NEW = {"docker.io": NEW, "docker-cli": NEW}


@pytest.mark.parametrize(
    ("version", "wanted", "expected"),
    [
        ("26.1.5+dfsg1-9", "26.1.5", True),
        ("26.1.5+dfsg1-9", "26.1", True),
        ("26.1.50-1", "26.1.5", False),
        ("26.1.5-1", "26.1.5-1", True),
        ("5:28.3.3-1~debian.13~trixie", "28.3.3", True),
        ("5:28.3.3-1~debian.13~trixie", "5:28.3.3-1~debian.13~trixie", True),
        ("3:28.3.3-1.el9", "28", True),
        ("28.3.3-1.el9", "8.3", False),
    ],
)
def test_versions_that_fit(version: str, wanted: str, expected: bool) -> None:
    assert fits(version, wanted) is expected


@pytest.mark.parametrize(
    ("older", "newer"),
    [(OLD, NEW), ("26.1.5", "26.1.10"), ("28.0.0~rc1", "28.0.0"), ("28.0.0-rc1", "28.0.0"), ("26.1", "26.1.1")],
)
def test_older_and_newer(older: str, newer: str) -> None:
    assert is_older(older, newer) and not is_older(newer, older) and not is_older(newer, newer)


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), max_size=6))
def test_newest_first(versions: list[list[int]]) -> None:
    texts = [".".join(map(str, version)) for version in versions]
    expected = sorted({tuple(version) for version in versions}, reverse=True)
    assert newest_first(texts) == [".".join(map(str, version)) for version in expected]


@pytest.mark.parametrize(
    ("wish", "installed", "expected"),
    [
        (Wish(ENGINE), {}, Plan({"docker.io": OLD, "docker-cli": OLD}, "install", "", OLD)),
        (Wish(ENGINE), HAS_OLD, Plan({}, "none", OLD, OLD)),
        (Wish(ENGINE, version="26.1"), HAS_OLD, Plan({}, "none", OLD, OLD)),
        (Wish(ENGINE, version="28"), HAS_OLD, Plan({"docker.io": NEW, "docker-cli": NEW}, "upgrade", OLD, NEW)),
        (Wish(ENGINE, version="latest"), HAS_OLD, Plan({}, "none", OLD, OLD)),
        (Wish(ENGINE, version="28.5.2"), {**HAS_NEW, "docker-cli": OLD}, Plan({"docker-cli": NEW}, "none", NEW, NEW)),
        (Wish(ENGINE, ("docker-buildx",)), HAS_OLD, Plan({"docker-buildx": ""}, "none", OLD, OLD)),
        (
            Wish(ENGINE, version="26.1.5", allow_downgrade=True),
            HAS_NEW,
            Plan({"docker.io": OLD, "docker-cli": OLD}, "downgrade", NEW, OLD),
        ),
    ],
)
def test_plans(wish: Wish, installed: dict[str, str], expected: Plan) -> None:
    assert plan(wish, installed, SOURCES) == expected
    assert wish.is_met(installed) <= (not expected.changes)


@pytest.mark.parametrize(
    ("wish", "installed", "message"),
    [
        (
            Wish(ENGINE, version="27"),
            HAS_OLD,
            f"version: no package source of this host has docker.io 27. It has {NEW}, {OLD}.",
        ),
        (
            Wish(ENGINE, version="26.1.5"),
            HAS_NEW,
            f"version: docker.io {NEW} is installed, and {OLD} is older: an engine may not read what a newer one has"
            " written. Set allow_downgrade: true if that is meant.",
        ),
        (
            Wish(ENGINE, ("docker-compose-v2",)),
            HAS_OLD,
            "No package source of this host has docker-compose-v2: add the source, or leave it out.",
        ),
        (
            Wish(("docker-ce",)),
            {},
            "No package source of this host has docker-ce: add the source, or use another one.",
        ),
    ],
)
def test_what_cannot_be_is_refused(wish: Wish, installed: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as refused:
        plan(wish, installed, SOURCES)
    assert refused.value.message == message


def says(answers: dict[str, str], argv: list[str], **_: object) -> Completed:
    line = " ".join(argv)
    return Completed(0, next((text for part, text in answers.items() if part in line), ""), "")


def test_apt_is_understood() -> None:
    answers = {
        "dpkg-query": "docker.io\tinstalled\t26.1.5+dfsg1-9\ndocker-cli\tconfig-files\t26.1.5+dfsg1-9\n",
        "madison": " docker.io | 28.5.2+dfsg4-5 | http://deb forky/main amd64 Packages\n"
        " docker.io | 26.1.5+dfsg1-9 | http://deb trixie/main amd64 Packages\n"
        " docker.io | 26.1.5+dfsg1-9 | http://deb trixie/main Sources\n",
        "policy": "docker.io:\n  Installed: (none)\n  Candidate: 26.1.5+dfsg1-9\n  Version table:\n"
        "     28.5.2 100\nnothing:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n",
    }
    apt = Apt(functools.partial(says, answers))
    names = ["docker.io", "docker-cli"]
    assert apt.installed(names) == {"docker.io": "26.1.5+dfsg1-9"}
    assert apt.versions(names) == {"docker.io": ["28.5.2+dfsg4-5", "26.1.5+dfsg1-9"]}
    assert apt.candidates(names) == {"docker.io": "26.1.5+dfsg1-9"}


def test_dnf_is_understood() -> None:
    answers = {
        "rpm -q": "docker-ce\t3:28.3.3-1.el9\ncontainerd.io\t0:1.7.27-3.1.el9\npackage docker-x is not installed\n",
        "repoquery": "docker-ce\t3:28.3.2-1.el9\n\ndocker-ce\t3:28.3.10-1.el9\n",
        "versionlock": "docker-ce-3:28.3.3-1.el9.*\n",
    }
    dnf = Dnf(functools.partial(says, answers))
    assert dnf.installed(["docker-ce"]) == {"docker-ce": "3:28.3.3-1.el9", "containerd.io": "1.7.27-3.1.el9"}
    assert dnf.versions(["docker-ce"]) == {"docker-ce": ["3:28.3.10-1.el9", "3:28.3.2-1.el9"]}
    assert dnf.held(["docker-ce", "docker-ce-cli"]) == {"docker-ce"}


def test_apk_is_understood() -> None:
    answers = {
        "apk info": "docker-28.3.3-r0\n",
        "apk policy": "docker policy:\n  28.3.3-r0:\n    lib/apk/db/installed\n    https://dl/alpine/v3.22/community\n"
        "  28.3.1-r0:\n    https://dl/alpine/v3.22/community\n",
    }
    apk = Apk(functools.partial(says, answers))
    assert apk.installed(["docker"]) == {"docker": "28.3.3-r0"}
    assert apk.versions(["docker"]) == {"docker": ["28.3.3-r0", "28.3.1-r0"]}
