# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`registry_image` as the module that Ansible starts on a host, so that a test can kill it: run_module.py OPTIONS"""

import json
import sys

from ansible.module_utils.testing import patch_module_args

from ansible_collections.slipway.deploy.plugins.modules.registry_image import main

with patch_module_args(json.loads(sys.argv[1])):
    main()
