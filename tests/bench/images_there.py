# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs on a Docker host, which is its own controller: measures image builds, and prints the times as JSON.

python3 images_there.py FOLDER ROUNDS: in FOLDER is the collection; the tools are installed beside it once.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

FOLDER, ROUNDS = Path(sys.argv[1]), int(sys.argv[2])
ANSIBLE = "ansible==14.5.0"
VENV = Path("/opt/slipway-bench") / ANSIBLE
ENV = {
    **os.environ,
    "HOME": str(FOLDER / "home"),
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_LOCALHOST_WARNING": "0",
    "PATH": f"{VENV}/bin:{os.environ['PATH']}",
}
DECISION = """
import os, resource, sys, time
sys.path.insert(0, sys.argv[1])
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_verb import VERB
params = {name: option.get("default") for name, option in VERB.spec["argument_spec"].items()}
params.update(name="slipway-bench", tag=sys.argv[3], path=sys.argv[2])
started = time.monotonic()
result = VERB.run(params, TaskContext(env=dict(os.environ), check_mode=sys.argv[4] == "check"))
print(time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result["built"])
"""


def run(*command, **options):
    """Seconds, and what it printed."""
    started = time.monotonic()
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    took = time.monotonic() - started
    if done.returncode:
        raise SystemExit(f"{words} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return took, done.stdout


def install():
    if not (VENV / ".ready").exists():
        run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "python3-venv")
        run(sys.executable, "-m", "venv", VENV)
        run(VENV / "bin/pip", "install", "--quiet", ANSIBLE)
        (VENV / ".ready").touch()


def playbook(name, tasks):
    """JSON is YAML."""
    path = FOLDER / f"{name}.yml"
    path.write_text(json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]))
    return path


def play(path):
    ENV["ANSIBLE_COLLECTIONS_PATH"] = f"{FOLDER}:{VENV}/lib/python3.13/site-packages"
    took, said = run(VENV / "bin/ansible-playbook", "-i", "localhost,", path)
    return took, "changed=0 " not in said


def many_files(root):
    for folder in range(100):
        (root / f"src/part{folder}").mkdir(parents=True)
        for file in range(100):
            text = f"print({folder}, {file})\n" * 20
            (root / f"src/part{folder}/file{file}.py").write_text(text)
    (root / "Dockerfile").write_text("FROM busybox:1.37\nCOPY src /src\nRUN find /src -type f | wc -l > /count\n")
    (root / ".dockerignore").write_text("**/__pycache__\n**/*.pyc\n.git\nnode_modules\n*.log\n")


def stages(root):
    """What a compiler would do is done by gzip: work that takes its time and depends on the sources."""
    (root / "src").mkdir(parents=True)
    for file in range(200):
        (root / f"src/file{file}.c").write_text(f"int f{file}(void) {{ return {file}; }}\n" * 200)
    (root / "Dockerfile").write_text(
        "FROM busybox:1.37 AS build\nCOPY src /src\n"
        "RUN for n in $(seq 600); do cat /src/*.c | gzip -9 | md5sum; done > /result\n"
        "FROM busybox:1.37\nCOPY --from=build /result /result\n"
    )


def slipway(tag, root):
    options = {"name": "slipway-bench", "tag": tag, "path": str(root)}
    return playbook(f"slipway-{tag}", [{"slipway.deploy.docker_build": options}])


def community(tag, root):
    options = {"name": f"community-bench:{tag}", "path": str(root), "rebuild": "always"}
    return playbook(f"community-{tag}", [{"community.docker.docker_image_build": options}])


def buildx(tag, root):
    return run("docker", "buildx", "build", "--quiet", "--provenance=false", "--tag", f"plain-bench:{tag}", root)[0]


def nothing_changed(root, empty):
    """The tools in turn; a tool's time is its whole command less its empty run."""
    ours, theirs = slipway("many", root), community("many", root)
    times = {"buildx": [], "slipway": [], "community": [], "decision": [], "memory": []}
    for turn in range(ROUNDS + 1):
        found = {"buildx": buildx("many", root), "slipway": play(ours), "community": play(theirs)[0] - empty}
        found["decision"], found["memory"] = decision(root, "many")
        if turn:
            assert not found["slipway"][1], "docker_build says changed where nothing is"
            found["slipway"] = found["slipway"][0] - empty
            for name, value in found.items():
                times[name].append(value)
    return times


def decision(root, tag, mode="check"):
    """Seconds in the module's process, and its largest size in MiB."""
    _took, said = run(sys.executable, "-c", DECISION, FOLDER, root, tag, mode)
    seconds, size, _built = said.split()
    return float(seconds), float(size)


def one_changed(root, empty):
    ours = slipway("stages", root)
    times = {"buildx": [], "slipway": []}
    for turn in range(ROUNDS + 1):
        for name in ("buildx", "slipway"):
            (root / "src/file7.c").write_text(f"int f7(void) {{ return {time.time_ns()}; }}\n" * 200)
            took = buildx("stages", root) if name == "buildx" else play(ours)[0] - empty
            if turn:
                times[name].append(took)
    return times


def large(root):
    root.mkdir()
    for file in range(16):
        with (root / f"data{file}").open("wb") as stream:
            stream.write(str(file).encode())
            stream.truncate(128 * 1024 * 1024)
    (root / "Dockerfile").write_text("FROM busybox:1.37\nCOPY data* /\n")
    return decision(root, "large")


def main():
    shutil.rmtree(FOLDER / "home", ignore_errors=True)
    (FOLDER / "home").mkdir()
    install()
    many_files(FOLDER / "many")
    stages(FOLDER / "stages")
    time.sleep(4)  # what was written just now is not remembered
    empty_book = playbook("empty", [])
    empty = statistics.median(play(empty_book)[0] for _turn in range(ROUNDS))
    many, changed = nothing_changed(FOLDER / "many", empty), one_changed(FOLDER / "stages", empty)
    seconds, size = large(FOLDER / "large")
    print(json.dumps({"many": many, "changed": changed, "large": {"seconds": seconds, "memory": size}}))


main()
