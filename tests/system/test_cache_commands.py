"""godwitctl cache get, ls, flush and dump: what is remembered is shown as it is, and what is to be
forgotten is, while clients are answered."""

import threading
import time
import unittest

import dns.rdatatype
import dns.zonefile

import daemon
from client import NXDOMAIN, SERVFAIL, addresses
from test_control import ControlTest


class CacheCommands(ControlTest):
    def ask(self, name, rdtype="A"):
        return self.client.ask(name, rdtype)

    def queries(self):
        return self.lines("stats")[0]["resolver-queries"]

    def walked(self, name):
        """How many queries a question for the name costs."""
        before = self.queries()
        self.ask(name)
        return self.queries() - before

    def kinds(self, *words):
        found = {}
        for line in self.lines("cache", "get", *words):
            found.setdefault(line["kind"], []).append(line)
        return found

    def names(self, *words):
        return {(line["name"], line["type"]) for line in self.lines("cache", "ls", *words)
                if "name" in line}


class Shown(CacheCommands):
    def test_a_name(self):
        resolver = self.controlled()
        self.ctl("cache", "get", "www.inzone.com", status=1)
        self.ask("www.inzone.com", "MX")
        for _ in range(3):
            self.ask("www.inzone.com")
        shown = self.kinds("WWW.inzone.com")
        (record,) = shown["rrset"]
        self.assertRegex(record["record"], r"^www\.inzone\.com\. (300|29\d) IN A 198\.18\.1\.1$")
        servers = ("10.53.2.1", "10.53.3.1", "fd53:3::1")
        self.assertEqual(record["trust"], "answer")
        self.assertIn(record["from"], servers)
        self.assertTrue(290 <= record["seconds"] <= 300, record)
        (nodata,) = shown["denial"]
        self.assertEqual((nodata["denial"], nodata["type"], nodata["zone"]),
                         ("NODATA", "MX", "inzone.com."))
        self.assertIn(nodata["from"], servers)
        self.assertEqual([line["type"] for line in shown["ready"]], ["A"])
        (delegation,) = shown["delegation"]
        self.assertEqual(delegation["cut"], "inzone.com.")
        self.assertIn("ns1.inzone.com. (10.53.2.1)", delegation["says"])
        self.assertEqual(set(self.kinds("www.inzone.com", "MX")), {"denial", "delegation"})
        text = self.ctl("cache", "get", "www.inzone.com")
        self.assertRegex(text, rf"198\.18\.1\.1 ; answer, .*, from {record['from']}\n")
        self.assertNotIn(delegation["from"], servers, "the parent gave it")
        self.assertRegex(self.ctl("explain", "--cache-only", "www.inzone.com"),
                         rf"www\.inzone\.com\. A: answer in the cache, .*, from {record['from']}\n")
        self.assertEqual(self.lines("cache", "ls", "nothing.inzone.com"), [])
        resolver.stop()

    def test_denials_and_failures(self):
        resolver = self.controlled()
        self.assertEqual(self.ask("gone.inzone.com").rcode(), NXDOMAIN)
        (denial,) = self.kinds("gone.inzone.com")["denial"]
        self.assertEqual((denial["denial"], denial["name"]), ("NXDOMAIN", "gone.inzone.com."))
        self.assertLessEqual(denial["seconds"], 60)
        (above,) = self.kinds("below.it.gone.inzone.com")["denial"]
        self.assertEqual(above["name"], "gone.inzone.com.")
        self.assertEqual(self.ask("www.all-lame.org").rcode(), SERVFAIL)
        (failure,) = self.kinds("www.all-lame.org")["failure"]
        self.assertEqual(failure["type"], "A")
        self.assertTrue(0 < failure["seconds"] <= 5, failure)
        self.assertGreater(len(failure["reason"]), 10)
        for words in (("a..b",), ("www.inzone.com", "NONSENSE")):
            self.ctl("cache", "get", *words, status=2)
        resolver.stop()

    def test_a_list_of_a_zone_and_its_limit(self):
        resolver = self.controlled()
        for name in ("www.inzone.com", "alias.inzone.com", "sip.inzone.com", "www.outzone.com"):
            self.ask(name)
        inside = self.names("inzone.com")
        self.assertLessEqual({("www.inzone.com.", "A"), ("alias.inzone.com.", "CNAME"),
                              ("sip.inzone.com.", "A")}, inside)
        self.assertTrue(all(name.endswith("inzone.com.") for name, _ in inside), inside)
        everything = self.names()
        self.assertIn(("www.outzone.com.", "A"), everything)
        self.assertGreater(len(everything), len(inside))
        *listed, rest = self.lines("cache", "ls", "--limit", "2")
        self.assertEqual(len(listed), 2)
        self.assertEqual(rest["left-out"], len(everything) - 2)
        self.assertIn("more", self.ctl("cache", "ls", "--limit=2").splitlines()[-1])
        self.ctl("cache", "ls", "--limit", "x", status=2)
        resolver.stop()

    def test_a_dump_is_a_master_file(self):
        resolver = self.controlled()
        for name in ("www.inzone.com", "alias.inzone.com", "www.chain-b.net", "gone.inzone.com"):
            self.ask(name)
        for rdtype in ("MX", "TXT", "CAA", "SOA", "NS"):
            self.ask("inzone.com", rdtype)
        for name, rdtype in (("_sip._udp.inzone.com", "SRV"), ("service.inzone.com", "HTTPS"),
                             ("unknown.inzone.com", "TYPE65280"), ("www.expired.org", "A")):
            self.ask(name, rdtype)
        text = self.ctl("cache", "dump")
        # dnspython takes SOA records of one zone at a time.
        of_zones = [line for line in text.splitlines() if " IN SOA " in line]
        others = [line for line in text.splitlines() if " IN SOA " not in line]
        files = [("\n".join(others), ".")] + [(line, line.split()[0]) for line in of_zones]
        read = {(rrset.name.to_text(), dns.rdatatype.to_text(rrset.rdtype))
                for lines, origin in files
                for rrset in dns.zonefile.read_rrsets(lines, rdclass=None, origin=origin,
                                                      relativize=False)}
        self.assertLessEqual({("www.inzone.com.", "A"), ("inzone.com.", "TXT"),
                              ("www.expired.org.", "RRSIG"), ("unknown.inzone.com.", "TYPE65280")},
                             read)
        self.assertLessEqual(self.names(), read)
        lines = self.lines("cache", "dump")
        last = lines.pop()
        self.assertEqual(text.rstrip().splitlines()[-1], last["record"])
        self.assertEqual(last["rrsets"], len(self.names()))
        self.assertEqual(last["denials"], sum("denial" in line for line in lines))
        self.assertEqual(last["delegations"], sum("delegation" in line for line in lines))
        self.assertIn("gone.inzone.com.", [line["name"] for line in lines if "denial" in line])
        resolver.stop()

    def test_a_dump_that_nobody_reads_holds_nobody_up(self):
        resolver = self.controlled()
        for number in range(150):
            self.ask("n%d.wild.inzone.com" % number, "TXT")
        stalled = [self.connect() for _ in range(8)]
        for sock in stalled:
            sock.sendall(b'{"command":"cache dump"}\n' * 20)
        self.assertEqual(addresses(self.ask("www.inzone.com")), ["198.18.1.1"])
        self.ctl("cache", "flush", "--all")
        for sock in stalled:
            sock.close()
        self.ctl("status")
        resolver.stop()


