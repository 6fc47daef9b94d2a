"""Authoritative servers as child processes: NSD, Knot DNS and BIND's named, each with a configuration of its own
in a folder of its own, in the foreground, without control sockets, journals or rate limits.

A server answers from the closest zone that it has, whatever address was asked. So a zone and its
parent belong into different processes, or there would be no referral between them.
"""

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import time

READY_SECONDS = 20
STOP_SECONDS = 5


class ServerError(Exception):
    """A server that cannot be started or that does not answer."""


def find_program(name):
    """The path of a program, found too where only root looks."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")
    if not path:
        raise ServerError("%s is not installed" % name)
    return path


class Server:
    """One process that serves `zones` ({name: path of its master file}) on port 53 of `addresses`.

    `prefix` is put before the command line (`ip netns exec NAME`), and `inside` makes a context
    in which a new socket belongs to where the server runs.
    """

    def __init__(self, directory, addresses, zones, prefix=(), inside=contextlib.nullcontext):
        self.directory = directory
        self.addresses = addresses
        self.zones = zones
        self.prefix = list(prefix)
        self.inside = inside
        self.process = None

    def command(self):
        raise NotImplementedError

    def start(self):
        os.makedirs(self.directory, exist_ok=True)
        command = self.prefix + self.command()
        with open(os.path.join(self.directory, "log"), "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True)

    def wait_ready(self):
        """Returns once every address answers for every zone."""
        deadline = time.monotonic() + READY_SECONDS
        for address in self.addresses:
            for zone in self.zones:
                while not self._answers(address, zone):
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        raise ServerError("no answer from %s for %s:\n%s" % (
                            address, zone, self.log_tail()))
                    time.sleep(0.02)

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def log_tail(self):
        with open(os.path.join(self.directory, "log"), errors="replace") as log:
            return log.read()[-2000:]

    def _answers(self, address, zone):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        query = struct.pack("!6H", 4711, 0, 1, 0, 0, 0)
        for label in zone.rstrip(".").split("."):
            query += bytes([len(label)]) + label.encode() if label else b""
        query += b"\0" + struct.pack("!2H", 6, 1)
        with self.inside():
            client = socket.socket(family, socket.SOCK_DGRAM)
        with client:
            client.settimeout(0.2)
            try:
                client.connect((address, 53))
                client.send(query)
                response = client.recv(4096)
            except OSError:
                return False
        return len(response) > 12 and response[3] & 15 == 0


class Nsd(Server):
    def command(self):
        lines = ["server:", '  username: ""', '  chroot: ""', "  server-count: 1",
                 '  pidfile: ""', '  database: ""', "  rrl-ratelimit: 0", "  hide-version: yes",
                 '  zonesdir: "%s"' % self.directory, '  xfrdir: "%s"' % self.directory,
                 '  xfrdfile: "%s/xfrd.state"' % self.directory,
                 '  zonelistfile: "%s/zone.list"' % self.directory,
                 "  tcp-count: 100", "  verbosity: 0"]
        lines += ["  ip-address: %s" % address for address in self.addresses]
        lines += ["remote-control:", "  control-enable: no"]
        for zone, path in self.zones.items():
            lines += ["zone:", '  name: "%s"' % zone, '  zonefile: "%s"' % path]
        conf = os.path.join(self.directory, "nsd.conf")
        with open(conf, "w") as out:
            out.write("\n".join(lines) + "\n")
        return [find_program("nsd"), "-d", "-c", conf]


class Knot(Server):
    def command(self):
        lines = ["server:", '  rundir: "%s"' % self.directory, "  udp-workers: 1",
                 "  tcp-workers: 1", "  background-workers: 1",
                 "  listen: [%s]" % ", ".join('"%s@53"' % address for address in self.addresses),
                 "log:", "  - target: stderr", "    any: warning",
                 "database:", '  storage: "%s/db"' % self.directory,
                 "template:", "  - id: default", '    storage: "%s"' % self.directory,
                 "    zonefile-sync: -1", "    zonefile-load: whole", "    journal-content: none",
                 "    semantic-checks: off", "zone:"]
        for zone, path in self.zones.items():
            lines += ['  - domain: "%s"' % zone, '    file: "%s"' % path]
        conf = os.path.join(self.directory, "knot.conf")
        with open(conf, "w") as out:
            out.write("\n".join(lines) + "\n")
        return [find_program("knotd"), "-c", conf]


class Named(Server):
    def command(self):
        # Left alone, named serves what is in its zones even where that is against the rules.
        lines = ["options {", '  directory "%s";' % self.directory, "  pid-file none;",
                 "  session-keyfile none;", "  listen-on { %s };" % self._listed(4),
                 "  listen-on-v6 { %s };" % self._listed(6), "  recursion no;",
                 "  allow-query { any; };", "  notify no;", "  dnssec-validation no;",
                 "  check-names primary ignore;", "  check-integrity no;", "  check-mx ignore;",
                 "};", "controls { };"]
        for zone, path in self.zones.items():
            lines += ['zone "%s" { type primary; file "%s"; };' % (zone, path)]
        conf = os.path.join(self.directory, "named.conf")
        with open(conf, "w") as out:
            out.write("\n".join(lines) + "\n")
        return [find_program("named"), "-g", "-n", "1", "-c", conf]

    def _listed(self, version):
        chosen = [a for a in self.addresses if (":" in a) == (version == 6)]
        return " ".join(a + ";" for a in chosen) or "none;"


def start_all(servers):
    """Starts the servers and returns once all answer; with one that fails the others are stopped."""
    try:
        for server in servers:
            server.start()
        for server in servers:
            server.wait_ready()
    except BaseException:
        stop_all(servers)
        raise


def stop_all(servers):
    for server in servers:
        server.stop()
