"""Names of the operator's own, as clients see them: hosts files, records, zones, ALIAS, and what a
reload of their files does."""

import json
import os
import signal
import subprocess
import unittest

import dns.flags
import dns.rcode
import dns.rdatatype

import daemon
from client import addresses, ede_codes, query
from world import OwnDaemonTest

HOSTS = """# the box
192.168.1.5 nas.home.arpa nas
fd00::5     nas.home.arpa
this line is none
"""
ZONE = """$TTL 120
@    SOA ns.corp.test. root.corp.test. 1 3600 600 86400 60
@    60 ALIAS www.inzone.com.
@    MX 10 mail
www  CNAME www.inzone.com.
mail A 192.168.1.6
lost ALIAS www.missing.com.
none ALIAS nothing.inzone.com.
"""


class LocalTest(OwnDaemonTest):
    def file(self, name, text):
        path = os.path.join(self.world.directory, name)
        with open(path, "w") as out:
            out.write(text)
        os.chmod(path, 0o644)
        return path

    def reload(self, resolver):
        before = resolver.notify.seen("READY", "1")
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("READY", "1") > before, 5, "READY=1 again")

    def ask(self, name, rdtype="A", **options):
        return self.client.ask(name, rdtype, **options)

    def rcode(self, *question, **options):
        return dns.rcode.to_text(self.ask(*question, **options).rcode())


class OwnNames(LocalTest):
    def settings(self, hosts=HOSTS):
        return self.world.config(local={
            "hosts-files": [self.file("hosts", hosts)],
            "records": ["over.inzone.com. 30 A 192.168.1.7"],
            "zones": [{"name": "corp.test", "file": self.file("corp.zone", ZONE)},
                      {"name": "no.test", "type": "refuse"},
                      {"name": "trap.test", "type": "redirect"}]})

    def test_hosts_records_and_zones_are_answered_and_the_rest_is_resolved(self):
        resolver = self.own_daemon(self.settings())
        answer = self.ask("NAS.home.arpa")
        self.assertEqual(addresses(answer), ["192.168.1.5"])
        self.assertTrue(answer.flags & dns.flags.AA)
        self.assertEqual(addresses(self.ask("nas")), ["192.168.1.5"])
        self.assertEqual(str(self.ask("5.1.168.192.in-addr.arpa", "PTR").answer[0][0]),
                         "nas.home.arpa.")
        self.assertEqual(addresses(self.ask("over.inzone.com")), ["192.168.1.7"])
        self.assertEqual(self.ask("over.inzone.com", "AAAA").answer, [])
        self.assertEqual(self.rcode("else.corp.test"), "NXDOMAIN")
        self.assertEqual(self.rcode("x.no.test"), "REFUSED")
        self.assertEqual(ede_codes(self.ask("x.no.test", use_edns=True)), [18])
        self.assertEqual(addresses(self.ask("www.inzone.com")), ["198.18.1.1"])
        followed = self.ask("www.corp.test")
        self.assertEqual(addresses(followed), ["198.18.1.1"])
        self.assertEqual(len(followed.answer), 2)
        self.assertIn("local-lines-passed-over", resolver.log())
        self.assertIn("hosts:4: does not begin with an address", resolver.log())
        self.assertGreater(resolver.stop()["answers-local"], 5)

    def test_an_alias_is_flattened_to_addresses(self):
        resolver = self.own_daemon(self.settings())
        for _ in range(3):
            flat = self.ask("corp.test")
            self.assertEqual(addresses(flat), ["198.18.1.1"])
            self.assertEqual([str(rrset.name) for rrset in flat.answer], ["corp.test."])
            self.assertLessEqual(flat.answer[0].ttl, 60)
        self.assertEqual(str(self.ask("corp.test", "MX").answer[0][0]), "10 mail.corp.test.")
        self.assertEqual(len(self.ask("corp.test", "AAAA").answer), 1)
        lost = self.ask("lost.corp.test", use_edns=True)
        self.assertEqual(lost.rcode(), dns.rcode.SERVFAIL)
        self.assertNotEqual(ede_codes(lost), [])
        none = self.ask("none.corp.test")
        self.assertEqual((none.rcode(), none.answer), (dns.rcode.NOERROR, []))
        self.assertEqual(str(none.authority[0].name), "corp.test.")
        resolver.stop()

    def test_a_reload_takes_new_files_keeps_the_cache_and_refuses_bad_ones(self):
        resolver = self.own_daemon(self.settings())
        self.assertEqual(addresses(self.ask("www.inzone.com")), ["198.18.1.1"])
        for _ in range(3):
            self.assertEqual(addresses(self.ask("nas.home.arpa")), ["192.168.1.5"])
        self.file("hosts", "192.168.1.9 nas.home.arpa\n192.168.1.8 www.inzone.com\n")
        self.reload(resolver)
        self.assertEqual(addresses(self.ask("nas.home.arpa")), ["192.168.1.9"])
        self.assertEqual(addresses(self.ask("www.inzone.com")), ["192.168.1.8"])
        self.file("corp.zone", "www A 192.168.1.1\nwww CNAME x\n")
        self.reload(resolver)
        self.assertIn("corp.zone:2: www.corp.test. has a CNAME and something else", resolver.log())
        self.assertEqual(addresses(self.ask("mail.corp.test")), ["192.168.1.6"])
        self.file("hosts", "")
        self.file("corp.zone", ZONE)
        self.reload(resolver)
        self.assertEqual(addresses(self.ask("www.inzone.com")), ["198.18.1.1"])
        # The delegations on the way, the name, and nothing a second time.
        self.assertLess(resolver.stop()["upstream-udp"], 6, "the cache was lost")


