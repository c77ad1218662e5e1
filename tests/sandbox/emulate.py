"""Runs a command as it would be run elsewhere: ``emulate.py (nobody | docker | unfiltered) COMMAND...``.

``nobody`` is a user without rights; ``docker`` is that under Docker's default filter on system calls, with no new
privileges; ``unfiltered`` is a kernel that has neither seccomp nor Landlock.
"""

from __future__ import annotations

import errno
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backend"))

from gradwalk.sandbox import bpf, seccomp
from gradwalk.sandbox.kernel import PR_SET_NO_NEW_PRIVS, prctl
from gradwalk.sandbox.syscalls import this_architecture

DOCKER = Path(__file__).with_name("docker_default.toml")
NOBODY = 65534
ALL_BITS = 0xFFFFFFFF
PRCTL = {"x86_64": 157, "aarch64": 167}


def main(arguments: list[str]) -> None:
    mode, *command = arguments
    if mode == "docker":
        rules, otherwise = docker(), bpf.error(errno.EPERM)
    if mode != "unfiltered" and os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    if mode == "unfiltered":
        mode_filter = bpf.Check(0, (22,))
        rules = [bpf.Rule(PRCTL[os.uname().machine], bpf.error(errno.EINVAL), (mode_filter,))]
        rules.append(bpf.Rule(444, bpf.error(errno.ENOSYS)))
        otherwise = bpf.ALLOW
    if mode != "nobody":
        install(rules, otherwise)
    os.execv(command[0], command)


def install(rules: list[bpf.Rule], otherwise: int) -> None:
    architecture = this_architecture()
    assert architecture is not None
    filter_ = seccomp.Filter(bpf.assemble(architecture.audit, None, rules, otherwise))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    filter_.install()


def docker() -> list[bpf.Rule]:
    """The rules for a container on x86_64 without capabilities; every other call fails with EPERM."""
    facts = tomllib.loads(DOCKER.read_text())
    first, last = facts["unassigned"]
    apart = {*facts["refused"].values(), *facts["absent"].values(), *range(first, last + 1)}
    apart |= {call["number"] for call in facts["conditional"].values()}
    rules = [bpf.Rule(number, bpf.ALLOW) for number in range(facts["last"] + 1) if number not in apart]
    rules += [bpf.Rule(number, bpf.error(errno.ENOSYS)) for number in facts["absent"].values()]
    return rules + [bpf.Rule(call["number"], bpf.ALLOW, (_check(call),)) for call in facts["conditional"].values()]


def _check(call: dict[str, Any]) -> bpf.Check:
    values = call.get("values") or [value for value in range(call["below"]) if value not in call["not"]]
    return bpf.Check(call["argument"], tuple(values), call.get("mask", ALL_BITS))


if __name__ == "__main__":
    main(sys.argv[1:])
