# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a verb as its faces do: options checked by the argument spec, defaults filled in."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

_CHECKS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
_MODULES = {
    "registry_image": "registry.image",
    "registry_image_info": "registry.image_info",
    "image_sign": "signature.sign",
    "image_verify": "signature.verify",
    "base_images_info": "image.base_images",
}


def verb_of(name: str) -> t.Any:
    return importlib.import_module(f"ansible_collections.slipway.deploy.plugins.module_utils.{_MODULES[name]}").VERB


class Task:
    def __init__(self, ca_file: str, home: Path) -> None:
        self.ca_file, self.home = ca_file, home
        self.env: dict[str, str] = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        self.said: list[str] = []
        self.plain: list[str] = []

    def run(self, verb_name: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        # Imported here, since Ansible's finder, which comes after this file, must see us first.
        from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import TaskContext  # noqa: PLC0415

        verb = verb_of(verb_name)
        spec = verb.spec
        checks = {key: spec[key] for key in _CHECKS if key in spec}
        given = {"ca_file": self.ca_file, **options}
        plain = [{"host": host, "validate_certs": False} for host in self.plain]
        given["registries"] = [*plain, *options.get("registries", [])]
        checked = ArgumentSpecValidator(spec["argument_spec"], **checks).validate(given)
        assert checked.error_messages == []
        context = TaskContext(check_mode=check, env=self.env, progress=self.said.append, warn=self.said.append)
        return verb.run(checked.validated_parameters, context)

    def image(self, *images: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
        """`registry_image` predicts, does, and has nothing left to do: the three results are compared."""
        predicted = self.run("registry_image", check=True, images=list(images), **options)
        done = self.run("registry_image", images=list(images), **options)
        again = self.run("registry_image", images=list(images), **options)
        assert {**predicted, "sent": None} == {**done, "sent": None}
        assert again["changed"] is False and again["diff"] == {"before": "", "after": ""}
        assert again["sent"] == {"bytes": 0, "blobs": 0, "mounted": 0, "manifests": 0}
        return done

    def fails(self, verb_name: str, **options: t.Any) -> str:
        """The message."""
        from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (  # noqa: PLC0415
            SlipwayError,
        )

        with pytest.raises(SlipwayError) as caught:
            self.run(verb_name, **options)
        return caught.value.message
