# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that cannot be reached or trusted, that refuse, and that are lost in the middle."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from control_plane import ControlPlane, make_authority, sign

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Result, TaskContext
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api import request as requests
from ansible_collections.slipway.deploy.plugins.module_utils.kube.apply import VERB
from ansible_collections.slipway.deploy.plugins.module_utils.kube.applying.step import CHANGES
from ansible_collections.slipway.deploy.tests.api.bad_input import read_cases
from ansible_collections.slipway.deploy.tests.api.faces import run_verb
from ansible_collections.slipway.deploy.tests.api.front import BREAK_AFTER, BREAK_BEFORE, Answer, Front, Rule

Params = t.Dict[str, t.Any]
TOLD = {case.name: case.fails for case in read_cases(Path(__file__).parent / "bad_connections.cases")}
TWO = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": n}, "data": {"x": "1"}} for n in ("a", "b")]


def after_a(namespace: str) -> t.Dict[str, str]:
    return {"slipway.deploy/depends-on": f"/namespaces/{namespace}/ConfigMap/a"}


class Site:
    """The server, and ways to it that are wrong."""

    def __init__(self, plane: ControlPlane, folder: Path) -> None:
        self.plane, self.folder = plane, folder
        self.ca = str(plane.folder / "ca.crt")
        self.token = {"api_key": plane.token}
        self.known = {"host": plane.server, "ca_cert": self.ca}

    def certificate(self, name: str, extension: str, *, days: int = 2, authority: str = "ca") -> Path:
        if not (self.plane.folder / f"{authority}.crt").exists():
            make_authority(self.plane.folder, authority)
        sign(self.plane.folder, name, "/O=system:masters/CN=admin", extension, days=days, authority=authority)
        return self.plane.folder / f"{name}.crt"

    def user(self, name: str, **how: t.Any) -> Params:
        path = self.certificate(name, "extendedKeyUsage=clientAuth", **how)
        return {**self.known, "client_cert": str(path), "client_key": str(path.with_suffix(".key"))}

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def kubeconfig(self, **changes: t.Any) -> str:
        return self.file("config", json.dumps({**json.loads(self.plane.kubeconfig.read_text()), **changes}))

    def live(self, namespace: str, name: str) -> t.Any:
        """Its data, as the server tells an administrator."""
        found = self.plane.request("GET", f"/api/v1/namespaces/{namespace}/configmaps")["items"]
        return next((o["data"] for o in found if o["metadata"]["name"] == name), None)

    def front(self, rule: Rule, certificate: t.Optional[Path] = None) -> Front:
        return Front(self.plane.server, Path(self.ca), rule, certificate)


