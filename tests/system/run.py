#!/usr/bin/python3
"""Runs the system tests: every test_*.py of this folder, or those named, several at a time.

    run.py [--godwitd PROGRAM] [--jobs N] [NAME...]

NAME: test_walk, or test_walk.Walk.test_wildcard

Each module runs in a process of its own with namespaces, servers and resolvers of its own. Exit
status 77: skipped, with the reason (not root, or a program is missing).
"""

import argparse
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77
MODULE_SECONDS = 400


def reason_to_skip(program):
    if os.geteuid() != 0:
        return "network namespaces need root"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [name for name in ("ip", "nsd", "knotd", "dig") if not shutil.which(name, path=path)]
    if missing:
        return "not installed: " + ", ".join(missing)
    try:
        import dns.message  # noqa: F401
    except ImportError:
        return "python3-dnspython is not installed for " + sys.executable
    if subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode != 0:
        return "no network namespace can be made here"
    if not os.access(program, os.X_OK):
        return "no program at " + (program or "(--godwitd)")
    return None


def run_module(name, program):
    began = time.monotonic()
    environment = dict(os.environ, GODWITD=program, PYTHONDONTWRITEBYTECODE="1")
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore::ResourceWarning", "-m", "unittest", name], cwd=HERE,
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=MODULE_SECONDS)
        status, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        status = 1
        output = (error.stdout or b"").decode(errors="replace") + "\nnot done in time\n"
    return name, status, output, time.monotonic() - began


def numbers(output):
    """(tests, failures and errors, skipped) of unittest's last lines."""
    ran = re.findall(r"^Ran (\d+) test", output, re.M)
    bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", output))
    skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)", output))
    return int(ran[-1]) if ran else 0, bad, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--godwitd", default=os.environ.get("GODWITD", ""))
    parser.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 1))
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.godwitd) if arguments.godwitd else ""
    reason = reason_to_skip(program)
    if reason:
        print("skipped: the system tests cannot run: " + reason)
        return SKIPPED
    names = arguments.names or sorted(
        os.path.basename(path)[:-3] for path in glob.glob(os.path.join(HERE, "test_*.py")))
    tests = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, status, output, seconds in pool.map(lambda n: run_module(n, program), names):
            ran, bad, left_out = numbers(output)
            tests, skipped = tests + ran, skipped + left_out
            failed += max(bad, 1 if status else 0)
            print("%s: %d tests, %d failed, %d skipped, %.1f s" % (
                name, ran, bad, left_out, seconds))
            if status or os.environ.get("GODWIT_FULL") == "1":
                print(output)
            sys.stdout.flush()
    print("%d passed, %d failed, %d skipped" % (max(0, tests - failed - skipped), failed, skipped))
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
