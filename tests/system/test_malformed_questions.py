"""Malformed and hostile queries over UDP, by number: cases 1 to 30 (header and question).

After each case the resolver must still answer a good question, and at the end of the class its
counters must add up: whatever was dropped was counted.
"""

import socket
import struct
import time
import unittest

import net
from client import (FORMERR, NOTIMP, NXDOMAIN, REFUSED, addresses, edns_query, frame,
                    header, opt, option, parse, query, question, rcode, wire_name)
from world import OwnDaemonTest, SystemTest

GOOD = "www.inzone.com"
A_RECORD = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 300, 4) + b"\x06\x06\x06\x06"


class Malformed(SystemTest):
    def tearDown(self):
        super().tearDown()
        if self.daemon.alive():
            self.assertEqual(addresses(self.client.ask(GOOD)), ["198.18.1.1"])

    def ask_raw(self, wire):
        """The same over UDP and TCP; both answers."""
        with self.client.tcp() as stream:
            stream.send(wire)
            return [self.client.udp(wire), stream.receive()]

    def assert_both(self, wire, *expected):
        for answer in self.ask_raw(wire):
            self.assert_rcode(answer, *expected)

    def assert_silent(self, wire, **options):
        self.assertTrue(self.client.silence(wire, **options), "an answer came")


class Header(Malformed):
    def test_case_001_shorter_than_a_header(self):
        whole = query(GOOD)
        for length in range(12):
            with self.subTest(length=length):
                self.assertIsNone(self.client.udp(whole[:length], timeout=0.15))

    def test_case_002_header_only(self):
        self.assert_both(header(qd=0), FORMERR)
        with_cookie = header(qd=0, ar=1) + opt(options=option(10, b"12345678"))
        for answer in self.ask_raw(with_cookie):
            if rcode(answer) != FORMERR:
                self.assert_rcode(answer, 0)
                self.assertIn(b"12345678", answer)

    def test_case_003_two_questions(self):
        self.assert_both(header(qd=2) + question(GOOD) + question("mail.inzone.com"), FORMERR)

    def test_case_004_counts_of_65535(self):
        for field in ("an", "ns", "ar"):
            with self.subTest(field=field):
                self.assert_both(header(**{field: 65535}) + question(GOOD), FORMERR)

    def test_case_005_records_in_answer_or_authority(self):
        for field in ("an", "ns"):
            self.assert_both(header(**{field: 1}) + question(GOOD) + A_RECORD, FORMERR)

    def test_case_006_junk_beside_opt(self):
        for records in (opt() + A_RECORD, A_RECORD + opt()):
            self.assert_both(header(ar=2) + question(GOOD) + records, 0, FORMERR)

    def test_case_007_response_is_dropped(self):
        for port in (0, 53, 5353):
            self.assert_silent(query(GOOD, flags=0x8180), source_port=port)

    def test_case_008_source_ports_of_echoing_services(self):
        for port in (7, 13, 17, 19, 37):
            with self.subTest(port=port):
                self.assertIsNone(self.client.udp(query(GOOD), timeout=0.2, source_port=port))

    def test_case_008_source_port_53_never_gets_an_error(self):
        answer = self.client.udp(query(GOOD), source_port=53)
        self.assertEqual(addresses(parse(answer)), ["198.18.1.1"])
        self.assert_silent(header(qd=0), source_port=53)
        self.assert_silent(query(GOOD, flags=0x0900), source_port=53)

    def test_case_008_source_port_0(self):
        wire = query(GOOD)
        datagram = struct.pack("!4H", 0, 53, 8 + len(wire), 0) + wire
        with self.world.cli.inside():
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
            listener = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
        with raw, listener:
            listener.bind((net.CLIENT4, 0))
            raw.sendto(datagram, (net.RESOLVER4, 0))
            listener.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                listener.recv(4096)

    def test_case_009_truncated_query(self):
        self.assert_both(query(GOOD, flags=0x0300), FORMERR)

    def test_case_010_bits_that_mean_nothing_in_a_query(self):
        for flags in (0x0500, 0x0180, 0x0140, 0x0103, 0x05cf):
            with self.subTest(flags=hex(flags)):
                for wire in self.ask_raw(query(GOOD, flags=flags)):
                    self.assert_rcode(wire, 0)
                    answer_flags = struct.unpack("!H", wire[2:4])[0]
                    self.assertEqual(answer_flags & 0x0440, 0, "AA or Z is echoed")
                    self.assertEqual(addresses(parse(wire)), ["198.18.1.1"])

    def test_case_011_ad_in_the_query(self):
        for wire in self.ask_raw(query(GOOD, flags=0x0120)):
            self.assert_rcode(wire, 0)

    def test_case_012_no_recursion_desired(self):
        self.client.ask(GOOD)
        for name in (GOOD, "www.outzone.com"):
            for wire in self.ask_raw(query(name, flags=0x0000)):
                self.assert_rcode(wire, REFUSED)
                self.assertEqual(struct.unpack("!3H", wire[6:12])[0], 0)

    def test_case_013_opcodes_that_are_not_implemented(self):
        for opcode in (1, 2, 3, 6, 7, 14, 15):
            with self.subTest(opcode=opcode):
                for wire in self.ask_raw(query(GOOD, flags=opcode << 11 | 0x0100)):
                    self.assert_rcode(wire, NOTIMP)
                    self.assertEqual(wire[2] >> 3 & 15, opcode)
                    self.assertEqual(wire[12:], question(GOOD))

    def test_case_014_notify_and_update(self):
        before = self.client.ask(GOOD).answer[0].ttl
        soa = wire_name("inzone.com") + struct.pack("!2H", 6, 1)
        notify = header(flags=4 << 11 | 0x0400) + soa
        add = wire_name("new.inzone.com") + struct.pack("!HHIH", 1, 1, 300, 4) + b"\x06\x06\x06\x06"
        update = header(flags=5 << 11, ns=1) + soa + add
        for wire in (notify, update):
            self.assert_both(wire, NOTIMP, REFUSED)
        self.assertEqual(self.client.ask("new.inzone.com").rcode(), NXDOMAIN)
        self.assertLessEqual(self.client.ask(GOOD).answer[0].ttl, before)

    def test_case_015_notify_and_update_of_odd_classes(self):
        for opcode in (4, 5):
            for qclass in (254, 255):
                wire = header(flags=opcode << 11) + question("inzone.com", 6, qclass)
                self.assert_both(wire, FORMERR, NOTIMP)


