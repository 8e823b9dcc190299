# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.image.bake_target import build_params
from ansible_collections.slipway.deploy.plugins.module_utils.image.bake_verb import VERB
from ansible_collections.slipway.deploy.plugins.module_utils.image.build_verb import VERB as BUILD
from ansible_collections.slipway.deploy.plugins.module_utils.image.request import Request, parse_request

TAGS = ["r:5000/shop/web:1", "r:5000/shop/web:latest"]


def task(**options: t.Any) -> dict[str, t.Any]:
    spec = VERB.spec["argument_spec"]
    return {**{name: option.get("default") for name, option in spec.items()}, "path": "/srv/shop", **options}


def request(target: dict[str, t.Any], wanted: bool = True, **options: t.Any) -> Request:
    return parse_request(build_params("web", {"tags": TAGS, **target}, task(**options), wanted=wanted), {})


def test_every_option_of_a_build_is_given() -> None:
    given = set(build_params("web", {"tags": TAGS}, task(), wanted=True))
    of_the_task = {"secrets", "registry_username", "registry_password", "remote_src"}
    assert given == set(BUILD.spec["argument_spec"]) - of_the_task


def test_a_whole_target() -> None:
    found = request(
        {
            "context": "web",
            "args": {"A": "1", "B": None},
            "platforms": ["linux/arm64", "linux/amd64"],
            "annotations": ["a=b=c"],
            "attest": ["type=provenance,mode=max", {"type": "sbom", "generator": "g"}],
            "cache-from": [{"type": "registry", "ref": "r/c"}],
            "output": ["type=registry", "type=local,dest=out"],
            "ulimits": ["nofile=1:2"],
            "network": "none",
        }
    )
    assert [image.familiar for image in found.images] == TAGS
    assert (found.path, found.args, found.push) == ("/srv/shop/web", {"A": "1"}, True)
    options = found.options
    assert (options.provenance, options.sbom, options.generator) == ("max", True, "g")
    assert (options.annotations, options.cache_from) == ({"a": "b=c"}, ("type=registry,ref=r/c",))
    assert [(one.type, str(one.dest)) for one in options.outputs] == [("local", "/srv/shop/out")]
    assert (options.ulimits, options.network) == (("nofile=1:2",), "none")


def test_what_is_only_part_of_another_target_goes_nowhere() -> None:
    found = request({"tags": None, "output": ["type=registry", "type=local,dest=out"]}, wanted=False, push=True)
    assert (found.push, found.options.outputs) == (False, ())


def test_attestations_that_are_turned_off() -> None:
    found = request({"attest": ["type=provenance,disabled=true", "type=sbom,disabled=true"]})
    assert not found.options.attested


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (
            {"tags": ["a/x:1", "b/x:1"]},
            "Target 'web' has tags in a/x and b/x: give it those of one, and copy the image",
        ),
        ({"tags": None}, "Target 'web' has neither tags nor a file as output: nothing would keep its result"),
        (
            {"context": "https://x.test/a.git"},
            "Target 'web' has the context https://x.test/a.git, which is no directory",
        ),
        ({"output": ["type=image,dest=x"]}, "Target 'web' has an output of type image with a dest: only local, tar"),
        ({"cache-to": ["type=s3,secret_access_key=x"]}, "cache_to: secret_access_key would be on a command line"),
    ],
)
def test_bad_targets(target: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError, match="^" + re.escape(says)):
        request(target)
