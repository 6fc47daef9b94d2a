"""Streams that are cut, flooded, junk or left hanging, by number: cases 71 to 80.

Case 79 (TLS) does not apply: this version does not speak TLS. The test for it says that nothing
listens on 853.
"""

import socket
import struct
import time
import unittest

import client
from actor import Close, Raw, Reset, Send, reply
from client import FORMERR, addresses, frame, header, parse, query, rcode
from test_malformed_responses import FORGED, TRUE, Responses, truth
from world import OwnDaemonTest, SystemTest

GOOD = "www.inzone.com"
MIB = 1 << 20


class Framing(SystemTest):
    def assert_good(self, wire, id=None):
        self.assertIsNotNone(wire)
        message = parse(wire)
        self.assertEqual(addresses(message), ["198.18.1.1"])
        if id is not None:
            self.assertEqual(message.id, id)

    def test_case_071_split_at_every_octet(self):
        data = frame(query(GOOD))
        for cut in range(1, len(data)):
            with self.client.tcp() as stream:
                stream.send_raw(data[:cut])
                time.sleep(0.003)
                stream.send_raw(data[cut:])
                self.assert_good(stream.receive())

    def test_case_071_octet_by_octet(self):
        with self.client.tcp() as stream:
            for _ in range(3):
                for octet in frame(query(GOOD)):
                    stream.send_raw(bytes([octet]))
                    time.sleep(0.001)
                self.assert_good(stream.receive())

    def test_case_072_lengths_below_a_header(self):
        for length in range(12):
            with self.subTest(length=length), self.client.tcp() as stream:
                stream.send_raw(frame(query(GOOD)[:length]))
                if length == 0 and not stream.closed_within(0.3):
                    stream.send(query(GOOD))
                    self.assert_good(stream.receive())
                else:
                    self.assertTrue(length == 0 or stream.closed_within(1))

    def test_case_074_messages_in_one_segment(self):
        one, two = frame(query(GOOD, id=1)), frame(query(GOOD, id=2))
        with self.client.tcp() as stream:
            stream.send_raw(one + two[:20])
            self.assert_good(stream.receive(), id=1)
            stream.send_raw(two[20:] + one + two)
            ids = sorted(parse(stream.receive()).id for _ in range(3))
            self.assertEqual(ids, [1, 2, 2])

    def test_case_074_hundred_pipelined_to_different_names(self):
        with self.client.tcp() as stream:
            stream.send(*(query("n%d.wild.inzone.com" % n, id=n) for n in range(100)))
            seen = {}
            for _ in range(100):
                message = parse(stream.receive())
                seen[message.id] = str(message.question[0].name)
                self.assertEqual(addresses(message), ["198.18.1.42"])
        self.assertEqual(seen, {n: "n%d.wild.inzone.com." % n for n in range(100)})

    def test_case_075_one_id_for_two_names(self):
        with self.client.tcp() as stream:
            stream.send(query("one.wild.inzone.com", id=7), query("mail.inzone.com", id=7))
            answers = [parse(stream.receive()) for _ in range(2)]
        found = {str(a.question[0].name): addresses(a) for a in answers}
        self.assertEqual(found, {"one.wild.inzone.com.": ["198.18.1.42"],
                                 "mail.inzone.com.": ["198.18.1.25"]})

    def test_case_076_ends_at_every_octet(self):
        data = frame(query(GOOD))
        for cut in range(len(data) + 1):
            for end in ("reset", "close", "shutdown"):
                stream = self.client.tcp()
                stream.send_raw(data[:cut])
                if end == "reset":
                    stream.reset()
                    continue
                if end == "shutdown":
                    stream.sock.shutdown(socket.SHUT_WR)
                    if cut == len(data):
                        self.assert_good(stream.receive())
                    self.assertTrue(stream.closed_within(2), "not closed after %d octets" % cut)
                stream.sock.close()

    def test_case_076_half_closed_while_the_answer_is_looked_for(self):
        slow = self.actor(lambda q: Send(truth(q), delay=0.3))
        with self.client.tcp() as stream:
            stream.send(query(slow.name()), query(GOOD, id=2))
            stream.sock.shutdown(socket.SHUT_WR)
            found = {parse(stream.receive()).id for _ in range(2)}
            self.assertEqual(found, {0x1234, 2})
            self.assertTrue(stream.closed_within(2))

    def test_case_076_gone_while_the_answer_is_looked_for(self):
        slow = self.actor(lambda q: Send(truth(q), delay=0.2))
        for n in range(20):
            stream = self.client.tcp()
            stream.send(query(slow.name("n%d" % n)))
            stream.reset() if n % 2 else stream.sock.close()
        time.sleep(0.5)
        self.assert_good(self.client.udp(query(GOOD)))

    def test_case_076_gone_while_the_answer_is_sent(self):
        for n in range(20):
            stream = self.client.tcp()
            stream.send(*(query("huge.inzone.com", 16, id=i) for i in range(20)))
            stream.sock.recv(1 + 997 * n)
            stream.reset()
        self.assert_good(self.client.udp(query(GOOD)))

    def test_case_078_other_protocols(self):
        junk = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 800, b"SSH-2.0-OpenSSH_9.2\r\n" * 1200,
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x5a" * 6000,
                bytes(range(256)) * 300, b"\xff" * 70000]
        for data in junk:
            with self.client.tcp() as stream:
                try:
                    stream.send_raw(data)
                    answer = stream.receive(2)
                except OSError:
                    continue
                if answer is not None and len(answer) >= 4:
                    self.assertEqual(rcode(answer) & ~4, 0 if rcode(answer) == 4 else FORMERR)
        self.assert_good(self.client.udp(query(GOOD)))

    def test_case_079_no_tls_in_this_version(self):
        sock = self.client.socket(socket.SOCK_STREAM)
        with sock, self.assertRaises(ConnectionRefusedError):
            sock.connect((self.client.server, 853))