@pytest.fixture
def site(plane: ControlPlane, tmp_path: Path) -> Site:
    return Site(plane, tmp_path)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited between tries is tested elsewhere."""
    monkeypatch.setattr(requests.Http.__init__, "__defaults__", (lambda _seconds: None,))
    monkeypatch.setattr(requests, "CONNECT_TIMEOUT", 2.0)


def apply(params: Params, namespace: str = "default", objects: t.Any = TWO) -> Result:
    options = {**params, "namespace": namespace, "definition": objects}
    return run_verb(VERB, options, TaskContext(env={"HOME": "/nonexistent"}))


def failure(params: Params, namespace: str = "default") -> SlipwayError:
    with pytest.raises(SlipwayError) as caught:
        apply(params, namespace)
    return caught.value


def other_authority(site: Site) -> str:
    site.certificate("x", "subjectAltName=IP:127.0.0.1", authority="other")
    return str(site.plane.folder / "other.crt")


def other_key(site: Site) -> str:
    return str(site.user("two")["client_key"])


WRONG: t.Dict[str, t.Callable[[Site], Params]] = {
    "an expired client certificate": lambda s: s.user("late", days=-1),
    "a client certificate of another authority": lambda s: s.user("alien", authority="other"),
    "a token that nobody knows": lambda s: {**s.known, "api_key": "unknown-token"},
    "no credentials": lambda s: {**s.known, "username": "a", "password": "wrong-password"},
    "the authority of another cluster": lambda s: {**s.token, "host": s.plane.server, "ca_cert": other_authority(s)},
    "no authority at all": lambda s: {**s.token, "host": s.plane.server},
    "a certificate for another name": lambda s: {**s.token, **s.known, "tls_server_name": "elsewhere.example.com"},
    "nobody listens": lambda s: {**s.token, "host": "https://127.0.0.1:1"},
    "a name that is not there": lambda s: {**s.token, "host": "https://nowhere.invalid:6443"},
    "TLS is not spoken there": lambda s: {**s.token, "host": f"https://127.0.0.1:{s.plane._etcd}"},
    "TLS is spoken there": lambda s: {**s.token, "host": s.plane.server.replace("https", "http")},
    "another kind of server": lambda s: {**s.token, "host": f"http://127.0.0.1:{s.plane._etcd}"},
    "a host without a scheme": lambda s: {**s.token, "host": "127.0.0.1:6443"},
    "a proxy that is not there": lambda s: {**s.token, **s.known, "proxy": "http://127.0.0.1:1"},
    "no kubeconfig": lambda s: {},
    "a kubeconfig that is not there": lambda s: {"kubeconfig": "/nonexistent/config"},
    "a kubeconfig that is not YAML": lambda s: {"kubeconfig": s.file("c", "a: [")},
    "a kubeconfig that is something else": lambda s: {"kubeconfig": s.file("c", "- a")},
    "a context that is not there": lambda s: {"kubeconfig": s.kubeconfig(), "context": "production"},
    "no current context": lambda s: {"kubeconfig": s.kubeconfig(**{"current-context": ""})},
    "a context without its cluster": lambda s: {"kubeconfig": s.kubeconfig(clusters=[])},
    "an authority that cannot be read": lambda s: {**s.token, "host": s.plane.server, "ca_cert": "/nonexistent/ca"},
    "an authority that is none": lambda s: {**s.token, "host": s.plane.server, "ca_cert": s.file("ca", "no pem")},
    "a certificate without its key": lambda s: {**s.known, "client_cert": s.ca},
    "a key of another certificate": lambda s: {**s.user("one"), "client_key": other_key(s)},
}


@pytest.mark.parametrize("name", WRONG)
def test_connections(name: str, site: Site) -> None:
    exc = failure(WRONG[name](site))
    told = exc.message.replace(site.plane.server, "SERVER").replace(str(site.folder), "TMP")
    told = told.replace(site.plane.server.replace("https", "http"), "PLAIN")
    told = told.replace(str(site.plane.folder), "PLANE").replace(f":{site.plane._etcd}", ":ETCD")
    assert told == TOLD[name]


def busy(times: int) -> Rule:
    """Each of the first requests is refused as a server does that has too much to do."""
    asked: t.List[str] = []

    def rule(method: str, path: str, _writes: int) -> t.Optional[Answer]:
        asked.append(path)
        return Answer(429, '{"message": "too many requests"}', {"Retry-After": "1"}) if len(asked) <= times else None

    return rule


def on_write(number: int, answer: Answer, *, times: int = 1) -> Rule:
    """The given write, and those after it, `times` in all."""

    def rule(method: str, _path: str, writes: int) -> t.Optional[Answer]:
        return answer if method == "PATCH" and number <= writes < number + times else None

    return rule


STORM = Answer(429, '{"message": "too many requests"}', {"Retry-After": "1"})
STARTING = Answer(503, '{"message": "apiserver not ready"}')
PASSING: t.Dict[str, Rule] = {
    "a storm of 429 before anything": busy(4),
    "a storm of 429 in the middle of writing": on_write(1, STORM, times=3),
    "503 in the middle of writing": on_write(1, STARTING, times=3),
    "the connection breaks before the server has the write": on_write(0, BREAK_BEFORE, times=2),
    "the connection breaks before its answer is here": on_write(0, BREAK_AFTER, times=2),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_not_told(name: str, site: Site, namespace: str) -> None:
    with site.front(PASSING[name]) as front:
        params = {"host": front.url, **site.token}
        assert apply(params, namespace)["summary"]["created"] >= 1
        assert apply(params, namespace)["changed"] is False
    assert [site.live(namespace, n) for n in ("a", "b")] == [{"x": "1"}] * 2


LOST: t.Dict[str, Rule] = {
    "429 without end": busy(10**6),
    "429 without end in the middle of writing": on_write(1, STORM, times=10**6),
    "503 without end in the middle of writing": on_write(1, STARTING, times=10**6),
    "no connection after the first write": on_write(1, BREAK_BEFORE, times=10**6),
    "no answer after the first write": on_write(1, BREAK_AFTER, times=10**6),
    "a login page": lambda _method, _path, _writes: Answer(200, "<html>log in</html>", {"Content-Type": "text/html"}),
    "a refusal that is no JSON": lambda _method, _path, _writes: Answer(403, "<html>blocked</html>"),
    "an internal error": on_write(1, Answer(500, '{"message": "it broke"}'), times=10**6),
}


@pytest.mark.parametrize("name", LOST)
def test_what_stays_is_told_with_what_was_done(name: str, site: Site, namespace: str) -> None:
    ordered = [TWO[0], {**TWO[1], "metadata": {**TWO[1]["metadata"], "annotations": after_a(namespace)}}]
    with site.front(LOST[name]) as front:
        with pytest.raises(SlipwayError) as caught:
            apply({"host": front.url, **site.token}, namespace, ordered)
        told = caught.value.message.replace(front.url, "FRONT").replace(namespace, "{ns}")
    done = {o["name"] for o in caught.value.details.get("objects", []) if o["action"] in CHANGES}
    there = {n for n in ("a", "b") if site.live(namespace, n) is not None}
    assert done <= there
    assert told == TOLD[name]


def test_a_server_that_stops_to_answer(site: Site, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "CONNECT_TIMEOUT", 0.3)
    site.plane.freeze()
    try:
        exc = failure({**site.known, **site.token}, namespace)
    finally:
        site.plane.thaw()
    assert exc.message.replace(site.plane.server, "SERVER") == TOLD["the server is silent"]
    assert apply({**site.known, **site.token}, namespace)["summary"]["created"] == 2
