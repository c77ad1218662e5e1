"""Makes .venv and installs exactly what a lock file lists, plus this project itself, editable.

Runs on whatever `python3` is there, before anything is installed: standard library only, and written
so that an old Python can read far enough to say that it is too old.
"""

import importlib.util
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER_NAMES = ["python3.14", "python3.13", "python3.12", "python3.11"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")


def say(message: str) -> None:
    """Progress, on screen at once."""
    print("==> " + message, flush=True)


def run(command: "list[str]") -> None:
    """Runs a command; its failure ends this script with its status, without a Python traceback."""
    status = subprocess.call(command)
    if status:
        sys.exit(status)


def ensure_recent_python() -> None:
    """Goes on under a newer Python of this machine if this one is too old; says so if there is none."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_NAMES:
        path = shutil.which(name)
        if path:
            os.execv(path, [path, *sys.argv])
    sys.exit(
        f"Gradwalk needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is Python {sys.version.split()[0]}.\n"
        "Install a newer one, or name it: make run PYTHON=/path/to/python3.12"
    )


def usable() -> bool:
    """Whether .venv is there and its Python still starts and is recent enough."""
    if not os.path.exists(VENV_PYTHON):
        return False
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.call([VENV_PYTHON, "-c", check], stderr=subprocess.DEVNULL) == 0


def make_venv() -> None:
    """A virtual environment with pip in it, also where the system splits `ensurepip` off (Debian)."""
    if usable():
        return
    say(f"Making .venv with Python {sys.version.split()[0]}")
    if importlib.util.find_spec("ensurepip"):
        run([sys.executable, "-m", "venv", "--clear", VENV])
        return
    run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
    run([sys.executable, "-m", "pip", "--python", VENV_PYTHON, "install", "--quiet", "pip"])


def install(lock: str) -> None:
    """Installs what the lock file lists, and Gradwalk without asking for anything newer."""
    pip = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    if not sys.stdout.isatty():
        pip.append("--quiet")
    say(f"Installing the packages of {lock}")
    # Of what only developers have, most modules are never imported; those that are, are compiled by then.
    compiling = ["--no-compile"] if "dev" in lock else []
    run([*pip, *compiling, "--requirement", os.path.join(ROOT, lock)])
    say("Installing gradwalk")
    run([*pip, "--no-deps", "--editable", ROOT])


if __name__ == "__main__":
    ensure_recent_python()
    make_venv()
    install(sys.argv[1])
