"""Clients that stay connected: pipelining, answers out of order, keepalive, time-outs and caps."""

import struct
import time
import unittest

import dns.edns
import dns.message

import actor
import client
from client import addresses
from world import OwnDaemonTest, SystemTest

KEEPALIVE = 11


def answered_after(seconds):
    return lambda query: actor.Send(actor.reply(
        query, ["%s 300 IN A 198.18.9.9" % query.name]), delay=seconds)


class Streams(SystemTest):
    def test_hundred_pipelined_questions(self):
        self.client.ask("www.inzone.com")
        with self.client.tcp() as stream:
            stream.send(*(client.query("www.inzone.com", id=n) for n in range(100)))
            answers = [stream.receive() for _ in range(100)]
        self.assertEqual(sorted(struct.unpack("!H", wire[:2])[0] for wire in answers),
                         list(range(100)))
        for wire in answers:
            self.assertEqual(addresses(client.parse(wire)), ["198.18.1.1"])

    def test_quick_answer_overtakes_a_slow_one(self):
        slow = self.actor(answered_after(0.7))
        self.client.ask("www.inzone.com")
        with self.client.tcp() as stream:
            began = time.monotonic()
            stream.send(client.query(slow.name(), id=1), client.query("www.inzone.com", id=2))
            first, second = client.parse(stream.receive()), client.parse(stream.receive())
        self.assertEqual((first.id, second.id), (2, 1))
        self.assertGreaterEqual(time.monotonic() - began, 0.7)
        self.assertEqual(addresses(second), ["198.18.9.9"])

    def test_keepalive_is_offered_when_asked_for(self):
        message = dns.message.make_query("www.inzone.com", "A", use_edns=True,
                                         options=[dns.edns.GenericOption(KEEPALIVE, b"")])
        with self.client.tcp() as stream:
            stream.send(message.to_wire())
            over_tcp = client.parse(stream.receive())
        offered = [option for option in over_tcp.options if option.otype == KEEPALIVE]
        self.assertEqual(len(offered), 1)
        self.assertEqual(struct.unpack("!H", offered[0].data)[0], 100)  # in 100 ms
        over_udp = client.parse(self.client.udp(message.to_wire()))
        self.assertEqual([o for o in over_udp.options if o.otype == KEEPALIVE], [])

    def test_connection_is_kept_between_questions(self):
        with self.client.tcp() as stream:
            for n in range(5):
                stream.send(client.query("www.inzone.com", id=n))
                self.assertEqual(client.parse(stream.receive()).id, n)
                time.sleep(0.2)

    def test_more_slow_questions_than_may_be_under_way_are_all_answered(self):
        slow = self.actor(answered_after(0.1))
        with self.client.tcp() as stream:
            stream.send(*(client.query(slow.name("n%d" % n), id=n) for n in range(90)))
            answers = [client.parse(stream.receive()) for _ in range(90)]
        self.assertEqual({answer.id for answer in answers}, set(range(90)))
        self.assertEqual({answer.rcode() for answer in answers}, {0})


