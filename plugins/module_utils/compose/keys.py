# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys that a Compose file can have, to guess what a wrong one should have been. Compose is the judge, not this."""

from __future__ import annotations

import difflib
import re
import typing as t

_TOP = "name version services networks volumes secrets configs include"
_SERVICE = """
annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name
cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec
depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file
environment expose extends external_links extra_hosts group_add healthcheck hostname image init ipc isolation
labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit network_mode networks
oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles
pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period
stop_signal storage_opt sysctls tmpfs tty ulimits user userns_mode volumes volumes_from working_dir
"""
_BY_PATH = (
    (r"\Z", _TOP),
    (r"services\.[^.]+\Z", _SERVICE),
    (r".*\.healthcheck\Z", "test interval timeout retries start_period start_interval disable"),
    (r".*\.build\Z", "context dockerfile args target labels secrets ssh cache_from cache_to network platforms tags"),
    (r".*\.deploy\Z", "mode replicas labels update_config rollback_config resources restart_policy placement"),
    (r".*\.(update|rollback)_config\Z", "parallelism delay failure_action monitor max_failure_ratio order"),
    (r".*\.resources\Z", "limits reservations"),
    (r".*\.(limits|reservations)\Z", "cpus memory pids devices generic_resources"),
    (r".*\.logging\Z", "driver options"),
    (r".*\.depends_on\.[^.]+\Z", "condition restart required"),
    (r".*\.ports\.\d+\Z", "mode host_ip target published protocol name app_protocol"),
    (r".*\.volumes\.\d+\Z", "type source target read_only consistency bind volume tmpfs"),
    (r"networks\.[^.]+\Z", "name driver driver_opts ipam external internal enable_ipv6 attachable labels"),
    (r"services\.[^.]+\.networks\.[^.]+\Z", "aliases ipv4_address ipv6_address link_local_ips mac_address priority"),
    (r"volumes\.[^.]+\Z", "name driver driver_opts external labels"),
    (r"(secrets|configs)\.[^.]+\Z", "name file environment content external labels template_driver"),
)


def keys_at(path: str) -> t.List[str]:
    """What can stand below `services.web` and the like."""
    return next((words.split() for pattern, words in _BY_PATH if re.match(pattern, path)), [])


def meant(word: str, known: t.Iterable[str]) -> str:
    """`: did you mean 'command'?`, or a full stop where nothing is near."""
    near = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f": did you mean '{near[0]}'?" if near else "."
