# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ADD fetches from elsewhere, by what tells its state apart: a page's ETag or date (or its content where it has
neither), a repository's commit. What a checksum or a commit fixes is not asked for."""

from __future__ import annotations

import hashlib
import re
import typing as t
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    InputError,
    MissingDependencyError,
    TransportError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.image.needs import Remote
from ansible_collections.slipway.deploy.plugins.module_utils.registry.connection import (
    FAILURES,
    Answer,
    HttpClient,
    tls_context,
)

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_USER = re.compile(r"(?<=://)[^/@]*@")
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 10
_OK = 200
_NO_HEAD = (400, 403, 405, 501)
_BLOCK = 1024 * 1024
_AT_ONCE = 8
_FIXED = "fixed"


def resolve_remotes(remotes: t.Sequence[Remote], dockerfile: str, env: t.Mapping[str, str]) -> t.Dict[str, str]:
    """The state of each, by its URL."""
    if not remotes:
        return {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        states = list(
            pool.map(lambda one: state_of(one, f"{dockerfile}:{one.line}: ADD {shown(one.url)}", env), remotes)
        )
    return {remote.url: state for remote, state in zip(remotes, states)}


def shown(url: str) -> str:
    """Without the login that may be in it."""
    return _USER.sub("", url)


def is_git(url: str) -> bool:
    """As BuildKit: an address of the web is a repository only when its path ends in .git."""
    parts = urlsplit(url)
    return parts.path.endswith(".git") if parts.scheme in ("http", "https") else True


def state_of(remote: Remote, where: str, env: t.Mapping[str, str]) -> str:
    if remote.checksum:
        return _FIXED
    return git_commit(remote.url, where, env) if is_git(remote.url) else page_state(remote.url, where)


def git_commit(url: str, where: str, env: t.Mapping[str, str]) -> str:
    """`url` may end in #ref:folder."""
    address, _mark, fragment = url.partition("#")
    ref = fragment.partition(":")[0] or "HEAD"
    if _COMMIT.match(ref):
        return _FIXED
    run = runner({**env, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": env.get("GIT_SSH_COMMAND") or _SSH})
    try:
        done = run(["git", "ls-remote", "--", address, ref, f"{ref}^{{}}"])
    except MissingDependencyError as exc:
        raise MissingDependencyError(
            f"{where}: git is not on this host, and is needed to see what is new there: install it, or name a commit."
        ) from exc
    if not done.ok:
        raise TransportError(f"{where}: the repository does not answer: {shown(done.tail(2))}.")
    commits = [line.split()[0] for line in done.out.splitlines() if line.strip()]
    if not commits:
        raise InputError(f"{where}: the repository has no {ref}.")
    return commits[-1]  # of an annotated tag the commit, which comes behind it


_SSH = "ssh -o BatchMode=yes"


def page_state(url: str, where: str) -> str:
    http = HttpClient(tls_context(), 30.0)
    with _answer(http, "HEAD", url, where) as head:
        if head.status not in _NO_HEAD:
            state = _validator(head, where)
            if state:
                return state
    with _answer(http, "GET", url, where) as page:
        return _validator(page, where) or _content(page)


class _Closing:
    """An answer that is closed, also where nobody reads it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers = answer.headers
        self.read = answer.read

    def __enter__(self) -> _Closing:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._answer.close()


def _answer(http: HttpClient, method: str, url: str, where: str) -> _Closing:
    """The last one of the redirects."""
    try:
        for _turn in range(_MOST_REDIRECTS):
            answer = http.open(method, url, {"User-Agent": "slipway"})
            if answer.status not in _REDIRECTS:
                return _Closing(answer)
            answer.close()
            url = urljoin(url, answer.headers.get("location", ""))
    except FAILURES as exc:
        raise TransportError(f"{where}: {urlsplit(url).hostname} does not answer: {exc}.") from exc
    raise InputError(f"{where}: the address leads from one to the next without an end.")


def _validator(answer: _Closing, where: str) -> t.Optional[str]:
    if answer.status != _OK:
        raise InputError(f"{where}: the server answers {answer.status}.")
    tag, date = answer.headers.get("etag"), answer.headers.get("last-modified")
    if tag:
        return f"etag {tag}"
    return f"date {date} {answer.headers.get('content-length', '')}" if date else None


def _content(answer: _Closing) -> str:
    total = hashlib.sha256()
    for block in iter(lambda: answer.read(_BLOCK), b""):
        total.update(block)
    return f"sha256 {total.hexdigest()}"
