# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health of certificates.k8s.io."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.model import (
    Health,
    current,
    failed,
    in_progress,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import (
    Object,
    condition,
    explain,
    is_true,
    text,
)


def signing_request(obj: Object) -> Health:
    for name, default in (("Denied", "was denied"), ("Failed", "could not be signed")):
        found = condition(obj, name)
        if is_true(found):
            return failed(explain(found, default))
    if text(obj, "status", "certificate"):
        return current("issued")
    return in_progress("approved, not signed yet" if is_true(condition(obj, "Approved")) else "waits for approval")


RULES: t.Dict[str, t.Callable[[Object], Health]] = {"CertificateSigningRequest": signing_request}
