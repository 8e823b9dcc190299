# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The attributes that every Slipway module has."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Predicts the result of the real run exactly, and changes nothing.
    support: full
  diff_mode:
    description: Shows what the task changes, with the values of secrets masked.
    support: full
  idempotent:
    description: A second run with the same input changes nothing and says so.
    support: full
"""

    #: For modules that the action group C(k8s) covers.
    KUBE = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/slipway.deploy.k8s) in C(module_defaults) to set options for all modules of the group.
    support: full
    membership:
      - slipway.deploy.k8s
      - slipway.deploy.all
"""
