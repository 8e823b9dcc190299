# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A watch that ends, breaks or is too old, told by a scripted API server."""

from __future__ import annotations

import threading
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.discovery import Resource
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.errors import (
    ApiError,
    Forbidden,
    Gone,
    NotFound,
    Unreachable,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting import follow as module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.waiting.follow import (
    BROKEN,
    CHANGED,
    LISTED,
    LOST,
    REMOVED,
    Change,
    Topic,
    follow,
)

TOPIC = Topic(Resource("", "v1", "Pod", "pods", True), "shop")


class Script:
    """Answers each list and watch with the next line of the script, and stops the follower at its end."""

    def __init__(self, lists: list, watches: list) -> None:
        self.lists, self.watches = iter(lists), iter(watches)
        self.asked: list[str] = []
        self.pages: list[str] = []
        self.stop = threading.Event()

    def page(self, _resource: Resource, _namespace: str, *, limit: int, query: dict) -> dict:
        assert limit > 0
        self.pages.append(query.get("continue", ""))
        answer = self._next(self.lists)
        more = {"continue": "more"} if isinstance(answer, tuple) else {}
        return {"metadata": {"resourceVersion": "10", **more}, "items": answer or []}

    def watch(self, _resource: Resource, _namespace: str, *, resource_version: str, **_more: t.Any) -> t.Iterator:
        self.asked.append(resource_version)
        yield from self._next(self.watches) or []

    def _next(self, script: t.Iterator) -> t.Any:
        answer = next(script, None)
        if answer is None:
            self.stop.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


def obj(version: int) -> dict:
    return {"metadata": {"name": "web-1", "namespace": "shop", "resourceVersion": str(version)}}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.001)


def run(script: Script, version: str = "") -> list[str]:
    news: list[Change] = []
    follow(script, TOPIC, version, news.append, script.stop)
    return [change.what for change in news]


def test_lists_then_watches_from_there():
    script = Script([[obj(9)]], [[("ADDED", obj(11)), ("MODIFIED", obj(12)), ("DELETED", obj(13))]])
    assert run(script) == [LISTED, CHANGED, CHANGED, REMOVED]
    assert script.asked == ["10", "13"]


def test_with_a_version_it_does_not_list():
    script = Script([], [[("ADDED", obj(11))]])
    assert run(script, "7") == [CHANGED]
    assert script.asked == ["7", "11"]


def test_bookmarks_move_on_without_news():
    script = Script([], [[("BOOKMARK", obj(50))]])
    assert run(script, "7") == []
    assert script.asked == ["7", "50"]


def test_too_old_lists_again():
    script = Script([[obj(9)]], [Gone("too old", status=410), []])
    assert run(script, "3") == [LISTED]
    assert script.asked == ["3", "10", "10"]


@pytest.mark.parametrize("error", [Unreachable("reset"), ApiError("starting", status=503)])
def test_a_break_is_taken_up_where_it_was(error):
    script = Script([], [[("ADDED", obj(11))], error, [("MODIFIED", obj(12))]])
    assert run(script, "7") == [CHANGED, LOST, CHANGED]
    assert script.asked == ["7", "11", "11", "12"]


def test_what_is_final_is_told_and_ends_it():
    assert run(Script([Forbidden("no", status=403)], [])) == [BROKEN]
    assert run(Script([], [ValueError("not JSON")]), "7") == [BROKEN]


def test_a_kind_that_went_away_has_no_objects():
    change, version = module.list_now(Script([NotFound("no such kind", status=404)], []), TOPIC)
    assert (change.what, change.objects, version) == (LISTED, (), "")


def test_a_list_is_read_page_by_page_and_trimmed_at_once():
    script = Script([(obj(1), obj(2)), [obj(3)]], [])
    change, version = module.list_now(script, TOPIC, lambda o: {"version": o["metadata"]["resourceVersion"]})
    assert change.objects == ({"version": "1"}, {"version": "2"}, {"version": "3"})
    assert (script.pages, version) == (["", "more"], "10")


def test_events_are_trimmed():
    news: list[Change] = []
    script = Script([], [[("ADDED", obj(11))]])
    follow(script, TOPIC, "7", news.append, script.stop, lambda _o: {"lean": True})
    assert news[0].objects == ({"lean": True},)
