"""Validation as others see it: delv and dnspython validate what godwit hands on, dig shows AD and
the reasons of what fails, and what is remembered is what was fetched."""

import ipaddress
import json
import re
import unittest

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

import net
import signed_questions
import zone_signing
from client import addresses, ede_codes
from signed_world import SignedTest
from test_control import CTL

SERVER = "@" + net.RESOLVER4
SAME_QUESTIONS = 1000
ALGORITHMS = (8, 10, 13, 14, 15, 16)


class Asking(SignedTest):
    def ask(self, name, rdtype="A", do=True, ad=False, cd=False, tcp=False):
        message = dns.message.make_query(name, rdtype, use_edns=0 if do else -1, want_dnssec=do)
        message.flags = dns.flags.RD | (ad and dns.flags.AD) | (cd and dns.flags.CD)
        if tcp:
            with self.client.tcp() as stream:
                stream.send(message.to_wire())
                return dns.message.from_wire(stream.receive())
        return dns.message.from_wire(self.client.udp(message.to_wire()))

    def run_tool(self, *command):
        done = self.world.cli.run(command, timeout=60)
        self.assertEqual(done.returncode, 0, "%s: %s%s" % (command, done.stdout, done.stderr))
        return done.stdout


class Delv(Asking):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = [key for key in cls.world.zones["."].keys if key.kind == "ksk"][0]
        flags, protocol, algorithm, *data = str(zone_signing.dnskey_of(root)).split()
        cls.anchors = cls.world.write(
            "delv.keys", 'trust-anchors { . static-key %s %s %s "%s"; };\n' % (
                flags, protocol, algorithm, "".join(data)))

    def delv(self, *words):
        return self.run_tool("delv", SERVER, "-a", self.anchors, "+root=.", *words)

    def test_data_of_every_algorithm_are_fully_validated(self):
        for algorithm in (5, 7) + ALGORITHMS:
            out = self.delv("www.nsec.tld%d" % algorithm)
            self.assertRegex(out, r"^; fully validated\nwww\..*\sA\s+198\.18\.1\.2\n")

    def test_absent_names_and_types_are_fully_validated(self):
        for zone in ("nsec.tld8", "nsec3.tld10", "nsec.tld13", "nsec3.tld13", "nsec3.tld15",
                     "i0.param", "i5.param"):
            for name, rdtype in (("nothing", "A"), ("www", "MX"), ("below.empty", "A"),
                                 ("x.below.empty", "A"), ("w.wild", "MX")):
                out = self.delv(name + "." + zone, rdtype)
                self.assertIn("; negative response, fully validated\n", out, (name, zone))

    def test_wildcards_are_fully_validated(self):
        for zone in ("nsec.tld8", "nsec3.tld13", "nsec3.tld16"):
            for name in ("w.wild", "w.x.wild", "w.wildalias", "w.within"):
                self.assertTrue(self.delv(name + "." + zone).startswith("; fully validated\n"))

    def test_aliases_are_fully_validated(self):
        for name in ("alias", "away", "c0", "www.tree"):
            self.assertIn("; fully validated\n", self.delv(name + ".nsec.tld13"))

    def test_insecure_data_are_unsigned(self):
        for name in ("www.plain.tld8", "www.plain.tld13", "www.u1.optout", "www.plain.unsigned",
                     "www.insec.nsec.tld14", "www.insec.nsec3.tld15"):
            self.assertTrue(self.delv(name).startswith("; unsigned answer\n"), name)

    def test_bogus_data_are_not_had(self):
        for name in ("www.expired.odd", "www.wrong-ds.odd", "www.stripped.odd"):
            done = self.world.cli.run(["delv", SERVER, "-a", self.anchors, "+root=.", name])
            self.assertIn("resolution failed", done.stdout + done.stderr)
            self.assertNotIn("198.18.1.2", done.stdout)


