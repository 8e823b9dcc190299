# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a verb as an Ansible module. The only place in module_utils that knows AnsibleModule."""

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext, Verb


def run_as_module(verb: Verb) -> None:
    """Parse, run, exit. Hidden parameters reach neither the system log nor the result."""
    module = AnsibleModule(supports_check_mode=True, no_log=bool(verb.hide), **verb.spec)
    invocation = {"module_args": verb.visible(module.params)}
    context = TaskContext(
        check_mode=module.check_mode,
        diff=module._diff,  # there is no public name for it
        env=dict(os.environ),
        warn=module.warn,
    )
    try:
        result = verb.run(module.params, context)
    except SlipwayError as exc:
        # fail_json adds its own invocation only where there is none.
        module.fail_json(msg=exc.message, invocation=invocation, **exc.details)
    module.exit_json(invocation=invocation, **result)
