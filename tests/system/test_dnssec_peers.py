"""godwit beside Unbound and Knot Resolver on the signed Internet: the same RCODE and AD for every
question, or a difference of a kind that DIFFERENCES explains.

GODWIT_DNSSEC_QUESTIONS is how many questions are asked (2000), GODWIT_DNSSEC_SEED from which seed.
"""

import collections
import os
import socket
import unittest

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

import signed_questions
from signed_world import PORTS, SignedTest

QUESTIONS = int(os.environ.get("GODWIT_DNSSEC_QUESTIONS", "2000"))
SEED = int(os.environ.get("GODWIT_DNSSEC_SEED", "1"))
PATIENCE_SECONDS = 8
# Share of the questions that a peer alone may fail.
ALONE_MAX = 0.002
SHOWN = 8

SERVFAIL = dns.rcode.SERVFAIL
Outcome = collections.namedtuple("Outcome", "rcode ad")


def iterations_met(question, zones):
    return [zone.nsec3[0] for zone in signed_questions.zones_met(question, zones) if zone.nsec3]


def same_but_for(name, results):
    return len({result for other, result in results.items() if other != name}) == 1


def iterations_over_50(question, zones, results):
    """Up to 150 iterations Unbound validates all the same; godwit (RFC 9276 §3.2) takes what they
    deny for unsigned, and Knot Resolver everything in such a zone."""
    return (any(count > 50 for count in iterations_met(question, zones)) and
            len({result.rcode for result in results.values()}) == 1 and
            (results["unbound"].ad or not results["godwit"].ad))


def iterations_over_150(question, zones, results):
    """godwit fails what is denied with more than 150 iterations; the others take it for
    unsigned."""
    return (any(count > 150 for count in iterations_met(question, zones)) and
            results["godwit"] == (SERVFAIL, False))


def sha1_beside_sha256(question, zones, results):
    """Unbound tries a DS record with SHA-1 where the one with SHA-256 does not fit; RFC 4509 §3
    says to ignore it."""
    return (any(zone.name == "wrong-sha256.odd"
                for zone in signed_questions.zones_met(question, zones)) and
            results["godwit"] == (SERVFAIL, False) and same_but_for("unbound", results))


def nsec_asked_for(question, _, __):
    """An NSEC record stands beside a CNAME (RFC 4035 §2.5) and at a wildcard: some servers and
    resolvers look for it there, some follow the alias, and with NSEC3 some say that there is
    none."""
    return question.rdtype == "NSEC" and (question.is_at_alias() or "wild" in question.below)


def alias_asked_for_itself(question, _, results):
    """Asked for the CNAME or DNAME of a name below a DNAME or of an alias to nothing, Unbound fails
    or goes on to the alias's end."""
    return (question.rdtype in ("CNAME", "DNAME") and question.is_at_alias() and
            results["godwit"].rcode == results["kresd"].rcode)


def knot_resolver_alone(_, __, results):
    """Knot Resolver fails a question in a thousand; in another order it answers them."""
    return results["kresd"] == (SERVFAIL, False) and same_but_for("kresd", results)


DIFFERENCES = [iterations_over_50, iterations_over_150, sha1_beside_sha256, nsec_asked_for,
               alias_asked_for_itself, knot_resolver_alone]


def outcome(question, wire):
    """With CD some mark as secure what is known to be, and others nothing: not compared."""
    if wire is None:
        return None
    ad = not question.cd and bool(wire[3] & 0x20)
    return Outcome(wire[3] & 15, ad)


def data(wire):
    """The records of the answer section, signatures and TTLs aside; None: truncated."""
    try:
        message = dns.message.from_wire(wire)
    except dns.exception.DNSException as error:
        return repr(error)
    if message.flags & dns.flags.TC:
        return None
    return {(rrset.name.canonicalize(), rrset.rdtype, rdata.to_digestable())
            for rrset in message.answer if rrset.rdtype != dns.rdatatype.RRSIG for rdata in rrset}


class Peers(SignedTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.start_peers()
        cls.sockets = {}
        for name in PORTS:
            asking = cls.world.client(name)
            cls.sockets[name] = asking.socket(socket.SOCK_DGRAM)
            cls.sockets[name].connect((asking.server, asking.port))
            cls.sockets[name].settimeout(PATIENCE_SECONDS)

    @classmethod
    def tearDownClass(cls):
        for sock in cls.sockets.values():
            sock.close()
        super().tearDownClass()

    def ask(self, name, question):
        wire = question.message().to_wire()
        sock = self.sockets[name]
        sock.send(wire)
        try:
            while True:
                received = sock.recv(65535)
                if received[:2] == wire[:2]:
                    return received
        except OSError:
            return None

    def explanation(self, question, results):
        for difference in DIFFERENCES:
            if difference(question, self.world.zones, results):
                return difference.__name__
        return None

    def test_same_answers(self):
        explained = collections.Counter()
        unexplained = collections.defaultdict(list)
        total = collections.Counter()
        for question in signed_questions.questions(self.world.zones, QUESTIONS, SEED):
            wires = {name: self.ask(name, question) for name in PORTS}
            results = {name: outcome(question, wire) for name, wire in wires.items()}
            self.assertIsNotNone(results["godwit"], "no answer to %s" % question)
            total[results["godwit"]] += 1
            seen = tuple(results.values())
            if len(set(seen)) != 1:
                kind = self.explanation(question, results)
                if kind:
                    explained[kind] += 1
                else:
                    unexplained[seen].append(question)
            elif results["godwit"].rcode == 0 and question.rdtype != "NSEC" and not (
                    question.is_at_alias() and question.rdtype in ("CNAME", "DNAME")):
                ours, theirs = data(wires["godwit"]), data(wires["unbound"])
                if ours != theirs and None not in (ours, theirs):
                    unexplained["other data than Unbound's"].append(question)
        print("%d questions, %s; differences %s" % (
            QUESTIONS, ", ".join("%d %s%s" % (count, dns.rcode.to_text(result.rcode),
                                              "+AD" if result.ad else "")
                                 for result, count in total.most_common()), dict(explained)))
        self.assertFalse(unexplained, "\n" + "\n".join(
            "%d times %s: %s" % (len(found), seen, "; ".join(map(str, found[:SHOWN])))
            for seen, found in unexplained.items()))
        self.assertLessEqual(explained["knot_resolver_alone"], max(2, QUESTIONS * ALONE_MAX))
        for result in (Outcome(0, True), Outcome(0, False), Outcome(3, True), Outcome(3, False),
                       Outcome(SERVFAIL, False)):
            self.assertGreater(total[result], QUESTIONS / 50, result)


if __name__ == "__main__":
    unittest.main()
