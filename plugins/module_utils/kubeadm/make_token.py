# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `kubeadm_token`: what a worker needs to join, valid for a short while."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.program import Kubeadm
from ansible_collections.slipway.deploy.plugins.module_utils.kubeadm.record import NodeRecord

_JOIN = re.compile(
    r"kubeadm join (?P<endpoint>\S+) --token (?P<token>\S+)\s+(?:\\\s+)?--discovery-token-ca-cert-hash (?P<ca_hash>\S+)"
)


def make_token(params: Params, context: TaskContext) -> Result:
    """kubeadm invents the token: it is never in an argument list."""
    if context.check_mode:
        return {"changed": True}
    if params["forget"]:
        forget_nodes(params["forget"], params["kubectl"], runner(context.env))
    said = Kubeadm(params["kubeadm"]).run("token create", f"--ttl={params['ttl']}", "--print-join-command")
    return {"changed": True, **parse_join_command(said)}


def forget_nodes(names: t.Sequence[str], kubectl: str, run: Runner) -> None:
    """kubeadm refuses a host whose node object still looks alive, as one does whose join was killed late."""
    config = f"--kubeconfig={NodeRecord().admin_conf}"
    done = run([kubectl, config, "delete", "node", "--ignore-not-found", "--", *names])
    if not done.ok:
        raise SlipwayError(f"The node objects of {', '.join(names)} could not be deleted: {done.tail(5)}")


def parse_join_command(said: str) -> dict[str, str]:
    """The three words of kubeadm's own join command."""
    found = _JOIN.search(said)
    if not found:
        raise SlipwayError("'kubeadm token create --print-join-command' printed no join command: is kubeadm too new?")
    return found.groupdict()


KUBEADM_TOKEN = Verb(
    name="kubeadm_token",
    spec={
        "argument_spec": {
            "ttl": {"type": "str", "default": "15m"},
            "forget": {"type": "list", "elements": "str", "default": []},
            "kubeadm": {"type": "path", "default": "kubeadm"},
            "kubectl": {"type": "path", "default": "kubectl"},
        }
    },
    run=make_token,
)
