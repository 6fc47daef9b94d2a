"""Asks the real daemon what hostile_world.py has prepared, and measures what that costs it: CPU for
each question, and what becomes of cached questions at a steady rate meanwhile."""

import collections
import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import client
import daemon
import hostile_world
import net

HERE = os.path.dirname(os.path.abspath(__file__))
# After an answer the daemon still has something to do: connections to close, caches to fill.
SETTLE_SECONDS = 0.05
IDLE_SECONDS = 0.5
# For attacks that are under way when the last has been sent.
ANSWER_SECONDS = 2
# What else runs on this machine is not what is measured; and the client that watches stands for
# another machine, which does not wait for a processor of this one.
FULL = os.environ.get("GODWIT_FULL") == "1"
AHEAD = ["nice", "-n", "-10"]
AHEAD_OF_ALL = ["chrt", "--rr", "20"] if FULL else ["nice", "-n", "-15"]

Cost = collections.namedtuple("Cost", "cpu_ms checks queries rcodes")
Load = collections.namedtuple("Load", "sent lost failed refused p50 p99 p999 max")


def steady_load():
    return os.path.join(os.environ.get("GODWIT_SHIMS", ""), "steady_load")


class Attack(threading.Thread):
    """Questions of some traps in turn, so many a second; answers are not waited for."""

    def __init__(self, lab, traps, per_second, seconds):
        super().__init__(daemon=True)
        self.lab, self.traps, self.per_second = lab, traps, per_second
        self.count = int(per_second * seconds)
        self.answered = 0
        self.socket = lab.client.socket(client.socket.SOCK_DGRAM)
        # Answers are counted at the end.
        self.socket.setsockopt(client.socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_OCTETS)
        self.socket.connect((net.RESOLVER4, 53))

    def run(self):
        began = time.monotonic()
        for number in range(self.count):
            time.sleep(max(0, began + number / self.per_second - time.monotonic()))
            trap = self.traps[number % len(self.traps)]
            self.socket.send(client.edns_query(self.lab.next_name(trap), DO, id=number))
        self.socket.settimeout(ANSWER_SECONDS)
        try:
            while self.answered < self.count:
                self.socket.recv(65535)
                self.answered += 1
        except OSError:
            pass
        self.socket.close()


SO_RCVBUFFORCE, BUFFER_OCTETS = 33, 4 << 20
DO = client.opt(flags=0x8000)
# The octet of a response that counts the records of its answer.
ANSWERS = 7


class AttackLab:
    def __init__(self, world):
        self.directory = tempfile.mkdtemp(prefix="godwit-attack.")
        os.chmod(self.directory, 0o755)
        self._numbers = collections.Counter()
        self.godwit = self.authority = None
        self.network = net.Network()
        self.client = client.Client(self.network.cli)
        world.save(self._path("tables"))
        self._write("hits", "\n".join(hostile_world.HIT_NAMES) + "\n")
        self.authority = self.network.srv.popen(
            [*AHEAD, sys.executable, os.path.join(HERE, "hostile_authority.py"), self._path("tables")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.authority.stdout.readline() != "ready\n":
            raise AssertionError("the hostile servers do not start")
        config = daemon.default_config(self._write("hints", hostile_world.HINTS))
        config["dnssec"] = {"trust-anchor-file": self._write("anchor", world.anchor),
                            "rfc5011": False, "signal-trust-anchors": False}
        self.godwit = daemon.Daemon(self.network.res, config, command_prefix=AHEAD)
        self.godwit.start()
        self._warm()
        self._counted = self._count()
        self._idle = self._idle_ns_per_second()

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _write(self, name, text):
        with open(self._path(name), "w") as out:
            out.write(text)
        os.chmod(self._path(name), 0o644)
        return self._path(name)

    def _warm(self):
        """Has every name of the steady load answered twice: the second answer is kept ready."""
        for _ in range(2):
            for name in hostile_world.HIT_NAMES:
                if not self.ask(name)[ANSWERS]:
                    raise AssertionError("no answer for " + name)

    def ask(self, name):
        wire = self.client.udp(client.edns_query(name, DO))
        if wire is None:
            raise AssertionError("no answer at all for " + name)
        return wire

    def next_name(self, trap):
        number = self._numbers[trap.title]
        self._numbers[trap.title] += 1
        return trap.name(number)

    def cpu_ns(self):
        """Of all threads of the daemon; none of them ends before it does."""
        total = 0
        for path in glob.glob("/proc/%d/task/*/schedstat" % self.godwit.process.pid):
            with open(path) as text:
                total += int(text.read().split()[0])
        return total

    def _idle_ns_per_second(self):
        before = self.cpu_ns()
        time.sleep(IDLE_SECONDS)
        return (self.cpu_ns() - before) / IDLE_SECONDS

    def cost(self, trap, count):
        """Of one question, asked one after the other; the first of a zone that repeats itself is
        not among them."""
        if trap.repeats:
            self.ask(self.next_name(trap))
        counted = self._count() if trap.repeats else self._counted
        began, before = time.monotonic(), self.cpu_ns()
        rcodes = collections.Counter(
            client.rcode(self.ask(self.next_name(trap))) for _ in range(count))
        time.sleep(SETTLE_SECONDS)
        spent = self.cpu_ns() - before - self._idle * (time.monotonic() - began)
        self._counted = self._count()
        checks, queries = ((after - earlier) / count for after, earlier in
                           zip(self._counted, counted))
        return Cost(spent / count / 1e6, checks, queries, rcodes)

    def _count(self):
        """Signatures checked so far, and queries sent."""
        # An answer is counted when it is on its way.
        time.sleep(SETTLE_SECONDS)
        counters = self.godwit.counters()
        return counters["resolver-signature-checks"], counters["resolver-queries"]

    @contextlib.contextmanager
    def _before_all_others(self):
        """Real time for daemon and servers: what answers wait for is their own. Not where CPU is
        measured, as threads that change processors all the time use more of it."""
        def schedule(policy, priority):
            for process in (self.godwit.process, self.authority):
                for thread in os.listdir("/proc/%d/task" % process.pid):
                    os.sched_setscheduler(int(thread), policy, os.sched_param(priority))
        if FULL:
            schedule(os.SCHED_RR, 10)
        yield
        if FULL:
            schedule(os.SCHED_OTHER, 0)

    def load(self, hits_per_second, seconds, traps=(), per_second=0):
        """Cached questions at a steady rate, and attacks, of each trap in turn, at another."""
        running = self.network.cli.popen(
            [*AHEAD_OF_ALL, steady_load(), net.RESOLVER4, str(hits_per_second), str(seconds),
             self._path("hits")], stdout=subprocess.PIPE, text=True)
        attack = Attack(self, traps, per_second, seconds) if traps else None
        with self._before_all_others():
            if attack:
                attack.start()
            told = json.loads(running.communicate(timeout=seconds + 30)[0])
        if attack:
            attack.join()
            if attack.answered != attack.count:
                raise AssertionError("%d attacks, %d answers" % (attack.count, attack.answered))
        self._counted = self._count()
        return Load(**told)

    def close(self):
        """Ends the daemon with the checks of every orderly end."""
        try:
            if self.godwit is not None:
                self.godwit.stop()
        finally:
            if self.authority is not None:
                self.authority.stdin.close()
                self.authority.wait(5)
            self.network.remove()
            shutil.rmtree(self.directory, ignore_errors=True)
