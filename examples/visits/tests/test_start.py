# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The application's start, with nothing installed: `pytest examples/visits/tests`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
COMPLETE = {"DATABASE_HOST": "db", "POSTGRES_PASSWORD": "s3cret"}


def start(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "visits"], cwd=HERE, env=env, capture_output=True, text=True, check=False, timeout=20
    )


def test_the_broken_version_ends_at_once_and_says_so() -> None:
    done = start({**COMPLETE, "APP_VERSION": "broken"})
    assert done.returncode == 1
    assert done.stderr.startswith("visits broken: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({}, "DATABASE_HOST is not set"),
        ({"DATABASE_HOST": "db"}, "POSTGRES_PASSWORD is not set"),
        ({**COMPLETE, "DATABASE_PORT": "many"}, "DATABASE_PORT is not a port number: 'many'"),
        ({**COMPLETE, "REDIS_PORT": "0"}, "REDIS_PORT is not a port number: '0'"),
        (
            {"DATABASE_HOST": "db", "POSTGRES_PASSWORD_FILE": "/nowhere/password"},
            "POSTGRES_PASSWORD_FILE: /nowhere/password: No such file or directory",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(env: dict[str, str], sentence: str) -> None:
    done = start(env)
    assert done.returncode == 1
    assert done.stderr == f"visits cannot start: {sentence}\n"


def test_a_password_is_read_from_its_file_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    from visits.settings import read_settings  # noqa: PLC0415  (the path is set above)

    (tmp_path / "password").write_text("s3cret\n")
    settings = read_settings({"DATABASE_HOST": "db", "POSTGRES_PASSWORD_FILE": str(tmp_path / "password")})
    assert settings.database_password == COMPLETE["POSTGRES_PASSWORD"]
    assert "s3cret" not in repr(settings)
