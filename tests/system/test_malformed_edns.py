"""Malformed and hostile EDNS in queries, by number: cases 31 to 44."""

import struct
import unittest

from client import (BADVERS, FORMERR, addresses, edns_query, header, opt, option, parse, query,
                    question)
from test_malformed_questions import GOOD, Malformed

NSID, ECS, COOKIE, KEEPALIVE, PADDING = 3, 8, 10, 11, 12


def options_of(wire):
    return [(o.otype, getattr(o, "data", b"")) for o in parse(wire).options]


class Edns(Malformed):
    def assert_good(self, wire):
        for answer in self.ask_raw(wire):
            self.assertEqual(addresses(parse(answer)), ["198.18.1.1"])

    def test_case_031_two_opt(self):
        self.assert_both(header(ar=2) + question(GOOD) + opt() + opt(), FORMERR)

    def test_case_032_opt_in_answer_or_authority(self):
        for field in ("an", "ns"):
            self.assert_both(header(**{field: 1}) + question(GOOD) + opt(), FORMERR)

    def test_case_033_opt_with_an_owner(self):
        for owner in (b"\x01a\0", b"\xc0\x0c"):
            self.assert_both(edns_query(GOOD, opt(owner=owner)), FORMERR)

    def test_case_034_versions_to_come(self):
        for version in (1, 2, 255):
            for wire in self.ask_raw(edns_query(GOOD, opt(version=version))):
                answer = parse(wire)
                self.assertEqual(answer.rcode(), BADVERS)
                self.assertEqual(answer.edns, 0)
                self.assertEqual(answer.answer, [])

    def test_case_035_payload_sizes(self):
        for size, most in ((0, 512), (1, 512), (511, 512), (512, 512), (1000, 1000),
                           (1232, 1232), (4096, 1232), (65535, 1232)):
            with self.subTest(size=size):
                wire = self.client.udp(edns_query("over1232.inzone.com", opt(size), qtype=16))
                self.assertLessEqual(len(wire), most)
                self.assertTrue(wire[2] & 2, "TC")
        wire = self.client.udp(query("over1232.inzone.com", 16))
        self.assertLessEqual(len(wire), 512)

    def test_case_036_lengths_past_the_end(self):
        beyond_rdata = opt(options=option(65001, b"abc", length=4))
        beyond_packet = opt(options=option(65001, b"abc"), rdlength=8)
        half_an_option = opt(options=b"\xfd\xe9\0")
        for record in (beyond_rdata, beyond_packet, half_an_option, opt()[:-1], opt()[:5]):
            self.assert_both(edns_query(GOOD, record), FORMERR)

    def test_case_037_many_options(self):
        few = opt(options=option(65001, b"x") * 32)
        for wire in self.ask_raw(edns_query(GOOD, few)):
            self.assertEqual(addresses(parse(wire)), ["198.18.1.1"])
            self.assertNotIn(65001, [code for code, _ in options_of(wire)])
        self.assert_both(edns_query(GOOD, opt(options=option(65001) * 33)), FORMERR)
        self.assert_both(edns_query(GOOD, opt(options=option(65001, b"xyz") * 100)), FORMERR)
        with self.client.tcp() as stream:
            stream.send(edns_query(GOOD, opt(options=option(65001) * 16000)))
            self.assert_rcode(stream.receive(), FORMERR)

    def test_case_038_options_given_three_times(self):
        for code, data in ((COOKIE, b"12345678"), (NSID, b""), (PADDING, b"\0" * 40),
                           (KEEPALIVE, b"")):
            with self.subTest(code=code):
                for wire in self.ask_raw(edns_query(GOOD, opt(options=option(code, data) * 3))):
                    self.assertEqual(addresses(parse(wire)), ["198.18.1.1"])
                    self.assertLessEqual([c for c, _ in options_of(wire)].count(code), 1)

    def test_case_039_lengths_of_cookies(self):
        for length in (0, 1, 7, 9, 12, 15, 41, 100):
            with self.subTest(length=length):
                self.assert_both(edns_query(GOOD, opt(options=option(COOKIE, b"c" * length))),
                                 FORMERR)
        for length in (8, 16, 24, 40):
            with self.subTest(length=length):
                self.assert_good(edns_query(GOOD, opt(options=option(COOKIE, b"c" * length))))

    def cookie_of(self, wire):
        return dict(options_of(wire))[COOKIE]

    def test_case_040_wrong_server_cookie(self):
        wrong = b"ABCDEFGH" + b"\1\0\0\0" + b"\0" * 12
        for wire in self.ask_raw(edns_query(GOOD, opt(options=option(COOKIE, wrong)))):
            cookie = self.cookie_of(wire)
            self.assertEqual(cookie[:8], b"ABCDEFGH")
            self.assertNotEqual(cookie, wrong)
            self.assertEqual(addresses(parse(wire)), ["198.18.1.1"])

    def test_case_041_server_cookie_with_another_time(self):
        """The windows are tested where the clock is an argument; here: it is authenticated."""
        first = self.cookie_of(self.client.udp(
            edns_query(GOOD, opt(options=option(COOKIE, b"ABCDEFGH")))))
        self.assertEqual(len(first), 24)
        again = self.client.udp(edns_query(GOOD, opt(options=option(COOKIE, first))))
        self.assertEqual(self.cookie_of(again)[:8], b"ABCDEFGH")
        stamp = struct.unpack("!I", first[12:16])[0]
        for shift in (-7200, 7200):
            moved = first[:12] + struct.pack("!I", stamp + shift) + first[16:]
            wire = self.client.udp(edns_query(GOOD, opt(options=option(COOKIE, moved))))
            self.assertNotEqual(self.cookie_of(wire), moved)
            self.assertEqual(addresses(parse(wire)), ["198.18.1.1"])

    def test_case_042_client_subnet(self):
        forms = [struct.pack("!HBB", 0, 0, 0), struct.pack("!HBB", 3, 8, 0) + b"\1",
                 struct.pack("!HBB", 1, 33, 0) + b"\1" * 5,
                 struct.pack("!HBB", 2, 129, 0) + b"\1" * 17,
                 struct.pack("!HBB", 1, 20, 0) + b"\xc6\x12\xff", struct.pack("!HBB", 1, 24, 0),
                 struct.pack("!HBB", 1, 24, 0) + b"\xc6\x12\x01", b"", b"\0"]
        for form in forms:
            for wire in self.ask_raw(edns_query(GOOD, opt(options=option(ECS, form)))):
                self.assert_rcode(wire, 0, FORMERR)
                self.assertNotIn(ECS, [code for code, _ in options_of(wire)])

    def test_case_042_client_subnet_goes_no_further(self):
        seen = self.actor()
        subnet = option(ECS, struct.pack("!HBB", 1, 24, 0) + b"\xc6\x12\x01")
        self.client.udp(edns_query(seen.name(), opt(options=subnet)), timeout=0.5)
        self.assertTrue(seen.queries())
        for upstream in seen.queries():
            self.assertNotIn(ECS, [o.otype for o in upstream.message.options])

    def test_case_043_keepalive_with_a_body(self):
        wire = edns_query(GOOD, opt(options=option(KEEPALIVE, b"\0\x64")))
        over_udp, over_tcp = self.ask_raw(wire)
        self.assertEqual(addresses(parse(over_udp)), ["198.18.1.1"])
        self.assertNotIn(KEEPALIVE, [code for code, _ in options_of(over_udp)])
        self.assert_rcode(over_tcp, 0, FORMERR)

    def test_case_044_do_and_unknown_flags(self):
        for flags in (0x8000, 0xffff, 0x7fff):
            for wire in self.ask_raw(edns_query(GOOD, opt(flags=flags))):
                answer = parse(wire)
                self.assertEqual(addresses(answer), ["198.18.1.1"])
                self.assertEqual(answer.ednsflags & 0xffff, flags & 0x8000)


if __name__ == "__main__":
    unittest.main()
