# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options -> the `kubernetes` library's Configuration. The only file that knows kubeconfig files."""

from __future__ import annotations

import importlib.util
import os
import typing as t
from pathlib import Path

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import (
    AuthError,
    InputError,
    MissingDependencyError,
)
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import Options
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.settings import Settings, plain_settings

try:
    import yaml

    #: In C where PyYAML was built with it: a task on one object spends a quarter of its time here otherwise.
    _LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    IMPORT_ERROR: t.Optional[ImportError] = None
except ImportError as exc:
    IMPORT_ERROR = exc

#: Finding it is enough: it is imported where it is used. Looked for once, before workers are forked.
_HAS_LIBRARY = importlib.util.find_spec("kubernetes") is not None
_DEFAULT_PATH = "~/.kube/config"


def require_library() -> None:
    """Verbs that read YAML before they connect ask first."""
    if IMPORT_ERROR is not None or not _HAS_LIBRARY:
        raise MissingDependencyError(
            f"The Python library 'kubernetes' is needed ({IMPORT_ERROR or 'it is not installed'}). Install it for the "
            "interpreter that runs this task: pip install kubernetes."
        )


def configuration_for(options: Options, env: t.Mapping[str, str], temp_dir: t.Callable[[], str]) -> t.Any:
    """Server, trust and credentials. Keys given as data are written to a folder that `temp_dir` makes each time it is
    asked; the caller removes it."""
    require_library()
    named = options.kubeconfig is not None or not options.complete
    config = _load(options, env, temp_dir) if named else Settings()
    _override(config, options)
    return config


def _load(options: Options, env: t.Mapping[str, str], temp_dir: t.Callable[[], str]) -> t.Any:
    source = options.kubeconfig
    if source is None:
        source = _default_source(options, env)
    if source is None:
        return _load_in_cluster()
    document = dict(source) if not isinstance(source, str) else _read(source)
    where = source if isinstance(source, str) else "the mapping given as kubeconfig"
    context = _context(document, options.context, where)
    paths = _paths(source) if isinstance(source, str) else [Path("kubeconfig")]
    try:
        plain = plain_settings(document, context, paths[0].parent, temp_dir) if len(paths) == 1 else None
    except (OSError, ValueError) as exc:
        raise InputError(f"The kubeconfig {where} cannot be used: {exc}.") from exc
    return plain or _load_by_library(source, document, context, where, temp_dir())


def _load_by_library(source: t.Any, document: t.Dict[str, t.Any], context: str, where: t.Any, temp_dir: str) -> t.Any:
    """Credential plugins, providers, several files."""
    from kubernetes.client import Configuration  # noqa: PLC0415  (see settings.py)
    from kubernetes.config import ConfigException  # noqa: PLC0415
    from kubernetes.config.kube_config import load_kube_config, load_kube_config_from_dict  # noqa: PLC0415

    config = Configuration()
    # The library takes the process's own proxy variables; pool.py looks at the task's.
    config.proxy = config.no_proxy = None
    try:
        if isinstance(source, str):
            path = os.pathsep.join(str(p) for p in _paths(source))
            load_kube_config(path, context, config, temp_file_path=temp_dir)
        else:
            load_kube_config_from_dict(document, context, config, persist_config=False, temp_file_path=temp_dir)
    except (ConfigException, KeyError, TypeError, ValueError, AttributeError) as exc:
        raise InputError(f"The kubeconfig {where} cannot be used: {exc}.") from exc
    _check_credential_plugin(config, document, context, where)
    return config


def _default_source(options: Options, env: t.Mapping[str, str]) -> t.Optional[str]:
    """The user's own kubeconfig, else (None) the service account of the pod that we run in."""
    if Path(_DEFAULT_PATH).expanduser().is_file():
        return _DEFAULT_PATH
    if env.get("KUBERNETES_SERVICE_HOST") and not options.context:
        return None
    raise InputError(
        "No cluster is named: set kubeconfig (or K8S_AUTH_KUBECONFIG, or KUBECONFIG), or host with api_key. "
        f"There is no {_DEFAULT_PATH} either."
    )


