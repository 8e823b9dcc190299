# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of Secrets and credentials appear nowhere: played with -vvvv and --diff, in the worker and as a module."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane

#: The name says where each comes from. No part of one is an innocent word.
VALUES = {
    name: f"zq{name}-7c1f9e"
    for name in ("data", "text", "changed", "theirs", "ours", "number", "listed", "helmlike", "failing", "undone")
}


def _secret(name: str, *, string_data: t.Any = None, **fields: t.Any) -> dict[str, t.Any]:
    found = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, **fields}
    return {**found, "stringData": string_data} if string_data is not None else found


def _tasks(namespace: str, variant: t.Mapping[str, t.Any], kind: str) -> list[dict[str, t.Any]]:
    """By one face: applied, changed, in conflict, invalid, failing to get well, taken back."""
    common = {"namespace": namespace, "kubeconfig": "{{ kubeconfig }}"}
    first = _secret(
        f"s-{kind}",
        string_data={"text": "{{ v.text }}"},
        data={"data": "{{ v.data | b64encode }}", "list": "{{ all }}"},
    )
    second = {**first, "stringData": {"text": "{{ v.changed }}"}}
    failing = _secret(f"f-{kind}", string_data={"a": "{{ v.failing }}"})
    pod = {"containers": [{"name": "main", "image": "main:1", "command": ["false"]}]}
    sick = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"sick-{kind}"}, "spec": pod}
    by_token = {"namespace": namespace, "host": "{{ host }}", "ca_cert": "{{ ca }}", "api_key": "{{ token }}"}
    played: list[tuple[dict[str, t.Any], t.Any]] = [
        (common, first),
        (common, second),
        ({**common, "field_manager": "vault"}, _secret(f"c-{kind}", string_data={"flag": "{{ v.theirs }}"})),
        (common, _secret(f"c-{kind}", string_data={"flag": "{{ v.ours }}"})),
        (by_token, _secret(f"i-{kind}", data={"flag": "{{ v.number }}"})),
        (by_token, _secret(f"I_{kind}", string_data={"flag": "{{ v.listed }}"})),
        ({**by_token, "on_failure": "rollback"}, [
            _secret(f"s-{kind}", string_data={"text": "{{ v.undone }}"}),
            _secret("No_Name", string_data={"a": "{{ v.helmlike }}"}),
        ]),
        ({**by_token, "wait": True, "wait_timeout": 1}, [failing, sick]),
    ]  # fmt: skip
    return [
        {
            "name": f"{kind} {number}",
            "slipway.deploy.k8s_apply": {**options, "definition": definition},
            "ignore_errors": True,
            "register": f"{kind}_{number}",
            **variant,
        }
        for number, (options, definition) in enumerate(played)
    ]


class Watch:
    """Looks at the arguments of all processes, and at files that others could read, while a program runs."""

    def __init__(self, words: t.Collection[bytes], folder: Path) -> None:
        self._words, self._folder = words, folder
        self.found: set[str] = set()
        self.looked = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_again)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _look_again(self) -> None:
        while not self._over.wait(0.03):
            self.looked += 1
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                self._look(path, "arguments")
            for path in self._folder.rglob("*"):
                with contextlib.suppress(OSError):
                    if path.is_file() and path.stat().st_mode & 0o077 and not _is_closed(path.parent, self._folder):
                        self._look(path, "open file")

    def _look(self, path: Path, what: str) -> None:
        with contextlib.suppress(OSError):
            text = path.read_bytes()
            self.found |= {f"{what} {path}: {word!r}" for word in self._words if word in text}


def _is_closed(folder: Path, top: Path) -> bool:
    """A folder on the way lets nobody else in."""
    return any(not one.stat().st_mode & 0o077 for one in (folder, *folder.parents) if top in one.parents)


def _words(values: t.Iterable[str]) -> set[bytes]:
    plain = set(values)
    return {one.encode() for value in plain for one in (value, base64.b64encode(value.encode()).decode())}


def _await_jobs(folder: Path) -> None:
    """Ansible looks every five seconds whether a job is over, and only then removes the module that it shipped."""
    deadline = time.monotonic() + 15
    while any(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.fixture
def left() -> t.Iterator[Path]:
    """A short path: Ansible keeps a socket in its temporary folder, and names of sockets may not be long."""
    with tempfile.TemporaryDirectory(prefix="left-") as folder:
        yield Path(folder)


def test_values_appear_nowhere(plane: ControlPlane, namespace: str, tmp_path: Path, left: Path) -> None:
    given = tmp_path / "given"
    given.mkdir(mode=0o700)
    for name in ("tmp", "remote", "local", "facts", "tree", "jobs", "home"):
        (left / name).mkdir(parents=True)
    token = plane.token
    variables = {
        "v": VALUES,
        "all": base64.b64encode(json.dumps({"values": [VALUES["listed"]]}).encode()).decode(),
        "kubeconfig": json.loads(plane.kubeconfig.read_text()),
        "token": token,
        "host": plane.server,
        "ca": str(plane.folder / "ca.crt"),
        "ansible_python_interpreter": sys.executable,
    }
    (given / "vars.json").write_text(json.dumps(variables))
    tasks = _tasks(namespace, {}, "here") + _tasks(namespace, {"async": 60, "poll": 1}, "there")
    result_of_all = {f"{k}_{n}": f"{{{{ {k}_{n} }}}}" for k in ("here", "there") for n in range(8)}
    tasks.append({"ansible.builtin.set_fact": {"kept": result_of_all, "cacheable": True}})
    copy = {"content": "{{ kept | to_json }}", "dest": str(left / "results.json"), "mode": "0600"}
    tasks.append({"ansible.builtin.copy": copy})
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
    (given / "play.yml").write_text(json.dumps([play]))
    env = {
        **os.environ,
        "HOME": str(left / "home"),
        "TMPDIR": str(left / "tmp"),
        "ANSIBLE_LOCAL_TEMP": str(left / "local"),
        "ANSIBLE_REMOTE_TEMP": str(left / "remote"),
        "ANSIBLE_ASYNC_DIR": str(left / "jobs"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(left / "facts"),
        "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.tree",
        "ANSIBLE_CALLBACK_TREE_DIR": str(left / "tree"),
        "ANSIBLE_LOG_PATH": str(left / "log"),
    }
    command = ["ansible-playbook", "-vvvv", "--diff", "-i", "localhost,", "-e", f"@{given / 'vars.json'}"]
    words = _words([*VALUES.values(), token])
    with Watch(words, left) as watch:
        done = subprocess.run(
            [*command, str(given / "play.yml")], capture_output=True, check=False, env=env, cwd=given, timeout=120
        )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said.decode()[-3000:]
    results = json.loads((left / "results.json").read_text())
    failed = {name: bool(result.get("failed")) for name, result in results.items()}
    assert failed == {f"{k}_{n}": n in (3, 4, 5, 6, 7) for k in ("here", "there") for n in range(8)}, results
    assert list((left / "facts").iterdir()) and list((left / "tree").iterdir())
    assert watch.looked > 20
    assert not watch.found
    assert not [word for word in words if word in said]
    _await_jobs(left / "remote")
    files = [path for path in left.rglob("*") if path.is_file()]
    assert not [(str(path), word) for path in files for word in words if word in path.read_bytes()]
