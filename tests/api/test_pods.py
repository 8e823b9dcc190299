# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""k8s_logs and k8s_exec through a real API server to a kubelet on paper: KWOK runs the commands on this machine.

Exit codes and the end of stdin are not KWOK's: tests/integration/targets/k8s_pods has them, with real kubelets.
"""

from __future__ import annotations

import socket
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane, sign

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube import exec as k8s_exec
from ansible_collections.slipway.deploy.plugins.module_utils.kube import logs as k8s_logs
from ansible_collections.slipway.deploy.tests.api.conftest import PROGRAMS
from ansible_collections.slipway.deploy.tests.api.connect_proxy import ConnectProxy
from ansible_collections.slipway.deploy.tests.api.faces import both_faces, run_verb
from ansible_collections.slipway.deploy.tests.api.paper import until

_KWOK = """
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: node-stays}
spec: {resourceRef: {apiGroup: v1, kind: Node}, selector: {matchLabels: {never: "true"}}, next: {}}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: pod-stays}
spec: {resourceRef: {apiGroup: v1, kind: Pod}, selector: {matchLabels: {never: "true"}}, next: {}}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterExec
metadata: {name: here}
spec: {execs: [{local: {workDir: /}}]}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterLogs
metadata: {name: here}
spec: {logs: [{containers: [app, side], logsFile: LOG}]}
"""
_RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
_WAITING = {"waiting": {"reason": "ErrImagePull", "message": "not there"}}


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[ControlPlane]:
    folder = tmp_path_factory.mktemp("kubelet")
    log = folder / "app.log"
    log.write_text("".join(f"2026-01-01T00:00:00.000000000Z stdout F line {n}\n" for n in range(1, 101)))
    with ControlPlane(folder / "plane", PROGRAMS) as started:
        port = _kubelet(started, folder, log)
        body = {"metadata": {"name": "n1"}}
        node = started.request("POST", "/api/v1/nodes", body)
        node["status"] = {
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        }
        started.request("PUT", "/api/v1/nodes/n1/status", node)
        started.request("POST", "/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "default"}})
        _pod(started, "web", {"app": _RUNNING})
        _pod(started, "two", {"app": _RUNNING, "side": _RUNNING})
        _pod(started, "stuck", {"app": _WAITING}, ready=False)
        yield started


def _kubelet(plane: ControlPlane, folder: Path, log: Path) -> int:
    """A port where KWOK answers as the kubelet of every node."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    (folder / "kwok.yaml").write_text(_KWOK.replace("LOG", str(log)))
    sign(plane.folder, "kubelet", "/CN=kubelet", "subjectAltName=IP:127.0.0.1", days=2)
    plane._run(
        *("kwok", f"--kubeconfig={plane.kubeconfig}", f"--config={folder / 'kwok.yaml'}", "--manage-all-nodes=true"),
        *(f"--server-address=127.0.0.1:{port}", f"--node-port={port}", "--node-ip=127.0.0.1"),
        f"--tls-cert-file={plane.folder / 'kubelet.crt'}",
        f"--tls-private-key-file={plane.folder / 'kubelet.key'}",
    )
    until("KWOK answers", lambda: _answers(port))
    return port


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _pod(plane: ControlPlane, name: str, states: dict[str, t.Any], *, ready: bool = True) -> None:
    spec = {"nodeName": "n1", "containers": [{"name": container, "image": "x"} for container in states]}
    pod = plane.request(
        "POST", "/api/v1/namespaces/default/pods", {"metadata": {"name": name, "labels": {"app": name}}, "spec": spec}
    )
    statuses = [
        {"name": container, "image": "x", "imageID": "", "ready": ready, "restartCount": 0, "state": state}
        for container, state in states.items()
    ]
    condition = {"type": "Ready", "status": "True" if ready else "False"}
    pod["status"] = {
        "phase": "Running" if ready else "Pending",
        "conditions": [condition],
        "containerStatuses": statuses,
    }
    plane.request("PUT", f"/api/v1/namespaces/default/pods/{name}/status", pod)


