# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs on a Docker host: builds all cases of plan.json, and prints what is in each image as JSON.

python3 on_the_host.py FOLDER
"""

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

FOLDER = Path(sys.argv[1])
PLAN = json.loads((FOLDER / "plan.json").read_text())


def bake(numbers):
    """All in one client: that spares most of the time of single builds. True when all were built."""
    targets = {}
    for number in numbers:
        context = FOLDER / "cases" / str(number)
        targets[f"t{number}"] = {
            "context": str(context / PLAN[number]["place"]),
            "contexts": {name: str(context / path) for name, path in PLAN[number]["named"].items()},
            "dockerfile": PLAN[number]["dockerfile"],
            "args": PLAN[number]["args"],
            "output": [f"type=tar,dest={FOLDER}/{number}.tar"],
            "attest": ["type=provenance,disabled=true"],
            **({"target": PLAN[number]["target"]} if PLAN[number]["target"] else {}),
        }
    file = FOLDER / "bake.json"
    file.write_text(json.dumps({"group": {"default": {"targets": list(targets)}}, "target": targets}))
    command = ["docker", "buildx", "bake", "--progress=plain", "-f", str(file)]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def view(number):
    found = []
    with tarfile.open(FOLDER / f"{number}.tar", errors="surrogateescape") as tar:
        for member in tar:
            kind = {b"0": "file", b"5": "folder", b"2": "link", b"6": "fifo", b"3": "char", b"4": "block", b"1": "hard"}
            content = hashlib.sha256(tar.extractfile(member).read()).hexdigest() if member.isfile() else ""
            detail = member.linkname or (f"{member.devmajor}:{member.devminor}" if member.isdev() else "")
            detail = "" if member.isfifo() else detail
            mode = 0o777 if member.issym() else member.mode
            found.append([member.name, kind[member.type], mode, detail, content])
    return sorted(found)


def main():
    """One that fails stops the others: then they are built in halves."""
    results = {}
    together = [number for number, case in enumerate(PLAN) if not case["alone"]]
    todo = [together[start : start + 75] for start in range(0, len(together), 75)]
    todo += [[number] for number, case in enumerate(PLAN) if case["alone"]]
    while todo:
        numbers = todo.pop()
        done = bake(numbers)
        if done.returncode == 0:
            results.update({number: view(number) for number in numbers})
        elif len(numbers) == 1:
            results[numbers[0]] = done.stderr[-1500:]
        else:
            todo += [numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]]
    print(json.dumps([results[number] for number in range(len(PLAN))]))


main()