POLICY = """$TTL 30
@ SOA ns. root. 1 3600 600 86400 60
@ NS ns.
www.outzone.com CNAME rpz-passthru.
*.outzone.com   CNAME .
half.inzone.com CNAME *.
garden.test     CNAME www.inzone.com.
*.wide.test     A 192.168.9.9
tcp.test        CNAME rpz-tcp-only.
32.1.1.18.198.rpz-ip CNAME rpz-passthru.
32.1.6.18.198.rpz-ip A 192.168.9.8
32.3.1.54.10.rpz-client-ip CNAME rpz-drop.
bad.example.rpz-nsdname CNAME .
"""


class Lists(LocalTest):
    def settings(self, **changes):
        return self.world.config(
            local={
                "records": ["mine.ads.test. A 192.168.1.1"],
                "block-lists": [
                    {"name": "ads", "file": self.file("ads", "ads.test\na1.chain-a.com\n"),
                     "form": "names"},
                    {"name": "kids", "file": self.file("kids", "0.0.0.0 www.half.com\n"),
                     "form": "hosts", "answer": "address", "addresses": ["192.168.7.7"],
                     "clients": ["10.54.1.7"], "reason": "filtered"},
                    {"name": "policy", "file": self.file("policy", POLICY), "form": "rpz"}],
                **changes})

    def start(self, **changes):
        """A daemon with a control socket in a folder that it makes itself."""
        resolver = self.own_daemon(self.settings(**changes), start=False)
        self.socket = os.path.join(resolver.directory, "run", "control.sock")
        resolver.write_config(dict(resolver.config, control={"socket": self.socket,
                                                             "read-socket": ""}))
        return resolver.start()

    def told(self, *words):
        """The lines of a command of godwitctl."""
        program = os.path.join(os.path.dirname(daemon.PROGRAM), "godwitctl")
        done = subprocess.run([program, "--socket", self.socket, "--json", *words],
                              capture_output=True, text=True, timeout=10)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rule(self, *words):
        return self.told("policy", "test", *words)

    def headline(self, *words):
        return self.told("explain", *words)[0]["headline"]

    def test_explanations_tell_what_clients_get_instead(self):
        resolver = self.start(rebinding={"protect": True, "private-addresses": ["198.18.1.0/24"]})
        first = self.headline("a1.chain-a.com")[0]
        self.assertRegex(first, r"^clients get NXDOMAIN, by the list ads \(.*/ads:2\)")
        self.assertIn("godwitctl policy test a1.chain-a.com. A", first)
        self.assertIn("by the list policy", self.headline("www.half.com")[0], "by its address")
        self.assertIn("local.rebinding.protect", self.headline("www.inzone.com")[0])
        self.assertTrue(self.headline("www.outzone.com")[0].startswith("www.outzone.com. A: NOERR"))
        for words in ([], ["--cache-only"], ["--no-cache"]):
            own = self.headline("mine.ads.test", *words)
            self.assertEqual(own[1], "answered here, without servers", words)
        resolver.stop()

    def test_rules_of_names_clients_and_addresses(self):
        resolver = self.start()
        blocked = self.ask("x.ads.test", use_edns=True)
        self.assertEqual(blocked.rcode(), dns.rcode.NXDOMAIN)
        self.assertEqual(ede_codes(blocked), [15])
        self.assertEqual(addresses(self.ask("mine.ads.test")), ["192.168.1.1"])
        self.assertEqual(self.rcode("a1.chain-a.com"), "NXDOMAIN")
        self.assertEqual(addresses(self.ask("www.outzone.com")), ["198.18.3.1"])
        self.assertEqual(self.rcode("other.outzone.com"), "NXDOMAIN")
        garden = self.ask("garden.test", use_edns=True)
        self.assertEqual(addresses(garden), ["198.18.1.1"])
        self.assertEqual((len(garden.answer), ede_codes(garden)), (2, [4]))
        self.assertEqual(addresses(self.ask("a.b.wide.test")), ["192.168.9.9"])
        over_udp = self.client.udp(query("tcp.test"))
        self.assertEqual(over_udp[2] & 2, 2, "TC")
        for _ in range(3):
            self.assertEqual(addresses(self.ask("www.half.com")), ["192.168.9.8"])
            self.assertEqual(addresses(self.ask("www.inzone.com")), ["198.18.1.1"])
        child = self.world.client(source="10.54.1.7")
        filtered = child.ask("www.half.com", "A", use_edns=True)
        self.assertEqual(addresses(filtered), ["192.168.7.7"])
        dropped = self.world.client(source="10.54.1.3")
        self.assertIsNone(dropped.udp(query("www.inzone.com"), timeout=0.4))
        self.assertIn("is triggered by name servers, which is not offered", resolver.log())
        counters = resolver.stop()
        self.assertEqual(counters["drop-policy"], 1)
        self.assertGreaterEqual(counters["policy-nxdomain"], 3)

    def test_a_rule_holds_for_questions_for_all_types_and_errors_stay(self):
        resolver = self.start()
        blocked = self.ask("x.ads.test", "ANY", use_edns=True)
        self.assertEqual((blocked.rcode(), ede_codes(blocked)), (dns.rcode.NXDOMAIN, [15]))
        self.assertEqual(addresses(self.ask("a.wide.test", "ANY")), ["192.168.9.9"])
        (alias,) = self.ask("garden.test", "ANY").answer
        self.assertEqual(str(alias[0]), "www.inzone.com.")
        self.assertEqual(self.client.udp(query("tcp.test", 255))[2] & 2, 2, "TC")
        self.assertEqual(addresses(self.ask("mine.ads.test", "ANY")), ["192.168.1.1"])
        (others,) = self.ask("www.inzone.com", "ANY").answer
        self.assertEqual(others.rdtype, dns.rdatatype.HINFO)
        dropped = self.world.client(source="10.54.1.3")
        self.assertIsNone(dropped.udp(query("www.inzone.com", 255), timeout=0.4))
        self.assertEqual(self.rcode("x.ads.test", "RRSIG"), "REFUSED")
        self.assertEqual(self.rcode("tcp.test", tcp=True), "NXDOMAIN")
        counters = resolver.stop()
        self.assertEqual((counters["policy-nxdomain"], counters["policy-data"]), (1, 2))
        # Over TCP the rule lets its names through.
        self.assertEqual((counters["policy-truncated"], counters["policy-passed"]), (1, 1))

    def test_the_rule_that_wins_is_told_and_a_reload_lifts_it(self):
        resolver = self.start()
        decides = self.rule("x.ads.test")[0]
        self.assertEqual((decides["stage"], decides["list"], decides["action"]),
                         ("decides", "ads", "NXDOMAIN"))
        self.assertTrue(decides["rule"].endswith("ads:1"), decides)
        self.assertEqual(self.rule("www.half.com")[0]["stage"], "lists")
        self.assertEqual(self.rule("www.half.com", "--client", "10.54.1.7")[0]["list"], "kids")
        self.ask("www.half.com")
        by_address = self.rule("www.half.com")[0]
        self.assertEqual(by_address["trigger"], "address of the answer")
        self.assertEqual(self.rcode("x.ads.test"), "NXDOMAIN")
        self.file("ads", "ads.testx\n")
        self.reload(resolver)
        self.assertEqual(addresses(self.ask("a1.chain-a.com")), ["198.18.5.1"])
        self.assertEqual(self.rule("x.ads.test")[0]["says"], "no rule applies")
        resolver.stop()

    def test_private_addresses_of_public_names_are_withheld(self):
        protect = {"protect": True, "private-addresses": ["198.18.1.0/24"],
                   "allowed-names": ["outzone.com"]}
        resolver = self.start(rebinding=protect)
        for _ in range(3):
            withheld = self.ask("www.inzone.com", use_edns=True)
            self.assertEqual((withheld.rcode(), withheld.answer), (dns.rcode.NOERROR, []))
            self.assertEqual(ede_codes(withheld), [15])
            self.assertEqual(addresses(self.ask("www.outzone.com")), ["198.18.3.1"])
        self.assertEqual(addresses(self.ask("garden.test")), ["198.18.1.1"], "the operator's word")
        self.assertEqual(resolver.stop()["rebinding-withheld"], 3)


if __name__ == "__main__":
    unittest.main()
