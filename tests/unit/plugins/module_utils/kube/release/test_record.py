# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import (
    DEPLOYED,
    FAILED,
    beyond,
    target_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.release.record import (
    Release,
    digest_of,
    from_secret,
    left_over,
    to_secret,
)


def config_map(name: str, **data: str) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "n"}, "data": data}


def release(revision: int, digest: str, status: str = DEPLOYED) -> Release:
    return Release("visits", revision, f"v{revision}", status, digest)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.lists(st.dictionaries(st.text(), json_values), max_size=5))
def test_a_secret_gives_the_release_back(objects: list[dict[str, object]]) -> None:
    kept = Release("visits", 3, "v3", DEPLOYED, digest_of(objects), 1.5, "", objects)
    assert from_secret(to_secret(kept, "n")) == kept


def test_the_digest_does_not_depend_on_order() -> None:
    one, two = config_map("a", x="1"), config_map("b")
    assert digest_of([one, two]) == digest_of([two, one]) != digest_of([one])


def test_too_large_is_refused_before_the_server_does() -> None:
    huge = Release("visits", 1, "v1", DEPLOYED, "d", objects=[config_map("a", x=secrets.token_hex(1_000_000))])
    with pytest.raises(InputError, match="more than a Secret holds"):
        to_secret(huge, "n")


def test_back_to_the_last_good_release_that_differs() -> None:
    releases = [release(1, "a"), release(2, "b"), release(3, "x", FAILED), release(4, "b")]
    assert target_of(releases, None, "visits").revision == 1
    assert target_of(releases, 2, "visits").revision == 2
    with pytest.raises(InputError, match=r"no release 3 to go back to \(known: 1, 2, 4\)"):
        target_of(releases, 3, "visits")
    with pytest.raises(InputError, match="no earlier release"):
        target_of(releases[:1], None, "visits")


def test_the_last_good_release_is_never_dropped() -> None:
    releases = [release(1, "a"), release(2, "b", FAILED), release(3, "c", FAILED)]
    assert beyond(releases, 1) == [releases[1]]


def test_what_only_the_old_release_has() -> None:
    old = [config_map("a"), config_map("b"), {**config_map("c"), "apiVersion": "x/v1beta1"}]
    new = [config_map("a", changed="yes"), {**config_map("c"), "apiVersion": "x/v1"}]
    assert left_over(old, new) == [old[1]]
