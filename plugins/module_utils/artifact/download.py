# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The official download sites: which of them answer, and files from them, verified."""

from __future__ import annotations

import hashlib
import queue
import re
import shutil
import threading
import typing as t
import urllib.error
from pathlib import Path

from ansible.module_utils.urls import open_url

from ansible_collections.slipway.deploy.plugins.module_utils.artifact.recipe import Product
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import SlipwayError, TransportError

_PATIENCE = 5.0
_TIMEOUT = 60
_BLOCK = 1024 * 1024
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
#: Where a registry's address is not its name.
_ADDRESSES = {"docker.io": "registry-1.docker.io"}


class ChecksumError(SlipwayError):
    """What was downloaded is not what it should be. Never a reason to try another way."""


def site_of(product: Product) -> str:
    name = product.path.partition("/")[0]
    return _ADDRESSES.get(name, name)


def reachable(sites: t.Collection[str], patience: float = _PATIENCE) -> t.Set[str]:
    """The sites that answer anything at all. All are asked at once; one that is silent is given up after `patience`."""
    answers: queue.Queue[t.Tuple[str, bool]] = queue.Queue()
    for site in sites:
        threading.Thread(
            target=lambda name: answers.put((name, _answers(name, patience))), args=(site,), daemon=True
        ).start()
    found = set()
    for _site in sites:
        try:
            name, yes = answers.get(timeout=patience)
        except queue.Empty:
            break
        if yes:
            found.add(name)
    return found


def _answers(site: str, patience: float) -> bool:
    try:
        open_url(f"https://{site}/", method="HEAD", timeout=patience, follow_redirects="none").close()
    except urllib.error.HTTPError:
        return True
    except Exception:
        return False
    return True


def download(url: str, target: Path, sha256: str, ca_file: t.Optional[str] = None) -> None:
    """Write the file and compare its checksum."""
    found = hashlib.sha256()
    try:
        with (
            open_url(url, timeout=_TIMEOUT, ca_path=ca_file, http_agent="slipway") as answer,
            target.open("wb") as handle,
        ):
            for block in iter(lambda: answer.read(_BLOCK), b""):
                found.update(block)
                handle.write(block)
    except (OSError, urllib.error.URLError) as exc:
        raise TransportError(f"{url} cannot be downloaded: {exc}.") from exc
    if found.hexdigest() != sha256:
        raise ChecksumError(f"{url} has the SHA-256 {found.hexdigest()}, not {sha256}: something between changed it.")


def published_checksum(url: str) -> str:
    """The checksum in the file that the site keeps beside what it offers."""
    try:
        with open_url(url, timeout=_TIMEOUT, http_agent="slipway") as answer:
            text = answer.read(_BLOCK).decode("utf-8", "replace")
    except (OSError, urllib.error.URLError) as exc:
        raise TransportError(f"{url} cannot be downloaded: {exc}.") from exc
    found = _SHA256.search(text)
    if not found:
        raise TransportError(f"{url} holds no SHA-256.")
    return found.group()


def fetch(product: Product, target: Path, pinned: str = "") -> None:
    """A file or an archive of an official site, by its pinned checksum or by the one that the site publishes."""
    url = f"https://{product.path}"
    download(url, target, pinned or published_checksum(url + product.checksum_suffix))


def enough_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SlipwayError(
            f"{folder} has {free // 2**20} MiB left and about {needed // 2**20} are needed: "
            "free some, or set artifacts_cache_dir to a bigger disk."
        )
