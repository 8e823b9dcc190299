# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verb `registry_image`: images copied, tagged and removed in registries, and old ones cleared away."""

from __future__ import annotations

import functools
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.common.verb import Params, Result, TaskContext, Verb
from ansible_collections.slipway.deploy.plugins.module_utils.image.reference import ImageReference
from ansible_collections.slipway.deploy.plugins.module_utils.registry import access
from ansible_collections.slipway.deploy.plugins.module_utils.registry.carry import Carried, Carrier
from ansible_collections.slipway.deploy.plugins.module_utils.registry.copy_image import CopyPlan, carry_out, plan_copy
from ansible_collections.slipway.deploy.plugins.module_utils.registry.image_tree import Place
from ansible_collections.slipway.deploy.plugins.module_utils.registry.remove import RemovalPlan, plan_removal, remove
from ansible_collections.slipway.deploy.plugins.module_utils.registry.resolve import Registries
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retain import Retention, plan_retention, prune
from ansible_collections.slipway.deploy.plugins.module_utils.registry.retention import Rule, parse_rule
from ansible_collections.slipway.deploy.plugins.module_utils.registry.wanted import WantedImage, parse_all

_IMAGES_AT_ONCE = 4
_BLOBS_AT_ONCE = 6
_READS_AT_ONCE = 8
ImagePlan = t.Union[CopyPlan, RemovalPlan]


@dataclass(frozen=True)
class Task:
    """What the steps share."""

    registries: Registries
    context: TaskContext

    def place(self, reference: ImageReference) -> Place:
        return Place(self.registries.home(reference.domain), reference.path)


def run(params: Params, context: TaskContext) -> Result:
    wanted = parse_all(params["images"])
    rules = [parse_rule(item) for item in params["retention"]]
    if not wanted and not rules:
        raise InputError("registry_image: give images or retention.")
    _check_apart(wanted, rules)
    targets = {image.target.domain for image in wanted} | {rule.repository.domain for rule in rules}
    task = Task(access.open_registries(params, context, targets), context)
    carried = Carried(context.progress)
    plans = _images(task, wanted, carried)
    retentions = [_retain(task, rule) for rule in rules]
    results = [_image_result(plan) for plan in plans]
    return {
        "changed": any(plan.changed for plan in plans) or any(one.changed for one in retentions),
        "images": results,
        "retention": [_retention_result(one) for one in retentions],
        "sent": {
            "bytes": carried.bytes,
            "blobs": carried.blobs,
            "mounted": carried.linked,
            "manifests": carried.manifests,
        },
        "diff": _diff(plans, retentions),
    }


def _check_apart(wanted: t.Sequence[WantedImage], rules: t.Sequence[Rule]) -> None:
    """Check mode could not tell what a rule does about images that are not there yet."""
    both = {image.target.name for image in wanted} & {rule.repository.name for rule in rules}
    if both:
        raise InputError(f"{sorted(both)[0]} is in images and in retention: write two tasks, retention second.")


def _images(task: Task, wanted: t.Sequence[WantedImage], carried: Carried) -> t.List[ImagePlan]:
    """All are looked at before the first is touched."""
    with ThreadPoolExecutor(_IMAGES_AT_ONCE) as images, ThreadPoolExecutor(_BLOBS_AT_ONCE) as blobs:
        plans = list(images.map(functools.partial(_plan, task), wanted))
        if not task.context.check_mode:
            carrier = Carrier(blobs, carried)
            # What goes, goes when all that comes is there.
            list(images.map(functools.partial(_copy, task, carrier), [p for p in plans if isinstance(p, CopyPlan)]))
            for plan in plans:
                if isinstance(plan, RemovalPlan) and plan.changed:
                    remove(plan)
        return plans


def _plan(task: Task, wanted: WantedImage) -> ImagePlan:
    target = task.place(wanted.target)
    if not wanted.present:
        return plan_removal(wanted, target)
    return plan_copy(wanted, task.place(wanted.source), target)


def _copy(task: Task, carrier: Carrier, plan: CopyPlan) -> None:
    if plan.changed:
        carry_out(plan, carrier)
        task.context.progress(f"{plan.wanted.title} is {plan.digest}")


def _retain(task: Task, rule: Rule) -> Retention:
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        retention = plan_retention(rule, task.place(rule.repository), pool)
    if not task.context.check_mode:
        prune(retention, task.context.progress)
    return retention


def _image_result(plan: ImagePlan) -> Result:
    name = plan.wanted.target.familiar_name
    digest = plan.digest
    return {
        "name": name,
        "source": plan.wanted.source.familiar if isinstance(plan, CopyPlan) else None,
        "state": "present" if plan.wanted.present else "absent",
        "tags": list(plan.wanted.tags),
        "digest": digest,
        "reference": f"{name}@{digest}" if digest else None,
        "previous": dict(plan.previous),
        "referrers": [one.version for one in plan.attached],
        "changed": plan.changed,
    }


def _retention_result(retention: Retention) -> Result:
    choice = retention.choice
    kept = [{"tags": list(one.tags), "digest": one.digest, "why": choice.why[one.digest]} for one in choice.kept]
    removed = [{"tags": list(one.tags), "digest": one.digest} for one in choice.removed]
    return {"repository": retention.rule.repository.familiar_name, "kept": kept, "removed": removed}


def _diff(plans: t.Sequence[ImagePlan], retentions: t.Sequence[Retention]) -> t.Dict[str, str]:
    before: t.List[str] = []
    after: t.List[str] = []
    for plan in plans:
        name = plan.wanted.target.familiar_name
        copied = isinstance(plan, CopyPlan)
        for tag in plan.moved if isinstance(plan, CopyPlan) else plan.previous:
            before.append(f"{name}:{tag} {plan.previous[tag] or 'absent'}")
            after.append(f"{name}:{tag} {plan.digest if copied else 'absent'}")
        if not copied and plan.digest:
            before.append(f"{name}@{plan.digest}")
        (after if copied else before).extend(f"{name} {one.version} refers to {one.subject}" for one in plan.attached)
    for one in retentions:
        name = one.rule.repository.familiar_name
        before.extend(f"{name}:{tag} {image.digest}" for image in one.choice.removed for tag in image.tags)
        after.extend(f"{name}:{tag} absent" for image in one.choice.removed for tag in image.tags)
    return {"before": "".join(f"{line}\n" for line in before), "after": "".join(f"{line}\n" for line in after)}


_IMAGES: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "name": {"type": "str", "required": True},
        "source": {"type": "str"},
        "tags": {"type": "list", "elements": "str", "default": []},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "platforms": {"type": "list", "elements": "str", "default": []},
        "referrers": {"type": "bool", "default": False},
    },
}

_RETENTION: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "repository": {"type": "str", "required": True},
        "tags": {"type": "list", "elements": "str", "default": ["*"]},
        "keep_newest": {"type": "int"},
        "min_age_days": {"type": "float"},
        "by": {"type": "str", "choices": ["created", "pushed"], "default": "created"},
        "keep_tags": {"type": "list", "elements": "str", "default": []},
        "keep_images": {"type": "list", "elements": "str", "default": []},
    },
}

VERB = Verb(
    name="registry_image",
    spec={
        "argument_spec": {"images": _IMAGES, "retention": _RETENTION, **access.OPTIONS},
        "required_together": [access.TOGETHER],
    },
    run=run,
    hide=access.HIDE,
)
