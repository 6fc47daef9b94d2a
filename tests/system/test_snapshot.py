"""The cache survives the program: after a regular end, after a crash, and not when its file is
damaged."""

import os
import re
import shutil
import stat
import struct
import subprocess
import tempfile
import unittest

import daemon
from client import addresses
from world import OwnDaemonTest

CTL = os.path.join(os.path.dirname(daemon.PROGRAM), "godwitctl")
NAMES = ("www.inzone.com", "alias.inzone.com")


class Snapshot(OwnDaemonTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="godwit-state.")
        # The program becomes another user.
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.file = os.path.join(self.folder, "cache.snapshot")
        self.socket = os.path.join(self.folder, "control.sock")

    def start(self, interval="15m", **environment):
        config = self.world.config(cache={"snapshot": True, "snapshot-interval": interval},
                                   control={"socket": self.socket, "read-socket": ""})
        return self.own_daemon(config, environment=dict(environment,
                                                        STATE_DIRECTORY=self.folder))

    def ask(self):
        said = [addresses(self.client.ask(name)) for name in NAMES]
        return said, self.client.ask("nothing.inzone.com").rcode()

    def said_from_the_snapshot(self):
        """What a new process says without asking anybody."""
        resolver = self.start()
        daemon.wait_for(lambda: "snapshot-loaded" in resolver.log(), 5, "the snapshot")
        said = self.ask()
        counters = resolver.stop()
        self.assertEqual(counters["resolver-queries"], 0)
        self.assertGreater(counters["snapshot-loaded"], 3)
        return said

    def test_survives_a_regular_end(self):
        resolver = self.start()
        before = self.ask()
        resolver.stop()
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)
        self.assertEqual(self.said_from_the_snapshot(), before)

    def test_survives_a_crash_but_for_the_last_moments(self):
        resolver = self.start(interval="1s")
        before = self.ask()
        for _ in range(2):  # the first may have been begun before
            daemon.wait_for(lambda: os.path.exists(self.file), 10, "a snapshot")
            os.remove(self.file)
        daemon.wait_for(lambda: os.path.exists(self.file), 10, "a snapshot")
        resolver.kill()
        self.assertEqual(self.said_from_the_snapshot(), before)

    def test_a_folder_that_cannot_be_written_to_is_told_at_once(self):
        os.chmod(self.folder, 0o555)
        resolver = self.start()
        daemon.wait_for(lambda: "snapshot-not-kept" in resolver.log(), 5, "the warning")
        resolver.stop()
        os.chmod(self.folder, 0o777)
        resolver = self.start()
        self.ask()
        self.assertNotIn("snapshot-not-kept", resolver.log())
        daemon.wait_for(lambda: os.listdir(self.folder) == ["control.sock"], 2, "no file left")
        resolver.stop()

    def test_a_damaged_one_is_refused(self):
        resolver = self.start()
        before = self.ask()
        resolver.stop()
        with open(self.file, "r+b") as file:
            file.seek(120)
            octet = file.read(1)
            file.seek(120)
            file.write(bytes([octet[0] ^ 1]))
        resolver = self.start()
        daemon.wait_for(lambda: "snapshot-refused" in resolver.log(), 5, "the refusal")
        self.assertTrue(re.search(r'snapshot-refused .*reason="it is damaged" entries=0',
                                  resolver.log()), resolver.log())
        self.assertEqual(self.ask(), before)
        resolver.stop()
        self.assertEqual(self.said_from_the_snapshot(), before)

    def test_is_forgotten_if_the_clock_was_behind(self):
        shim = os.path.join(os.environ.get("GODWIT_SHIMS", ""), "wall_clock_shim.so")
        if not os.access(shim, os.R_OK):
            self.skipTest("no %s (GODWIT_SHIMS names its folder)" % shim)
        offset = os.path.join(self.folder, "offset")

        def set_clock(seconds):
            with open(offset, "r+b" if os.path.exists(offset) else "wb") as out:
                out.write(struct.pack("=q", seconds))
        set_clock(0)
        resolver = self.start(LD_PRELOAD=shim, GODWIT_SHIM_FILE=offset)
        before = self.ask()
        resolver.stop()
        # The age by this clock is not the one by the time that the machine has been up.
        set_clock(20)
        resolver = self.start(LD_PRELOAD=shim, GODWIT_SHIM_FILE=offset)
        daemon.wait_for(lambda: "snapshot-loaded" in resolver.log(), 5, "the snapshot")
        set_clock(3620)
        daemon.wait_for(lambda: "snapshot-forgotten" in resolver.log(), 10, "the clock's check")
        self.assertEqual(self.ask(), before)
        self.assertGreater(resolver.stop()["resolver-queries"], 0)

    def test_is_taken_in_while_the_program_runs(self):
        resolver = self.start()
        before = self.ask()
        resolver.stop()
        kept = self.file + ".kept"
        os.rename(self.file, kept)
        resolver = self.start()
        command = [CTL, "--socket", self.socket, "cache", "load"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        os.rename(kept, self.file)
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"entries +[1-9]")
        self.assertEqual(self.ask(), before)
        with open(self.file, "ab") as file:
            file.write(b"more")
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
        self.assertEqual(done.returncode, 1)
        self.assertIn("damaged", done.stderr)
        self.assertEqual(resolver.stop()["resolver-queries"], 0)


if __name__ == "__main__":
    unittest.main()
