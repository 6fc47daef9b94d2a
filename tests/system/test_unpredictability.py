"""Ids and source ports of the queries that arrive at servers, from a daemon with two workers: each
bit, what one tells of the next and of the other, and how many ports there are, against what chance
gives, at six standard deviations. A port serves a few queries to one server and is drawn anew for
every other one, so ports are looked at once for each server. tests/unit/daemon/unpredictability.cc
looks at far more of them, but before they are sent."""

import collections
import math
import os
import socket
import struct
import tempfile
import threading

import net
from world import OwnDaemonTest

QUESTIONS = 30_000
# daemon/upstream_sockets.h
USES_MAX = 4
DEVIATIONS_MAX = 6
# daemon/source_port.h
PORTS = [port for port in range(1024, 65536) if port not in (4789, 4791, 6081, 11211)]
ETH_P_IP = 0x0800
RECEIVE_OCTETS = 128 << 20
SO_RCVBUFFORCE = 33


class Capture:
    """Every query that comes to `host` over IPv4 and UDP while this is entered."""

    def __init__(self, host):
        with host.inside():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                         socket.htons(ETH_P_IP))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_OCTETS)
        self._socket.settimeout(0.2)
        self._packets = []
        self._over = False
        self._thread = threading.Thread(target=self._receive)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over = True
        self._thread.join()
        self._socket.close()

    def _receive(self):
        while True:
            try:
                packet, where = self._socket.recvfrom(2048)
            except socket.timeout:
                if self._over:
                    return
                continue
            if where[0] != "lo" and where[2] == socket.PACKET_HOST:
                self._packets.append(packet)

    def queries(self):
        """(id, source port, server) of each, in order."""
        found = []
        for packet in self._packets:
            begin = 4 * (packet[0] & 15)
            if packet[9] != socket.IPPROTO_UDP or len(packet) < begin + 10:
                continue
            port, to = struct.unpack_from("!2H", packet, begin)
            if to == 53:
                found.append((struct.unpack_from("!H", packet, begin + 8)[0], port,
                              packet[16:20]))
        return found


def worst_bit(series, values):
    """The largest deviation of any bit's number of ones, drawn from `values` alike, in standard
    deviations."""
    worst = 0
    for bit in range(16):
        share = sum(value >> bit & 1 for value in values) / len(values)
        ones = sum(value >> bit & 1 for value in series)
        spread = math.sqrt(len(series) * share * (1 - share))
        worst = max(worst, abs(ones - len(series) * share) / spread)
    return worst


def correlation(a, b):
    """In standard deviations of what chance gives."""
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    squares = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return abs(both) / math.sqrt(squares) * math.sqrt(len(a)) if squares else math.inf


class Unpredictability(OwnDaemonTest):
    def test_ids_and_ports_that_arrive_are_what_chance_gives(self):
        self.own_daemon(self.world.config(resolver={
            "upstream-ipv6": False, "limits": {"waiting-per-client": 4096}}))
        with Capture(self.world.srv) as capture:
            self.ask_for_new_names()
        queries = capture.queries()
        self.assertGreaterEqual(len(queries), QUESTIONS)
        ids, all_ports, _ = zip(*queries)
        uses = collections.Counter((port, server) for _, port, server in queries)
        ports = [port for port, _ in uses]
        self.assertLessEqual(set(ports), set(PORTS))
        for series, values in ((ids, range(65536)), (ports, PORTS)):
            self.assertLess(worst_bit(series, values), DEVIATIONS_MAX)
            for lag in range(1, 5):
                self.assertLess(correlation(series[:-lag], series[lag:]), DEVIATIONS_MAX, lag)
        self.assertLess(correlation(ids, all_ports), DEVIATIONS_MAX)
        missed = 65536 * math.exp(-len(ids) / 65536)
        self.assertLess(abs(65536 - missed - len(set(ids))), DEVIATIONS_MAX * math.sqrt(missed))
        # Each server's ports are drawn without regard to the others'.
        missed = len(PORTS)
        for count in collections.Counter(server for _, server in uses).values():
            missed *= 1 - count / len(PORTS)
        self.assertLess(abs(len(PORTS) - missed - len(set(ports))),
                        DEVIATIONS_MAX * math.sqrt(missed))
        # By chance one server has a port again.
        self.assertLessEqual(max(uses.values()), 4 * USES_MAX)
        self.assertLess(len(queries) / len(uses), 1.1 * USES_MAX)

    def ask_for_new_names(self):
        with tempfile.TemporaryDirectory(prefix="godwit-system.") as directory:
            questions = os.path.join(directory, "questions")
            with open(questions, "w") as out:
                out.writelines("n%d.wild.inzone.com A\n" % n for n in range(QUESTIONS))
            done = self.world.cli.run(["dnsperf", "-s", net.RESOLVER4, "-d", questions, "-n", "1",
                                       "-l", "60", "-q", "200", "-c", "8"], timeout=90)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
