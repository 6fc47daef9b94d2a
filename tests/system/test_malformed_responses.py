"""Malformed and hostile records in responses, by number: cases 17 to 22 from upstream and 45 to 58.

The server of a delegated zone is played by the test (actor.py). What it sends must never reach a
client, a later question, or another zone; the question fails or is answered right, and the
resolver lives.
"""

import struct
import time
import unittest

import dns.rcode
import dns.rdatatype

from actor import record, reply, soa
from client import SERVFAIL, addresses, query, wire_name
from world import SystemTest

TRUE, FORGED = "198.18.9.9", "6.6.6.6"
FORGED_RDATA = bytes([6, 6, 6, 6])
QNAME = b"\xc0\x0c"  # a pointer to the question's name


def truth(query):
    return reply(query, ["%s 300 IN A %s" % (query.name, TRUE)])


class Responses(SystemTest):
    """Servers that lie. `assert_unusable` is for one that sends nothing else."""

    def ask(self, name, rdtype="A", **options):
        return self.client.ask(name, rdtype, **options)

    def assert_unusable(self, behave, rdtype="A", rcodes=(SERVFAIL,), name=None):
        liar = self.actor(behave)
        response = self.ask(name or liar.name(), rdtype)
        self.assertIn(response.rcode(), rcodes, response)
        asked = dns.rdatatype.from_text(rdtype)
        self.assertEqual([r for r in response.answer if r.rdtype == asked], [], response)
        self.assert_no_storm(liar)
        return response

    def assert_no_storm(self, actor, most=16):
        self.assertLessEqual(len(actor.queries()), most, "a storm of queries")

    def assert_records_rejected(self, rdtype, rdata_list, rcodes=(SERVFAIL,)):
        number = dns.rdatatype.from_text(rdtype)
        for rdata in rdata_list:
            with self.subTest(rdtype=rdtype, rdata=rdata.hex()):
                self.assert_unusable(
                    lambda q, rdata=rdata: reply(q, [record(QNAME, number, rdata)]), rdtype, rcodes)

    def assert_answered(self, behave, expected=(TRUE,), rdtype="A"):
        honest = self.actor(behave)
        response = self.ask(honest.name(), rdtype)
        self.assertEqual(response.rcode(), 0, response)
        self.assertEqual(addresses(response), sorted(expected))
        return response


