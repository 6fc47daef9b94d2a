"""The machine's network becomes another one while the program runs: servers are asked anew at once."""

import unittest

import dns.rcode

import net
from client import addresses, ede_codes
from daemon import wait_for
from world import OwnDaemonTest

EDE_CACHED_ERROR = 13


class NetworkChange(OwnDaemonTest):
    def routes_to_servers(self, verb):
        self.world.res.ip("route", verb, net.SERVERS4, "via", "10.55.0.2")
        self.world.res.ip("-6", "route", verb, net.SERVERS6, "via", "fd55::2")

    def test_what_failed_by_the_old_way_is_asked_by_the_new_one(self):
        daemon = self.own_daemon()
        try:
            client = self.client
            self.assertEqual(addresses(client.ask("www.outzone.com")), ["198.18.3.1"])
            self.routes_to_servers("del")
            try:
                failed = client.ask("www.inzone.com")
                self.assertEqual(failed.rcode(), dns.rcode.SERVFAIL, failed)
            finally:
                self.routes_to_servers("add")
            # A narrow route is no other network: the failure is remembered.
            again = client.ask("www.inzone.com", use_edns=True)
            self.assertEqual(again.rcode(), dns.rcode.SERVFAIL, again)
            self.assertIn(EDE_CACHED_ERROR, ede_codes(again))
            self.assertNotIn("network-changed", daemon.log())

            self.world.res.ip("addr", "add", "10.56.0.1/24", "dev", "to-srv")
            wait_for(lambda: "network-changed links=0 addresses=1 routes=0" in daemon.log(), 5,
                     "the change is heard of")
            self.assertEqual(addresses(client.ask("www.inzone.com")), ["198.18.1.1"])
            self.routes_to_servers("del")
            try:
                kept = client.ask("www.outzone.com")
            finally:
                self.routes_to_servers("add")
            self.assertEqual(addresses(kept), ["198.18.3.1"])

            self.world.res.ip("addr", "del", "10.56.0.1/24", "dev", "to-srv")
            wait_for(lambda: daemon.log().count("network-changed") == 2, 5, "nor that it is over")
            counters = daemon.stop()
            self.assertEqual(counters["network-changes"], 2)
            self.assertEqual(counters["network-malformed"], 0)
        finally:
            self.world.res.ip("addr", "flush", "to", "10.56.0.0/24", "dev", "to-srv")
            daemon.kill()


if __name__ == "__main__":
    unittest.main()