class Limits(OwnDaemonTest):
    def test_idle_connection_is_closed(self):
        resolver = self.own_daemon(self.world.config(tcp={"idle-timeout": "600ms"}))
        with self.client.tcp() as stream:
            stream.send(client.query("www.inzone.com"))
            self.assertIsNotNone(stream.receive())
            self.assertFalse(stream.closed_within(0.3))
            self.assertTrue(stream.closed_within(2))
        resolver.stop()

    def test_slow_question_keeps_its_connection_open(self):
        slow = self.actor(answered_after(0.7))
        resolver = self.own_daemon(self.world.config(tcp={"idle-timeout": "200ms"}))
        with self.client.tcp() as stream:
            stream.send(client.query(slow.name()))
            self.assertEqual(addresses(client.parse(stream.receive())), ["198.18.9.9"])
        resolver.stop()

    def test_octet_by_octet_does_not_extend_the_time(self):
        resolver = self.own_daemon(self.world.config(tcp={"idle-timeout": "600ms"}))
        wire = client.frame(client.query("a-long-name-to-send-slowly.inzone.com"))
        began = time.monotonic()
        with self.client.tcp() as stream:
            try:
                for octet in wire:
                    stream.send_raw(bytes([octet]))
                    time.sleep(0.1)
            except OSError:
                pass
            self.assertLess(time.monotonic() - began, 3)
        resolver.stop()

    def test_connections_of_one_client(self):
        resolver = self.own_daemon(self.world.config(tcp={"connections-per-client": 3}))
        streams = [self.client.tcp() for _ in range(3)]
        for stream in streams:
            stream.send(client.query("www.inzone.com"))
            self.assertIsNotNone(stream.receive())
        fourth = self.client.tcp()
        try:
            fourth.send(client.query("www.inzone.com"))
            refused = fourth.receive(2) is None
        except OSError:
            refused = True
        self.assertTrue(refused, "a fourth connection of the same client is served")
        other = self.world.client(source="10.54.1.5")
        self.assertEqual(addresses(other.ask("www.inzone.com", tcp=True)), ["198.18.1.1"])
        streams.pop().sock.close()
        time.sleep(0.2)
        self.assertEqual(addresses(self.client.ask("www.inzone.com", tcp=True)), ["198.18.1.1"])
        for stream in streams + [fourth]:
            stream.sock.close()
        resolver.stop()

    def test_a_host_that_opens_many_connections(self):
        """As many programs of one host, or as a forwarder, do: the default has room for them."""
        resolver = self.own_daemon()
        streams = [self.client.tcp() for _ in range(64)]
        for stream in streams:
            stream.send(client.query("www.inzone.com"))
        for n, stream in enumerate(streams):
            self.assertIsNotNone(stream.receive(), "connection %d" % (n + 1))
        for stream in streams:
            stream.sock.close()
        resolver.stop()

    def test_all_connections_taken_shortens_the_patience(self):
        resolver = self.own_daemon(self.world.config(
            tcp={"connections": 4, "connections-per-client": 4, "idle-timeout": "30s",
                 "idle-timeout-min": "200ms"}))
        streams = [self.client.tcp() for _ in range(4)]
        for stream in streams:
            stream.send(client.query("www.inzone.com"))
            self.assertIsNotNone(stream.receive())
        time.sleep(0.5)
        other = self.world.client(source="10.54.1.5")
        deadline = time.monotonic() + 5
        served = False
        while not served and time.monotonic() < deadline:
            try:
                served = addresses(other.ask("www.inzone.com", tcp=True)) == ["198.18.1.1"]
            except (AssertionError, OSError):
                time.sleep(0.2)
        self.assertTrue(served, "idle connections keep everybody else out")
        for stream in streams:
            stream.sock.close()
        resolver.stop()

    def test_questions_waiting_for_one_client(self):
        """Over the cap a question is refused or dropped and counted; others are served."""
        slow = self.actor(answered_after(1))
        limits = {"limits": {"waiting-per-client": 5, "waiting-per-question": 100}}
        resolver = self.own_daemon(self.world.config(resolver=limits))
        self.client.ask("www.inzone.com")
        sock = self.client.socket(client.socket.SOCK_DGRAM)
        sock.connect((self.client.server, 53))
        for n in range(20):
            sock.send(client.query(slow.name("n%d" % n), id=n))
        other = self.world.client(source="10.54.1.6")
        self.assertEqual(addresses(other.ask("www.inzone.com")), ["198.18.1.1"])
        good = 0
        sock.settimeout(2.5)
        try:
            while True:
                good += client.rcode(sock.recv(4096)) == 0
        except OSError:
            sock.close()
        self.assertGreaterEqual(good, 1)
        self.assertLessEqual(good, 10)  # each of the workers has its own share at most twice
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
