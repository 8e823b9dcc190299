# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a container is not as its service is now: which key, secret, config or image changed. Never a value. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.compose.container import CONFIG_LABEL
from ansible_collections.slipway.deploy.plugins.module_utils.compose.document import CONFIGS_LABEL, SECRETS_LABEL

Config = t.Mapping[str, t.Any]
#: How many keys one reason names.
_NAMED = 6
#: Not part of what Compose compares.
_IGNORED = ("scale", "depends_on", "pull_policy", "build", "profiles")
_SIGNATURES = (SECRETS_LABEL, CONFIGS_LABEL, CONFIG_LABEL)
_MAPPINGS = ("environment", "labels")


def reasons(old: Config, new: Config) -> t.List[str]:
    """What differs, most telling first."""
    found = _image(old, new)
    for label, word in ((SECRETS_LABEL, "secret"), (CONFIGS_LABEL, "config")):
        found += [f"{word} {name} {how}" for name, how in _differences(_signs(old, label), _signs(new, label))]
    found += [f"{path} {how}" for path, how in _keys(old, new)]
    return found


def reason(old: t.Optional[Config], new: Config) -> str:
    """One line; `old` is None where no record tells what the container was made from."""
    if old is None:
        return "its configuration changed"
    found = reasons(old, new)
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return ", ".join(found[:_NAMED] + more) or "its configuration changed"


def _image(old: Config, new: Config) -> t.List[str]:
    before, after = str(old.get("image", "")), str(new.get("image", ""))
    if before == after:
        return []
    (name, _at, was), (now_name, _at2, now) = before.partition("@"), after.partition("@")
    if name == now_name and was and now:
        return [f"image {name}: digest {_short(was)} becomes {_short(now)}"]
    return [f"image {_shown(before)} becomes {_shown(after)}"]


def _shown(image: str) -> str:
    name, at, digest = image.partition("@")
    return f"{name}{at}{_short(digest)}"


def _short(digest: str) -> str:
    algorithm, colon, value = digest.partition(":")
    return f"{algorithm}{colon}{value[:12]}"


def _signs(config: Config, label: str) -> t.Dict[str, str]:
    text = (config.get("labels") or {}).get(label) or ""
    return dict(item.partition("=")[::2] for item in text.split(",") if item)


def _keys(old: Config, new: Config) -> t.Iterator[t.Tuple[str, str]]:
    for key, how in _differences(_relevant(old), _relevant(new)):
        before, after = old.get(key), new.get(key)
        if key in _MAPPINGS and isinstance(before or {}, dict) and isinstance(after or {}, dict):
            yield from ((f"{key}.{inner}", said) for inner, said in _differences(_own(before), _own(after)))
        elif key == "volumes":
            yield from _volumes(before or [], after or [])
        else:
            yield key, how


def _relevant(config: Config) -> Config:
    left_out = (*_IGNORED, "image", "secrets", "configs")
    kept = {key: value for key, value in config.items() if key not in left_out and value not in (None, {}, [])}
    deploy = {k: v for k, v in (kept.pop("deploy", None) or {}).items() if k not in ("replicas", "update_config") and v}
    if _own(config.get("labels")):
        kept["labels"] = _own(config.get("labels"))
    else:
        kept.pop("labels", None)
    return {**kept, **({"deploy": deploy} if deploy else {})}


def _own(values: t.Optional[Config]) -> Config:
    """The user's: signatures have words of their own."""
    return {key: value for key, value in (values or {}).items() if key not in _SIGNATURES}


def _volumes(before: t.Sequence[Config], after: t.Sequence[Config]) -> t.Iterator[t.Tuple[str, str]]:
    old, new = ({str(item.get("target")): item for item in items} for items in (before, after))
    for target, how in _differences(old, new):
        source = str((new.get(target) or old[target]).get("source") or "")
        brought = "/.slipway/files/" in source
        yield (f"file {source.rpartition('/')[2]}" if brought else f"volumes {target}"), how


def _differences(old: Config, new: Config) -> t.List[t.Tuple[str, str]]:
    found = [(key, "changed" if key in old else "added") for key in sorted(new) if new[key] != old.get(key)]
    return found + [(key, "removed") for key in sorted(set(old) - set(new))]
