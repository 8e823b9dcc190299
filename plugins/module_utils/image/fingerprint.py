# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One hash of everything that an image is made from. Pure.

The values of secrets do not count: an image must not depend on them, and a tag that everybody can read must not
carry anything from which a short value could be guessed.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import asdict, dataclass, field

#: Raise it when the same inputs would now give another image.
SCHEMA = 2
_LENGTH = 40


@dataclass(frozen=True)
class Fingerprint:
    """`recipe` is what the Dockerfile says, for each platform; `context` the digest of what it reads; `bases` the
    digest of each image that it names; `remotes` the state of what it fetches; `args` those that tell BuildKit itself
    something. `platform` may be several, with commas."""

    recipe: t.Sequence[t.Any]
    context: str
    platform: str
    args: t.Mapping[str, str]
    labels: t.Mapping[str, str]
    secrets: t.Tuple[str, ...]
    bases: t.Mapping[str, str]
    remotes: t.Mapping[str, str] = field(default_factory=dict)
    #: Options of the build that can change its result, where they are set.
    options: t.Mapping[str, t.Any] = field(default_factory=dict)
    schema: int = SCHEMA

    @property
    def digest(self) -> str:
        content = {name: value for name, value in asdict(self).items() if name != "options" or value}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def tag(self) -> str:
        """The tag beside the image's own that remembers its inputs."""
        return "in-" + self.digest.partition(":")[2][:_LENGTH]
