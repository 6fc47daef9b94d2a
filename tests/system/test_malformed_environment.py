"""A hostile environment, by number: cases 81 to 85 (ICMP, odd packets, want of resources,
clocks, memory)."""

import mmap
import os
import socket
import struct
import tempfile
import time
import unittest

import client
import net
from actor import Send, reply
from client import SERVFAIL, addresses, query
from test_malformed_responses import TRUE, Responses, truth
from world import OwnDaemonTest

GOOD = "www.inzone.com"
UDP = socket.IPPROTO_UDP
SO_NO_CHECK = 11


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Icmp(Responses):
    """Errors that quote the very query, right before the true answer comes."""

    def send_icmp(self, query, code, address, quoted_port=53):
        source_address, source_port = query.source
        quoted = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(query.wire), 0, 0, 60, UDP, 0,
                             socket.inet_aton(source_address), socket.inet_aton(address))
        quoted += struct.pack("!4H", source_port, quoted_port, 8 + len(query.wire), 0)
        body = struct.pack("!BBHHH", 3, code, 0, 0, 576) + quoted
        body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
        with self.world.srv.inside():
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        with raw:
            raw.sendto(body, (source_address, 0))

    def test_case_081_unreachable_and_fragmentation_needed(self):
        for code in (0, 1, 3, 4, 13):
            actor = self.actor()

            def behave(query, code=code, actor=actor):
                if not query.tcp:
                    self.send_icmp(query, code, actor.address)
                return Send(truth(query), delay=0.15)
            actor.behave = behave
            with self.subTest(code=code):
                self.assertEqual(addresses(self.ask(actor.name())), [TRUE])
                self.assert_no_storm(actor, most=6)

    def test_case_081_error_about_another_port(self):
        actor = self.actor()

        def behave(query):
            if not query.tcp:
                self.send_icmp(query, 3, actor.address, quoted_port=5353)
            return Send(truth(query), delay=0.1)
        actor.behave = behave
        self.assertEqual(addresses(self.ask(actor.name())), [TRUE])

    def test_case_081_server_that_is_not_there(self):
        began = time.monotonic()
        self.assertEqual(self.ask("icmp.dead.org").rcode(), SERVFAIL)
        self.assertLess(time.monotonic() - began, 5.5)


class Packets(Responses):
    def test_case_082_no_checksum(self):
        with self.client.socket(socket.SOCK_DGRAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
            sock.sendto(query(GOOD), (net.RESOLVER4, 53))
            self.assertEqual(addresses(client.parse(sock.recv(4096))), ["198.18.1.1"])

    def test_case_082_destination_options(self):
        asking = self.world.client(source=net.CLIENT6, server=net.RESOLVER6)
        with asking.socket(socket.SOCK_DGRAM) as sock:
            padding = struct.pack("!BBBB4x", 0, 0, 1, 4)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, padding)
            sock.sendto(query(GOOD), (net.RESOLVER6, 53))
            self.assertEqual(addresses(client.parse(sock.recv(4096))), ["198.18.1.1"])

    def test_case_082_fragmented_query(self):
        wire = client.edns_query(GOOD, client.opt(options=client.option(12, b"\0" * 3000)))
        answer = self.client.udp(wire, timeout=1)
        if answer is not None:
            self.assertIn(client.rcode(answer), (0, client.FORMERR))

    def test_case_082_largest_datagram(self):
        self.client.udp(query(GOOD) + b"\0" * 65400, timeout=0.3)
        self.assertEqual(addresses(self.ask(GOOD)), ["198.18.1.1"])


