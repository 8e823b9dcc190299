# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that Slipway's core raises. Faces (modules, actions) turn them into a failed task; nothing else does."""

from __future__ import annotations

import typing as t


class SlipwayError(Exception):
    """A sentence for the user: what is wrong, where, and what to do.

    `details` go into the task's result next to `msg` (JSON-ready, never a secret).
    """

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def reword(self, message: str) -> None:
        """Say where it happened, or take a secret out; the old words are gone."""
        self.message = message
        self.args = (message,)


def sentence(text: str) -> str:
    """With a full stop, so that another sentence can follow: what is quoted at the end may have none."""
    stripped = text.rstrip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


class InputError(SlipwayError):
    """The user's input cannot be right. Raised before anything is touched."""


class MissingDependencyError(SlipwayError):
    """A Python library or a program that is needed is not there."""


class TransportError(SlipwayError):
    """A server or engine could not be reached, or broke off."""


class AuthError(TransportError):
    """A server or engine refused our credentials."""
