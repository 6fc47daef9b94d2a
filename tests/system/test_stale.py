"""Servers go away: what has ended is given with an Extended DNS Error, as dig and dnspython see it."""

import time
import unittest

import dns.flags
import dns.rcode

import net
from client import addresses, ede_codes
from daemon import wait_for
from world import OwnDaemonTest

EDE_STALE_ANSWER, EDE_STALE_NXDOMAIN, EDE_NO_REACHABLE = 3, 19, 22
SHORT = {"serve-stale": True, "max-ttl": "1s", "max-negative-ttl": "1s", "stale-wait": "300ms",
         "stale-retry": "1s", "failure-ttl-min": "1s"}


class ServeStale(OwnDaemonTest):
    def test_an_outage(self):
        daemon = self.own_daemon(self.world.config(cache=SHORT))
        client = self.client

        def ask(name, **options):
            return client.ask(name, use_edns=True, **options)

        try:
            self.assertEqual(addresses(ask("www.inzone.com")), ["198.18.1.1"])
            self.assertEqual(addresses(ask("alias.inzone.com")), ["198.18.1.1"])
            self.assertEqual(ask("nothing.inzone.com").rcode(), dns.rcode.NXDOMAIN)
            time.sleep(1.1)
            self.world.network.lose_servers()
            try:
                began = time.monotonic()
                answer = ask("www.inzone.com")
                took = time.monotonic() - began
                self.assertEqual(addresses(answer), ["198.18.1.1"], answer)
                self.assertEqual(answer.answer[0].ttl, 30)
                self.assertEqual(ede_codes(answer), [EDE_STALE_ANSWER])
                self.assertFalse(answer.flags & dns.flags.AD)
                self.assertGreaterEqual(took, 0.29)
                self.assertLess(took, 2)

                self.assertEqual(addresses(ask("alias.inzone.com")), ["198.18.1.1"])
                denied = ask("nothing.inzone.com")
                self.assertEqual(denied.rcode(), dns.rcode.NXDOMAIN)
                self.assertEqual(ede_codes(denied)[0], EDE_STALE_NXDOMAIN)
                out = self.world.cli.run(["dig", "@" + net.RESOLVER4, "www.inzone.com"]).stdout
                self.assertIn("EDE: 3 (Stale Answer)", out)
                self.assertIn("198.18.1.1", out)
                never = ask("www.outzone.com")
                self.assertEqual(never.rcode(), dns.rcode.SERVFAIL, never)
            finally:
                self.world.network.find_servers()

            def is_fresh():
                answer = ask("www.inzone.com")
                return addresses(answer) == ["198.18.1.1"] and not ede_codes(answer)

            wait_for(is_fresh, 10, "a fresh answer after the outage")
            self.assertGreaterEqual(daemon.stop()["answers-stale"], 4)
        finally:
            daemon.kill()

    def test_names_of_the_operators_own(self):
        self.own_daemon(self.world.config(cache=SHORT, local={"records": [
            "flat.home.arpa. 60 ALIAS www.inzone.com.", "alias.home.arpa. 60 CNAME www.inzone.com.",
            "far.home.arpa. 60 ALIAS www.outzone.com."]}))

        def ask(name):
            return self.client.ask(name, use_edns=True)

        for name in ("flat", "alias"):
            self.assertEqual(addresses(ask(name + ".home.arpa")), ["198.18.1.1"])
        time.sleep(1.1)
        self.world.network.lose_servers()
        try:
            for name, sets in (("flat", 1), ("alias", 2)):
                answer = ask(name + ".home.arpa")
                self.assertEqual((addresses(answer), len(answer.answer)), (["198.18.1.1"], sets))
                self.assertEqual(ede_codes(answer)[0], EDE_STALE_ANSWER)
            self.assertEqual(ask("far.home.arpa").rcode(), dns.rcode.SERVFAIL)
        finally:
            self.world.network.find_servers()
        self.daemon.stop()


if __name__ == "__main__":
    unittest.main()
