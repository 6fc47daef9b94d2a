"""The control socket and godwitctl: what is told and done, and that hostile bytes on the socket change
nothing for the clients of DNS."""

import json
import os
import random
import socket
import subprocess
import threading
import time
import unittest

import daemon
from client import addresses
from world import OwnDaemonTest

CTL = os.path.join(os.path.dirname(daemon.PROGRAM), "godwitctl")


class ControlTest(OwnDaemonTest):
    def controlled(self, **settings):
        """A daemon with a control socket in a folder that it makes itself."""
        resolver = self.world.daemon(self.world.config(**settings))
        self.addCleanup(resolver.kill)
        self.path = os.path.join(resolver.directory, "run", "control.sock")
        self.read_path = os.path.join(resolver.directory, "run", "read.sock")
        resolver.write_config(dict(resolver.config, control={"socket": self.path,
                                                             "read-socket": self.read_path}))
        resolver.start()
        return resolver

    def ctl(self, *words, status=0):
        done = subprocess.run([CTL, "--socket", self.path, *words], capture_output=True, text=True,
                              timeout=20)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout if status == 0 else done.stderr

    def lines(self, *words):
        """The lines of an answer but the last."""
        got = [json.loads(line) for line in self.ctl("--json", *words).splitlines()]
        self.assertEqual(got.pop(), {"done": True, "error": None})
        return got

    def connect(self):
        sock = socket.socket(socket.AF_UNIX)
        self.addCleanup(sock.close)
        sock.settimeout(10)
        sock.connect(self.path)
        return sock


class Commands(ControlTest):
    def test_status_and_stats(self):
        resolver = self.controlled()
        for _ in range(3):
            self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        (status,) = self.lines("status")
        self.assertEqual(status["state"], "answering")
        self.assertEqual(status["workers"], 2)
        self.assertEqual(status["queries-received"], 3)
        self.assertEqual(status["answered-at-once-percent"], 66)
        self.assertGreater(status["cache-entries"], 0)
        self.assertLessEqual(status["cache-octets"], status["cache-octets-max"])
        (stats,) = self.lines("stats")
        counters = resolver.counters()
        for name, value in counters.items():
            self.assertEqual(stats[name], value, name)
        self.assertGreater(stats["pool-rrsets-entries"], 0)
        shown = self.ctl("status")
        self.assertIn("answering", shown)
        self.assertNotIn("\x1b", shown)
        resolver.stop()

    def test_configuration_is_compared_and_reloaded(self):
        resolver = self.controlled()
        shown = {line["key"]: line for line in self.lines("config", "show")}
        self.assertEqual(shown["workers"]["value"], "2")
        self.assertFalse(shown["workers"]["is-default"])
        self.assertTrue(shown["log.level"]["is-default"])
        self.assertEqual(self.lines("config", "diff"), [])
        changed = json.loads(json.dumps(resolver.config))
        changed["workers"], changed["answers"] = 3, {"identity": "one"}
        resolver.write_config(changed)
        expected = [("workers", "restart"), ("answers.identity", "reload")]
        waiting = self.lines("config", "diff")
        self.assertEqual([(line["key"], line["takes"]) for line in waiting], expected)
        self.assertEqual(self.lines("config", "reload"), waiting)
        self.assertEqual(resolver.notify.seen("READY", "1"), 2)
        self.assertEqual(self.lines("config", "diff"), waiting[:1])
        with open(resolver.config_path, "w") as out:
            out.write("answers:\n  identty: one\n")
        for command in ("diff", "reload"):
            done = subprocess.run([CTL, "--socket", self.path, "config", command],
                                  capture_output=True, text=True, timeout=20)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(":2:3", done.stdout)
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        resolver.stop()

    def test_log_level(self):
        resolver = self.controlled()
        self.assertEqual(self.lines("log", "level"), [{"level": "info"}])
        self.assertEqual(self.lines("log", "level", "debug"), [{"level": "debug"}])
        self.client.ask("www.inzone.com")
        self.assertIn("walk ", resolver.log())
        self.ctl("log", "level", "loud", status=2)
        self.ctl("config", "reload")
        self.assertEqual(self.lines("log", "level"), [{"level": "info"}])
        resolver.stop()

    def test_exit_statuses(self):
        resolver = self.controlled()
        self.ctl("status")
        self.assertIn("did you mean", self.ctl("stauts", status=2))
        # What could not be kept is not taken for whole.
        waiting = ["propagation", "self.inzone.com", "--watch", "--every", "600"]
        for words in (["cache", "dump"], ["--json", "stats"], ["--help"], waiting):
            with open("/dev/full", "w") as full:
                done = subprocess.run([CTL, "--socket", self.path, *words], stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=20)
            self.assertEqual(done.returncode, 4, words)
            self.assertIn("not all of the answer", done.stderr)
        resolver.stop()
        self.assertRegex(self.ctl("status", status=3), "cannot reach .*systemctl status godwit")


