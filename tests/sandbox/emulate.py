"""Runs a command as it would be run elsewhere: ``emulate.py (nobody | docker PROFILE | unfiltered) COMMAND...``.

``nobody`` is a user without rights; ``docker`` is that under Docker's default filter on system calls, from a file, with
no new privileges; ``unfiltered`` is a kernel that has neither seccomp nor Landlock.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backend"))

from gradwalk.sandbox import bpf, seccomp
from gradwalk.sandbox.kernel import PR_SET_NO_NEW_PRIVS, prctl
from gradwalk.sandbox.syscalls import this_architecture

HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
NOBODY = 65534
PRCTL = {"x86_64": 157, "aarch64": 167}
_FAMILIES = 46


def main(arguments: list[str]) -> None:
    mode, *command = arguments
    if mode == "docker":
        rules, otherwise = docker(json.loads(Path(command.pop(0)).read_text())), bpf.error(errno.EPERM)
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


def docker(profile: dict[str, Any]) -> list[bpf.Rule]:
    """The profile's rules for a container on x86_64 without capabilities."""
    numbers = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text())}
    actions: dict[int, tuple[int, tuple[bpf.Check, ...]]] = {}
    for group in profile["syscalls"]:
        includes, excludes = group.get("includes") or {}, group.get("excludes") or {}
        if includes.get("caps") or "amd64" not in includes.get("arches", ["amd64"]):
            continue
        if "amd64" in excludes.get("arches", []):
            continue
        allowed = group["action"] == "SCMP_ACT_ALLOW"
        action = bpf.ALLOW if allowed else bpf.error(group.get("errnoRet", errno.EPERM))
        for number in (numbers[name] for name in group["names"] if name in numbers):
            before = actions.get(number, (action, ()))[1]
            actions[number] = action, before + tuple(_check(test) for test in group.get("args") or [])
    return [bpf.Rule(number, action, _merged(checks)) for number, (action, checks) in actions.items()]


def _check(test: dict[str, Any]) -> bpf.Check:
    index, value = test["index"], test["value"]
    match test["op"]:
        case "SCMP_CMP_EQ":
            return bpf.Check(index, (value,))
        case "SCMP_CMP_LT":
            return bpf.Check(index, tuple(range(value)))
        case "SCMP_CMP_GT":
            return bpf.Check(index, tuple(range(value + 1, _FAMILIES)))
        case "SCMP_CMP_MASKED_EQ":
            return bpf.Check(index, (test.get("valueTwo", 0),), mask=value)
        case other:
            raise ValueError(other)


def _merged(checks: tuple[bpf.Check, ...]) -> tuple[bpf.Check, ...]:
    """Alternatives for one argument, which the profile has as separate rules."""
    if not checks:
        return ()
    values = tuple(dict.fromkeys(value for check in checks for value in check.allowed))
    return (bpf.Check(checks[0].argument, values, checks[0].mask),)


if __name__ == "__main__":
    main(sys.argv[1:])
