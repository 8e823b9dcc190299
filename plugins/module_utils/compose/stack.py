# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of `compose_stack`: make a host run a Compose project, go back to the release before when it cannot."""

from __future__ import annotations

import shutil
import tempfile
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive, write_atomic
from ansible_collections.slipway.deploy.plugins.module_utils.common.http_check import (
    CHECK_SPEC,
    HttpCheck,
    wait_for_answer,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.releases import (
    DEPLOYED,
    FAILED,
    last_deployed,
    target_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.compose import diagnose, secret_labels
from ansible_collections.slipway.deploy.plugins.module_utils.compose.diff import diff_of
from ansible_collections.slipway.deploy.plugins.module_utils.compose.history import ProjectDir, Release, write_files
from ansible_collections.slipway.deploy.plugins.module_utils.compose.plan import ServiceAction, changes, plan
from ansible_collections.slipway.deploy.plugins.module_utils.compose.project import ProjectFiles, check_names
from ansible_collections.slipway.deploy.plugins.module_utils.compose.watch import NotUp, wait_until_up
from ansible_collections.slipway.deploy.plugins.module_utils.engine.compose import ComposeCli


class ReleaseFailed(SlipwayError):
    """The new release does not run; the message also says what became of the one before."""


@dataclass(frozen=True)
class Stack:
    """One project on one host, with what is needed to work on it."""

    cli: ComposeCli
    place: ProjectDir
    check: HttpCheck | None
    timeout: int
    keep: int
    progress: t.Callable[[str], None]

    def decide(self, staged: Path, files: ProjectFiles, create_key: bool) -> t.List[ServiceAction]:
        """Stage the secrets' labels, then compare what is asked with what runs."""
        config = self.cli.config(str(staged))
        key = secret_labels.key_at(self.place.own / "key", create=create_key)
        text = secret_labels.override(config, files.secrets, key)
        write_atomic(staged / secret_labels.OVERRIDE_FILE, text)
        return plan(self.cli.config_hashes(str(staged)), self.cli.containers())

    def run(self, staged: Path, files: ProjectFiles, check: HttpCheck | None) -> None:
        """Put the files in place, start, gate."""
        self.place.place(files)
        override = (staged / secret_labels.OVERRIDE_FILE).read_text(encoding="utf-8")
        write_atomic(self.place.path / secret_labels.OVERRIDE_FILE, override)
        done = self.cli.up()
        if not done.ok:
            said = f"docker compose up failed: {done.tail(3)}"
            raise SlipwayError(diagnose.why(self.cli, self.cli.containers(), said))
        try:
            wait_until_up(self.cli.containers, self.timeout, self.progress)
        except NotUp as exc:
            raise SlipwayError(diagnose.why(self.cli, exc.containers, exc.message)) from exc
        if check:
            self.progress(f"asking {check.url}")
            wait_for_answer(check)

    def record(self, files: ProjectFiles, version: str, status: str, reason: str = "") -> None:
        check = self.check.as_params() if self.check else None
        self.place.record(files, version, status, reason, keep=self.keep, check=check)


def run(params: Params, context: TaskContext) -> Result:
    """Entry point of module and action."""
    cli = ComposeCli(runner(context.env), params["project_name"], params["project_dir"])
    stack = Stack(
        cli=cli,
        place=ProjectDir(Path(params["project_dir"])),
        check=HttpCheck.from_params(params["check"]),
        timeout=params["wait_timeout"],
        keep=params["keep_releases"],
        progress=context.progress,
    )
    cli.require()
    if params["state"] == "status":
        return {"changed": False, **_shown(stack)}
    if params["state"] == "rolled_back":
        return _roll_back(stack, params, context)
    files = ProjectFiles(params["definition"], params["env"] or {}, params["secrets"] or {})
    check_names(params["project_name"], files)
    return _deploy(stack, files, params["version"] or "", context)


def _deploy(stack: Stack, files: ProjectFiles, version: str, context: TaskContext) -> Result:
    if context.check_mode:
        return _predict(stack, files)
    # A killed Ansible leaves its worker at work for a while: it is waited for, not fought.
    what = f"the Compose project '{stack.cli.name}'"
    with exclusive(stack.place.lock, what, wait=stack.timeout, progress=stack.progress):
        stack.place.clear_staging()
        staged = stack.place.stage(files)
        try:
            actions = stack.decide(staged, files, create_key=True)
            diff = diff_of(stack.place.live(), files)
            before = last_deployed(stack.place.releases())
            recorded = before is not None and before.digest == files.digest()
            changed = bool(changes(actions)) or not recorded or diff["before"] != diff["after"]
            _bring_up(stack, staged, files, version, before)
            if changed:
                stack.record(files, version, DEPLOYED)
        finally:
            shutil.rmtree(staged)
    return {"changed": changed, "actions": [a.as_dict() for a in actions], "diff": diff, **_shown(stack)}


def _predict(stack: Stack, files: ProjectFiles) -> Result:
    """Check mode: the same decision, from files in a private directory elsewhere."""
    with tempfile.TemporaryDirectory(prefix="slipway-") as name:
        staged = Path(name)
        write_files(staged, files)
        actions = stack.decide(staged, files, create_key=False)
    diff = diff_of(stack.place.live(), files)
    before = last_deployed(stack.place.releases())
    recorded = before is not None and before.digest == files.digest()
    changed = bool(changes(actions)) or not recorded or diff["before"] != diff["after"]
    return {"changed": changed, "actions": [a.as_dict() for a in actions], "diff": diff, **_shown(stack)}


def _bring_up(stack: Stack, staged: Path, files: ProjectFiles, version: str, before: Release | None) -> None:
    try:
        stack.run(staged, files, stack.check)
    except SlipwayError as failure:
        stack.record(files, version, FAILED, failure.message)
        story = _restore(stack, before, files)
        raise ReleaseFailed(f"{sentence(failure.message)} {story}", **_shown(stack)) from failure


def _restore(stack: Stack, before: Release | None, failed: ProjectFiles) -> str:
    """Back to the release before; says how that went."""
    if before is None or before.digest == failed.digest():
        return "There is no earlier release to go back to."
    files = before.project_files()
    staged = stack.place.stage(files)
    try:
        stack.decide(staged, files, create_key=True)
        stack.run(staged, files, HttpCheck.from_params(before.check))
    except SlipwayError as second:
        return f"Going back to revision {before.revision} ({before.version}) failed too: {second.message}"
    return f"The release before (revision {before.revision}, {before.version}) runs again."


def _roll_back(stack: Stack, params: Params, context: TaskContext) -> Result:
    releases = stack.place.releases()
    target = target_of(releases, params["to_revision"], stack.cli.name)
    if context.check_mode:
        return {**_predict(stack, target.project_files()), "rolled_back_to": target.shown()}
    stack = replace(stack, check=stack.check or HttpCheck.from_params(target.check))
    result = _deploy(stack, target.project_files(), target.version, context)
    return {**result, "rolled_back_to": target.shown()}


def _shown(stack: Stack) -> Result:
    release = last_deployed(stack.place.releases())
    return {
        "services": [c.as_dict() for c in stack.cli.containers()],
        "release": release.shown() if release else None,
        "history": [r.shown() for r in stack.place.releases()],
    }


COMPOSE_STACK = Verb(
    name="compose_stack",
    run=run,
    hide=("secrets",),
    spec={
        "argument_spec": {
            "project_name": {"type": "str", "required": True},
            "project_dir": {"type": "path", "required": True},
            "definition": {"type": "str"},
            "env": {"type": "dict", "default": {}},
            "secrets": {"type": "dict", "no_log": True, "default": {}},
            "version": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "rolled_back", "status"], "default": "present"},
            "to_revision": {"type": "int"},
            "check": CHECK_SPEC,
            "wait_timeout": {"type": "int", "default": 120},
            "keep_releases": {"type": "int", "default": 10},
        },
        "required_if": [("state", "present", ("definition",))],
    },
)
