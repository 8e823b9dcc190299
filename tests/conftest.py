# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`pytest` from the checkout finds the collection, and so do the Ansible commands that tests start."""

from __future__ import annotations

import os
import pathlib

from hypothesis import HealthCheck, settings

ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ.setdefault("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".venv/collections"))

# A busy machine is slow, and that is no finding.
settings.register_profile("slipway", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slipway")
