# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb of `swarm_stack`: make a swarm run a stack, go back to the release before when it cannot."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.files import exclusive
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
from ansible_collections.slipway.deploy.plugins.module_utils.engine.api import EngineApi, unix_sender
from ansible_collections.slipway.deploy.plugins.module_utils.engine.local import engine_of
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack import objects
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.compose_file import read_compose
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.history import Releases, StackRelease
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.live import LiveStack
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.pins import pin_images
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.plan import (
    NONE,
    WAIT,
    Action,
    changes,
    diff_of,
    plan,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.render import (
    DEFINITION,
    Rendered,
    check_name,
    images_of,
    render,
)
from ansible_collections.slipway.deploy.plugins.module_utils.swarm.stack.watch import NotSettled, Watch

_LOCKS = Path("/run/slipway")


class ReleaseFailed(SlipwayError):
    """The new release does not run; the message also says what became of the one before."""


@dataclass(frozen=True)
class Wanted:
    """A release to deploy, with the secrets and configs that it needs made."""

    rendered: Rendered
    versions: t.Tuple[objects.Versioned, ...]
    version: str
    check: HttpCheck | None


@dataclass(frozen=True)
class Stack:
    """One stack, with what is needed to work on it."""

    live: LiveStack
    releases: Releases
    timeout: int
    keep: int
    context: TaskContext

    @property
    def name(self) -> str:
        return self.live.name

    def run(self, rendered: Rendered, check: HttpCheck | None, *, apply: bool) -> None:
        """Hand it to the swarm, watch, gate."""
        if apply:
            self.live.apply(rendered.text())
        only = set(rendered.hashes)
        watch = Watch(lambda: self.live.standings(only), rendered.depends_on, self.timeout, self.context.progress)
        try:
            watch.until_settled()
        except NotSettled as exc:
            log = self.live.log_of(exc.culprit)
            ends = f" Its log ends: {log.splitlines()[-1]}" if log else ""
            raise SlipwayError(f"{exc.message}{ends}", log=log.splitlines()) from exc
        if check:
            self.context.progress(f"asking {check.url}")
            wait_for_answer(check)

    def record(self, wanted: Wanted, status: str, reason: str = "") -> None:
        good = status == DEPLOYED
        release = StackRelease(
            revision=0,
            version=wanted.version,
            status=status,
            digest=wanted.rendered.digest(),
            reason=reason,
            file=wanted.rendered.file if good else {},
            specs=self.live.specs() if good else {},
            check=wanted.check.as_params() if wanted.check else None,
        )
        self.releases.add(release, self.keep)


def run(params: Params, context: TaskContext) -> Result:
    """Entry point of module and action."""
    check_name(params["name"])
    api = EngineApi(unix_sender(context.env))
    live = LiveStack(api, runner(context.env), params["name"])
    live.require()
    stack = Stack(live, Releases(api, params["name"]), params["wait_timeout"], params["keep_releases"], context)
    if params["state"] == "status":
        return {"changed": False, **_shown(stack)}
    if context.check_mode:
        return _STATES[params["state"]](stack, params)
    lock = _LOCKS / f"swarm-{params['name']}.lock"
    with exclusive(lock, f"the stack '{stack.name}'", wait=stack.timeout, progress=context.progress):
        return _STATES[params["state"]](stack, params)


def _present(stack: Stack, params: Params) -> Result:
    return _deploy(stack, _wanted(stack, params))


def _wanted(stack: Stack, params: Params) -> Wanted:
    context, api = stack.context, stack.live.api
    texts = [params["definition"], *params["overrides"]] if params["definition"] else []
    config = read_compose(stack.name, texts, params["files"], params["env"], context.env)
    images = images_of(config)
    key = objects.hash_key(api, create=not context.check_mode)
    versions: t.List[objects.Versioned] = []
    for kind in ("secrets", "configs"):
        versions += objects.versions_of(stack.name, kind, config.get(kind) or {}, params[kind], key)
    names = {kind: {one.key: one.name for one in versions if one.kind == kind} for kind in ("secrets", "configs")}
    # Before the registry is asked: what a swarm cannot do is said at once.
    render(config, {}, names["secrets"], names["configs"])
    objects.missing(api, versions)
    running = {name: spec["TaskTemplate"]["ContainerSpec"]["Image"] for name, spec in stack.live.specs().items()}
    pins = pin_images(
        images, running, params["resolve_image"], engine_of(runner(context.env), context.env), context.env
    )
    rendered = render(config, pins, names["secrets"], names["configs"])
    for warning in rendered.warnings:
        context.warn(warning)
    stack.live.validate(rendered)
    stack.live.check_networks(rendered)
    return Wanted(rendered, tuple(versions), params["version"] or "", HttpCheck.from_params(params["check"]))


def _deploy(stack: Stack, wanted: Wanted) -> Result:
    rendered = wanted.rendered
    absent = objects.missing(stack.live.api, wanted.versions)
    before = last_deployed(stack.releases.all())
    actions = _plan(stack, rendered, before)
    recorded = before is not None and before.digest == rendered.digest()
    changed = bool(changes(actions)) or not recorded
    diff = diff_of(before.file if before else {}, rendered.file)
    if not stack.context.check_mode and changed:
        objects.create(stack.live.api, stack.name, absent)
        _bring_up(stack, wanted, before, apply=any(a.action not in (NONE, WAIT) for a in actions) or not recorded)
        stack.record(wanted, DEPLOYED)
        _clear(stack, rendered)
    return {"changed": changed, "actions": [a.shown() for a in actions], "diff": diff, **_shown(stack)}


def _plan(stack: Stack, rendered: Rendered, before: StackRelease | None) -> t.List[Action]:
    standings = stack.live.standings()
    unsettled = {name: one.problem or one.waits for name, one in standings.items() if not one.settled}
    return plan(rendered, stack.live.specs(), unsettled, before)


def _clear(stack: Stack, rendered: Rendered) -> None:
    """Versions of secrets and configs that no release needs any more, and networks of services that went."""
    kept = {name for release in stack.releases.all() for name in release.objects()}
    objects.prune(stack.live.api, stack.name, kept)
    stack.live.prune_networks(set(rendered.file.get("networks") or {}))


def _bring_up(stack: Stack, wanted: Wanted, before: StackRelease | None, *, apply: bool) -> None:
    try:
        stack.run(wanted.rendered, wanted.check, apply=apply)
    except SlipwayError as failure:
        stack.record(wanted, FAILED, failure.message)
        story = _restore(stack, before, wanted.rendered.digest())
        raise ReleaseFailed(f"{sentence(failure.message)} {story}", **failure.details, **_shown(stack)) from failure


def _restore(stack: Stack, before: StackRelease | None, failed: str) -> str:
    """Back to the release before; says how that went."""
    if before is None or before.digest == failed:
        return "There is no earlier release to go back to."
    stack.context.progress(f"going back to revision {before.revision}")
    try:
        stack.run(_recorded(before), HttpCheck.from_params(before.check), apply=True)
    except SlipwayError as second:
        return f"Going back to revision {before.revision} ({before.version}) failed too: {second.message}"
    return f"The release before (revision {before.revision}, {before.version}) runs again."


def _recorded(release: StackRelease) -> Rendered:
    services = release.file["services"]
    hashes = {name: service["deploy"]["labels"][DEFINITION] for name, service in services.items()}
    return Rendered(json.loads(json.dumps(release.file)), hashes)


def _roll_back(stack: Stack, params: Params) -> Result:
    target = target_of(stack.releases.all(), params["to_revision"], stack.name)
    check = HttpCheck.from_params(params["check"]) or HttpCheck.from_params(target.check)
    wanted = Wanted(_recorded(target), (), target.version, check)
    return {**_deploy(stack, wanted), "rolled_back_to": target.shown()}


def _absent(stack: Stack, params: Params) -> Result:
    del params
    left = stack.live.left()
    history = stack.releases.all()
    if not stack.context.check_mode and (left or history):
        stack.live.remove(stack.timeout, stack.context.progress)
        stack.releases.forget()
    before = "".join(f"{line}\n" for line in left)
    shown = _shown(stack)
    return {"changed": bool(left or history), "diff": {"before": before, "after": ""}, **shown}


_STATES: t.Dict[str, t.Callable[[Stack, Params], Result]] = {
    "present": _present,
    "rolled_back": _roll_back,
    "absent": _absent,
}


def _shown(stack: Stack) -> Result:
    releases = stack.releases.all()
    release = last_deployed(releases)
    services, standings = stack.live.services(), stack.live.standings()
    return {
        "services": [
            {
                "service": name,
                "name": item["Spec"]["Name"],
                "image": item["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"],
                "running": standings[name].running,
                "replicas": standings[name].wanted,
                "settled": standings[name].settled,
            }
            for name, item in sorted(services.items())
            if name in standings
        ],
        "release": release.shown() if release else None,
        "history": [r.shown() for r in releases],
    }


SWARM_STACK = Verb(
    name="swarm_stack",
    run=run,
    hide=("secrets",),
    spec={
        "argument_spec": {
            "name": {"type": "str", "required": True},
            "definition": {"type": "str"},
            "overrides": {"type": "list", "elements": "str", "default": []},
            "files": {"type": "list", "elements": "path", "default": []},
            "env": {"type": "dict", "default": {}},
            "secrets": {"type": "dict", "no_log": True, "default": {}},
            "configs": {"type": "dict", "default": {}},
            "version": {"type": "str"},
            "state": {
                "type": "str",
                "choices": ["present", "rolled_back", "status", "absent"],
                "default": "present",
            },
            "to_revision": {"type": "int"},
            "resolve_image": {"type": "str", "choices": ["always", "changed", "never"], "default": "always"},
            "check": CHECK_SPEC,
            "wait_timeout": {"type": "int", "default": 300},
            "keep_releases": {"type": "int", "default": 10},
        },
        "required_if": [("state", "present", ("definition", "files"), True)],
        "mutually_exclusive": [("definition", "files")],
    },
)
