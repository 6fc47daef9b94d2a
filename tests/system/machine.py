"""A machine of its own, with systemd, for what is done to a whole machine: a service that is
installed, an /etc/resolv.conf that is changed. machine.sh makes it, in a network of its own that has
nothing but loopback; it is gone with its first process."""

import os
import shutil
import subprocess
import tempfile
import time
import unittest

import daemon

BOOT_SECONDS = 30
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))


class CannotBoot(Exception):
    """systemd does not start in a namespace here."""


class Machine:
    def __init__(self, build):
        self._work = tempfile.mkdtemp(prefix="godwit-machine.", dir="/var/tmp")
        self._boot = subprocess.Popen(
            ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc",
             "--cgroup", "sh", os.path.join(HERE, "machine.sh"), self._work, SOURCE, build],
            stdin=subprocess.DEVNULL)
        try:
            self._wait_for_systemd()
            self.run("ip link set lo up")
        except BaseException:
            self.close()
            raise

    def _first_process(self):
        with open("/proc/%d/task/%d/children" % (self._boot.pid, self._boot.pid)) as children:
            return children.read().split()[:1]

    def _wait_for_systemd(self):
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline and self._boot.poll() is None:
            state = self.run("systemctl is-system-running") if self._first_process() else ""
            # Degraded: a unit of this machine's packages may miss what it needs here.
            if state.strip() in ("running", "degraded"):
                return
            time.sleep(0.1)
        raise CannotBoot("systemd did not start within %d s" % BOOT_SECONDS)

    def command(self, text):
        """The command line that has a shell in the machine run `text`."""
        return ["nsenter", "--target", *self._first_process(), "--mount", "--uts", "--ipc", "--net",
                "--pid", "--cgroup", "--root", "env", "-i", "HOME=/root",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "/bin/bash", "-c",
                "cd /srv/godwit\n" + text]

    def run(self, text, seconds=60):
        """What `text` prints, errors too, as a shell in the machine runs it in the source's folder."""
        # A file: what stays in the background would keep a pipe open.
        with tempfile.TemporaryFile("w+", errors="replace") as said:
            subprocess.run(self.command(text), stdin=subprocess.DEVNULL, stdout=said,
                           stderr=subprocess.STDOUT, timeout=seconds)
            said.seek(0)
            return said.read()

    def popen(self, text, **options):
        return subprocess.Popen(self.command(text), stdin=subprocess.DEVNULL, **options)

    def close(self):
        self._boot.kill()
        self._boot.wait()
        shutil.rmtree(self._work, ignore_errors=True)


class MachineTest(unittest.TestCase):
    def setUp(self):
        # What the program under test was built in.
        build = os.path.dirname(os.path.dirname(os.path.abspath(daemon.PROGRAM)))
        try:
            self.machine = Machine(build)
        except CannotBoot as error:
            self.skipTest(str(error))
        self.addCleanup(self.machine.close)

    def done(self, text):
        """Runs `text`, which must succeed, and returns what it says."""
        said = self.machine.run("set -e\n%s\necho done" % text)
        self.assertTrue(said.endswith("done\n"), "%s\n%s" % (text, said))
        return said[:-len("done\n")]
