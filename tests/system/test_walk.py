"""The walk over NSD and Knot DNS: every kind of delegation, alias and size, as a client sees it."""

import time
import unittest

import dns.flags
import dns.rcode
import dns.rdatatype

import net
from client import addresses, ede_codes
from world import SystemTest


class Walk(SystemTest):
    def ask(self, name, rdtype="A", **options):
        return self.client.ask(name, rdtype, **options)

    def assert_address(self, name, *expected, rdtype="A"):
        response = self.ask(name, rdtype)
        self.assertEqual(response.rcode(), dns.rcode.NOERROR, response)
        self.assertEqual(addresses(response, dns.rdatatype.from_text(rdtype)), sorted(expected))
        return response

    def assert_servfail(self, name):
        began = time.monotonic()
        response = self.ask(name, use_edns=True)
        self.assertEqual(response.rcode(), dns.rcode.SERVFAIL, response)
        self.assertLess(time.monotonic() - began, 6)
        return response

    def test_glue_within_the_zone(self):
        response = self.assert_address("www.inzone.com", "198.18.1.1")
        self.assertTrue(response.flags & dns.flags.RA)
        self.assertFalse(response.flags & dns.flags.AA)

    def test_ipv6_address(self):
        self.assert_address("www.inzone.com", "2001:2::1", rdtype="AAAA")

    def test_server_under_another_domain(self):
        self.assert_address("www.outzone.com", "198.18.3.1")

    def test_missing_glue_is_a_servfail(self):
        self.assert_servfail("www.missing.com")

    def test_servers_that_wait_for_each_other_are_a_servfail(self):
        self.assert_servfail("www.loop-a.com")

    def test_half_of_the_glue_is_enough(self):
        self.assert_address("www.half.com", "198.18.6.1")

    def test_chain_of_eight_aliases_over_four_zones(self):
        response = self.assert_address("a1.chain-a.com", "198.18.5.1")
        owners = [str(rrset.name) for rrset in response.answer]
        self.assertEqual(len(owners), 9)
        self.assertEqual(owners[0], "a1.chain-a.com.")
        self.assertEqual(owners[4], "a2.chain-a.com.")
        self.assertEqual(owners[8], "end.chain-a.com.")

    def test_alias_loop_ends(self):
        response = self.ask("round.chain-a.com")
        self.assertIn(response.rcode(), (dns.rcode.SERVFAIL, dns.rcode.NOERROR))
        self.assertEqual(addresses(response), [])

    def test_alias_to_itself_ends(self):
        self.assertEqual(addresses(self.ask("self.inzone.com")), [])

    def test_chain_longer_than_the_limit_is_a_servfail(self):
        response = self.ask("long0.chain-a.com")
        self.assertEqual(response.rcode(), dns.rcode.SERVFAIL)
        self.assertEqual(addresses(response), [])

    def test_alias_asked_for_itself_is_not_followed(self):
        response = self.ask("alias.inzone.com", "CNAME")
        self.assertEqual([rrset.rdtype for rrset in response.answer], [dns.rdatatype.CNAME])

    def test_alias_to_a_missing_name_is_a_name_error_with_the_alias(self):
        response = self.ask("alias-to-nothing.inzone.com")
        self.assertEqual(response.rcode(), dns.rcode.NXDOMAIN)
        self.assertEqual([rrset.rdtype for rrset in response.answer], [dns.rdatatype.CNAME])

    def test_wildcard(self):
        self.assert_address("any.thing.wild.inzone.com", "198.18.1.42")
        response = self.ask("other.wild.inzone.com", "TXT")
        self.assertEqual(str(response.answer[0].name), "other.wild.inzone.com.")

    def test_dname(self):
        response = self.assert_address("www.sub.dname.org", "198.18.1.1")
        kinds = [rrset.rdtype for rrset in response.answer]
        self.assertEqual(kinds[:2], [dns.rdatatype.DNAME, dns.rdatatype.CNAME])

    def test_lame_server_beside_a_good_one(self):
        self.assert_address("www.lame.org", "198.18.6.3")

    def test_lame_server_alone_is_a_servfail(self):
        self.assert_servfail("www.all-lame.org")

    def test_dead_server_is_a_servfail_with_a_reason(self):
        response = self.assert_servfail("www.dead.org")
        self.assertTrue(set(ede_codes(response)) & {22, 23}, response.options)

    def test_server_that_answers_over_tcp_only(self):
        self.assert_address("www.tcponly.net", "198.18.6.4")

    def test_server_with_an_ipv6_address_only(self):
        self.assert_address("www.sixonly.org", "198.18.6.5")

    def test_answers_over_1232_and_4096_octets(self):
        for name, count in (("over1232", 7), ("over4096", 23), ("huge", 65)):
            response = self.ask(name + ".inzone.com", "TXT", use_edns=True, payload=1232)
            self.assertTrue(response.flags & dns.flags.TC, name)
            response = self.ask(name + ".inzone.com", "TXT", tcp=True)
            self.assertFalse(response.flags & dns.flags.TC, name)
            self.assertEqual(len(response.answer[0]), count, name)

    def test_other_types(self):
        self.assertIn("issue", str(self.ask("inzone.com", "CAA").answer[0]))
        self.assertIn("alpn", str(self.ask("service.inzone.com", "HTTPS").answer[0]))
        self.assertIn("5060", str(self.ask("_sip._udp.inzone.com", "SRV").answer[0]))
        self.assertIn("010203", str(self.ask("unknown.inzone.com", "TYPE65280").answer[0]))
        self.assertEqual(len(self.ask("inzone.com", "MX").answer[0]), 2)
        self.assertEqual(len(self.ask("inzone.com", "NS").answer[0]), 2)

    def test_reverse(self):
        self.assertIn("www.inzone.com.",
                      str(self.ask("1.1.18.198.in-addr.arpa", "PTR").answer[0]))

    def test_case_of_the_question_is_kept(self):
        response = self.ask("wWw.InZoNe.CoM")
        self.assertEqual(str(response.question[0].name), "wWw.InZoNe.CoM.")
        self.assertEqual(addresses(response), ["198.18.1.1"])

    def test_every_client_family_and_transport(self):
        for source, server in (("10.54.1.7", "10.54.0.1"), ("fd54:1::1", "fd54::1")):
            asking = self.world.client(source=source, server=server)
            for tcp in (False, True):
                self.assertEqual(addresses(asking.ask("www.inzone.com", tcp=tcp)), ["198.18.1.1"])


