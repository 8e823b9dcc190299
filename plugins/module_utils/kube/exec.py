# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command in a container, over the API."""

from __future__ import annotations

import base64
import shlex
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError, sentence
from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import scrub
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import (
    Params,
    Result,
    TaskContext,
    Verb,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.client import KubeClient
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import (
    CONNECTION_HIDE,
    CONNECTION_IMPORTS,
    CONNECTION_SPEC,
    options_from,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Discovery
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.pool import Pool, open_pool
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.request import Http
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.find import PodFinder
from ansible_collections.slipway.deploy.plugins.module_utils.kube.pods.place import Place, place_for
from ansible_collections.slipway.deploy.plugins.module_utils.kube.reading.query import safe_name
from ansible_collections.slipway.deploy.plugins.module_utils.kube.streams.channels import (
    PROTOCOLS,
    STATUS,
    STDERR,
    STDOUT,
    UNKNOWN,
    V5,
    Ending,
    Output,
    ending_of,
    messages_of,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.streams.exchange import Exchange, TimeIsOver
from ansible_collections.slipway.deploy.plugins.module_utils.kube.streams.websocket_link import (
    open_websocket,
    require_websocket,
)

_TEXT, _BASE64 = "text", "base64"
SPEC: t.Dict[str, t.Any] = {
    "argument_spec": {
        **CONNECTION_SPEC,
        "namespace": {"type": "str", "default": "default"},
        "pod": {"type": "str"},
        "api_version": {"type": "str", "aliases": ["api", "version"]},
        "kind": {"type": "str", "default": "Deployment"},
        "name": {"type": "str"},
        "label_selectors": {"type": "list", "elements": "str"},
        "container": {"type": "str"},
        "command": {"type": "raw", "required": True},
        "stdin": {"type": "str"},
        "stdin_add_newline": {"type": "bool", "default": True},
        "strip_empty_ends": {"type": "bool", "default": True},
        "encoding": {"type": "str", "choices": [_TEXT, _BASE64], "default": _TEXT},
        "timeout": {"type": "float"},
        "limit_bytes": {"type": "int", "default": 10 * 1024 * 1024},
        "stream": {"type": "bool", "default": False},
    },
    "mutually_exclusive": [("pod", "name", "label_selectors")],
    "required_one_of": [("pod", "name", "label_selectors")],
}


class CommandFailed(SlipwayError):
    """It was run, or tried. `details` are the result."""


def run(params: Params, context: TaskContext) -> Result:
    argv = _argv(params["command"])
    _check(params)
    if context.check_mode:
        # What comes before in the play has not been done either: there may be no pod yet.
        return {"changed": False, "skipped": True, "msg": "The command would have been run."}
    require_websocket()
    pool = open_pool(options_from(params, context.env), context.env)
    client = KubeClient(Http(pool))
    finder = PodFinder(client, Discovery(client))
    place = place_for(finder, params)
    output = Output(params["limit_bytes"], context.progress if params["stream"] else _ignored)
    ending = _talk(pool, place, argv, params, output)
    if output.truncated:
        context.warn(
            f"k8s_exec: the output is longer than limit_bytes ({params['limit_bytes']}); the rest is left out."
        )
    return _result(params, place, output, ending)


def _ignored(_line: str) -> None:
    """Nobody watches."""


def _argv(command: t.Any) -> t.List[str]:
    """No error quotes the command: it may hold a password."""
    if isinstance(command, list):
        argv = [str(part) for part in command]
    elif isinstance(command, str):
        try:
            argv = shlex.split(command)
        except ValueError as exc:
            raise InputError(f"command cannot be split into words: {exc}. Give it as a list.") from exc
    else:
        raise InputError("command must be a string or a list of strings.")
    if not argv:
        raise InputError("command is empty.")
    return argv


def _check(params: Params) -> None:
    for option in ("timeout", "limit_bytes"):
        if params.get(option) is not None and params[option] <= 0:
            raise InputError(f"{option} is {params[option]}: it must be more than 0.")
    for option in ("namespace", "pod", "name"):
        safe_name(option, params.get(option))


def _talk(pool: Pool, place: Place, argv: t.Sequence[str], params: Params, output: Output) -> Ending:
    stdin = _stdin(params)
    query = [("command", word) for word in argv]
    query += [("container", place.container), ("stdout", "true"), ("stderr", "true")]
    query += [("stdin", "true")] if stdin is not None else []
    link = open_websocket(pool, place.path("exec"), query, PROTOCOLS)
    if stdin is not None and link.subprotocol != V5:
        link.shutdown()
        raise InputError("This API server cannot end stdin over a websocket: stdin needs Kubernetes 1.30 or later.")
    messages = iter(()) if stdin is None else messages_of(stdin)
    exchange = Exchange(link, messages, output.hear, expects_pong=stdin is None)
    try:
        exchange.run(params.get("timeout"))
    except TimeIsOver:
        said = f"the command has not ended after {params['timeout']:g} s; it may still be running in the container"
        return Ending(UNKNOWN, said)
    finally:
        output.end()
    ending = ending_of(output.of(STATUS))
    # Some runtimes quote the whole command in what they say of it.
    return Ending(ending.rc, scrub(ending.problem, argv[1:]))


def _stdin(params: Params) -> t.Optional[bytes]:
    given = params.get("stdin")
    if given is None:
        return None
    newline = "\n" if params["stdin_add_newline"] and not given.endswith("\n") else ""
    return bytes((given + newline).encode("utf-8", "surrogateescape"))


def _result(params: Params, place: Place, output: Output, ending: Ending) -> Result:
    result: Result = {
        "changed": True,
        **place.as_result(),
        "rc": ending.rc,
        "truncated": output.truncated,
        "encoding": params["encoding"],
    }
    for name, channel in (("stdout", STDOUT), ("stderr", STDERR)):
        result.update(_shown(name, output.of(channel), params))
    if ending.problem:
        raise CommandFailed(f"{place}: {sentence(ending.problem)}", **result)
    if ending.rc != 0:
        raise CommandFailed(f"{place}: the command ended with exit code {ending.rc}.", **result)
    return result


def _shown(name: str, data: bytes, params: Params) -> t.Dict[str, t.Any]:
    if params["encoding"] == _BASE64:
        return {name: base64.b64encode(data).decode("ascii"), f"{name}_lines": []}
    text = data.decode("utf-8", "replace")
    text = text.rstrip("\r\n") if params["strip_empty_ends"] else text
    return {name: text, f"{name}_lines": text.splitlines()}


VERB = Verb(
    "k8s_exec", SPEC, run, hide=(*CONNECTION_HIDE, "command", "stdin"), imports=(*CONNECTION_IMPORTS, "websocket")
)