class Resources(OwnDaemonTest):
    def test_case_083_no_descriptors(self):
        resolver = self.own_daemon()
        self.client.ask(GOOD)
        enough = max(int(n) for n in os.listdir("/proc/%d/fd" % resolver.process.pid)) + 1
        resolver.stop()
        resolver = self.own_daemon(command_prefix=["prlimit", "--nofile=%d" % (enough + 4)])
        streams = [self.client.tcp() for _ in range(12)]
        for n, stream in enumerate(streams):
            stream.send(query(GOOD))
            answer = self.client.udp(query("fd%d.wild.inzone.com" % n), timeout=7)
            self.assertIn(client.rcode(answer), (0, SERVFAIL))
        busy = self.cpu_seconds(resolver.process.pid)
        time.sleep(1)
        self.assertLess(self.cpu_seconds(resolver.process.pid) - busy, 0.5,
                        "spins while descriptors are short")
        for stream in streams:
            stream.sock.close()
        time.sleep(1)
        for n in range(5):
            self.assertEqual(addresses(self.client.ask("after%d.wild.inzone.com" % n, tcp=n > 2)),
                             ["198.18.1.42"])
        resolver.stop()

    @staticmethod
    def cpu_seconds(pid):
        with open("/proc/%d/stat" % pid) as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_case_083_no_way_to_the_servers(self):
        host = self.world.res
        resolver = self.own_daemon()
        for remove, restore in (
                (("route", "del", net.SERVERS4),
                 ("route", "add", net.SERVERS4, "via", "10.55.0.2")),
                (("rule", "add", "pref", "10", "to", net.SERVERS4, "prohibit"),
                 ("rule", "del", "pref", "10")),
                (("rule", "add", "pref", "10", "to", net.SERVERS4, "blackhole"),
                 ("rule", "del", "pref", "10"))):
            actor = self.actor(truth)
            host.ip(*remove)
            try:
                answer = self.client.udp(query(actor.name("cut")), timeout=7)
                self.assertEqual(client.rcode(answer), SERVFAIL)
            finally:
                host.ip(*restore)
            later = self.actor(truth)
            self.assertEqual(addresses(self.client.ask(later.name())), [TRUE])
        resolver.stop()


class Shims(OwnDaemonTest):
    """Cases in which a library preloaded into the program stands between it and the C library."""

    def shimmed(self, name, length):
        """(daemon, file shared with the shim)"""
        path = os.path.join(os.environ.get("GODWIT_SHIMS", ""), name + ".so")
        if not os.path.exists(path):
            self.skipTest("no %s (GODWIT_SHIMS names its folder)" % path)
        shared = tempfile.NamedTemporaryFile(prefix="godwit-shim.")
        self.addCleanup(shared.close)
        shared.write(b"\0" * length)
        shared.flush()
        memory = mmap.mmap(shared.fileno(), length)
        # `env` sets it for the program alone: the commands around it stay as they are.
        resolver = self.own_daemon(command_prefix=[
            "env", "LD_PRELOAD=" + path, "GODWIT_SHIM_FILE=" + shared.name])
        return resolver, memory

    def test_case_084_wall_clock_steps(self):
        resolver, memory = self.shimmed("wall_clock_shim", 8)
        first = self.client.ask(GOOD).answer[0].ttl
        self.client.ask("nothing.inzone.com")
        hour, year = 3600, 365 * 86400
        for offset in (hour, -hour, 10 * year, -10 * year, 0):
            memory[:8] = struct.pack("=q", offset)
            with self.subTest(offset=offset):
                ttl = self.client.ask(GOOD).answer[0].ttl
                self.assertLessEqual(ttl, first)
                self.assertGreater(ttl, first - 20)
                self.assertGreater(self.client.ask("nothing.inzone.com").authority[0].ttl, 30)
                fresh = self.client.ask("o%d.wild.inzone.com" % (offset % 1000))
                self.assertEqual(addresses(fresh), ["198.18.1.42"])
        resolver.stop()

    def test_case_085_allocations_fail(self):
        """Every k-th allocation fails, for many k, under questions of every kind."""
        resolver, memory = self.shimmed("allocation_shim", 16)
        self.client.ask(GOOD)
        answered = asked = 0
        for round_number, interval in enumerate((997, 499, 251, 127, 61, 31, 13, 7, 3)):
            memory[:8] = struct.pack("=Q", interval)
            for n in range(22):
                name = ("r%dn%d.wild.inzone.com" % (round_number, n), "a1.chain-a.com", GOOD,
                        "r%dn%d.inzone.com" % (round_number, n))[n % 4]
                answer = self.client.udp(query(name), timeout=0.5)
                asked += 1
                if answer is not None:
                    answered += 1
                    self.assertIn(client.rcode(answer), (0, client.NXDOMAIN, SERVFAIL))
            memory[:8] = struct.pack("=Q", 0)
            self.assertTrue(resolver.alive(), resolver.log()[-3000:])
            time.sleep(0.1)
            self.assertEqual(addresses(self.client.ask("mail.inzone.com")), ["198.18.1.25"])
        self.assertGreater(struct.unpack("=Q", memory[8:16])[0], 0)
        self.assertGreater(answered, asked // 3)
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
