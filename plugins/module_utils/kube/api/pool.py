# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections to one API server: TLS, proxy, credentials. Keys stay in memory, never in a file that outlives us."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import ipaddress
import ssl
import tempfile
import threading
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ansible_collections.slipway.deploy.plugins.module_utils.common.errors import InputError
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.connection import Options
from ansible_collections.slipway.deploy.plugins.module_utils.kube.api.kubeconfig import configuration_for

try:
    import urllib3
except ImportError:
    urllib3 = None  # kubernetes needs it too: configuration_for says what is missing

#: More requests at once than this do not make an API server faster (measured: 8 as good as 32).
POOL_SIZE = 32


@dataclass
class Pool:
    """A urllib3 pool, where it leads, and the headers that say who we are."""

    manager: t.Any
    server: str
    configuration: t.Any
    options: Options
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def auth_headers(self) -> t.Dict[str, str]:
        """Asked for each request: tokens of credential plugins expire and are renewed here."""
        with self._lock:
            headers = {s["key"]: s["value"] for s in self.configuration.auth_settings().values() if s["value"]}
        if not headers and self.configuration.username:
            headers["authorization"] = self.configuration.get_basic_auth_token()
        if self.options.impersonate_user:
            headers["Impersonate-User"] = self.options.impersonate_user
        return headers

    def header_list(self, more: t.Mapping[str, str]) -> t.Any:
        """Headers of one request; Impersonate-Group may stand there many times."""
        headers = urllib3.HTTPHeaderDict({**self.auth_headers(), **more})
        for group in self.options.impersonate_groups:
            headers.add("Impersonate-Group", group)
        return headers

    @property
    def identity(self) -> str:
        """The same for all users of one server; another where another certificate vouches for it, or none does."""
        context = self.manager.connection_pool_kw.get("ssl_context")
        digest = hashlib.sha256(f"{self.server}\n{getattr(self.manager, 'proxy', None)}".encode())
        if context is not None:
            name = self.manager.connection_pool_kw.get("server_hostname") or ""
            digest.update(f"\n{context.verify_mode!r}\n{name}\n".encode())
            for certificate in sorted(context.get_ca_certs(binary_form=True)):
                digest.update(certificate)
        return digest.hexdigest()

    def close(self) -> None:
        self.manager.clear()


def open_pool(options: Options, env: t.Mapping[str, str]) -> Pool:
    """Read what the options name and make the pool. Connects to nothing yet."""
    with contextlib.ExitStack() as stack:
        folder = functools.partial(tempfile.TemporaryDirectory, prefix="slipway-kube-")
        config = configuration_for(options, env, lambda: stack.enter_context(folder()))
        arguments = {"maxsize": POOL_SIZE, **_tls(config)}
    server = str(config.host)
    proxy = config.proxy or _environment_proxy(server, env)
    no_proxy = config.no_proxy or env.get("NO_PROXY") or env.get("no_proxy") or ""
    if proxy and not bypasses_proxy(server, no_proxy):
        manager = _proxied(proxy, arguments)
    else:
        manager = urllib3.PoolManager(**arguments)
    return Pool(manager, server, config, options)


def _proxied(proxy: str, arguments: t.Mapping[str, t.Any]) -> t.Any:
    """urllib3 wants the proxy's user in a header, and its address without one."""
    parts = urlsplit(proxy)
    user, _at, place = parts.netloc.rpartition("@")
    headers = urllib3.make_headers(proxy_basic_auth=unquote(user)) if user else None
    return urllib3.ProxyManager(parts._replace(netloc=place).geturl(), proxy_headers=headers, **arguments)


def _tls(config: t.Any) -> t.Dict[str, t.Any]:
    if not str(config.host).startswith("https"):
        return {}
    context = _trusting(_file(config.ssl_ca_cert, "CA certificate"))
    if not config.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        # The user asked for no verification; urllib3 would repeat itself for each request.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    if config.cert_file:
        _load_client_certificate(context, config.cert_file, config.key_file)
    arguments: t.Dict[str, t.Any] = {"ssl_context": context}
    if not config.verify_ssl:
        arguments["assert_hostname"] = False
    if config.tls_server_name:
        arguments["server_hostname"] = arguments["assert_hostname"] = config.tls_server_name
    return arguments


def _trusting_nobody() -> ssl.SSLContext:
    """As `ssl.create_default_context` but for VERIFY_X509_STRICT: clusters' own authorities often lack what RFC 5280
    strictly wants, and kubectl does not ask for it either."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0)
    return context


#: OpenSSL sets itself up with the first context of a process, which takes longer than a handshake. Made here, it is
#: there for the workers that are forked from the process that imports this; the first pool takes it.
_made_before = [_trusting_nobody()]


def _trusting(authority: t.Optional[str]) -> ssl.SSLContext:
    context = _made_before.pop() if _made_before else _trusting_nobody()
    try:
        if authority:
            context.load_verify_locations(authority)
        else:
            context.load_default_certs()
        return context
    except ssl.SSLError as exc:
        raise InputError(
            f"The CA certificate {authority} is not PEM; give the file that the cluster's administrator uses."
        ) from exc


def _load_client_certificate(context: ssl.SSLContext, cert: str, key: t.Optional[str]) -> None:
    _file(cert, "client certificate")
    _file(key, "client key")
    try:
        context.load_cert_chain(cert, key)
    except (ssl.SSLError, OSError) as exc:
        raise InputError(
            f"The client certificate {cert} and key {key} do not fit together or are not PEM: give "
            "the pair that belongs together."
        ) from exc


def _file(path: t.Optional[str], what: str) -> t.Optional[str]:
    if not path:
        return None
    try:
        with Path(path).open("rb") as handle:
            handle.read(1)
    except OSError as exc:
        raise InputError(f"The {what} {path} cannot be read: {exc.strerror}.") from exc
    return path


def _environment_proxy(server: str, env: t.Mapping[str, str]) -> t.Optional[str]:
    name = f"{urlsplit(server).scheme}_proxy"
    return env.get(name.upper()) or env.get(name) or None


def bypasses_proxy(server: str, no_proxy: str) -> bool:
    """`no_proxy` as the tools of this field read it: names, domains, addresses, networks, `*`."""
    host = (urlsplit(server).hostname or "").lower()
    return any(_matches(host, entry.strip().lower()) for entry in no_proxy.split(",") if entry.strip())


def _matches(host: str, entry: str) -> bool:
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        domain = entry.lstrip("*").lstrip(".")
        return host == domain or host.endswith("." + domain)