class Question(Malformed):
    def test_case_016_pointer_to_itself(self):
        self.assert_both(header() + b"\xc0\x0c" + struct.pack("!2H", 1, 1), FORMERR)

    def test_case_017_pointer_loops(self):
        loop = b"\xc0\x0e\xc0\x0c"
        self.assert_both(header() + loop + struct.pack("!2H", 1, 1), FORMERR)
        labelled = b"\x01a\xc0\x0c"
        self.assert_both(header() + labelled + struct.pack("!2H", 1, 1), FORMERR)
        # Long chains, owners of records that a query has no use for.
        for hops in (63, 64, 65, 127, 8000):
            start = 12 + len(question(GOOD)) + 11
            chain = b"\xc0\x0c" + b"".join(
                struct.pack("!H", 0xc000 | start + 2 * n) for n in range(hops - 1))
            carrier = b"\0" + struct.pack("!HHIH", 65280, 1, 0, len(chain)) + chain
            last = struct.pack("!H", 0xc000 | start + len(chain) - 2)
            record = last + struct.pack("!HHIH", 1, 1, 0, 4) + b"\x06\x06\x06\x06"
            wire = header(ar=2) + question(GOOD) + carrier + record
            with self.subTest(hops=hops), self.client.tcp() as stream:
                began = time.monotonic()
                stream.send(wire)
                self.assert_rcode(stream.receive(), 0, FORMERR)
                self.assertLess(time.monotonic() - began, 0.2)

    def test_case_018_pointers_forward_to_the_header_and_past_the_end(self):
        tail = struct.pack("!2H", 1, 1)
        forward = b"\xc0\x20" + tail + b"\0" * 14 + b"\x03www\0"
        for name in (forward, b"\xc0\x00" + tail, b"\xc0\x04" + tail, b"\xc0\xff" + tail,
                     b"\xff\xff" + tail, b"\x03www\xc0\x02" + tail):
            self.assert_both(header() + name, FORMERR)

    def test_case_019_label_types(self):
        for octet in (0x40, 0x41, 0x7f, 0x80, 0xbf):
            name = bytes([octet]) + b"a" * 70 + b"\0"
            self.assert_both(header() + name + struct.pack("!2H", 1, 1), FORMERR)

    def test_case_020_label_of_63_octets(self):
        name = b"\x3f" + b"a" * 63 + wire_name("wild.inzone.com")
        for wire in self.ask_raw(header() + question(name)):
            self.assertEqual(addresses(parse(wire)), ["198.18.1.42"])
        too_long = b"\x40" + b"a" * 64 + wire_name("wild.inzone.com")
        self.assert_both(header() + question(too_long), FORMERR)

    def name_of(self, octets):
        """A name under the wildcard with exactly so many octets on the wire."""
        apex = wire_name("wild.inzone.com")
        left = octets - len(apex)
        labels = b""
        while left > 0:
            size = min(left, 64)
            size -= left - size == 1  # a rest of one octet would be no label
            labels += bytes([size - 1]) + b"b" * (size - 1)
            left -= size
        return labels + apex

    def test_case_021_names_of_255_and_256_octets(self):
        for octets in (254, 255):
            self.assertEqual(len(self.name_of(octets)), octets)
            for wire in self.ask_raw(header() + question(self.name_of(octets))):
                self.assertEqual(addresses(parse(wire)), ["198.18.1.42"])
        for octets in (256, 257, 300):
            self.assert_both(header() + question(self.name_of(octets)), FORMERR)

    def test_case_022_labels_of_one_octet(self):
        most = b"\x01a" * 127 + b"\0"
        self.assert_both(header() + question(most), NXDOMAIN)
        self.assert_both(header() + question(b"\x01a" + most), FORMERR)
        under = b"\x01a" * ((255 - len(wire_name("wild.inzone.com"))) // 2)
        wire = self.client.udp(header() + question(under + wire_name("wild.inzone.com")))
        self.assertEqual(addresses(parse(wire)), ["198.18.1.42"])

    def test_case_023_question_cut_off(self):
        whole = query(GOOD)
        for length in range(12, len(whole)):
            with self.subTest(length=length):
                self.assert_rcode(self.client.udp(whole[:length]), FORMERR)
        with self.client.tcp() as stream:
            for length in range(12, len(whole)):
                stream.send(whole[:length])
                self.assert_rcode(stream.receive(), FORMERR)

    def test_case_024_odd_octets_in_labels(self):
        for label in (b"\0", b".", b" ", b"\xff", b"A", b"a\0b", b"\\", b"*", b"\x80\x81\t\r\n"):
            name = bytes([len(label)]) + label + b"\x04WiLd\x06InZoNe\x03CoM\0"
            for wire in self.ask_raw(header() + question(name)):
                with self.subTest(label=label):
                    self.assertEqual(wire[12:12 + len(name)], name)
                    self.assertEqual(addresses(parse(wire)), ["198.18.1.42"])

    def test_case_025_types_that_are_no_questions(self):
        seen = self.actor()
        for qtype in (0, 41):
            self.assert_both(query(seen.name(), qtype), FORMERR)
        for qtype in (249, 250, 251, 252, 253, 254):
            with self.subTest(qtype=qtype):
                self.assert_both(query(seen.zone, qtype), FORMERR, NOTIMP, REFUSED)
        self.assertEqual([q.type for q in seen.queries()], [])

    def test_case_026_any(self):
        seen = self.actor()
        for wire in self.ask_raw(query(seen.zone, 255)):
            answer = parse(wire)
            self.assertEqual(answer.rcode(), 0)
            self.assertEqual(len(answer.answer), 1)
            self.assertIn("RFC8482", str(answer.answer[0]))
        self.assertEqual(seen.queries(), [])

    def test_case_027_signatures_and_nsec3_asked_for(self):
        for qtype in (46, 50, 47, 51):
            for wire in self.ask_raw(query("sip.inzone.com", qtype)):
                self.assert_rcode(wire, 0, NOTIMP, REFUSED)
                self.assertEqual(addresses(parse(wire)), [])
        self.assertEqual(addresses(self.client.ask("sip.inzone.com")), ["198.18.1.60"])

    def test_case_028_unknown_types(self):
        answer = parse(self.client.udp(query("unknown.inzone.com", 65280)))
        self.assertIn("010203", str(answer.answer[0]))
        answer = parse(self.client.udp(query("unknown.inzone.com", 65535)))
        self.assertIn((answer.rcode(), len(answer.answer)), [(0, 0), (FORMERR, 0), (NOTIMP, 0)])

    def test_case_029_other_classes(self):
        for name in ("version.bind", "id.server", "hostname.bind", GOOD):
            self.assert_both(query(name, 16, qclass=3), REFUSED, NOTIMP)
        for qclass in (0, 2, 4, 254, 255, 65535):
            with self.subTest(qclass=qclass):
                self.assert_both(query(GOOD, 1, qclass=qclass), REFUSED, NOTIMP, FORMERR)

    def test_case_030_trailing_garbage(self):
        for count in (1, 2, 11, 12, 500):
            with self.subTest(count=count):
                self.assert_both(query(GOOD) + b"\0" * count, FORMERR)
                self.assert_both(edns_query(GOOD) + b"\xff" * count, FORMERR)
        wire = query(GOOD) + b"x" * 60000
        over_udp, over_tcp = self.client.udp(wire, timeout=1), None
        with self.client.tcp() as stream:
            stream.send_raw(frame(wire))
            over_tcp = stream.receive()
        self.assert_rcode(over_tcp, FORMERR)
        if over_udp is not None:
            self.assert_rcode(over_udp, FORMERR)


class Chaos(OwnDaemonTest):
    def test_case_029_identity_when_configured(self):
        resolver = self.own_daemon(self.world.config(
            answers={"identity": "one", "version": "godwit", "nsid": "lab"}))
        for name, text in (("id.server", "one"), ("hostname.bind", "one"),
                           ("version.bind", "godwit"), ("version.server", "godwit")):
            wire = self.client.udp(query(name, 16, qclass=3))
            if rcode(wire) == REFUSED and name in ("hostname.bind", "version.server"):
                continue
            self.assertIn('"%s"' % text, str(parse(wire).answer[0]))
        wire = self.client.udp(edns_query(GOOD, opt(options=option(3))))
        self.assertIn(option(3, b"lab"), wire)
        resolver.stop()


class Counting(OwnDaemonTest):
    def test_every_query_is_counted_once(self):
        """received = answered + dropped, to the query, over everything a client can send."""
        resolver = self.own_daemon()
        self.client.ask(GOOD)
        before = resolver.counters()
        sent_udp = [query(GOOD), query("nothing.inzone.com"), query("www.missing.com"),
                    header(qd=0), query(GOOD, flags=0), query(GOOD, qclass=3), query(GOOD, 255),
                    query(GOOD, flags=0x8180), b"", b"\x12", query(GOOD)[:11], query(GOOD)[:20],
                    query(GOOD) + b"\0", edns_query(GOOD, opt(version=7))]
        for wire in sent_udp:
            self.client.udp(wire, timeout=6 if wire == query("www.missing.com") else 0.3)
        with self.client.tcp() as stream:
            stream.send(query(GOOD, id=1), header(qd=0), query(GOOD, flags=0x8180))
            self.assertIsNotNone(stream.receive())
            self.assertIsNotNone(stream.receive())
        time.sleep(0.3)
        after = resolver.counters()
        grown = {key: after[key] - before.get(key, 0) for key in after}
        self.assertEqual(grown["queries-received"],
                         grown["queries-answered"] + grown["queries-dropped"])
        self.assertGreaterEqual(grown["queries-received"], len(sent_udp) - 1 + 2)
        self.assertLessEqual(grown["queries-received"], len(sent_udp) + 3)
        self.assertGreaterEqual(grown["queries-dropped"], 4)
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
