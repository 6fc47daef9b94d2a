"""The program under test as a child process in the resolver's host.

GODWITD names it. A configuration is a dict, written as JSON, which is YAML. Every daemon that
ends in good order has its counters checked: received = answered + drops, and the drops' causes
add up.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import net

READY_SECONDS = 10
# In one message.
DESCRIPTORS_MAX = 128
STOP_SECONDS = 12
COUNTED_SECONDS = 2
# How often a file is looked at again while something is waited for.
POLL_SECONDS = 0.02
PROGRAM = os.environ.get("GODWITD", "")


class NotifySocket:
    """What sd_notify(3) talks to, kept as a list of messages ({key: value}). Descriptors to be kept
    are closed, unless `stores`: then they are in `stored`, by name."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.bind(self.path)
        os.chmod(self.path, 0o666)
        self._socket.settimeout(POLL_SECONDS)
        self.messages = []
        self.stores = False
        self.stored = {}

    def collect(self):
        while True:
            try:
                octets, descriptors, _, _ = socket.recv_fds(self._socket, 4096, DESCRIPTORS_MAX)
            except OSError:
                return
            fields = dict(line.split("=", 1) for line in octets.decode().split("\n") if "=" in line)
            self.messages.append(fields)
            self._store(fields, descriptors)

    def _store(self, fields, descriptors):
        name = fields.get("FDNAME")
        if fields.get("FDSTOREREMOVE") == "1":
            for descriptor in self.stored.pop(name, ()):
                os.close(descriptor)
        if self.stores and fields.get("FDSTORE") == "1":
            self.stored.setdefault(name, []).extend(descriptors)
        else:
            for descriptor in descriptors:
                os.close(descriptor)

    def seen(self, key, value=None):
        """How often a key was sent, or a key with that value."""
        self.collect()
        return sum(1 for m in self.messages if key in m and value in (None, m[key]))

    def close(self):
        self._socket.close()


def wait_for(condition, seconds, what):
    """Looks until condition() is true; its value is returned."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("not within %s s: %s" % (seconds, what))
        time.sleep(POLL_SECONDS)


def deep_update(base, changes):
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            deep_update(base[key], value)
        else:
            base[key] = value
    return base


def default_config(hints):
    """What the tests begin with: all addresses of the resolver's host, all clients allowed."""
    return {
        "workers": 2,
        "listen": [{"address": address, "port": 53, "transports": ["udp", "tcp"]}
                   for address in ("127.0.0.1", "::1", net.RESOLVER4, net.RESOLVER6)],
        "access-control": {"allow": ["127.0.0.0/8", "10.54.0.0/16", "::1/128", "fd54::/16"]},
        "resolver": {"root-hints": hints, "do-not-query": []},
        # The zones are not signed.
        "dnssec": {"validation": False},
        # Nothing of one test is there for the next.
        "cache": {"size": "32MiB", "snapshot": False},
        "log": {"level": "info"},
        # Many run beside one another.
        "control": {"socket": "", "read-socket": ""},
        # A system call that the sandbox has no room for must be seen.
        "process": {"sandbox-breach": "kill"},
    }


class Daemon:
    def __init__(self, host, config, environment=None, command_prefix=(), pass_fds=()):
        self.host = host
        self.directory = tempfile.mkdtemp(prefix="godwit-daemon.")
        os.chmod(self.directory, 0o755)
        self.config_path = os.path.join(self.directory, "godwit.yaml")
        self.log_path = os.path.join(self.directory, "log")
        self.notify = NotifySocket(self.directory)
        self.write_config(config)
        self._environment = dict(os.environ, NOTIFY_SOCKET=self.notify.path, **(environment or {}))
        self._command_prefix = list(command_prefix)
        self._pass_fds = pass_fds
        self.process = None

    def write_config(self, config):
        self.config = config
        with open(self.config_path, "w") as out:
            json.dump(config, out, indent=2)
        os.chmod(self.config_path, 0o644)

    def start(self):
        """Starts the program and returns once it has said that it is ready."""
        self.launch()
        try:
            wait_for(lambda: self._ready() or self.process.poll() is not None, READY_SECONDS,
                     "ready")
            if self.process.poll() is not None:
                raise AssertionError("ended with %s:\n%s" % (self.process.returncode, self.log()))
        except AssertionError:
            self.kill()
            raise
        return self

    def launch(self):
        with open(self.log_path, "ab") as log:
            # `ip netns exec` becomes the program itself: the process id is the program's.
            command = self._command_prefix + [PROGRAM, "--config", self.config_path]
            self.process = self.host.popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment,
                pass_fds=self._pass_fds)

    def _ready(self):
        if os.environ.get("GODWIT_TEST_STANDIN"):
            time.sleep(0.5)
            return True
        return self.notify.seen("READY", "1")

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def signal(self, number):
        self.process.send_signal(number)

    def counters(self):
        """The counters as of now: asks for them and waits for the line. An answer may be on its way
        while its worker has yet to count it: then it asks again, for a while."""
        deadline = time.monotonic() + COUNTED_SECONDS
        while True:
            before = len(self._counter_lines())
            self.signal(signal.SIGUSR1)
            wait_for(lambda: len(self._counter_lines()) > before, 3, "counters after SIGUSR1")
            latest = self._counter_lines()[-1]
            try:
                check_counters(latest)
                return latest
            except AssertionError:
                if time.monotonic() > deadline:
                    raise

    def _counter_lines(self):
        lines = []
        for line in self.log().splitlines():
            if re.search(r"\bcounters\b.*\bqueries-received=", line):
                lines.append({k: int(v) for k, v in re.findall(r"([\w.-]+)=(\d+)", line)})
        return lines

    def rss_bytes(self):
        with open("/proc/%d/statm" % self.process.pid) as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self):
        """Ends it with SIGTERM and checks that it ended well and that its counters add up."""
        if self.process is None:
            return None
        if self.alive():
            self.signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            said = self.log()[-3000:]
            self.kill()
            raise AssertionError("still there %d s after SIGTERM:\n%s" % (STOP_SECONDS, said))
        self.process = None
        self.notify.close()
        if status != 0:
            raise AssertionError("ended with status %d:\n%s" % (status, self.log()[-5000:]))
        if os.environ.get("GODWIT_TEST_STANDIN"):
            return None
        lines = self._counter_lines()
        if not lines:
            raise AssertionError("no line of counters at the end:\n" + self.log()[-3000:])
        check_counters(lines[-1])
        if lines[-1].get("queries-waiting", 0) != 0:
            raise AssertionError("queries are still waiting at the end: %s" % lines[-1])
        self.remove_files()
        return lines[-1]

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.remove_files()

    def remove_files(self):
        self.notify.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def check_counters(counters):
    """received = answered + dropped + waiting, and dropped is the sum of its causes."""
    received, answered = counters["queries-received"], counters["queries-answered"]
    dropped, waiting = counters["queries-dropped"], counters.get("queries-waiting", 0)
    if received != answered + dropped + waiting:
        raise AssertionError("received %d, answered %d + dropped %d + waiting %d: %s" % (
            received, answered, dropped, waiting, counters))
    causes = sum(value for key, value in counters.items() if key.startswith("drop-"))
    if causes != dropped:
        raise AssertionError("dropped %d, the causes add up to %d: %s" % (
            dropped, causes, counters))
