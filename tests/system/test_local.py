"""Names of the operator's own, as clients see them: hosts files, records, zones, ALIAS, and what a
reload of their files does."""

import os
import signal
import unittest

import dns.flags
import dns.rcode

import daemon
from client import addresses, ede_codes
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
        self.assertGreater(resolver.counters()["answers-local"], 5)
        resolver.stop()

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
        asked = resolver.counters()["upstream-udp"]
        self.assertEqual(addresses(self.ask("www.inzone.com")), ["198.18.1.1"])
        self.assertEqual(resolver.counters()["upstream-udp"], asked, "the cache was lost")
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