class Socket(ControlTest):
    def test_only_its_user_and_root_may_ask(self):
        resolver = self.controlled()
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)
        os.chmod(self.path, 0o666)
        os.chmod(os.path.dirname(self.path), 0o755)
        done = subprocess.run([CTL, "--socket", self.path, "status"], capture_output=True, text=True,
                              user="daemon", timeout=20)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("only root", done.stderr)
        resolver.stop()
        self.assertFalse(os.path.exists(self.path))

    def test_readers_are_the_group_and_change_nothing(self):
        resolver = self.controlled()
        self.client.ask("www.inzone.com")
        status = os.stat(self.read_path)
        self.assertEqual(status.st_mode & 0o777, 0o660)
        os.chmod(os.path.dirname(self.read_path), 0o755)

        def ask(*words, **options):
            done = subprocess.run([CTL, "--socket", self.read_path, *words], capture_output=True,
                                  text=True, timeout=20, **options)
            return done.returncode, done.stdout + done.stderr

        reader = {"user": "daemon", "group": "daemon", "extra_groups": [status.st_gid]}
        for words in (["status"], ["stats"], ["why"]):
            self.assertEqual(ask(*words, **reader)[0], 0, words)
        self.assertIn("answering", ask("status", **reader)[1])
        for words in (["config", "reload"], ["log", "level", "debug"], ["explain", "inzone.com"],
                      ["cache", "load"], ["config", "show"], ["policy", "test", "inzone.com"]):
            code, said = ask(*words, **reader)
            self.assertEqual(code, 1, words)
            self.assertIn("for reading alone", said)
        self.assertEqual(self.lines("log", "level"), [{"level": "info"}])
        stranger = {"user": "daemon", "group": "daemon", "extra_groups": []}
        code, said = ask("status", **stranger)
        self.assertEqual(code, 3, said)
        self.assertIn("Permission denied", said)
        resolver.stop()
        self.assertFalse(os.path.exists(self.read_path))

    def test_one_left_behind_is_replaced_and_a_living_one_is_not(self):
        first = self.controlled()
        first.process.kill()
        first.process.wait()
        self.assertTrue(os.path.exists(self.path))
        first.launch()
        daemon.wait_for(lambda: first.notify.seen("READY", "1") == 2, 5, "READY=1 again")
        self.ctl("status")
        second = self.world.daemon(self.world.config(
            listen=[{"address": "127.0.0.1", "port": 5353}], control={"socket": self.path, "read-socket": ""}))
        self.addCleanup(second.kill)
        second.start()
        self.assertIn("control-off", second.log())
        second.stop()
        self.ctl("status")
        first.stop()


class Hostile(ControlTest):
    """Point by point: malformed requests, a stalled reader, a hundred connections."""

    def ask_all_the_while(self, attack):
        """Has attack(wait) done while a client asks; every question has to be answered soon. wait():
        until some have been."""
        slowest, answered, over = [0.0], [0], threading.Event()

        def ask():
            while not over.is_set():
                began = time.monotonic()
                self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
                slowest[0] = max(slowest[0], time.monotonic() - began)
                answered[0] += 1

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            attack(lambda: daemon.wait_for(lambda: answered[0] > 20, 5, "answers"))
        finally:
            over.set()
            asking.join()
        self.assertLess(slowest[0], 1)

    def test_ten_thousand_malformed_requests(self):
        resolver = self.controlled()
        chance = random.Random(7)
        seeds = [b'{"command":"status"}', b'{"command":"stats","x":[1,2]}', b"{}", b"[]", b'"', b"",
                 b'{"command":7}', b'{"command":"none"}', b"[" * 4000, b'{"a":' * 400, b"\xff" * 90]

        def attack(wait):
            sock = self.connect()
            stream = sock.makefile("rb")
            for _ in range(10_000):
                octets = bytearray(chance.choice(seeds))
                for _ in range(chance.randrange(3)):
                    if octets:
                        octets[chance.randrange(len(octets))] = chance.randrange(256)
                sock.sendall(bytes(octets).replace(b"\n", b" ") + b"\n")
                while not json.loads(stream.readline()).get("done"):
                    pass
            long = self.connect()
            try:
                long.sendall(b"x" * 1_000_000)
            except OSError:
                pass
            self.assertIn(b"longer", long.recv(1000))
            wait()

        self.ask_all_the_while(attack)
        self.ctl("status")
        resolver.stop()

    def test_stalled_reader(self):
        resolver = self.controlled()
        before = resolver.rss_bytes()

        def attack(wait):
            sock = self.connect()
            sock.setblocking(False)
            for _ in range(200):
                try:
                    sock.send(b'{"command":"stats"}\n' * 50)
                except BlockingIOError:
                    time.sleep(0.005)
            self.ctl("status")
            wait()

        self.ask_all_the_while(attack)
        self.assertLess(resolver.rss_bytes() - before, 8 << 20)
        resolver.stop()

    def test_a_hundred_connections_at_once(self):
        resolver = self.controlled()

        def attack(wait):
            held = [self.connect() for _ in range(100)]
            wait()
            refused = 0
            for sock in held[16:]:
                refused += b"as many connections" in sock.recv(1000)
                sock.close()
            self.assertEqual(refused, 84)
            for sock in held[:16]:
                sock.sendall(b'{"command":"status"}\n')
                self.assertIn(b"answering", sock.recv(10_000))
                sock.close()

        self.ask_all_the_while(attack)
        self.ctl("status")
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
