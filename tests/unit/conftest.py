# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unit tests import the collection as Ansible does; they find and leave nothing in the cache of whoever runs them."""

from __future__ import annotations

import pytest
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

# Before anything of the collection is imported: what Python's own finder has found with more than one path, Ansible's
# refuses to go on from. With pytest-ansible it is there by now.
if not AnsibleCollectionConfig.collection_finder:
    init_plugin_loader()


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_KUBE_CACHE", "off")
