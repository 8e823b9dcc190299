# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.engine.buildx import BuildCommand, parse_failure

FAILED_RUN = """\
#0 building with "default" instance using docker driver
#5 [build 2/2] RUN echo one; exit 3
#5 0.201 one
#5 ERROR: process "/bin/sh -c echo one; exit 3" did not complete successfully: exit code: 3
------
 > [build 2/2] RUN echo one; exit 3:
0.201 one
------
Dockerfile:3
--------------------
   1 |     FROM busybox
   2 |
   3 | >>> RUN echo one; \\
   4 | >>>     exit 3
   5 |
--------------------
ERROR: failed to solve: process "/bin/sh -c echo one; exit 3" did not complete successfully: exit code: 3
"""

UNKNOWN_INSTRUCTION = """\
#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
Dockerfile:2
--------------------
   1 |     FROM busybox
   2 | >>> RUNN x
--------------------
ERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)
"""


def test_a_failed_step() -> None:
    why = parse_failure(FAILED_RUN)
    assert why.step == "[build 2/2] RUN echo one; exit 3"
    assert why.line == 3
    assert why.instruction == "RUN echo one; \\"
    assert why.reason.endswith("exit code: 3")
    assert why.log == ("0.201 one",)


def test_a_dockerfile_that_cannot_be_read() -> None:
    why = parse_failure(UNKNOWN_INSTRUCTION)
    assert (why.line, why.instruction, why.step) == (2, "RUNN x", None)
    assert why.reason.startswith("dockerfile parse error on line 2: unknown instruction: RUNN")


def test_other_trouble() -> None:
    assert parse_failure('ERROR: no builder "x" found\n').reason == 'no builder "x" found'
    assert parse_failure("").reason == "no output"
    assert parse_failure("unknown flag: --x\nSee 'docker --help'.\n").reason == "See 'docker --help'."


def test_command_line() -> None:
    command = BuildCommand(
        context="/c",
        dockerfile="/c/Dockerfile",
        metadata_file="/m",
        platforms=("linux/amd64", "linux/arm64"),
        args={"B": "2", "A": "1 x"},
        pins={"a:1": "docker.io/library/a@sha256:0"},
        secrets=("id=t,env=T",),
        target="last",
        ssh=("default=/s",),
        cache_to=("type=inline",),
        etc_hosts={"db": "10.0.0.1"},
        ulimits=("nofile=1:1",),
        network="none",
        nocache=True,
    )
    argv = command.argv()
    assert argv[:3] == ["docker", "buildx", "build"]
    assert argv[-1] == "/c"
    text = " ".join(argv)
    assert "--build-arg A=1 x --build-arg B=2" in text
    assert "--build-context a:1=docker-image://docker.io/library/a@sha256:0" in text
    assert "--secret id=t,env=T" in text
    assert "--target last" in text
    assert "--platform linux/amd64 --platform linux/arm64" in text
    assert "--ssh default=/s --cache-to type=inline --add-host db:10.0.0.1 --ulimit nofile=1:1 --network none" in text
    assert "--output type=docker" in text
    assert "--no-cache" in argv
    assert "--provenance=false" in argv