class Dnspython(Asking):
    """dns.dnssec.validate from the anchor down, over what is fetched with CD."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = {}

    def fetch(self, name, rdtype):
        """(the set, its signatures)."""
        answer = self.ask(name, rdtype, cd=True, tcp=True).answer
        owner, rdtype = dns.name.from_text(name), dns.rdatatype.from_text(rdtype)
        data = [r for r in answer if r.name == owner and r.rdtype == rdtype]
        signatures = [r for r in answer if r.name == owner and r.covers == rdtype]
        self.assertTrue(data and signatures, answer)
        return data[0], signatures[0]

    def validate(self, name, rdtype, keys):
        data, signatures = self.fetch(name, rdtype)
        dns.dnssec.validate(data, signatures, keys)
        return data

    def keys_of(self, zone):
        if zone.name not in self.keys:
            owner = dns.name.from_text(zone.name)
            data, signatures = self.fetch(zone.name, "DNSKEY")
            if zone.name == ".":
                trusted = {zone_signing.dnskey_of(key) for key in zone.keys if key.ds}
            else:
                parent = self.keys_of(self.world.zones[zone.parent])
                ds = {str(r) for r in self.validate(zone.name, "DS", parent)}
                trusted = {zone_signing.dnskey_of(key) for key in zone.keys if key.ds and
                           str(zone_signing.ds_of(zone, key, 2)) in ds}
            trusted &= set(data)
            self.assertTrue(trusted, zone.name)
            entry = dns.rrset.from_rdata_list(owner, 300, list(trusted))
            dns.dnssec.validate(data, signatures, {owner: entry})
            self.keys[zone.name] = {owner: data}
        return self.keys[zone.name]

    def test_answers_with_cd_validate(self):
        for algorithm in ALGORITHMS:
            for kind in ("nsec", "nsec3"):
                zone = self.world.zones["%s.tld%d" % (kind, algorithm)]
                for name, rdtype in (("www.", "A"), ("", "SOA"), ("", "MX"), ("w.wild.", "TXT"),
                                     ("alias.", "CNAME"), ("tree.", "DNAME")):
                    self.validate(name + zone.name, rdtype, self.keys_of(zone))

    def test_bogus_data_are_handed_on_with_cd(self):
        for zone in ("expired", "future", "wrong-ds", "one-forged", "stripped",
                     "no-signature-of-keys"):
            name = "www.%s.odd" % zone
            self.assertEqual(self.ask(name).rcode(), dns.rcode.SERVFAIL, name)
            response = self.ask(name, cd=True)
            self.assertEqual(response.rcode(), dns.rcode.NOERROR, name)
            self.assertEqual(len(addresses(response)), 1)
            self.assertFalse(response.flags & dns.flags.AD)
            self.assertEqual(self.ask(name).rcode(), dns.rcode.SERVFAIL, name)


class Reasons(Asking):
    """RFC 8914, as dig shows it."""

    def dig(self, *words):
        return self.run_tool("dig", SERVER, "+dnssec", *words)

    def assert_fails(self, name, code, *texts):
        for _ in ("fresh", "remembered"):
            out = self.dig(name)
            self.assertIn("status: SERVFAIL", out, name)
            reason = re.search(r"EDE: %d\b.*" % code, out)
            self.assertTrue(reason, out)
            for text in texts:
                self.assertIn(text, reason[0])
            self.assertRegex(out, "ANSWER: 0, AUTHORITY: 0", name)

    def tag(self, zone, kind):
        key = [key for key in self.world.zones[zone].keys if key.kind == kind][0]
        return "key %d " % dns.dnssec.key_id(zone_signing.dnskey_of(key))

    def test_expired(self):
        self.assert_fails("www.expired.odd", 7, "expired.odd.", "2020-02-01T00:00:00Z",
                          self.tag("expired.odd", "ksk"))

    def test_not_yet_valid(self):
        self.assert_fails("www.future.odd", 8, "future.odd.", "2040-01-01T00:00:00Z",
                          self.tag("future.odd", "csk"))

    def test_wrong_ds(self):
        self.assert_fails("www.wrong-ds.odd", 9, "wrong-ds.odd.", self.tag("wrong-ds.odd", "ksk"))

    def test_stripped(self):
        self.assert_fails("www.stripped.odd", 9, "stripped.odd.", self.tag("stripped.odd", "ksk"))

    def test_keys_without_signatures(self):
        self.assert_fails("www.no-signature-of-keys.odd", 10, "no-signature-of-keys.odd. DNSKEY")

    def test_forged(self):
        self.assert_fails("www.one-forged.odd", 6, "www.one-forged.odd. A",
                          self.tag("one-forged.odd", "zsk"))
        self.assertIn("status: NOERROR", self.dig("mail.one-forged.odd"))

    def test_denial_without_proof(self):
        self.assert_fails("nothing.no-denial.odd", 12, "nothing.no-denial.odd. by")
        self.assert_fails("w.wild.no-denial.odd", 12)

    def test_too_many_iterations(self):
        self.assert_fails("nothing.i200.param", 27, "i200.param.")

    def test_key_without_the_zone_key_bit(self):
        self.assert_fails("www.no-zone-key-bit.odd", 11, "no-zone-key-bit.odd.",
                          self.tag("no-zone-key-bit.odd", "csk"))

    def assert_insecure(self, status, code, zone, *words):
        for _ in ("fresh", "remembered", "remembered again"):
            out = self.dig(*words)
            self.assertIn("status: " + status, out)
            self.assertRegex(out, "flags: qr rd ra;")
            self.assertRegex(out, r"EDE: %d\b.*zone %s\. " % (code, re.escape(zone)))
        self.assertNotIn("EDE", self.run_tool("dig", SERVER, "+noedns", *words))

    def test_unknown_algorithms_and_digests_are_insecure(self):
        for code, zone in ((1, "unknown-algorithm.odd"), (2, "unknown-digest.odd")):
            self.assert_insecure("NOERROR", code, zone, "www." + zone)
            self.assert_insecure("NOERROR", code, zone, "www." + zone, "CAA")
            self.assert_insecure("NXDOMAIN", code, zone, "nothing." + zone)
            self.assert_insecure("NOERROR", code, zone, "www.sec." + zone)

    def test_what_many_iterations_deny_is_insecure(self):
        for zone in ("i51.param", "i150.param"):
            self.assert_insecure("NXDOMAIN", 27, zone, "nothing." + zone)
            self.assert_insecure("NOERROR", 27, zone, "www." + zone, "CAA")
            self.assert_insecure("NOERROR", 27, zone, "www.insec." + zone)
        self.assertNotIn("EDE", self.dig("nothing.i50.param"))

    def test_bad_data_behind_an_alias_fail_the_whole(self):
        self.assert_fails("away.roll-end.odd", 7, "expired.odd.")


class Proofs(Asking):
    """What is denied by proofs that were given for another name (RFC 8198) tells which, and whose."""

    def ctl(self, *words):
        return self.run_tool(CTL, "--socket", self.world.control, *words)

    def test_each_proof_tells_who_gave_it(self):
        for zone, kind in (("nsec.tld13", "NSEC"), ("nsec3.tld13", "NSEC3")):
            # Enough for all of its proofs.
            for number in range(30):
                response = self.ask("n%d.%s" % (number, zone))
                self.assertEqual(response.rcode(), dns.rcode.NXDOMAIN)
            denied = "n-unheard-of." + zone
            (proven, *_) = [line for line in map(
                json.loads, self.ctl("--json", "cache", "get", denied, "A").splitlines())
                if line.get("kind") == "proven"]
            self.assertEqual(proven["denial"], "NXDOMAIN")
            self.assertEqual({proof["type"] for proof in proven["proven-by"]}, {"SOA", kind})
            shown = self.ctl("explain", "--cache-only", denied)
            self.assertRegex(shown, "does not exist, .*, secure\n")
            for proof in proven["proven-by"]:
                ipaddress.ip_address(proof["from"])
                self.assertRegex(shown, "    proven by %s %s, .* s left, from %s\n" % (
                    re.escape(proof["name"]), proof["type"], re.escape(proof["from"])))


class OtherServers(Asking):
    """What one of a zone's two servers says is bogus: the other one is asked before it fails."""

    def assert_secure(self, name, rdtype="A", address="198.18.1."):
        response = self.ask(name, rdtype)
        self.assertEqual(response.rcode(), dns.rcode.NOERROR, name)
        self.assertTrue(response.flags & dns.flags.AD, name)
        self.assertFalse(ede_codes(response), name)
        for found in addresses(response):
            self.assertTrue(found.startswith(address), (name, found))
        return addresses(response)

    def test_forged_data_give_way_to_the_other_servers(self):
        for number in range(30):
            self.assertTrue(self.assert_secure("w%d.wild.half-forged.odd" % number))

    def test_stripped_data_give_way_to_the_other_servers(self):
        for number in range(30):
            self.assertTrue(self.assert_secure("w%d.wild.half-stripped.odd" % number))
            self.assertFalse(self.assert_secure("w%d.wild.half-stripped.odd" % number, "MX"))
            response = self.ask("x%d.half-stripped.odd" % number)
            self.assertEqual(response.rcode(), dns.rcode.NXDOMAIN)
            self.assertTrue(response.flags & dns.flags.AD)

    def test_below_it_as_well(self):
        for name in ("www.sec.half-forged.odd", "www.sec.half-stripped.odd"):
            self.assertTrue(self.assert_secure(name, address="198.18.0."))


