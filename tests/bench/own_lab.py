# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab of a benchmark's own, which is there for as long as it measures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from quiet import docker, running_hosts

ROOT = Path(__file__).resolve().parents[2]
#: The first three numbers of its addresses.
NET = "172.30.9"
_LAB = "slipway-bench"


class OwnLab:
    """`hosts` as the role `lab` takes them. `cpus` is what each of them may use of a processor; 0: all."""

    def __init__(self, hosts: t.Sequence[t.Mapping[str, t.Any]], cpus: float = 0) -> None:
        self._hosts = hosts
        self._cpus = cpus
        self._place = tempfile.TemporaryDirectory(prefix="slipway-bench-")
        self.folder = Path(self._place.name)

    @property
    def inventory(self) -> Path:
        return self.folder / "lab/inventory.yml"

    def __enter__(self) -> OwnLab:
        names = {"lab_name": _LAB, "lab_dir": str(self.folder / "lab"), "lab_subnet": f"{NET}.0/24"}
        variables = {**names, "lab_remove_images": False, "lab_hosts": self._hosts}
        (self.folder / "vars.json").write_text(json.dumps(variables))
        try:
            self._run("playbooks/lab.yml", "-e", f"@{self.folder / 'vars.json'}")
            if self._cpus:
                docker("update", f"--cpus={self._cpus}", *running_hosts(_LAB))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self._run("playbooks/lab_clean.yml", "-e", f"@{self.folder / 'vars.json'}")
        self._place.cleanup()

    def play(self, text: str) -> str:
        """Output of a playbook on its hosts."""
        (self.folder / "play.yml").write_text(text)
        return self._run("-i", str(self.inventory), str(self.folder / "play.yml"))

    def _run(self, *words: str) -> str:
        command = ["ansible-playbook", *words]
        env = {**os.environ, "ANSIBLE_FORKS": "20", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1"}
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
        if done.returncode:
            print(done.stdout[-4000:], done.stderr[-2000:], file=sys.stderr)
            raise SystemExit(f"{' '.join(command)} failed")
        return done.stdout
