# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of admissionregistration.k8s.io: webhooks that the API server can trust, and policies."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.authority import awaits_authority
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import Health, current, in_progress
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mapping, mappings, text


def webhooks(obj: Object) -> Health:
    clients = [mapping(hook, "clientConfig") for hook in mappings(obj, "webhooks")]
    missing = awaits_authority(obj, clients)
    return in_progress(missing) if missing else current(f"{len(clients)} webhooks")


def policy(obj: Object) -> Health:
    """Type warnings do not stop it: of several kinds that it covers, one may lack the field."""
    warnings = mappings(obj, "status", "typeChecking", "expressionWarnings")
    if not warnings:
        return current("exists")
    said = "; ".join(f"{text(w, 'fieldRef')}: {_first_line(text(w, 'warning'))}" for w in warnings)
    return current(f"its expressions have warnings: {said}")


def _first_line(warning: str) -> str:
    return next(iter(warning.strip().splitlines()), "")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {
    "MutatingWebhookConfiguration": webhooks,
    "ValidatingWebhookConfiguration": webhooks,
    "ValidatingAdmissionPolicy": policy,
    "MutatingAdmissionPolicy": policy,
}
