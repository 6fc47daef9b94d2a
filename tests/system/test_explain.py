"""godwitctl explain and why: five things wrong with a zone, each told by its fault and its server in
the first three lines; what explain shows of one that is well; and that answers that wait for a
worker harm nobody."""

import subprocess
import unittest

import daemon
import zones
from client import SERVFAIL, addresses
from test_control import CTL, ControlTest

# What is wrong, a name, and what the first three lines have to say.
FAULTS = {
    "lame": ("www.all-lame.org", "refuse", "10.53.2.2 (ns1.all-lame.org.)"),
    "expired signature": ("www.expired.org", "expired at", "response of 10.53.3.1"),
    "alias loop": ("round.chain-a.com", "round.chain-a.com. -> round.chain-b.net. -> round.chain-a",
                   "the last one is from 10.53.2.1"),
    "unreachable": ("www.dead.org", "dead.org.: no server", "10.53.8.1 (ns.dead.org.)"),
    "wrong glue": ("www.badglue.org", "gives these addresses as glue",
                   "10.53.1.2 (ns.badglue.org.)"),
}


class ExplainTest(ControlTest):
    def explaining(self, **settings):
        """A daemon that validates the one zone that is signed."""
        return self.controlled(dnssec={
            "validation": True, "trust-anchors": [zones.EXPIRED_KEY], "rfc5011": False,
            "negative-trust-anchors": [{"name": ".", "until": "never"}]}, **settings)

    def begin(self, *words):
        return subprocess.Popen([CTL, "--socket", self.path, *words], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def end(self, process, status):
        out, errors = process.communicate(timeout=20)
        self.assertEqual(process.returncode, status, out + errors)
        self.assertNotIn("\x1b", out)
        return out


class Faults(ExplainTest):
    def expect(self, fault, text):
        _, *parts = FAULTS[fault]
        for part in parts:
            self.assertIn(part, "\n".join(text.splitlines()[:3]), fault)

    def test_five_faults_are_told_by_fault_and_server(self):
        resolver = self.explaining()
        explained = {fault: self.begin("explain", "--no-cache", name)
                     for fault, (name, *_) in FAULTS.items()}
        for fault, (name, *_) in FAULTS.items():
            self.assertEqual(self.client.ask(name).rcode(), SERVFAIL, fault)
        for fault, process in explained.items():
            self.expect(fault, self.end(process, 1))
        for fault, (name, *_) in FAULTS.items():
            self.expect(fault, self.ctl("why", name))
        table = self.ctl("why").splitlines()
        self.assertEqual(len(table), 1 + len(FAULTS), table)
        records = self.lines("why")
        self.assertEqual({line["name"] for line in records},
                         {name + "." for name, *_ in FAULTS.values()})
        self.assertEqual([line["reason"] for line in records].count("bogus"), 1)
        self.assertIn("nothing is recorded", self.ctl("why", "www.inzone.com", status=1))
        # What the client sees from now on is that it was remembered; why still tells the reason.
        name = FAULTS["lame"][0]
        again = self.end(self.begin("explain", name), 1).splitlines()[:3]
        self.assertEqual(again[1:], ["remembered from an earlier attempt",
                                     "that attempt, step by step: godwitctl why " + name + ". A"])
        self.expect("lame", self.ctl("why", name))
        resolver.write_config(dict(resolver.config, recorder={"records": 0}))
        self.ctl("config", "reload")
        self.assertEqual(self.lines("why"), [])
        resolver.stop()


class Shown(ExplainTest):
    def test_what_is_well(self):
        resolver = self.explaining()
        head, *rest = self.lines("explain", "www.inzone.com")
        self.assertTrue(head["answered"])
        kinds = [line["kind"] for line in rest if "kind" in line]
        for kind in ("resolution", "cache", "delegation", "zone", "chosen", "exchange", "referral",
                     "budget"):
            self.assertIn(kind, kinds)
        exchanges = [line["facts"] for line in rest if line.get("kind") == "exchange"]
        for facts in exchanges:
            self.assertEqual(facts["outcome"], "answered")
            self.assertGreater(facts["octets"], 12)
            self.assertGreater(facts["took-microseconds"], 0)
        self.assertIn("www.inzone.com. 300 IN A 198.18.1.1",
                      [line.get("record") for line in rest])
        self.assertIn("from the cache", self.ctl("explain", "www.inzone.com"))
        self.assertIn("from the cache", self.ctl("explain", "www.inzone.com", "--cache-only"))
        anew = self.ctl("explain", "--no-cache", "www.inzone.com", "A")
        self.assertIn("servers of com.", anew)
        self.assertIn("198.18.1.1", anew)
        missing = self.end(self.begin("explain", "--cache-only", "mail.inzone.com"), 1)
        self.assertIn("the caches do not answer", missing)
        self.assertRegex(missing, r"choose (10\.53\.|fd53:)")
        self.assertIn("NXDOMAIN", self.ctl("explain", "nobody.inzone.com"))
        self.assertIn("answered here", self.ctl("explain", "localhost", "AAAA"))
        for name, part in (("a..b", "a label has 1 to 63 octets"), ("m\u00fcller.test", "xn--"),
                           ("x" * 64, "a label has"), ("", "the root is"),
                           (".".join(["x" * 60] * 5), "longer than 255 octets")):
            self.assertIn(part, self.ctl("explain", name, status=2))
        self.assertIn("TYPE65", self.ctl("explain", "www.inzone.com", "NONSENSE", status=2))
        self.assertEqual(self.lines("why"), [])
        resolver.stop()


class Recorded(ExplainTest):
    def test_what_explain_made_fail_is_told_to_who_asks_why(self):
        """It is remembered, so that clients get the failure without a resolution of their own."""
        resolver = self.explaining()
        name = FAULTS["lame"][0]
        self.end(self.begin("explain", "--no-cache", name), 1)
        self.end(self.begin("explain", "--cache-only", name), 1)
        self.assertEqual(self.lines("why"), [], "nothing that concerns clients")
        self.end(self.begin("explain", name), 1)
        self.assertEqual(self.client.ask(name).rcode(), SERVFAIL)
        self.assertIn("its servers refuse", self.ctl("why", name))
        self.assertEqual(len(self.lines("why")), 1)
        said = self.ctl("why", name, "MX", status=1)
        self.assertIn("nothing is recorded of www.all-lame.org. MX", said)
        self.assertIn("godwitctl explain www.all-lame.org. MX", said)
        resolver.stop()


class Waiting(ExplainTest):
    def test_readers_that_leave_make_room_and_the_end_waits_for_nobody(self):
        resolver = self.explaining()
        for _ in range(40):
            sock = self.connect()
            sock.sendall(b'{"command":"explain","name":"www.dead.org","no-cache":true}\n')
            sock.close()
        daemon.wait_for(lambda: subprocess.run([CTL, "--socket", self.path, "status"],
                                               capture_output=True).returncode == 0, 3, "room")
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        waiting = self.connect()
        waiting.sendall(b'{"command":"explain","name":"www.dead.org","no-cache":true}\n')
        self.ctl("status")
        resolver.stop()
        self.assertEqual(waiting.recv(1000), b"")


if __name__ == "__main__":
    unittest.main()
