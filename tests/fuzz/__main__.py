"""`python -m tests.fuzz [--target NAME] [--seconds N]`: look for bad input with atheris.

Each target begins with the good inputs and with what was found before, and runs in a process of its
own. What is found is written into `found`, from where the tests run it ever after.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

_FOUND = Path(__file__).with_name("found")
_MISSING = """\
atheris is not installed. It has wheels for Python 3.11 to 3.13 on Linux (x86_64):
    python -m pip install "atheris>=3.0,<3.1"
"""
_MOST_BYTES = 64 * 1024

Mutator = Callable[[bytes, int, int], bytes]


def main() -> int:
    """Fuzz one target or all of them, one after the other; 1 when something was found."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("--target", help="one target; all by default")
    words.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    words.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = words.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write(_MISSING)
        return 2
    if asked.here:
        _fuzz(asked.target, asked.seconds)
        return 0
    from tests.fuzz.targets import TARGETS

    if asked.target is not None and asked.target not in TARGETS:
        sys.stderr.write(f"no such target; there are {', '.join(TARGETS)}\n")
        return 2
    names = list(TARGETS) if asked.target is None else [asked.target]
    failed = [name for name in names if not _in_own_process(name, asked.seconds)]
    sys.stdout.write(f"found something in: {', '.join(failed) or 'nothing'}\n")
    return 1 if failed else 0


def _in_own_process(name: str, seconds: int) -> bool:
    """Run one target: the fuzzer ends its process when something is found."""
    sys.stdout.write(f"== {name}\n")
    sys.stdout.flush()
    command = ["-m", "tests.fuzz", "--here", "--target", name, "--seconds", str(seconds)]
    return subprocess.run([sys.executable, *command], check=False).returncode == 0


def _fuzz(name: str, seconds: int) -> None:
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["syncd"], exclude=["syncd.sandbox"]):
        timed = importlib.import_module("tests.fuzz.timed")
        samples = importlib.import_module("tests.fuzz.samples")

    def one(data: bytes) -> None:
        try:
            timed.run(name, data)
        except Exception:
            sys.stderr.write(f"{traceback.format_exc()}\nkept: {_keep(name, data)}\n")
            raise

    corpus = _corpus(name, samples.seeds(name))
    flags = [f"-max_total_time={seconds}", f"-max_len={_MOST_BYTES}", "-verbosity=0"]
    is_json = name in samples.documents()
    own = {"custom_mutator": _of_json(atheris)} if is_json else {}
    atheris.Setup([sys.argv[0], *flags, corpus], one, **own)
    atheris.Fuzz()


def _of_json(atheris: Any) -> Mutator:
    """Damage documents as documents; now and then as bytes."""
    damaged = importlib.import_module("tests.fuzz.damage").damaged

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        rng = Random(seed)
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            document = None
        if document is None or rng.random() < 0.1:
            mutated: bytes = atheris.Mutate(data, max_size)
            return mutated
        try:
            return json.dumps(damaged(document, rng)).encode()[:max_size]
        except RecursionError:
            return data

    return mutate


def _corpus(name: str, seeds: list[bytes]) -> str:
    """Write what to begin with into a folder, which the fuzzer adds to."""
    folder = Path(tempfile.mkdtemp(prefix=f"syncd-corpus-{name}-"))
    before = [path.read_bytes() for path in sorted((_FOUND / name).glob("*"))]
    for number, data in enumerate([*seeds, *before]):
        (folder / f"seed-{number}").write_bytes(data)
    return str(folder)


def _keep(name: str, data: bytes) -> Path:
    place = _FOUND / name / hashlib.sha256(data).hexdigest()[:12]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


if __name__ == "__main__":
    sys.exit(main())