class OneFamily(SystemTest):
    """A host that reaches servers over IPv6 alone."""

    def without_ipv4(self, kind):
        host = self.world.res
        host.ip("rule", "add", "pref", "10", "to", net.SERVERS4, kind)
        self.addCleanup(host.ip, "rule", "del", "pref", "10")
        self.own_daemon()

    def assert_found_without_ipv4(self, kind):
        self.without_ipv4(kind)
        began = time.monotonic()
        self.assertEqual(addresses(self.client.ask("www.both.org")), ["198.18.6.7"])
        self.assertLess(time.monotonic() - began, 4)

    def test_server_with_both_addresses_where_ipv4_has_no_route(self):
        self.assert_found_without_ipv4("unreachable")

    def test_server_with_both_addresses_where_ipv4_is_swallowed(self):
        self.assert_found_without_ipv4("blackhole")


class Memory(SystemTest):
    def test_ttl_runs_down_to_a_new_answer(self):
        first = self.client.ask("short.inzone.com").answer[0].ttl
        time.sleep(1.1)
        second = self.client.ask("short.inzone.com").answer[0].ttl
        time.sleep(1.9)
        third = self.client.ask("short.inzone.com").answer[0].ttl
        self.assertEqual(first, 2)
        self.assertLessEqual(second, 1)
        self.assertGreaterEqual(third, 1)

    def test_ttl_zero_is_answered(self):
        for _ in range(2):
            response = self.client.ask("zero.inzone.com")
            self.assertEqual((response.answer[0].ttl, addresses(response)), (0, ["198.18.1.3"]))

    def test_name_error_is_remembered_with_its_soa(self):
        first = self.client.ask("nothing.inzone.com")
        time.sleep(1.1)
        second = self.client.ask("nothing.inzone.com")
        for response in (first, second):
            self.assertEqual(response.rcode(), dns.rcode.NXDOMAIN)
            self.assertEqual(response.authority[0].rdtype, dns.rdatatype.SOA)
        self.assertLessEqual(first.authority[0].ttl, 60)
        self.assertLess(second.authority[0].ttl, first.authority[0].ttl)

    def test_no_data_is_remembered_with_its_soa(self):
        for _ in range(2):
            response = self.client.ask("mail.inzone.com", "AAAA")
            self.assertEqual(response.rcode(), dns.rcode.NOERROR)
            self.assertEqual(response.answer, [])
            self.assertEqual(response.authority[0].rdtype, dns.rdatatype.SOA)

    def test_empty_non_terminal_is_no_data(self):
        response = self.client.ask("non.terminal.inzone.com")
        self.assertEqual((response.rcode(), response.answer), (dns.rcode.NOERROR, []))

    def test_top_level_domain_that_is_not(self):
        self.assertEqual(self.client.ask("www.no-such-tld").rcode(), dns.rcode.NXDOMAIN)


if __name__ == "__main__":
    unittest.main()
