# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes images that nothing uses. A program of its own: the role docker_host installs this file on hosts.

What stays, whatever its age: an image of any container, running or not; one that an image that stays is built on; one
that a release history names, since a rollback needs it; one whose name fits a pattern of `keep_images`. And everything
that was built, pulled or tagged in the last `keep_hours`, such as images with the tags `in-...` of docker_build.
Volumes, networks and containers are never touched.
"""

from __future__ import annotations

import argparse
import fnmatch
import http.client
import json
import re
import socket
import sys
import time
import typing as t
import urllib.parse
from datetime import datetime, timezone
from pathlib import Path

_OK = 300
#: Somebody began to use it a moment ago, or it is gone.
_LEFT_ALONE = (404, 409)
_WORKING_DIR = "com.docker.compose.project.working_dir"
_HISTORY = ".slipway"

Data = t.Dict[str, t.Any]


class Engine(http.client.HTTPConnection):
    """The engine's API over its socket."""

    def __init__(self, path: str) -> None:
        super().__init__("docker", timeout=300)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)

    def ask(self, method: str, path: str) -> t.Tuple[int, t.Any]:
        self.request(method, path)
        answer = self.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if body.strip() else None

    def get(self, path: str) -> t.Any:
        status, data = self.ask("GET", path)
        if status >= _OK:
            raise SystemExit(f"The engine refused GET {path}: {data}")
        return data


def moment(text: str) -> float:
    """Seconds since 1970 of the engine's time stamps; 0 for the one that stands for never."""
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)", text or "")
    if not found or int(found.group(1)) <= 1970:  # noqa: PLR2004 - the epoch: a reproducible build
        return 0.0
    return datetime(*map(int, found.groups()), tzinfo=timezone.utc).timestamp()  # type: ignore[arg-type, misc]


def age_of(image: Data, now: float) -> float:
    """Since it was last built, pulled or tagged here."""
    tagged = (image.get("Metadata") or {}).get("LastTagTime", "")
    return now - max(moment(image.get("Created", "")), moment(tagged))


def names_of(image: Data) -> t.List[str]:
    names = [name for name in image.get("RepoTags") or [] if name != "<none>:<none>"]
    return names or [name for name in image.get("RepoDigests") or [] if not name.startswith("<none>@")]


def is_in_history(image: Data, history: str) -> bool:
    """By its id, a name or a digest: whatever a record of a release calls it."""
    words = [image["Id"], *names_of(image), *(image.get("RepoDigests") or [])]
    return any(word in history for word in words)


def doomed(images: t.Sequence[Data], used: t.AbstractSet[str], history: str, how: Data, now: float) -> t.List[Data]:
    """What goes, newest first: an image before those it is built on."""
    kept = {image["Id"] for image in images if _stays(image, used, history, how, now)}
    parents = {image["Id"]: image.get("Parent") or "" for image in images}
    for identity in list(kept):
        parent = parents.get(identity, "")
        while parent:
            kept.add(parent)
            parent = parents.get(parent, "")
    going = [image for image in images if image["Id"] not in kept]
    return sorted(going, key=lambda image: str(image.get("Created", "")), reverse=True)


def _stays(image: Data, used: t.AbstractSet[str], history: str, how: Data, now: float) -> bool:
    if image["Id"] in used or age_of(image, now) < how["keep_hours"] * 3600:
        return True
    patterns = how["keep_images"]
    return is_in_history(image, history) or any(fnmatch.fnmatch(n, p) for n in names_of(image) for p in patterns)


def history_of(containers: t.Sequence[Data], patterns: t.Sequence[str]) -> str:
    """Everything that the records of releases say, of the projects that have containers and of the given folders."""
    projects = {(container.get("Labels") or {}).get(_WORKING_DIR, "") for container in containers} - {""}
    folders = [f"{project}/{_HISTORY}" for project in sorted(projects)]
    folders += [folder for pattern in patterns for folder in sorted(map(str, Path("/").glob(pattern.lstrip("/"))))]
    texts = []
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                # A record may be JSON that holds YAML: its quotes and line ends do not part a name.
                texts.append(path.read_text(encoding="utf-8", errors="replace"))
    return "\n".join(texts)


def used_images(engine: Engine) -> t.Tuple[t.Set[str], t.List[Data]]:
    containers = engine.get("/containers/json?all=1")
    return {container["ImageID"] for container in containers}, containers


def remove(engine: Engine, image: Data) -> bool:
    """Name by name and never by force: the engine itself refuses what a container has begun to use since."""
    for name in names_of(image) or [image["Id"]]:
        status, data = engine.ask("DELETE", "/images/" + urllib.parse.quote(name, safe="/:@"))
        if status in _LEFT_ALONE:
            return False
        if status >= _OK:
            raise SystemExit(f"The engine refused to remove {name}: {data}")
    return True


def main(arguments: t.Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Remove images that nothing uses any more.")
    parser.add_argument("settings", help="a JSON file: keep_hours, keep_images, histories, build_cache")
    parser.add_argument("--socket", default="/var/run/docker.sock")
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    given = parser.parse_args(arguments)
    how = json.loads(Path(given.settings).read_text(encoding="utf-8"))
    engine = Engine(given.socket)
    images = [engine.get(f"/images/{item['Id']}/json") for item in engine.get("/images/json")]
    used, containers = used_images(engine)
    going = doomed(images, used, history_of(containers, how["histories"]), how, time.time())
    for image in going:
        gone = given.dry_run or remove(engine, image)
        _tell(" ".join(["removed" if gone else "in use by now", *(names_of(image) or [image["Id"]])]))
    if how["build_cache"] and not given.dry_run:
        filters = urllib.parse.quote(json.dumps({"until": [f"{how['keep_hours']}h"]}))
        _status, data = engine.ask("POST", f"/build/prune?filters={filters}")
        _tell(f"build cache: {((data or {}).get('SpaceReclaimed') or 0) // 2**20} MiB freed")
    _tell(f"{len(images) - len(going)} of {len(images)} images stay")
    return 0


def _tell(line: str) -> None:
    """To the journal, line by line. Here it is a program, and no module that Ansible reads."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
