"""Responses that are not the answer to an outstanding question, by number: cases 59 to 70.

The forger is the strongest there is: it knows the port, the id and the case of the letters, and
is wrong in the one property under test. The true answer comes 60 ms later and must be the one
that counts.
"""

import concurrent.futures
import struct
import time
import unittest

import dns.rcode

import client
from actor import Send, record, reply, soa
from client import SERVFAIL, addresses, option
from test_malformed_responses import FORGED, FORGED_RDATA, QNAME, TRUE, Responses, truth

LATER = 0.06
FIRST_OTHER_ADDRESS = "10.53.10.1"


def forgery(query, **wrong):
    return reply(query, ["%s 300 IN A %s" % (query.name, FORGED)], **wrong)


class Matching(Responses):
    def assert_ignored(self, *forgeries, over_tcp=None, seconds=3):
        """Forgeries first, the truth after: the truth is what this and later clients get."""
        def behave(query):
            if query.tcp:
                return truth(query)
            wrong = [made(query) for made in forgeries]
            return [w if isinstance(w, Send) else Send(w) for w in wrong] + \
                [Send(truth(query), delay=LATER)]
        actor = self.actor(behave)
        began = time.monotonic()
        for _ in range(2):
            response = self.ask(actor.name())
            self.assertEqual(addresses(response), [TRUE], response)
        self.assertLess(time.monotonic() - began, seconds)
        self.assert_no_storm(actor, most=8)
        if over_tcp is not None:
            self.assertEqual(bool(actor.queries("tcp")), over_tcp)
        return actor

    def test_case_059_wrong_id(self):
        self.assert_ignored(lambda q: forgery(q, id=q.id ^ 1), over_tcp=True)

    def test_case_060_wrong_port(self):
        self.assert_ignored(lambda q: Send(forgery(q), port=5300))

    def test_case_060_wrong_address(self):
        self.assert_ignored(lambda q: Send(forgery(q), address=FIRST_OTHER_ADDRESS, port=53))

    def test_case_061_other_questions(self):
        def asked(query, name=None, rdtype=1, rdclass=1):
            return client.question(name or str(query.name), rdtype, rdclass)
        self.assert_ignored(lambda q: forgery(q, question=asked(q, "x" + str(q.name))))
        self.assert_ignored(lambda q: forgery(q, question=asked(q, rdtype=28)))
        self.assert_ignored(lambda q: forgery(q, question=asked(q, rdclass=3)))

    def test_case_061_counts_of_questions(self):
        self.assert_ignored(lambda q: forgery(q, question=b""))
        self.assert_ignored(lambda q: reply(q, question=b"", edns=False))
        self.assert_ignored(lambda q: forgery(q, question=q.question_wire * 2,
                                              counts=(2, None, None, None)))
        self.assert_ignored(lambda q: forgery(q, counts=(0, None, None, None)))

    def test_case_061_error_of_a_header_alone(self):
        for rcode in (1, 4, 5):
            with self.subTest(rcode=rcode):
                self.assert_ignored(lambda q, r=rcode: reply(q, question=b"", rcode=r, edns=False))

    def test_case_062_case_of_the_letters(self):
        def other_case(query):
            return bytes(o ^ 0x20 if 65 <= o & 0xdf <= 90 else o for o in query.question_wire)
        self.assert_ignored(lambda q: forgery(q, question=other_case(q)), over_tcp=True)

    def test_case_063_queries_and_other_opcodes(self):
        self.assert_ignored(lambda q: forgery(q, flags=0x0400))
        self.assert_ignored(lambda q: forgery(q, flags=0x8400 | 5 << 11))
        self.assert_ignored(lambda q: q.wire)
        self.assert_ignored(lambda q: b"", lambda q: q.wire[:3], lambda q: q.wire[:11])

    def test_case_064_twice_and_too_late(self):
        actor = self.actor(lambda q: [Send(truth(q)), Send(forgery(q), delay=0.2),
                                      Send(forgery(q), delay=0.4)])
        self.assertEqual(addresses(self.ask(actor.name())), [TRUE])
        time.sleep(0.6)
        self.assertEqual(addresses(self.ask(actor.name())), [TRUE])

    def test_case_064_after_the_time_out(self):
        actor = self.actor(lambda q: Send(forgery(q), delay=3) if q.count == 0 and not q.tcp
                           else truth(q))
        self.assertEqual(addresses(self.ask(actor.name())), [TRUE])
        time.sleep(2.5)
        self.assertEqual(addresses(self.ask(actor.name())), [TRUE])

    def test_case_065_truncated_with_content(self):
        whole = [lambda q: forgery(q, flags=0x8600),
                 lambda q: forgery(q, flags=0x8600)[:-3],
                 lambda q: reply(q, flags=0x8600)]
        for truncated in whole:
            actor = self.actor(lambda q, t=truncated: truth(q) if q.tcp else t(q))
            self.assertEqual(addresses(self.ask(actor.name())), [TRUE])
            self.assertTrue(actor.queries("tcp"))

    def test_case_065_truncated_and_no_tcp(self):
        actor = self.actor(lambda q: forgery(q, flags=0x8600))
        actor.stop_listening()
        response = self.ask(actor.name())
        self.assertEqual((response.rcode(), addresses(response)), (SERVFAIL, []))
        self.assert_no_storm(actor)

    def test_case_066_truncated_over_tcp(self):
        self.assert_unusable(lambda q: forgery(q, flags=0x8600))

    def test_case_067_larger_than_asked_for(self):
        for octets in (1300, 4500, 30000):
            def behave(query, octets=octets):
                padding = record(b"\0", 65280, b"p" * octets)
                return reply(query, ["%s 300 IN A %s" % (query.name, TRUE)], additional=[padding])
            with self.subTest(octets=octets):
                self.assert_answered(behave)

    def test_case_068_every_rcode(self):
        def behave(query):
            code = int(query.labels[0][2:])
            extended = b"\0" + struct.pack("!HHBBHH", 41, 1232, code >> 4, 0, 0, 0)
            return reply(query, rcode=code & 15, additional=[extended] if query.edns else [],
                         edns=False)
        codes = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 20, 21, 22, 23, 4095]
        actors = {code: self.actor(behave) for code in codes}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda c: self.ask(actors[c].name("rc%d" % c)), codes)
            for code, response in zip(codes, answers):
                with self.subTest(rcode=code):
                    # BADVERS without EDNS, as it is asked the second time, is a plain NOERROR.
                    self.assertIn(response.rcode(), (SERVFAIL, 0) if code == 16 else (SERVFAIL,))
                    self.assertEqual(response.answer, [])
                    self.assert_no_storm(actors[code])

    def test_case_069_cookie_that_is_missing(self):
        def with_cookie(query, answer, server=b"SERVERCK", client_part=None):
            sent = [o.data for o in query.message.options if o.otype == 10]
            if not sent:
                return reply(query, [answer])
            part = sent[0][:8] if client_part is None else client_part
            return reply(query, [answer], edns=False,
                         additional=[client.opt(options=option(10, part + server))])

        def behave(query):
            right = "%s 300 IN A %s" % (query.name, TRUE)
            false = "%s 300 IN A %s" % (query.name, FORGED)
            if query.tcp or query.labels[0] == "first":
                return with_cookie(query, right)
            wrong = with_cookie(query, false, client_part=b"XXXXXXXX") \
                if query.labels[0] == "wrong" else reply(query, [false])
            return [Send(wrong), Send(with_cookie(query, right), delay=LATER)]
        actor = self.actor(behave)
        self.assertEqual(addresses(self.ask(actor.name("first"))), [TRUE])
        sent = [o for o in actor.queries()[-1].message.options if o.otype == 10]
        self.assertTrue(sent, "no cookie was sent")
        for label in ("missing", "wrong"):
            self.assertEqual(addresses(self.ask(actor.name(label))), [TRUE])

    def test_case_070_name_error_with_an_answer(self):
        actor = self.actor()
        actor.behave = lambda q: reply(q, ["else.%s. 300 IN A %s" % (actor.zone, FORGED)],
                                       authority=[soa(actor.zone)], rcode=3)
        response = self.ask(actor.name())
        self.assertIn(response.rcode(), (dns.rcode.NXDOMAIN, SERVFAIL))
        self.assertEqual(addresses(response), [])

    def test_case_070_referral_and_denial_in_one(self):
        actor = self.actor()
        actor.behave = lambda q: reply(
            q, authority=[soa(actor.zone), "sub.%s. 300 IN NS ns.sub.%s." % ((actor.zone,) * 2)],
            additional=["ns.sub.%s. 300 IN A %s" % (actor.zone, FORGED)], flags=0x8000)
        response = self.ask(actor.name("www.sub"))
        self.assertIn(response.rcode(), (0, SERVFAIL))
        self.assertEqual(addresses(response), [])

    def test_case_070_referrals_upward_and_sideways(self):
        for cut in (".", "net.", "inzone.com."):
            actor = self.actor(lambda q, c=cut: reply(
                q, authority=["%s 300 IN NS ns.evil.%s" % (c, c.lstrip("."))],
                additional=["ns.evil.%s 300 IN A 10.53.10.66" % c.lstrip(".")], flags=0x8000))
            response = self.ask(actor.name())
            self.assertEqual(response.rcode(), SERVFAIL)
            self.assert_no_storm(actor)
        self.assertEqual(addresses(self.ask("www.inzone.com")), ["198.18.1.1"])
        self.assertEqual(addresses(self.ask("mail.inzone.com")), ["198.18.1.25"])

    def test_case_070_referral_to_itself(self):
        actor = self.actor()
        actor.behave = lambda q: reply(
            q, authority=["%s. 300 IN NS ns.%s." % ((actor.zone,) * 2)], flags=0x8000)
        self.assertEqual(self.ask(actor.name()).rcode(), SERVFAIL)
        self.assert_no_storm(actor)

    def test_forged_record_of_the_wrong_kind(self):
        self.assert_ignored(lambda q: reply(q, [record(QNAME, 1, FORGED_RDATA)], id=q.id ^ 0x8000))


if __name__ == "__main__":
    unittest.main()
