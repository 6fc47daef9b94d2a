"""The signed Internet of signed_zones.py, served in the servers' host, and the resolvers that are
asked about it side by side in the resolver's: godwit, Unbound and Knot Resolver."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import client
import daemon
import net
import signed_zones
import zone_signing
from servers import KINDS, start_all, stop_all
from lab_servers import find_program

PORTS = {"godwit": 53, "unbound": 5301, "kresd": 5302}
READY_SECONDS = 15
PROGRAMS = ("dnssec-signzone", "dnssec-keygen", "ldns-signzone", "named", "unbound", "kresd")


def missing_programs():
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [name for name in PROGRAMS if not shutil.which(name, path=path)]


class SignedWorld:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="godwit-signed.")
        os.chmod(self.directory, 0o755)
        self.network = None
        self.servers, self.peers, self.godwit = [], [], None
        atexit.register(self.close)
        self.zones = signed_zones.all_zones()
        paths = zone_signing.make_zones(self.zones, os.path.join(self.directory, "zones"))
        self.network = net.Network()
        self.cli, self.res = self.network.cli, self.network.res
        self.servers = [
            KINDS[program](os.path.join(self.directory, folder), [address],
                           {name: paths[name] + (
                               ".good" if zone.spoil_at_first and zone.servers[0][2] != address
                               else "")
                            for name, zone in self.zones.items()
                            if (folder, program, address) in zone.servers},
                           self.network.srv.prefix, self.network.srv.inside)
            for level in signed_zones.SERVERS for folder, program, address in level]
        for level in signed_zones.SERVERS:
            for _, program, address in level:
                if program == "named":
                    # named listens only at addresses that an interface has.
                    self.network.srv.ip("addr", "add", address + "/32", "dev", "lo")
        start_all(self.servers)
        self.hints = self.write("root.hints", signed_zones.HINTS)
        root_key = [key for key in self.zones["."].keys if key.kind == "ksk"][0]
        self.anchor = self.write("root.key", ". IN DNSKEY %s\n" % zone_signing.dnskey_of(root_key))

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as out:
            out.write(text)
        os.chmod(path, 0o644)
        return path

    def start_godwit(self, **settings):
        config = daemon.default_config(self.hints)
        config["dnssec"] = dict({"trust-anchor-file": self.anchor, "rfc5011": False}, **settings)
        self.control = os.path.join(self.directory, "run", "control.sock")
        config["control"]["socket"] = self.control
        self.godwit = daemon.Daemon(self.res, config).start()
        return self.godwit

    def start_peers(self):
        self._start("unbound", ["-d", "-c", self.write("unbound.conf", UNBOUND % {
            "directory": self.directory, "address": net.RESOLVER4, "port": PORTS["unbound"],
            "hints": self.hints, "anchor": self.anchor})])
        cache = os.path.join(self.directory, "kresd")
        os.makedirs(cache)
        self._start("kresd", ["-n", "-c", self.write("kresd.conf", KRESD % {
            "address": net.RESOLVER4, "port": PORTS["kresd"], "hints": self.hints,
            "anchor": self.anchor, "cache": cache}), cache])
        for name in ("unbound", "kresd"):
            asking = self.client(name)
            deadline = time.monotonic() + READY_SECONDS
            while asking.udp(client.query(".", 6), timeout=1) is None:
                if time.monotonic() > deadline:
                    raise AssertionError(name + " does not answer:\n" + self.log(name))

    def _start(self, name, words):
        with open(os.path.join(self.directory, name + ".log"), "ab") as log:
            self.peers.append(self.res.popen(
                [find_program(name), *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=dict(os.environ, KRESD_NO_LISTEN="1"), start_new_session=True))

    def log(self, name):
        with open(os.path.join(self.directory, name + ".log"), errors="replace") as log:
            return log.read()[-3000:]

    def client(self, name="godwit"):
        return client.Client(self.cli, port=PORTS[name])

    def close(self):
        atexit.unregister(self.close)
        if self.godwit is not None:
            self.godwit.kill()
        for peer in self.peers:
            peer.kill()
            peer.wait()
        stop_all(self.servers)
        if self.network is not None:
            self.network.remove()
        shutil.rmtree(self.directory, ignore_errors=True)


UNBOUND = """server:
  directory: "%(directory)s"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  verbosity: 1
  val-log-level: 2
  ede: yes
  interface: %(address)s
  port: %(port)d
  access-control: 0.0.0.0/0 allow
  do-ip6: no
  module-config: "validator iterator"
  root-hints: "%(hints)s"
  trust-anchor-file: "%(anchor)s"
remote-control:
  control-enable: no
"""

KRESD = """net.ipv6 = false
net.listen('%(address)s', %(port)d, { kind = 'dns' })
modules.unload('detect_time_skew')
modules.unload('detect_time_jump')
modules.unload('ta_update')
modules.unload('watchdog')
modules.load('hints')
hints.root_file('%(hints)s')
cache.open(32 * MB, 'lmdb://%(cache)s')
trust_anchors.add_file('%(anchor)s', true)
log_level('err')
"""


_world = None


def world():
    global _world
    if _world is None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        _world = SignedWorld()
    return _world


class SignedTest(unittest.TestCase):
    """A test in the signed world, with a resolver for each class."""

    @classmethod
    def setUpClass(cls):
        missing = missing_programs()
        if missing:
            raise unittest.SkipTest("not installed: " + ", ".join(missing))
        cls.world = world()
        cls.godwit = cls.world.start_godwit()
        cls.client = cls.world.client()

    @classmethod
    def tearDownClass(cls):
        cls.world.godwit = None
        cls.godwit.stop()
