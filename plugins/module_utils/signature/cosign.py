# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""cosign, started as its documentation says. Keys and passwords reach it by files and environment, not by arguments."""

from __future__ import annotations

import contextlib
import json
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.command import Completed, Runner, runner
from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError, SlipwayError
from ansible_collections.slipway.deploy.plugins.module_utils.common.masking import scrub
from ansible_collections.slipway.deploy.plugins.module_utils.common.private_folder import private_folder
from ansible_collections.slipway.deploy.plugins.module_utils.engine.login import environment_with_login
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries

_KEY, _PASSWORD = "SLIPWAY_COSIGN_KEY", "COSIGN_PASSWORD"
#: Exit codes that are answers: no signature, no such tag, none that fits.
_UNSIGNED = (10, 11, 12)
_SCHEMES = ("env", "file", "pkcs11", "k8s", "awskms", "gcpkms", "azurekms", "hashivault", "gitlab")


class SignatureError(SlipwayError):
    """cosign could not do what it was asked."""


@dataclass(frozen=True)
class Key:
    """A file, an address that cosign understands, or the key itself. `password` opens a private one."""

    place: str = ""
    content: str = field(default="", repr=False)
    password: t.Optional[str] = field(default=None, repr=False)

    @property
    def argument(self) -> str:
        return f"env://{_KEY}" if self.content else self.place

    @property
    def environment(self) -> t.Dict[str, str]:
        secrets = {_KEY: self.content} if self.content else {}
        return secrets if self.password is None else {**secrets, _PASSWORD: self.password}


def read_key(place: t.Optional[str], content: t.Optional[str], password: t.Optional[str] = None) -> t.Optional[Key]:
    if content:
        return Key("", content, password)
    if not place:
        return None
    if place.partition("://")[0] not in _SCHEMES or "://" not in place:
        path = Path(place).expanduser()
        if not path.is_file():
            raise InputError(f"There is no key {place}: name a file, or an address such as awskms:///alias/NAME.")
        place = str(path)
    return Key(place, "", password)


@dataclass(frozen=True)
class Cosign:
    """For one image: as whoever logs in to its registry. `folder` is nobody else's, and gone with the task."""

    env: t.Mapping[str, str]
    folder: Path
    access: t.Tuple[str, ...]
    start: t.Callable[[t.Mapping[str, str]], Runner] = runner

    def public_key(self, key: Key) -> Key:
        """Of a private one, so that it can be asked whose signatures are there."""
        done = self._run(key, "public-key", "--key", key.argument)
        if not done.ok:
            raise _failed("read the public key of this private key", done, key)
        return Key("", done.out)

    def verify(self, image: str, key: t.Optional[Key], options: t.Sequence[str]) -> t.Optional[t.List[t.Any]]:
        """What the signatures that fit say; None where there is none."""
        keyed = ("--key", key.argument) if key else ()
        done = self._run(key, "verify", *keyed, *options, *self.access, "--output=json", image)
        if done.code in _UNSIGNED:
            return None
        if not done.ok:
            raise _failed(f"verify {image}", done, key)
        return list(json.loads(done.out))

    def sign(self, image: str, key: Key, options: t.Sequence[str]) -> None:
        done = self._run(key, "sign", "--key", key.argument, "--yes", *options, *self.access, image)
        if not done.ok:
            raise _failed(f"sign {image}", done, key)

    def knows(self, command: str, option: str) -> bool:
        return option in self._run(None, command, "--help").out

    def _run(self, key: t.Optional[Key], *arguments: str) -> Completed:
        # An empty password is one: without any, cosign would ask on the terminal.
        env = {_PASSWORD: "", **self.env, **(key.environment if key else {})}
        return self.start(env)(["cosign", *arguments])


def _failed(what: str, done: Completed, key: t.Optional[Key]) -> SignatureError:
    lines = [line for line in (done.err.strip() or done.out.strip()).splitlines() if line.startswith("Error: ")]
    said = lines[-1][len("Error: ") :] if lines else done.tail(1)
    hidden = [value for value in (key.environment.values() if key else ()) if value]
    if "decryption failed" in said:
        return SignatureError(f"cosign cannot open the private key to {what}: check its password.")
    return SignatureError(f"cosign could not {what}: {scrub(said, hidden)}.")


@contextlib.contextmanager
def cosign_for(image: ImageReference, registries: Registries, env: t.Mapping[str, str]) -> t.Iterator[Cosign]:
    with private_folder("slipway-cosign-") as folder:
        domain = image.domain
        environment = environment_with_login(env, domain, registries.own.get(domain), folder / "docker")
        yield Cosign(environment, folder, _access(domain, registries, folder))


def _access(domain: str, registries: Registries, folder: Path) -> t.Tuple[str, ...]:
    if not registries.verifies(domain):
        return ("--allow-insecure-registry", "--allow-http-registry")
    authorities = registries.authorities(domain)
    if not authorities:
        return ()
    bundle = folder / "authorities.pem"
    bundle.write_text("\n".join(Path(path).read_text(encoding="utf-8") for path in authorities), encoding="utf-8")
    return ("--registry-cacert", str(bundle))