class Flushed(CacheCommands):
    def test_a_name_is_asked_for_again_and_no_other(self):
        resolver = self.controlled()
        for _ in range(3):
            for name in ("www.inzone.com", "sip.inzone.com", "alias.inzone.com"):
                self.ask(name)
        self.assertEqual(self.walked("www.inzone.com"), 0)
        self.assertEqual(self.walked("alias.inzone.com"), 0)
        (gone,) = self.lines("cache", "flush", "www.inzone.com")
        self.assertEqual((gone["rrsets"], gone["delegations"]), (1, 0))
        self.assertGreaterEqual(gone["answers"], 1)
        self.ctl("cache", "get", "www.inzone.com", status=1)
        # The answer for the alias was made of the address, too.
        self.assertGreaterEqual(self.walked("alias.inzone.com"), 1)
        self.assertEqual(self.walked("www.inzone.com"), 0)
        self.assertEqual(self.walked("sip.inzone.com"), 0)
        self.assertIn("cache-flushed name=www.inzone.com.", resolver.log())
        resolver.stop()

    def test_one_type_of_a_name(self):
        resolver = self.controlled()
        for rdtype in ("A", "AAAA"):
            self.ask("www.inzone.com", rdtype)
        (gone,) = self.lines("cache", "flush", "www.inzone.com", "--type", "AAAA")
        self.assertEqual(gone["rrsets"], 1)
        self.assertEqual([line["type"] for line in self.kinds("www.inzone.com")["rrset"]], ["A"])
        resolver.stop()

    def test_denials_and_failures_go(self):
        resolver = self.controlled()
        self.ask("gone.inzone.com")
        self.ask("www.all-lame.org")
        self.assertEqual(self.walked("gone.inzone.com"), 0)
        (gone,) = self.lines("cache", "flush", "below.gone.inzone.com")
        self.assertEqual(gone["negatives"], 1)
        self.assertGreaterEqual(self.walked("gone.inzone.com"), 1)
        (gone,) = self.lines("cache", "flush", "www.all-lame.org")
        self.assertEqual(gone["failures"], 1)
        self.assertGreaterEqual(self.walked("www.all-lame.org"), 1)
        resolver.stop()

    def test_a_zone(self):
        resolver = self.controlled()
        for name in ("www.inzone.com", "sip.inzone.com", "www.outzone.com", "www.chain-b.net"):
            self.ask(name)
        (gone,) = self.lines("cache", "flush", "--zone", "inzone.com")
        self.assertGreaterEqual(gone["rrsets"], 2)
        self.assertEqual(gone["delegations"], 1)
        self.assertEqual(self.lines("cache", "ls", "inzone.com"), [])
        self.assertEqual(self.walked("www.outzone.com"), 0)
        # The referral has to be had again.
        self.assertGreaterEqual(self.walked("www.inzone.com"), 2)
        (gone,) = self.lines("cache", "flush", "--zone", "com", "--type", "A")
        self.assertGreaterEqual(gone["rrsets"], 2)
        self.assertEqual(gone["delegations"], 0)
        for words in ((), ("a.com", "--all"), ("--zone", "com", "--all"), ("--type", "NONSENSE"),
                      ("a..b",)):
            self.ctl("cache", "flush", *words, status=2)
        resolver.stop()

    def test_everything_while_clients_ask(self):
        resolver = self.controlled()
        names = ["n%d.wild.inzone.com" % number for number in range(40)]
        slowest, answered, over = [0.0], [0], threading.Event()

        def ask():
            client = self.world.client()
            while not over.is_set():
                for name in names:
                    began = time.monotonic()
                    self.assertEqual(addresses(client.ask(name)), ["198.18.1.42"])
                    slowest[0] = max(slowest[0], time.monotonic() - began)
                    answered[0] += 1

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            daemon.wait_for(lambda: answered[0] > 2 * len(names), 5, "answers")
            counts = []
            for _ in range(10):
                (gone,) = self.lines("cache", "flush", "--all")
                counts.append(gone["rrsets"])
                before = answered[0]
                daemon.wait_for(lambda: answered[0] > before + 20, 5, "answers after a flush")
        finally:
            over.set()
            asking.join()
        self.assertGreater(min(counts), 0)
        self.assertLess(slowest[0], 1)
        self.lines("cache", "flush", "--all")
        self.assertEqual(self.names(), set())
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
