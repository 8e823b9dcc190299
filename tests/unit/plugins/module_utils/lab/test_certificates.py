# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.slipway.deploy.plugins.module_utils.lab.certificates import bodies, only_extra

BODY_A, BODY_B = "QUFB" * 40, "QkJC" * 3


def pem(body: str, width: int = 64) -> str:
    lines = "\n".join(body[i : i + width] for i in range(0, len(body), width))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def test_comments_between_certificates_do_not_matter() -> None:
    assert bodies(f"# my authority\n{pem(BODY_A)}# other\n{pem(BODY_B)}") == [BODY_A, BODY_B]


def test_only_what_the_known_bundles_lack_is_extra_however_it_is_wrapped() -> None:
    assert only_extra(pem(BODY_A, 76) + pem(BODY_B) * 2, [pem(BODY_A)]) == [pem(BODY_B)]


def test_nothing_is_extra_in_what_is_known() -> None:
    assert only_extra(pem(BODY_A), [pem(BODY_B), pem(BODY_A)]) == []


def test_a_text_without_certificates_has_none() -> None:
    assert only_extra("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n", []) == []
