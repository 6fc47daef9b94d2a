"""Trust anchors and the clock, as the program has them from its start to its end: the file of their
state, what keeps it from starting, what it says of a clock that cannot be right. The zones of this
world are not signed."""

import mmap
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import unittest

import daemon
from world import OwnDaemonTest

YEAR = 365 * 86400


class Trust(OwnDaemonTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="godwit-state.")
        # The program becomes another user.
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.state = os.path.join(self.folder, "trust-anchors.state")

    def start(self, folder=None, **options):
        config = self.world.config(dnssec={"validation": True})
        return self.own_daemon(config, environment={"STATE_DIRECTORY": folder or self.folder},
                               **options)

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()


class State(Trust):
    def test_is_kept_over_a_restart(self):
        for _ in range(2):
            resolver = self.start()
            log = resolver.log()
            self.assertNotIn("trust-anchor-state", log)
            resolver.stop()
            self.assertTrue(self.read(self.state).startswith(b"godwit trust anchor state 1\n"))
            self.assertEqual(os.listdir(self.folder), ["trust-anchors.state"])

    def test_e18_a_damaged_one_is_refused_and_put_aside(self):
        self.start().stop()
        half = self.read(self.state)[:-10]
        with open(self.state, "wb") as file:
            file.write(half)
        resolver = self.start()
        self.assertEqual(resolver.log().count("trust-anchor-state-refused"), 1)
        resolver.stop()
        self.assertEqual(self.read(self.state + ".damaged"), half)
        self.assertNotEqual(self.read(self.state), half)

    def test_without_a_place_that_is_said_once(self):
        resolver = self.start(folder=self.folder + "/none")
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("READY", "1") == 2, 5, "READY=1 again")
        self.assertEqual(resolver.log().count("trust-anchor-state-not-kept"), 1)
        resolver.stop()

    def test_a_folder_that_may_only_be_read_is_no_place(self):
        os.chmod(self.folder, 0o555)
        resolver = self.start()
        self.assertEqual(resolver.log().count("trust-anchor-state-not-kept"), 1)
        resolver.stop()
        self.assertEqual(os.listdir(self.folder), [])

    def test_without_validation_there_is_none(self):
        resolver = self.own_daemon(environment={"STATE_DIRECTORY": self.folder})
        resolver.stop()
        self.assertEqual(os.listdir(self.folder), [])


class Start(Trust):
    def refused(self, dnssec):
        """What a start and --check-config say, which is the same."""
        path = os.path.join(self.folder, "godwit.yaml")
        with open(path, "w") as file:
            file.write("dnssec: %s\n" % dnssec)
        said = []
        for more in ([], ["--check-config"]):
            ended = subprocess.run([daemon.PROGRAM, "--config", path] + more, timeout=10,
                                   capture_output=True, text=True)
            self.assertEqual(ended.returncode, 1)
            said.append(ended.stderr + ended.stdout)
        self.assertIn(said[0].splitlines()[0], said[1])
        return said[0]

    def test_e18_without_an_anchor_it_does_not(self):
        empty = os.path.join(self.folder, "anchors")
        with open(empty, "w") as file:
            file.write("; none\n")
        self.assertIn("holds no DS or DNSKEY record", self.refused("{trust-anchor-file: %s}" % empty))

    def test_e18_with_half_an_anchor_it_does_not(self):
        half = os.path.join(self.folder, "anchors")
        with open(half, "w") as file:
            file.write(". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D084\n")
        self.assertIn("is no trust anchor", self.refused("{trust-anchor-file: %s}" % half))


class Clock(Trust):
    def test_e17_one_before_the_build_is_told_until_it_is_set(self):
        shim = os.path.join(os.environ.get("GODWIT_SHIMS", ""), "wall_clock_shim.so")
        if not os.path.exists(shim):
            self.skipTest("no %s (GODWIT_SHIMS names its folder)" % shim)
        with tempfile.NamedTemporaryFile(prefix="godwit-shim.") as shared:
            shared.write(struct.pack("=q", -20 * YEAR))
            shared.flush()
            memory = mmap.mmap(shared.fileno(), 8)
            resolver = self.start(command_prefix=[
                "env", "LD_PRELOAD=" + shim, "GODWIT_SHIM_FILE=" + shared.name])
            self.assertIn("clock-wrong", resolver.log())
            resolver.notify.collect()
            ready = [m for m in resolver.notify.messages if m.get("READY") == "1"]
            self.assertIn("this program was built on", ready[0]["STATUS"])
            memory[:8] = struct.pack("=q", 0)
            resolver.signal(signal.SIGHUP)
            daemon.wait_for(lambda: "clock-plausible" in resolver.log(), 5, "clock-plausible")
            daemon.wait_for(lambda: resolver.notify.seen("STATUS", "answering"), 5, "STATUS")
            resolver.stop()


if __name__ == "__main__":
    unittest.main()
