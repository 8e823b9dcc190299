# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects whose certificate authority another controller fills in, as their annotations ask it to. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.slipway.deploy.plugins.module_utils.kube.health.read import Object, mapping

_INJECTORS = (
    "cert-manager.io/inject-ca-from",
    "cert-manager.io/inject-ca-from-secret",
    "cert-manager.io/inject-apiserver-ca",
    "service.beta.openshift.io/inject-cabundle",
)


def injector_of(obj: Object) -> str:
    """The annotation that asks for a CA bundle, or nothing."""
    annotations = mapping(obj, "metadata", "annotations")
    return next((name for name in _INJECTORS if str(annotations.get(name) or "false") != "false"), "")


def awaits_authority(obj: Object, clients: t.Iterable[Object]) -> str:
    """Why the API server would not trust these webhooks (or this API) yet; nothing where all is well."""
    injector = injector_of(obj)
    if injector and any(not client.get("caBundle") for client in clients):
        return f"its caBundle is empty: nobody has filled in what {injector} asks for yet"
    return ""
