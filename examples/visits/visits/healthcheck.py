# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exit code 0 if the server of this container answers: for engines, whose health checks are commands."""

from __future__ import annotations

import urllib.request

if __name__ == "__main__":
    with urllib.request.urlopen("http://127.0.0.1:8000/healthz", timeout=2):
        pass
