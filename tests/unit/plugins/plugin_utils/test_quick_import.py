# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import gc
import sys

import pytest

from ansible_collections.slipway.deploy.plugins.plugin_utils.quick_import import quick_imports


@pytest.mark.parametrize("collects", [True, False])
def test_all_is_as_before_though_an_import_fails(collects: bool) -> None:
    finders, usual = list(sys.meta_path), gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        with contextlib.suppress(ImportError), quick_imports():
            assert not gc.isenabled()
            assert sys.meta_path[1:] == finders
            raise ImportError("x")
        assert (gc.isenabled(), sys.meta_path) == (collects, finders)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        (gc.enable if usual else gc.disable)()