class Flags(Asking):
    """RFC 6840 §5.7-5.9, RFC 4035 §3.2, for fresh and remembered answers alike."""

    def test_ad_is_for_those_who_ask_for_it(self):
        for _ in ("fresh", "remembered"):
            for do in (False, True):
                for ad in (False, True):
                    response = self.ask("mail.nsec.tld13", do=do, ad=ad)
                    self.assertEqual(bool(response.flags & dns.flags.AD), do or ad, (do, ad))

    def test_signatures_are_for_those_who_ask_for_them(self):
        for name in ("mail.nsec3.tld14", "nothing.nsec3.tld14", "w.wild.nsec3.tld14"):
            for _ in ("fresh", "remembered"):
                for do in (False, True):
                    response = self.ask(name, do=do)
                    kinds = {r.rdtype for r in response.answer + response.authority}
                    self.assertEqual(dns.rdatatype.RRSIG in kinds, do, name)
                    self.assertFalse(not do and dns.rdatatype.NSEC3 in kinds, name)

    def test_kdig_sees_ad(self):
        out = self.run_tool("kdig", SERVER, "+dnssec", "www.nsec.tld15")
        self.assertRegex(out, r"Flags: qr rd ra ad;")
        self.assertRegex(self.run_tool("kdig", SERVER, "+dnssec", "www.plain.tld15"),
                         r"Flags: qr rd ra;")

    def test_remembered_answers_are_those_that_were_fetched(self):
        for question in signed_questions.questions(self.world.zones, SAME_QUESTIONS, 99):
            message = question.message()
            message.use_edns(0, dns.flags.DO, 1232)
            first, second = (self.client.udp(message.to_wire()) for _ in range(2))
            self.assertEqual(first[2:4], second[2:4], question)
            if first[2] & 2:
                # Of what does not fit, what is left out is a matter of order.
                continue
            self.assertEqual(first[6:10], second[6:10], question)
            first, second = dns.message.from_wire(first), dns.message.from_wire(second)
            self.assertEqual(records(first.answer), records(second.answer), question)
            self.assertEqual(records(first.authority), records(second.authority), question)
            self.assertLessEqual(set(ede_codes(first)), set(ede_codes(second)), question)


def records(section):
    """The records of a section without their TTLs."""
    return {(rrset.name.canonicalize(), rrset.rdtype, rdata.to_digestable())
            for rrset in section for rdata in rrset}


if __name__ == "__main__":
    unittest.main()