class Hanging(OwnDaemonTest):
    def test_case_073_length_of_65535_and_little_more(self):
        resolver = self.own_daemon(self.world.config(tcp={"idle-timeout": "1s"}))
        self.client.ask(GOOD, tcp=True)
        before = resolver.rss_bytes()
        streams = []
        for source in range(1, 17):
            asking = self.world.client(source="10.54.1.%d" % source)
            streams += [asking.tcp() for _ in range(16)]
        for stream in streams:
            stream.send_raw(b"\xff\xff" + query(GOOD)[:28])
        time.sleep(0.3)
        self.assertLess(resolver.rss_bytes() - before, len(streams) * 16384)
        for stream in streams:
            self.assertTrue(stream.closed_within(3))
            stream.sock.close()
        resolver.stop()

    def test_case_077_client_that_never_reads(self):
        """Memory stays small, and the connection is reset: its peer may never look at a FIN."""
        resolver = self.own_daemon(self.world.config(
            tcp={"write-stall-timeout": "1s", "idle-timeout": "10s"}))
        self.client.ask("over4096.inzone.com", "TXT", tcp=True)
        before = most = resolver.rss_bytes()
        stream = self.client.tcp()
        stream.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stream.sock.setblocking(False)
        unsent = frame(query("over4096.inzone.com", 16)) * 5000
        deadline, closed = time.monotonic() + 6, False
        while time.monotonic() < deadline and not closed:
            try:
                unsent = unsent[stream.sock.send(unsent):] if unsent else b""
            except BlockingIOError:
                pass
            except OSError:
                closed = True
            closed = closed or not self.is_established(stream)
            most = max(most, resolver.rss_bytes())
            time.sleep(0.01)
        self.assertTrue(closed, "still open")
        self.assertLess(most - before, 8 * MIB)
        self.assertEqual(addresses(self.client.ask(GOOD, tcp=True)), ["198.18.1.1"])
        stream.sock.close()
        resolver.stop()

    @staticmethod
    def is_established(stream):
        return stream.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 1

    def test_case_078_other_protocols_left_hanging(self):
        resolver = self.own_daemon(self.world.config(tcp={"idle-timeout": "500ms"}))
        for data in (b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-x\r\n", b"\x16\x03\x01\x02\x00\x01"):
            with self.client.tcp() as stream:
                stream.send_raw(data)
                self.assertTrue(stream.closed_within(3))
        resolver.stop()


class Upstream(Responses):
    """Servers that say TC over UDP and misbehave over TCP."""

    def outcome(self, *actions, seconds=6):
        def behave(query):
            if not query.tcp:
                return reply(query, flags=0x8600)
            return [made(query) if callable(made) else made for made in actions]
        actor = self.actor(behave)
        began = time.monotonic()
        response = self.ask(actor.name())
        self.assertLess(time.monotonic() - began, seconds)
        self.assertIn((response.rcode(), tuple(addresses(response))), [(0, (TRUE,)), (2, ())])
        self.assert_no_storm(actor)
        return response.rcode()

    def forged(self, query):
        return reply(query, ["%s 300 IN A %s" % (query.name, FORGED)], id=query.id ^ 5)

    def test_case_080_lengths_that_are_wrong(self):
        self.outcome(Raw(b"\0\0"), Close())
        self.outcome(Raw(b"\0\3abc"), Close())
        self.outcome(Raw(b"\xff\xff" + b"x" * 30), Close())
        self.outcome(Raw(b"\0\x40" + b"\xff" * 64))
        self.outcome(lambda q: Raw(struct.pack("!H", len(truth(q)) + 5) + truth(q)))
        self.outcome(lambda q: Raw(struct.pack("!H", len(truth(q)) - 5) + truth(q)))

    def test_case_080_answer_to_another_question(self):
        self.outcome(self.forged)
        self.assertEqual(self.outcome(truth, self.forged), 0)
        self.outcome(self.forged, truth)

    def test_case_080_answer_twice(self):
        self.assertEqual(self.outcome(truth, truth), 0)

    def test_case_080_answer_in_pieces(self):
        self.assertEqual(self.outcome(
            lambda q: Raw(frame(truth(q))[:1]), lambda q: Raw(frame(truth(q))[1:9], 0.05),
            lambda q: Raw(frame(truth(q))[9:], 0.05)), 0)

    def test_case_080_resets(self):
        self.assertEqual(self.outcome(truth, Close(0.05)), 0)
        self.assertEqual(self.outcome(truth, Reset(0.05)), 0)
        self.outcome(Reset())
        self.outcome(Close())
        self.outcome(lambda q: Raw(frame(truth(q))[:20]), Reset())

    def test_case_080_reset_once_then_well(self):
        actor = self.actor(lambda q: (Reset() if q.count == 0 else truth(q)) if q.tcp
                           else reply(q, flags=0x8600))
        response = self.ask(actor.name())
        self.assertIn((response.rcode(), tuple(addresses(response))), [(0, (TRUE,)), (2, ())])

    def test_case_080_nobody_accepts(self):
        actor = self.actor(lambda q: reply(q, flags=0x8600))
        self.world.network.silence(actor.address, "tcp")
        began = time.monotonic()
        self.assertEqual(self.ask(actor.name()).rcode(), 2)
        self.assertLess(time.monotonic() - began, 6.5)

    def test_case_080_silence_after_accepting(self):
        self.assertEqual(self.outcome(seconds=6.5), 2)

    def test_header_alone_over_tcp(self):
        self.outcome(lambda q: header(id=q.id, flags=0x8400, qd=0))


if __name__ == "__main__":
    unittest.main()
