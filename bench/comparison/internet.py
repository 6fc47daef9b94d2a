"""A small Internet for the comparison: a root, three top-level domains, and zones below them at
providers with two servers each, served by NSD and Knot DNS in a namespace of their own.

The zones of a provider are one master file under many names. Every eighth host is an alias of the
next one.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("lab", "system"):
    sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", folder))
import net  # noqa: E402
from lab_servers import Knot, Nsd, ServerError, start_all, stop_all  # noqa: E402,F401

ROOT = "10.53.0.1"
TOP_LEVEL = {"com": "10.53.1.1", "net": "10.53.1.2", "org": "10.53.1.3"}
PROVIDERS = 20
ALIAS_EVERY = 8
# Not among the names that are asked for: a resolver that knows it is ready.
READY_ZONE = "ready.com"
HINTS = ". 3600000 NS a.root-servers.lab.\na.root-servers.lab. 3600000 A %s\n" % ROOT


def zone_names(count):
    """The zones, over the top-level domains in turn."""
    domains = list(TOP_LEVEL)
    return ["zone%d.%s" % (n, domains[n % len(domains)]) for n in range(count)]


def provider_addresses(provider):
    return ["10.53.%d.%d" % (2 + server, 1 + provider) for server in range(2)]


def root_zone():
    lines = ["$TTL 86400", ". SOA a.root-servers.lab. hostmaster.lab. 1 1800 900 604800 600",
             ". NS a.root-servers.lab.", "a.root-servers.lab. A " + ROOT]
    for domain, address in TOP_LEVEL.items():
        lines += ["%s. NS a.nic.%s." % (domain, domain), "a.nic.%s. A %s" % (domain, address)]
    return lines


def top_level_zone(domain, zones):
    lines = ["$ORIGIN %s." % domain, "$TTL 86400", "@ SOA a.nic hostmaster.nic 1 1800 900 604800 300",
             "@ NS a.nic", "a.nic A " + TOP_LEVEL[domain]]
    for zone, provider in zones:
        label = zone.split(".")[0]
        for number, address in enumerate(provider_addresses(provider), 1):
            server = "ns%d.%s" % (number, label)
            lines += ["%s NS %s" % (label, server), "%s A %s" % (server, address)]
    return lines


def provider_zone(provider, hosts):
    lines = ["$TTL 3600", "@ SOA ns1 hostmaster 1 1800 900 604800 300"]
    for number, address in enumerate(provider_addresses(provider), 1):
        lines += ["@ NS ns%d" % number, "ns%d A %s" % (number, address)]
    for host in range(hosts):
        if host % ALIAS_EVERY == 0 and host + 1 < hosts:
            lines.append("host%d CNAME host%d" % (host, host + 1))
        else:
            lines.append("host%d A 198.18.%d.%d" % (host, host // 250, 1 + host % 250))
    return lines


class ManyZones(Knot):
    """Knot DNS with so many zones that asking every address for each would take long."""

    def wait_ready(self):
        addresses, zones = self.addresses, self.zones
        try:
            self.addresses = addresses[:1]
            super().wait_ready()
            self.addresses, self.zones = addresses, list(zones)[:1]
            super().wait_ready()
        finally:
            self.addresses, self.zones = addresses, zones


class Internet:
    """The namespaces and the servers in them; close() removes both."""

    def __init__(self, directory, zones, hosts):
        self.directory = directory
        self.zones = zone_names(zones)
        self.hosts = hosts
        self._servers = []
        self.network = net.Network()
        try:
            self._serve()
        except BaseException:
            self.network.remove()
            raise

    def question_names(self):
        """Every name that there is, once, neighbours in the list never of the same zone."""
        for host in range(self.hosts):
            for zone in self.zones:
                yield "host%d.%s" % (host, zone)

    def datagrams_to_servers(self):
        """How many datagrams have reached the servers so far."""
        with self.network.srv.inside(), open("/proc/thread-self/net/snmp") as snmp:
            names, values = (line.split() for line in snmp if line.startswith("Udp:"))
        return int(values[names.index("InDatagrams")])

    def close(self):
        stop_all(self._servers)
        self.network.remove()

    def _write(self, name, lines):
        path = os.path.join(self.directory, name + ".zone")
        with open(path, "w") as out:
            out.write("\n".join(lines) + "\n")
        return path

    def _serve(self):
        placed = [(zone, n % PROVIDERS) for n, zone in enumerate([READY_ZONE] + self.zones)]
        top_level = {
            domain: self._write(domain, top_level_zone(
                domain, [(zone, at) for zone, at in placed if zone.endswith("." + domain)]))
            for domain in TOP_LEVEL}
        templates = [self._write("provider%d" % n, provider_zone(n, self.hosts))
                     for n in range(PROVIDERS)]
        addresses = [address for n in range(PROVIDERS) for address in provider_addresses(n)]
        where = (self.network.srv.prefix, self.network.srv.inside)
        self._servers = [
            Nsd(self._folder("root"), [ROOT], {".": self._write("root", root_zone())}, *where),
            Knot(self._folder("top-level"), list(TOP_LEVEL.values()), top_level, *where),
            ManyZones(self._folder("providers"), addresses,
                      {zone: templates[at] for zone, at in placed}, *where)]
        start_all(self._servers)

    def _folder(self, name):
        return os.path.join(self.directory, "server-" + name)