def _load_in_cluster() -> t.Any:
    from kubernetes.client import Configuration  # noqa: PLC0415
    from kubernetes.config import ConfigException, load_incluster_config  # noqa: PLC0415

    config = Configuration()
    config.proxy = config.no_proxy = None
    try:
        load_incluster_config(client_configuration=config)
    except ConfigException as exc:
        raise InputError(f"This looks like a pod, but its service account cannot be used: {exc}") from exc
    return config


def _paths(source: str) -> t.List[Path]:
    return [Path(p).expanduser() for p in source.split(os.pathsep) if p]


def _read(source: str) -> t.Dict[str, t.Any]:
    """All files of a KUBECONFIG list as one document: enough to check it before the library reads it."""
    merged: t.Dict[str, t.Any] = {}
    paths = _paths(source)
    # As kubectl does: in a list of files some may be missing, a single one may not.
    present = [p for p in paths if p.exists()] if len(paths) > 1 else paths
    if not present:
        raise InputError(f"None of the kubeconfig files {source} exists.")
    for path in present:
        document = _read_one(path)
        for key in ("contexts", "clusters", "users"):
            merged.setdefault(key, []).extend(document.get(key) or [])
        merged.setdefault("current-context", document.get("current-context"))
    return merged


def _parsed(text: str) -> t.Any:
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506  (a safe one, whichever it is)
    except yaml.YAMLError:
        # The one in C is less exact about the place of a mistake.
        return yaml.safe_load(text)


def _read_one(path: Path) -> t.Dict[str, t.Any]:
    try:
        document = _parsed(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise InputError(f"The kubeconfig {path} cannot be read: {exc.strerror or exc}.") from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise InputError(f"The kubeconfig {path} is not YAML{_place(exc)}.") from exc
    if not isinstance(document, dict) or not all(
        isinstance(document.get(key) or [], list) for key in ("contexts", "clusters", "users")
    ):
        raise InputError(f"{path} is not a kubeconfig: it has no lists of clusters, users and contexts.")
    return document


def _place(exc: Exception) -> str:
    """The line, but not the text at it: that may be a key."""
    mark = getattr(exc, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark is not None else ""


def _context(document: t.Mapping[str, t.Any], wanted: t.Optional[str], where: t.Any) -> str:
    known = [str(c.get("name")) for c in document.get("contexts") or [] if isinstance(c, dict)]
    name = wanted or document.get("current-context")
    if not name:
        raise InputError(f"The kubeconfig {where} names no current context: set context to one of {_listed(known)}.")
    if name not in known:
        raise InputError(f"The kubeconfig {where} has no context '{name}'. It has: {_listed(known)}.")
    return str(name)


def _listed(names: t.Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _check_credential_plugin(config: t.Any, document: t.Mapping[str, t.Any], context: str, where: t.Any) -> None:
    """The library only logs a failing credential plugin, and then goes on as nobody."""
    by_name = {c.get("name"): c.get("context") or {} for c in document.get("contexts") or []}
    user_name = by_name.get(context, {}).get("user")
    users = {u.get("name"): u.get("user") or {} for u in document.get("users") or [] if isinstance(u, dict)}
    plugin = users.get(user_name, {}).get("exec")
    if plugin and not config.api_key and not config.cert_file:
        raise AuthError(
            f"The credential plugin '{plugin.get('command')}' of user '{user_name}' in {where} gave no credential. "
            "Run it by hand to see why."
        )


def _override(config: t.Any, options: Options) -> None:
    """Single options win over what the kubeconfig says."""
    pairs = {
        "host": options.host.rstrip("/") if options.host else None,
        "username": options.username,
        "password": options.password,
        "verify_ssl": options.validate_certs,
        "ssl_ca_cert": options.ca_cert,
        "cert_file": options.client_cert,
        "key_file": options.client_key,
        "tls_server_name": options.tls_server_name,
        "proxy": options.proxy,
        "no_proxy": options.no_proxy,
    }
    for name, value in pairs.items():
        if value is not None:
            setattr(config, name, value)
    if options.api_key:
        config.api_key = {"BearerToken": f"Bearer {options.api_key}"}
        config.refresh_api_key_hook = None
