# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real programs, started every way that the core starts them."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import detach, run_watched, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import MissingDependencyError

PATH = {"PATH": os.environ["PATH"]}


def test_code_output_and_input() -> None:
    done = runner({**PATH, "WORD": "said"})(["sh", "-c", "cat; echo $WORD; echo why >&2; exit 3"], stdin="given\n")
    assert (done.code, done.out, done.err, done.ok, done.tail()) == (3, "given\nsaid\n", "why\n", False, "why")


def test_bytes_that_are_no_text_do_not_matter() -> None:
    assert runner()(["printf", r"a\377b"]).out == "a\N{REPLACEMENT CHARACTER}b"


def test_nothing_is_read_from_our_own_input() -> None:
    assert runner()(["cat"]).out == ""


def test_much_output_does_not_stop_it() -> None:
    assert len(runner()(["sh", "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"]).err) == 3_000_000


def test_a_missing_program_is_named() -> None:
    with pytest.raises(MissingDependencyError, match="'no-such-program' is not on this host's PATH"):
        runner()(["no-such-program"])


def test_a_missing_directory_is_not_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        runner()(["true"], cwd=str(tmp_path / "nowhere"))


def test_a_file_can_be_handed_over() -> None:
    memory = os.memfd_create("secret")
    os.write(memory, b"handed over")
    os.lseek(memory, 0, os.SEEK_SET)
    assert runner()(["cat", f"/proc/self/fd/{memory}"], pass_fds=[memory]).out == "handed over"
    assert not runner()(["cat", f"/proc/self/fd/{memory}"]).ok
    os.close(memory)


def test_many_threads_each_get_their_own() -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = pool.map(lambda code: runner()(["sh", "-c", f"exit {code}"]).code, range(40))
        assert list(codes) == list(range(40))


def test_a_long_program_gives_signs_of_life() -> None:
    beats: list[float] = []
    assert run_watched(["sh", "-c", "sleep 0.5; exit 7"], 0.1, lambda: beats.append(time.monotonic())) == 7
    assert len(beats) >= 2


def test_an_interrupted_watch_ends_the_program(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_watched(["sh", "-c", f"echo $$ > {tmp_path}/pid; exec sleep 60"], 0.5, stop)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_a_detached_program_has_its_own_session_and_log(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as log:
        pid = detach(["sh", "-c", "echo out; echo err >&2; exec sleep 60"], log, PATH)
    try:
        assert os.getsid(pid) == pid
        deadline = time.monotonic() + 10
        while (tmp_path / "log").read_text() != "out\nerr\n" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (tmp_path / "log").read_text() == "out\nerr\n"
    finally:
        os.kill(pid, 9)


def test_a_missing_program_cannot_be_detached(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as log, pytest.raises(MissingDependencyError):
        detach(["no-such-program"], log, PATH)
