# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task names its cluster: options (as in kubernetes.core), and the environment for those left out."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, fields

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError

Env = t.Mapping[str, str]

#: Options of every module that talks to a cluster. Documented in doc_fragments/kube_connection.py.
CONNECTION_SPEC: t.Dict[str, t.Dict[str, t.Any]] = {
    "kubeconfig": {"type": "raw"},
    "context": {"type": "str"},
    "host": {"type": "str"},
    "api_key": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool", "aliases": ["verify_ssl"]},
    "ca_cert": {"type": "path", "aliases": ["ssl_ca_cert"]},
    "client_cert": {"type": "path", "aliases": ["cert_file"]},
    "client_key": {"type": "path", "aliases": ["key_file"]},
    "tls_server_name": {"type": "str"},
    "proxy": {"type": "str"},
    "no_proxy": {"type": "str"},
    "impersonate_user": {"type": "str"},
    "impersonate_groups": {"type": "list", "elements": "str"},
}
#: For Verb.hide: a kubeconfig may be a mapping with keys in it.
CONNECTION_HIDE = ("kubeconfig", "api_key", "password", "proxy")
#: For Verb.imports.
CONNECTION_IMPORTS = ("kubernetes", "yaml")

_ENV_NAMES = {
    "kubeconfig": "K8S_AUTH_KUBECONFIG",
    "context": "K8S_AUTH_CONTEXT",
    "host": "K8S_AUTH_HOST",
    "api_key": "K8S_AUTH_API_KEY",
    "username": "K8S_AUTH_USERNAME",
    "password": "K8S_AUTH_PASSWORD",
    "validate_certs": "K8S_AUTH_VERIFY_SSL",
    "ca_cert": "K8S_AUTH_SSL_CA_CERT",
    "client_cert": "K8S_AUTH_CERT_FILE",
    "client_key": "K8S_AUTH_KEY_FILE",
    "tls_server_name": "K8S_AUTH_TLS_SERVER_NAME",
    "proxy": "K8S_AUTH_PROXY",
    "no_proxy": "K8S_AUTH_NO_PROXY",
    "impersonate_user": "K8S_AUTH_IMPERSONATE_USER",
    "impersonate_groups": "K8S_AUTH_IMPERSONATE_GROUPS",
}
_YES = {"1", "true", "yes", "on", "y", "t"}
_NO = {"0", "false", "no", "off", "n", "f"}


@dataclass(frozen=True)
class Options:
    """What the task says about its cluster, after the environment. Unset is None."""

    kubeconfig: t.Union[str, t.Mapping[str, t.Any], None] = None
    context: t.Optional[str] = None
    host: t.Optional[str] = None
    api_key: t.Optional[str] = None
    username: t.Optional[str] = None
    password: t.Optional[str] = None
    validate_certs: t.Optional[bool] = None
    ca_cert: t.Optional[str] = None
    client_cert: t.Optional[str] = None
    client_key: t.Optional[str] = None
    tls_server_name: t.Optional[str] = None
    proxy: t.Optional[str] = None
    no_proxy: t.Optional[str] = None
    impersonate_user: t.Optional[str] = None
    impersonate_groups: t.Tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Server and credentials are both here: no kubeconfig is needed."""
        credentials = self.api_key or (self.username and self.password) or (self.client_cert and self.client_key)
        return bool(self.host and credentials)


def options_from(params: t.Mapping[str, t.Any], env: Env) -> Options:
    """Options win over `K8S_AUTH_*`, which win over `KUBECONFIG`."""
    values = {f.name: _value(f.name, params.get(f.name), env) for f in fields(Options)}
    values["impersonate_groups"] = tuple(values["impersonate_groups"] or ())
    if values["kubeconfig"] is None and not Options(**values).complete:
        values["kubeconfig"] = env.get("KUBECONFIG") or None
    options = Options(**values)
    _check(options)
    return options


def _value(name: str, given: t.Any, env: Env) -> t.Any:
    if given is not None and given not in ("", []):
        return given
    text = env.get(_ENV_NAMES[name], "")
    if not text:
        return None
    if name == "validate_certs":
        return _boolean(_ENV_NAMES[name], text)
    return text.split(",") if name == "impersonate_groups" else text


def _boolean(name: str, text: str) -> bool:
    if text.strip().lower() in _YES | _NO:
        return text.strip().lower() in _YES
    raise InputError(f"The environment variable {name} is '{text}': give it yes or no.")


def _check(options: Options) -> None:
    if options.kubeconfig is not None and not isinstance(options.kubeconfig, (str, dict)):
        raise InputError("kubeconfig must be a path or a mapping (the content of a kubeconfig).")
    if options.host and "://" not in options.host:
        raise InputError(f"host '{options.host}' is not a URL: write it as https://{options.host}.")
    if bool(options.client_cert) != bool(options.client_key):
        raise InputError("client_cert and client_key belong together: give both, or none.")
