# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs on a Docker host: takes each case of table.json through its life, and prints what docker_build said as JSON.

python3 life_on_the_host.py FOLDER
"""

import json
import os
import shutil
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1])
sys.path.insert(0, str(FOLDER))

from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_verb import VERB


def task(case, root, check=False):
    params = {name: option.get("default") for name, option in VERB.spec["argument_spec"].items()}
    params.update(name="slipway-table", tag=case["tag"], path=str(root), **case["options"])
    result = VERB.run(params, TaskContext(env=dict(os.environ), check_mode=check))
    return {"fingerprint": result["fingerprint"], "changed": result["changed"], "built": result["built"]}


def touched(case, root, name):
    """The fingerprint with another content of one file, which is put back."""
    path = root / name
    before = path.read_text()
    path.write_text(before + "more\n")
    found = task(case, root, check=True)
    path.write_text(before)
    return found


def main():
    results = []
    for number, case in enumerate(json.loads((FOLDER / "table.json").read_text())):
        root = FOLDER / "cases" / str(number)
        lives = {"first": task(case, root), "again": task(case, root)}
        elsewhere = FOLDER / "elsewhere" / str(number)
        shutil.copytree(root, elsewhere, copy_function=shutil.copy)
        lives["elsewhere"] = task(case, elsewhere)
        lives["counts"] = touched(case, root, case["counts"])
        lives["counts_not"] = touched(case, root, case["counts_not"])
        results.append(lives)
    print(json.dumps(results))


main()