class Task:
    """Runs the verbs as tasks would."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self.env: dict[str, str] = {}
        self.lines: list[str] = []
        self.warnings: list[str] = []

    def run(self, verb: t.Any, *, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        context = TaskContext(check_mode=check, env=self.env, progress=self.lines.append, warn=self.warnings.append)
        return run_verb(verb, {"kubeconfig": str(self.plane.kubeconfig), **options}, context)

    def logs(self, **options: t.Any) -> dict[str, t.Any]:
        return self.run(k8s_logs.VERB, **options)

    def exec(self, *command: str, **options: t.Any) -> dict[str, t.Any]:
        given = {"pod": "web", "command": list(command), "timeout": 60, **options}
        return self.run(k8s_exec.VERB, **{k: v for k, v in given.items() if v is not None})

    def failing(self, *command: str, **options: t.Any) -> SlipwayError:
        with pytest.raises(SlipwayError) as failed:
            self.exec(*command, **options)
        return failed.value


@pytest.fixture
def task(plane: ControlPlane) -> Task:
    return Task(plane)


def test_a_log(task: Task) -> None:
    found = task.logs(name="web", tail_lines=2)
    assert found["log"] == "line 99\nline 100\n"
    assert found["log_lines"] == ["line 99", "line 100"]
    (entry,) = found["logs"]
    assert (entry["pod"], entry["container"], entry["node"], entry["state"]) == ("web", "app", "n1", "running")
    assert not entry["truncated"] and not found["changed"]


def test_the_end_of_a_log_is_kept(task: Task) -> None:
    (entry,) = task.logs(name="web", limit_bytes=20)["logs"]
    assert (entry["log_lines"], entry["truncated"]) == (["line 99", "line 100"], True)


def test_logs_of_all_containers(task: Task) -> None:
    found = task.logs(name="two", tail_lines=1)
    assert [(e["container"], e["log_lines"]) for e in found["logs"]] == [("app", ["line 100"]), ("side", ["line 100"])]
    assert found["log_lines"] == ["line 100", "line 100"]
    assert [e["container"] for e in task.logs(name="two", container="side")["logs"]] == ["side"]


def test_no_pod_is_no_failure_but_a_warning(task: Task) -> None:
    assert task.logs(label_selectors=["app=none"])["logs"] == []
    assert task.warnings == ["k8s_logs: no pod in default matches app=none."]
    with pytest.raises(InputError, match=r"^Pod default/none does not exist\.$"):
        task.logs(name="none")


def test_output_and_its_lines(task: Task) -> None:
    done = task.exec("sh", "-c", "echo one; echo two; echo wrong >&2", stream=True)
    assert (done["rc"], done["stdout"], done["stderr"], done["changed"]) == (0, "one\ntwo", "wrong", True)
    assert done["stdout_lines"] == ["one", "two"]
    assert sorted(task.lines) == ["one", "two", "wrong"]
    assert task.exec("echo", "quiet")["stdout"] == "quiet"
    assert len(task.lines) == 3


def test_stdin_and_output_at_once(task: Task) -> None:
    """Much more than what lies between us and the command holds: who only sends, or only reads, would hang."""
    size = 20_000_000
    done = task.exec("sh", "-c", f"head -c {size} | tee /dev/stderr | wc -c", stdin="x" * size, limit_bytes=9)
    assert (done["stdout"], done["stderr"], done["truncated"]) == (str(size), "x" * 9, True)
    assert len(task.warnings) == 1


def test_bytes(task: Task) -> None:
    assert task.exec("printf", r"\377\376", encoding="base64")["stdout"] == "//4="
    assert task.exec("printf", r"a\377")["stdout"] == "a\N{REPLACEMENT CHARACTER}"


def test_a_program_that_is_not_there(task: Task) -> None:
    failed = task.failing("no-such-program", "--password=hunter2")
    assert failed.details["rc"] == 127
    assert failed.message.startswith("Container app of Pod default/web: ") and "no-such-program" in failed.message
    assert "hunter2" not in str(failed) + str(failed.details)


def test_a_server_that_quotes_the_command(task: Task) -> None:
    failed = task.failing("sh", "-c", "exit 3", "hunter2")
    assert "hunter2" not in str(failed) + str(failed.details)
    assert failed.details["changed"] is True


def test_it_does_not_wait_for_ever(task: Task) -> None:
    assert "has not ended after 0.5 s; it may still be running" in task.failing("sleep", "5", timeout=0.5).message


def test_a_server_that_breaks_off(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.slipway.deploy.plugins.module_utils.kube.streams import exchange  # noqa: PLC0415

    monkeypatch.setattr(exchange, "SILENCE", 4.0)
    monkeypatch.setattr(exchange, "PING_EVERY", 0.5)
    assert task.exec("sleep", "8")["rc"] == 0, "pings are answered"
    link = exchange.Exchange._run

    def frozen(self: t.Any, deadline: t.Any) -> None:
        task.plane.freeze()
        link(self, deadline)

    monkeypatch.setattr(exchange.Exchange, "_run", frozen)
    try:
        failed = task.failing("sleep", "30")
    finally:
        task.plane.thaw()
    assert "broke off (the server has said nothing for 4 s). The command may still be running" in failed.message


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pod": "none"}, "Pod default/none does not exist."),
        ({"pod": "two"}, "Pod default/two has the containers app, side: set container to one of them."),
        ({"pod": "stuck"}, "Container app of Pod default/stuck does not run (waiting): ErrImagePull: not there."),
        ({"container": "b"}, "Pod default/web has no container b; it has app."),
        ({"pod": None, "name": "none"}, "Deployment default/none does not exist."),
        ({"pod": None, "label_selectors": ["app=stuck"]}, "Namespace default, app=stuck: no pod is ready. stuck: "),
        (
            {"pod": None, "label_selectors": ["app=x"]},
            "Namespace default, app=x: there is no pod to run the command in.",
        ),
        ({"command": ""}, "command is empty."),
        ({"command": "sh -c 'hunter2"}, "command cannot be split into words: No closing quotation. Give it as a list."),
        ({"command": 7}, "command must be a string or a list of strings."),
        ({"timeout": 0}, "timeout is 0.0: it must be more than 0."),
        ({"pod": "a/b"}, "pod: 'a/b' is no name of a Kubernetes object."),
    ],
)
def test_where_nothing_can_run(task: Task, options: dict[str, t.Any], says: str) -> None:
    failed = task.failing("true", **options)
    assert failed.message.startswith(says)
    assert "hunter2" not in failed.message


def test_a_ready_pod_of_many(task: Task) -> None:
    assert task.exec("true", pod=None, label_selectors=["app in (stuck, web)"])["pod"] == "web"


def test_check_mode_runs_nothing(task: Task, tmp_path: Path) -> None:
    predicted = task.exec("touch", str(tmp_path / "made"), check=True)
    assert predicted["skipped"] and not predicted["changed"]
    assert not (tmp_path / "made").exists()
    task.exec("touch", str(tmp_path / "made"))
    assert (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("k8s_logs", {"name": "two", "tail_lines": 3}),
        ("k8s_exec", {"pod": "web", "command": ["sh", "-c", "echo kept-secret | wc -c"], "stdin": "kept-secret"}),
    ],
)
def test_both_faces_say_the_same(plane: ControlPlane, tmp_path: Path, module: str, options: dict[str, t.Any]) -> None:
    here, there = both_faces(tmp_path, module, {"kubeconfig": str(plane.kubeconfig), **options})
    assert here == there
    assert not here.get("failed"), here
    assert "kept-secret" not in str(here)


def test_a_command_through_a_proxy(task: Task) -> None:
    size = 200_000
    with ConnectProxy() as proxy:
        done = task.exec("sh", "-c", f"head -c {size} | wc -c; echo wrong >&2", stdin="x" * size, proxy=proxy.url)
        assert task.exec("sleep", "2", proxy=proxy.url)["rc"] == 0
        assert len(task.logs(name="web", kind="Pod", proxy=proxy.url)["log_lines"]) == 100
    assert done["stdout"].strip() == str(size)
    assert done["stderr"] == "wrong"
    assert set(proxy.hosts) == {task.plane.server.partition("//")[2]}, "nothing went around it"


def test_a_command_through_a_proxy_of_the_environment(task: Task) -> None:
    with ConnectProxy() as proxy:
        task.env = {"https_proxy": proxy.url}
        assert task.exec("echo", "hidden")["stdout"] == "hidden"
        assert proxy.hosts
        proxy.hosts.clear()
        task.env["no_proxy"] = "127.0.0.0/8"
        assert task.exec("echo", "plain")["stdout"] == "plain"
        assert not proxy.hosts


def test_a_proxy_that_wants_a_user(task: Task) -> None:
    with ConnectProxy("me:kept-secret") as proxy:
        named = proxy.url.replace("//", "//me:kept-secret@")
        assert task.exec("echo", "in", proxy=named)["stdout"] == "in"
        refused = task.failing("echo", "out", proxy=proxy.url)
        assert "407" in refused.message
        wrong = task.failing("echo", "out", proxy=proxy.url.replace("//", "//me:wrong-secret@"))
        assert "wrong-secret" not in wrong.message
        assert k8s_exec.VERB.visible({"proxy": named}) == {"proxy": "(hidden)"}


def test_a_proxy_that_is_not_there(task: Task) -> None:
    refused = task.failing("echo", "out", proxy="http://127.0.0.1:1")
    assert f"The API server {task.plane.server} cannot be reached through the proxy 127.0.0.1:1" in refused.message
