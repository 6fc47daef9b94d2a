"""A restart and a reload under load lose no query: the sockets stay open in the hands of the service
manager, which these tests play, and the answers come from the snapshot."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import attack_lab
import daemon
import net
from client import addresses
from world import OwnDaemonTest

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ("www.inzone.com", "alias.inzone.com")
QUERIES_PER_SECOND = 5000
LOAD_SECONDS = 4
# When something happens under it.
AT_SECONDS = 1
# What godwit.socket has, in octets.
RECEIVE_BUFFER = 4 << 20
SO_RCVBUFFORCE = 33


class Restart(OwnDaemonTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="godwit-state.")
        os.chmod(self.folder, 0o777)  # the program becomes another user
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.hits = os.path.join(self.folder, "hits")
        with open(self.hits, "w") as out:
            out.write("".join(name + "\n" for name in NAMES))

    def prepared(self, descriptors=(), names=()):
        """A daemon that is not started yet, and gets descriptors."""
        config = self.world.config(cache={"snapshot": True})
        if not descriptors:
            return self.own_daemon(config, start=False,
                                   environment={"STATE_DIRECTORY": self.folder})
        passed = ",".join("%d=%s" % pair for pair in zip(descriptors, names))
        return self.own_daemon(
            config, start=False, environment={"STATE_DIRECTORY": self.folder},
            pass_fds=descriptors,
            command_prefix=[sys.executable, "-S", os.path.join(HERE, "activate.py"), passed])

    def given_sockets(self):
        """As a socket unit opens them."""
        made = []
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with self.world.res.inside():
                sock = socket.socket(socket.AF_INET, kind)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind((net.RESOLVER4, 53))
            if kind == socket.SOCK_STREAM:
                sock.listen(64)
            else:
                sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
            self.addCleanup(sock.close)
            made.append(sock)
        return made

    def load(self, seconds=LOAD_SECONDS):
        program = attack_lab.steady_load()
        if not os.access(program, os.X_OK):
            raise unittest.SkipTest("GODWIT_SHIMS does not name where steady_load is")
        return self.world.cli.popen(
            ["nice", "-n", "-10", program, net.RESOLVER4, str(QUERIES_PER_SECOND), str(seconds),
             self.hits], stdout=subprocess.PIPE, text=True)

    def assert_nothing_lost(self, running):
        told = json.loads(running.communicate(timeout=LOAD_SECONDS + 30)[0])
        print("%s: %s" % (self.id(), told), file=sys.stderr)
        self.assertEqual((told["lost"], told["failed"], told["refused"]), (0, 0, 0), told)
        self.assertGreater(told["sent"], QUERIES_PER_SECOND * LOAD_SECONDS * 0.8)

    def restart(self, first, second):
        """As `systemctl restart`: the next one is started when the one before is gone."""
        began = time.monotonic()
        first.signal(signal.SIGTERM)
        self.assertEqual(first.process.wait(daemon.STOP_SECONDS), 0)
        ended = time.monotonic()
        second.start()
        print("ended after %.3f s, ready after %.3f s" % (ended - began, time.monotonic() - began),
              file=sys.stderr)
        first.stop()

    def test_a_restart_and_a_reload_lose_nothing(self):
        given = [sock.fileno() for sock in self.given_sockets()]
        first, second = (self.prepared(given, ("given", "given")) for _ in range(2))
        first.start()
        for name in NAMES:
            self.client.ask(name)
        running = self.load()
        time.sleep(AT_SECONDS)
        self.restart(first, second)
        time.sleep(AT_SECONDS)
        second.signal(signal.SIGHUP)
        daemon.wait_for(lambda: second.notify.seen("READY", "1") == 2, 5, "READY=1 again")
        self.assert_nothing_lost(running)
        self.assertEqual(second.stop()["resolver-queries"], 0)

    def test_sockets_of_its_own_are_kept_by_the_manager(self):
        first = self.prepared()
        first.notify.stores = True
        first.start()
        for name in NAMES:
            self.client.ask(name)
        first.notify.collect()
        stored = [(number, name) for name, numbers in first.notify.stored.items()
                  for number in numbers]
        # Two transports, four addresses, two workers.
        self.assertEqual(len(stored), 16)
        for number, _ in stored:
            self.addCleanup(os.close, number)
        second = self.prepared(*zip(*stored))
        running = self.load()
        time.sleep(AT_SECONDS)
        self.restart(first, second)
        self.assert_nothing_lost(running)
        self.assertIn('from="before the restart"', second.log())
        for tcp in (False, True):
            self.assertEqual(addresses(self.client.ask(NAMES[0], tcp=tcp)), ["198.18.1.1"])
        self.assertEqual(second.stop()["resolver-queries"], 0)


if __name__ == "__main__":
    unittest.main()