class Names(Responses):
    def owner_after(self, hops):
        """A record whose owner is a chain of so many pointers, which another record carries."""
        def behave(query):
            start = 12 + len(query.question_wire) + len(QNAME) + 10
            chain = QNAME + b"".join(struct.pack("!H", 0xc000 | start + 2 * n)
                                     for n in range(hops - 2))
            last = struct.pack("!H", 0xc000 | start + len(chain) - 2)
            return reply(query, [record(QNAME, 65280, chain), record(last, 1, b"\xc6\x12\x09\x09")])
        return behave

    def test_case_017_chains_of_pointers(self):
        for hops in (2, 63, 64):
            with self.subTest(hops=hops):
                self.assert_answered(self.owner_after(hops))
        for hops in (65, 66, 127):
            with self.subTest(hops=hops):
                self.assert_unusable(self.owner_after(hops))

    def test_case_018_pointers_that_lead_nowhere(self):
        for owner in (b"\xc0\x00", b"\xc0\x02", b"\xff\xff", b"\xc3\xe8", b"\x01a\xc0\xff"):
            with self.subTest(owner=owner.hex()):
                self.assert_unusable(lambda q, o=owner: reply(q, [record(o, 1, FORGED_RDATA)]))

    def test_case_019_label_types(self):
        for octet in (0x40, 0x7f, 0x80, 0xbf):
            owner = bytes([octet]) + b"a" * 63 + b"\0"
            self.assert_unusable(lambda q, o=owner: reply(q, [record(o, 1, FORGED_RDATA)]))

    def test_case_021_alias_to_a_name_of_256_octets(self):
        target = (b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"b" * 62 + b"\0"
        self.assertEqual(len(target), 256)
        self.assert_unusable(lambda q: reply(q, [record(QNAME, 5, target)]), "A")
        # The same through a pointer: short on the wire, too long as a name.
        prefix = (b"\x3f" + b"a" * 63) * 3 + b"\x32" + b"b" * 50
        self.assert_unusable(lambda q: reply(q, [record(QNAME, 5, prefix + QNAME)]), "A")

    def test_case_021_dname_that_makes_too_long_a_name(self):
        label = b"\x3f" + b"a" * 63
        actor = self.actor()
        long_target = label * 3 + b"\x1e" + b"c" * 30 + b"\x04wild\x06inzone\x03com\0"
        actor.behave = lambda q: reply(q, [record(wire_name("d." + actor.zone), 39, long_target)])
        response = self.ask("%s.d.%s" % ("x" * 40, actor.zone))
        self.assertIn(response.rcode(), (dns.rcode.YXDOMAIN, SERVFAIL))
        self.assert_no_storm(actor)


class Records(Responses):
    def test_case_045_rdlength_past_the_end(self):
        for length in (5, 100, 65535):
            for counts in (None, (None, 2, None, None)):
                self.assert_unusable(lambda q, n=length, c=counts: reply(
                    q, [record(QNAME, 1, FORGED_RDATA, rdlength=n)], edns=False, counts=c))
        self.assert_unusable(lambda q: reply(q, [record(QNAME, 1, FORGED_RDATA)],
                                             counts=(None, 3, None, None), edns=False))
        self.assert_unusable(lambda q: reply(q, [record(QNAME, 1, FORGED_RDATA)[:-1]], edns=False))

    def test_case_045_junk_after_the_message(self):
        self.assert_unusable(lambda q: reply(q, [record(QNAME, 1, FORGED_RDATA)], extra=b"junk"),
                             rcodes=(SERVFAIL, 0))

    def test_case_046_lengths_of_rdata(self):
        self.assert_records_rejected("A", [b"\6" * n for n in (0, 3, 5)])
        self.assert_records_rejected("AAAA", [b"\6" * n for n in (0, 15, 17)])
        self.assert_records_rejected("MX", [b"", b"\0", b"\0\x0a"])
        whole = wire_name("ns.x.") + wire_name("h.x.") + struct.pack("!5I", 1, 2, 3, 4, 5)
        self.assert_records_rejected("SOA", [whole[:-1], whole + b"\0"])

    def test_case_047_pointers_within_rdata(self):
        """A pointer in the RDATA of a newer type is refused or resolved, and never handed on."""
        for rdtype, head, tail in (("SRV", struct.pack("!3H", 1, 2, 3), b""),
                                   ("NSEC", b"", b"\0\1\x40")):
            number = dns.rdatatype.from_text(rdtype)
            actor = self.actor(lambda q, n=number, h=head, t=tail: reply(
                q, [record(QNAME, n, h + QNAME + t)]))
            response = self.ask(actor.name(), rdtype)
            if response.rcode() == SERVFAIL:
                continue
            self.assertIn(actor.zone, str(response.answer[0]).split(rdtype, 1)[1].lower())

    def test_case_047_unknown_type_is_opaque(self):
        actor = self.actor(lambda q: reply(q, [record(QNAME, 65280, b"\xc0\x0c\xff")]))
        self.assertIn("c00cff", str(self.ask(actor.name(), "TYPE65280").answer[0]))

    def test_case_048_name_that_ends_beyond_its_rdata(self):
        alias = wire_name("www.inzone.com")
        self.assert_unusable(lambda q: reply(
            q, [record(QNAME, 5, alias, rdlength=len(alias) - 3)], edns=False), "CNAME")
        self.assert_records_rejected("CNAME", [alias[:-3], alias + b"\0", b""])
        self.assert_records_rejected("PTR", [alias[:-1], alias + alias])
        self.assert_records_rejected("MX", [b"\0\x0a" + alias[:-1]])

    def test_case_049_texts(self):
        self.assert_records_rejected("TXT", [b"", b"\x05abc", b"\x03abc\x02a", b"\xff"])

    def test_case_050_bitmaps_of_nsec(self):
        name = wire_name("next.x.")
        self.assert_records_rejected("NSEC", [
            name + b"\0\0", name + b"\0\x21" + b"\xff" * 33, name + b"\1\1\x40\0\1\x40",
            name + b"\0\1\x40\0\1\x40", name + b"\0\4\x40", name[:-1]])

    def test_case_051_service_parameters(self):
        def key(number, value):
            return struct.pack("!2H", number, len(value)) + value
        head = struct.pack("!H", 1) + b"\0"
        good = key(1, b"\x02h2")
        self.assert_records_rejected("HTTPS", [
            head + key(4, b"\1\2\3\4") + good, head + good + good, head + key(1, b""),
            head + key(1, b"\0"), head + key(0, b"\0\0") + good, head + key(4, b"\1\2\3"),
            head + key(6, b"\1" * 15), head + key(4, b""), head + good[:-1], head + good + b"\0",
            head[:2]])

    def test_case_052_keys_and_digests(self):
        """Without validation a key is only data; too short to be one, it is refused."""
        self.assert_records_rejected("DNSKEY", [b"", b"\1", b"\1\0", b"\1\0\3"])
        self.assert_records_rejected("DS", [b"", b"\0\1", b"\0\1\x08"])
        for rdtype, rdata in (("DNSKEY", b"\1\0\4\x08abcd"), ("DNSKEY", b"\1\0\3\x08\0\0"),
                              ("DS", b"\0\1\x08\2short")):
            number = dns.rdatatype.from_text(rdtype)
            actor = self.actor(lambda q, n=number, r=rdata: reply(q, [record(QNAME, n, r)]))
            # As bytes: dnspython does not read a digest of a wrong length.
            self.assert_rcode(self.client.udp(query(actor.name(), number)), 0, SERVFAIL)

    def test_case_053_odd_signatures_beside_an_answer(self):
        def signature(covered=1, labels=3, inception=0, expiration=2 ** 31 - 1, signer=b"\0"):
            return struct.pack("!HBBIIIH", covered, 8, labels, 300, expiration, inception, 7) + \
                signer + b"s" * 64
        for rdata in (signature(labels=9), signature(covered=255), signature(covered=46),
                      signature(signer=wire_name("inzone.com")),
                      signature(inception=100, expiration=50)):
            response = self.assert_answered(lambda q, r=rdata: reply(
                q, ["%s 300 IN A %s" % (q.name, TRUE), record(QNAME, 46, r)]))
            self.assertEqual([r.rdtype for r in response.answer], [dns.rdatatype.A])

    def test_case_054_records_of_another_class(self):
        for rdclass in (3, 254, 255, 0, 65535):
            self.assert_unusable(lambda q, c=rdclass: reply(
                q, [record(QNAME, 1, FORGED_RDATA, rdclass=c)]), rcodes=(SERVFAIL, 0))

    def test_case_055_times_to_live(self):
        response = self.assert_answered(lambda q: reply(
            q, [record(QNAME, 1, b"\xc6\x12\x09\x09", ttl=0x80000001)]))
        self.assertLessEqual(response.answer[0].ttl, 86400)
        response = self.assert_answered(lambda q: reply(
            q, [record(QNAME, 1, b"\xc6\x12\x09\x09", ttl=0x7fffffff)]))
        self.assertLessEqual(response.answer[0].ttl, 86400)
        response = self.assert_answered(
            lambda q: reply(q, [record(QNAME, 1, b"\xc6\x12\x09\x09", ttl=3000),
                                record(QNAME, 1, b"\xc6\x12\x09\x0a", ttl=30)]),
            expected=(TRUE, "198.18.9.10"))
        self.assertLessEqual(response.answer[0].ttl, 30)

    def test_case_056_many_times_the_same(self):
        """One is left of up to 2048; beyond that the response is not taken apart."""
        def repeated(count):
            def behave(query):
                if not query.tcp:
                    return reply(query, flags=0x8600)
                return reply(query, [record(QNAME, 1, b"\xc6\x12\x09\x09")] * count)
            return behave
        for count in (100, 128, 129, 1000, 2048):
            with self.subTest(count=count):
                began = time.monotonic()
                response = self.assert_answered(repeated(count))
                self.assertEqual(sum(len(rrset) for rrset in response.answer), 1, response)
                self.assertLess(time.monotonic() - began, 1)
        for count in (2049, 4000):
            with self.subTest(count=count):
                self.assert_unusable(repeated(count))

    def test_case_056_two_of_what_there_is_one(self):
        one, other = wire_name("www.inzone.com"), wire_name("mail.inzone.com")
        two = self.actor(lambda q: reply(q, [record(QNAME, 5, one), record(QNAME, 5, other)]))
        response = self.ask(two.name())
        aliases = [r for r in response.answer if r.rdtype == dns.rdatatype.CNAME]
        self.assertTrue(response.rcode() == SERVFAIL or sum(len(r) for r in aliases) == 1, response)
        two_soa = self.actor(lambda q: reply(q, authority=[soa("case-1.net"), soa(two.zone)]))
        self.assertIn(self.ask(two_soa.name()).rcode(), (0, SERVFAIL))

    def test_case_057_alias_and_address_of_one_owner(self):
        actor = self.actor(lambda q: reply(
            q, [record(QNAME, 5, wire_name("www.inzone.com")), record(QNAME, 1, FORGED_RDATA)]))
        response = self.ask(actor.name())
        if response.rcode() != SERVFAIL:
            self.assertEqual(addresses(response), ["198.18.1.1"])
        # An alias at the zone's own name.
        apex = self.actor(lambda q: reply(q, [record(QNAME, 5, wire_name("www.inzone.com"))]))
        self.assertIn(addresses(self.ask(apex.zone)), ([], ["198.18.1.1"]))

    def test_case_057_what_follows_an_alias_is_asked_again(self):
        actor = self.actor(lambda q: reply(
            q, [record(QNAME, 5, wire_name("sip.inzone.com")),
                "sip.inzone.com. 300 IN A %s" % FORGED]))
        self.assertEqual(addresses(self.ask(actor.name())), ["198.18.1.60"])
        self.assertEqual(addresses(self.ask("sip.inzone.com")), ["198.18.1.60"])

    def test_case_058_owner_that_was_not_asked_for(self):
        victim = "www.helper.net"
        self.assert_answered(lambda q: reply(
            q, ["%s 300 IN A %s" % (q.name, TRUE), "%s. 300 IN A %s" % (victim, FORGED)],
            authority=["helper.net. 300 IN NS ns.%s" % q.name],
            additional=["%s. 300 IN A %s" % (victim, FORGED),
                        "ns.helper.net. 300 IN A %s" % FORGED]))
        self.assertEqual(addresses(self.ask(victim)), ["198.18.4.1"])
        self.assert_unusable(lambda q: reply(q, ["else.%s 300 IN A %s" % (q.name, FORGED)]),
                             rcodes=(SERVFAIL, 0))

    def test_case_058_address_of_the_zones_own_other_name(self):
        actor = self.actor()

        def behave(query):
            if query.labels[0] == "other":
                return truth(query)
            return reply(query, ["%s 300 IN A %s" % (query.name, TRUE)],
                         additional=["other.%s. 300 IN A %s" % (actor.zone, FORGED)])
        actor.behave = behave
        self.assertEqual(addresses(self.ask(actor.name())), [TRUE])
        self.assertEqual(addresses(self.ask(actor.name("other"))), [TRUE])


if __name__ == "__main__":
    unittest.main()
