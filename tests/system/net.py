"""Network namespaces of a test run, made by itself and removed by itself.

Three hosts, each a namespace:

    cli  10.54.0.2, fd54::2, and every address in    res  10.54.0.1, fd54::1    srv  10.53.0.0/16,
         10.54.1.0/24 (clients), fd54:1::1 and ::2   (the resolver)             fd53::/16 (servers)

A socket belongs to the namespace in which it was made, so a thread of the test enters a host,
makes its socket, and leaves again. Names carry the process id; what a killed run left behind,
the next one removes.
"""

import atexit
import contextlib
import ctypes
import json
import os
import re
import subprocess
import time

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)

RESOLVER4 = "10.54.0.1"
RESOLVER6 = "fd54::1"
CLIENT4 = "10.54.0.2"
CLIENT6 = "fd54::2"
SERVERS4 = "10.53.0.0/16"
# The servers' host, as the resolver reaches it.
NEXT_HOPS = ("10.55.0.2", "fd55::2")
SERVERS6 = "fd53::/16"
CLIENTS4 = "10.54.1.0/24"
CLIENTS6 = "fd54:1::/64"
EXTRA_CLIENTS6 = ["fd54:1::1", "fd54:1::2"]
SERVER_ADDRESSES6 = ["fd53::1", "fd53:1::3", "fd53:3::1", "fd53:5::1", "fd53:9::1"]
# The names of the namespaces: gwt-PID-HOST.
PREFIX = "gwt"


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


def _setns(descriptor):
    if _libc.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Host:
    """One namespace."""

    def __init__(self, role):
        self.name = "%s-%d-%s" % (PREFIX, os.getpid(), role)
        ip("netns", "add", self.name)
        self._namespace = os.open("/run/netns/" + self.name, os.O_RDONLY | os.O_CLOEXEC)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        return ip("-n", self.name, *words)

    @property
    def prefix(self):
        """What is put before a command line to run it in this host."""
        return ["ip", "netns", "exec", self.name]

    @contextlib.contextmanager
    def inside(self):
        """Within it, the calling thread makes its sockets in this host."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _setns(self._namespace)
            try:
                yield self
            finally:
                _setns(before)
        finally:
            os.close(before)

    def write(self, path, text):
        """Writes a setting under /proc/sys/net of this host."""
        with self.inside(), open(path, "w") as out:
            out.write(text)

    def run(self, command, **options):
        options.setdefault("capture_output", True)
        options.setdefault("text", True)
        options.setdefault("timeout", 60)
        return subprocess.run(self.prefix + list(command), **options)

    def popen(self, command, **options):
        return subprocess.Popen(self.prefix + list(command), **options)

    def remove(self):
        os.close(self._namespace)
        ip("netns", "del", self.name, check=False)


class Network:
    """The three hosts, connected."""

    def __init__(self):
        remove_stale()
        self.hosts = []
        self._local_table_moved = False
        atexit.register(self.remove)
        try:
            self.cli, self.res, self.srv = (self._host(role) for role in ("cli", "res", "srv"))
            self._connect()
        except BaseException:
            self.remove()
            raise

    def _host(self, role):
        host = Host(role)
        self.hosts.append(host)
        return host

    def _connect(self):
        for host in self.hosts:
            host.write("/proc/sys/net/ipv6/conf/default/accept_dad", "0")
        link(self.cli, self.res, (CLIENT4 + "/30", CLIENT6 + "/64"),
             (RESOLVER4 + "/30", RESOLVER6 + "/64"))
        link(self.res, self.srv, ("10.55.0.1/30", "fd55::1/64"), ("10.55.0.2/30", "fd55::2/64"))
        own(self.cli, CLIENTS4)
        own(self.srv, SERVERS4)
        for host, addresses in ((self.cli, EXTRA_CLIENTS6), (self.srv, SERVER_ADDRESSES6)):
            for address in addresses:
                host.ip("addr", "add", address + "/128", "dev", "lo", "nodad")
        self.res.ip("route", "add", CLIENTS4, "via", CLIENT4)
        self.res.ip("-6", "route", "add", CLIENTS6, "via", CLIENT6)
        self.res.ip("route", "add", SERVERS4, "via", "10.55.0.2")
        self.res.ip("-6", "route", "add", SERVERS6, "via", "fd55::2")
        self.srv.ip("route", "add", "default", "via", "10.55.0.1")
        self.srv.ip("-6", "route", "add", "default", "via", "fd55::1")
        self.cli.ip("route", "add", "default", "via", RESOLVER4)
        self._wait_for_links()

    def _wait_for_links(self):
        """The kernel says up to a second after a link is up that it is, and who watches the network then takes
        it for another one."""
        deadline = time.monotonic() + 5
        for host in self.hosts:
            while any(one["operstate"] != "UP" for one in json.loads(host.ip("-j", "link").stdout)
                      if one["ifname"] != "lo"):
                if time.monotonic() > deadline:
                    raise AssertionError("the links do not come up")
                time.sleep(0.02)

    def silence(self, address, protocol):
        """Has the servers' host drop, without a word, what comes for `address` over udp or tcp."""
        if not self._local_table_moved:
            # The table of local addresses is asked first unless its rule is behind the new ones.
            self.srv.ip("rule", "add", "pref", "200", "lookup", "local")
            self.srv.ip("rule", "del", "pref", "0")
            self._local_table_moved = True
        self.srv.ip("rule", "add", "pref", "100", "to", address, "ipproto", protocol, "blackhole")

    def lose_servers(self):
        """Has what the resolver sends to any server go to an interface that nobody has."""
        for address in NEXT_HOPS:
            self.res.ip("neigh", "replace", address, "lladdr", "02:00:00:00:00:99", "dev",
                        "to-srv", "nud", "permanent")

    def find_servers(self):
        for address in NEXT_HOPS:
            self.res.ip("neigh", "del", address, "dev", "to-srv")

    def remove(self):
        while self.hosts:
            self.hosts.pop().remove()
        atexit.unregister(self.remove)


def link(one, other, addresses_one, addresses_other):
    device_one, device_other = "to-" + other.name[-3:], "to-" + one.name[-3:]
    one.ip("link", "add", device_one, "type", "veth", "peer", "name", device_other, "netns",
           other.name)
    for host, device, addresses in ((one, device_one, addresses_one),
                                    (other, device_other, addresses_other)):
        for address in addresses:
            flags = ["nodad"] if ":" in address else []
            host.ip("addr", "add", address, "dev", device, *flags)
        host.ip("link", "set", device, "up")


def own(host, prefix):
    """Makes every address of an IPv4 prefix one of the host's own (IPv6 has no such thing for
    senders)."""
    host.ip("route", "add", "local", prefix, "dev", "lo")


def remove_stale():
    """Removes the namespaces of runs that are no more."""
    for name in re.findall(r"^(%s-(\d+)-\w+)" % PREFIX, ip("netns", "list").stdout, re.M):
        if not os.path.exists("/proc/" + name[1]):
            ip("netns", "del", name[0], check=False)
