# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a Dockerfile or a context is told in one sentence: what, where, and what to do."""

from __future__ import annotations

import os
import tempfile
import typing as t
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.dockerfile import parse_dockerfile
from ansible_collections.slipway.deploy.plugins.module_utils.image.inputs import read_inputs
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import ImageFacts, read_needs

FACTS = {("a", None): ImageFacts()}
FROM = "FROM a\n"


def decide(root: Path, dockerfile: str = "Dockerfile") -> None:
    """As far as a task gets before it asks anybody."""
    source = read_inputs(str(root), dockerfile)
    parsed = parse_dockerfile(source.dockerfile, source.name)
    source.select(read_needs(parsed, None, {}, FACTS, platform_known=True).reach)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {"Dockerfile": f"{FROM}COPY app.py /\n"},
            "{root}/Dockerfile:2: COPY app.py: there is no app.py in the context {root}.",
        ),
        (
            {"Dockerfile": f"{FROM}\nADD src/x /\n", "src/x": "", ".dockerignore": "# no\nsrc\n"},
            "{root}/Dockerfile:3: ADD src/x: {root}/.dockerignore:2 (src) leaves it out of the context: "
            "add the line !src/x there.",
        ),
        (
            {"Dockerfile": f"{FROM}COPY ../secret /\n"},
            "{root}/Dockerfile:2: COPY ../secret: a build cannot read what is outside of its context {root}: "
            "name a folder above by 'path'.",
        ),
        (
            {"Dockerfile": f"{FROM}COPY link /\n", "link": "-> none"},
            "{root}/Dockerfile:2: COPY link: it leads to what is not in the context {root}.",
        ),
        (
            {"Dockerfile": f"{FROM}COPY . /\n", ".dockerignore": "ok\n[z-a\n"},
            "{root}/.dockerignore:2: '[z-a' is not a pattern: a class [...] is not closed.",
        ),
        (
            {"Dockerfile": f"{FROM}COPY . /\n", ".dockerignore": "a\n!\n"},
            "{root}/.dockerignore:2: '!' is not a pattern: '!' stands alone: "
            "write the path that is to be kept after it.",
        ),
        (
            {"Dockerfile": f"{FROM}COPY . /\n", "Dockerfile.dockerignore": "a\\\n"},
            "{root}/Dockerfile.dockerignore:1: 'a\\\\' is not a pattern: a backslash stands at its end.",
        ),
        (
            {"Dockerfile": f"{FROM}COPPY a /\n"},
            "{root}/Dockerfile:2: there is no instruction COPPY: did you mean COPY?",
        ),
        (
            {"Dockerfile": f"{FROM}RUN one \\\n  two\n\nEXPOSED 80\n"},
            "{root}/Dockerfile:5: there is no instruction EXPOSED: did you mean EXPOSE?",
        ),
        ({"Dockerfile": f"{FROM}COPY x\n"}, "{root}/Dockerfile:2: COPY needs a source and a destination."),
        (
            {"Dockerfile": f"{FROM}RUN <<EOF\necho\n"},
            "{root}/Dockerfile:2: the here-document EOF is not closed: write EOF alone on the line behind it.",
        ),
        (
            {"Dockerfile": f"{FROM}COPY ${{X:?which}} /\n"},
            "{root}/Dockerfile:2: ${{X:?which}}: variable X is needed (which): set it in args.",
        ),
        (
            {"Dockerfile": "FROM ${BASE}\n"},
            "{root}/Dockerfile:1: FROM ${{BASE}} is empty: give its argument a default or a value (args).",
        ),
        ({"Dockerfile": "FROM a b\n"}, "{root}/Dockerfile:1: write FROM image, or FROM image AS name."),
        ({"Dockerfile": "RUN x\n"}, "{root}/Dockerfile:1: RUN stands before the first FROM: move it below."),
        ({"Dockerfile": "# nothing\n"}, "{root}/Dockerfile has no FROM: name the image to start from (or 'scratch')."),
        ({}, "There is no Dockerfile {root}/Dockerfile: name it by 'dockerfile', relative to 'path'."),
        ({"Dockerfile/x": ""}, "The Dockerfile {root}/Dockerfile is not a file."),
    ],
)
def test_mistakes(tmp_path: Path, files: t.Mapping[str, str], says: str) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("-> "):
            path.symlink_to(text[3:])
        else:
            path.write_text(text)
    with pytest.raises(InputError) as caught:
        decide(tmp_path)
    assert caught.value.message == says.format(root=tmp_path)


def test_what_nobody_asks_for_may_be_wrong(tmp_path: Path) -> None:
    """As BuildKit: stages that are not needed, and wildcards that find nothing."""
    (tmp_path / "Dockerfile").write_text("FROM a AS unused\nCOPY none /\nFROM a\nCOPY no* /\n")
    decide(tmp_path)


def test_files_that_cannot_be_read() -> None:
    """Only what is asked for has to be readable."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "Dockerfile").write_text("FROM a\nCOPY one /\n")
        for one in ("one", "other"):
            (folder / one).mkdir(mode=0o700)
            (folder / one).chmod(0)
        if root:
            os.seteuid(65534)
        try:
            with pytest.raises(InputError) as caught:
                decide(folder)
        finally:
            if root:
                os.seteuid(0)
            for one in ("one", "other"):
                (folder / one).chmod(0o755)
    assert caught.value.message == (
        f"Cannot read {folder}/one (Permission denied): make it readable, or leave it out by .dockerignore."
    )
