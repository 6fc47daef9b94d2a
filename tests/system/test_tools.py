"""The programs that people ask a resolver with: dig, kdig, nslookup, delv, dnspython and the C
library."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

import dns.resolver

import net
from world import SystemTest

SERVER = "@" + net.RESOLVER4


class Tools(SystemTest):
    def run_tool(self, *command, text_in=None):
        done = self.world.cli.run(command, input=text_in, timeout=60)
        self.assertEqual(done.returncode, 0, "%s: %s%s" % (command, done.stdout, done.stderr))
        return done.stdout

    def dig(self, *words):
        return self.run_tool("dig", SERVER, *words)


class Dig(Tools):
    def test_plain(self):
        out = self.dig("www.inzone.com")
        self.assertIn("status: NOERROR", out)
        self.assertRegex(out, r"flags: qr rd ra;")
        self.assertRegex(out, r"www\.inzone\.com\.\s+\d+\s+IN\s+A\s+198\.18\.1\.1")
        self.assertNotIn("WARNING", out)

    def test_short(self):
        self.assertEqual(self.dig("+short", "alias.inzone.com"), "www.inzone.com.\n198.18.1.1\n")

    def test_tcp(self):
        out = self.dig("+tcp", "over4096.inzone.com", "TXT")
        self.assertIn("ANSWER: 23,", out)

    def test_truncated_answer_is_asked_again_over_tcp(self):
        out = self.dig("over4096.inzone.com", "TXT")
        self.assertIn("Truncated, retrying in TCP mode", out)
        self.assertIn("ANSWER: 23,", out)

    def test_bufsize(self):
        for size in (512, 1232, 4096):
            out = self.dig("+bufsize=%d" % size, "+ignore", "over4096.inzone.com", "TXT")
            self.assertRegex(out, r"flags: qr tc rd ra;")
            self.assertLessEqual(int(re.search(r"MSG SIZE\s+rcvd: (\d+)", out)[1]),
                                 min(size, 1232))
        out = self.dig("+bufsize=512", "+ignore", "www.inzone.com")
        self.assertRegex(out, r"flags: qr rd ra;")

    def test_without_edns(self):
        out = self.dig("+noedns", "www.inzone.com")
        self.assertIn("198.18.1.1", out)
        self.assertNotIn("OPT PSEUDOSECTION", out)

    def test_reverse(self):
        self.assertEqual(self.dig("+short", "-x", "198.18.1.1"), "www.inzone.com.\n")
        self.assertEqual(self.dig("+short", "-x", "2001:2::1"), "www.inzone.com.\n")

    def test_trace_begins_at_the_resolver(self):
        # dig asks the resolver for the root's servers and addresses, and the servers from there on.
        with tempfile.NamedTemporaryFile("w", prefix="resolv", suffix=".conf") as conf:
            conf.write("nameserver %s\n" % net.RESOLVER4)
            conf.flush()
            # The clients' host has no way to the servers, so all of it runs in the resolver's.
            done = self.world.res.run([
                "unshare", "-m", "sh", "-c", "mount --bind %s /etc/resolv.conf && "
                "exec dig %s +trace www.inzone.com" % (conf.name, SERVER)])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"\.\s+\d+\s+IN\s+NS\s+[ab]\.root-servers\.lab\.")
        self.assertRegex(done.stdout, r"www\.inzone\.com\.\s+300\s+IN\s+A\s+198\.18\.1\.1")

    def test_any_is_answered_small(self):
        out = self.dig("inzone.com", "ANY")
        self.assertIn("status: NOERROR", out)
        self.assertRegex(out, r"HINFO\s+\"RFC8482\"")

    def test_name_error(self):
        self.assertIn("status: NXDOMAIN", self.dig("nothing.inzone.com"))

    def test_cookie_is_returned(self):
        self.assertRegex(self.dig("+cookie", "www.inzone.com"), r"COOKIE: [0-9a-f]{32,} \(good\)")

    def test_several_questions_over_one_connection(self):
        out = self.dig("+tcp", "+keepopen", "+short", "www.inzone.com", "mail.inzone.com",
                       "sip.inzone.com")
        self.assertEqual(out.split(), ["198.18.1.1", "198.18.1.25", "198.18.1.60"])


class OtherTools(Tools):
    def test_kdig(self):
        out = self.run_tool("kdig", SERVER, "+short", "www.inzone.com", "AAAA")
        self.assertEqual(out.strip(), "2001:2::1")
        out = self.run_tool("kdig", SERVER, "+tcp", "+keepopen", "a1.chain-a.com")
        self.assertIn("198.18.5.1", out)
        self.assertRegex(out, r"status: NOERROR")

    def test_nslookup_interactive(self):
        out = self.run_tool("nslookup", text_in="server %s\nset q=cname\nalias.inzone.com\n"
                            "set q=mx\ninzone.com\nset q=a\nwww.inzone.com\nexit\n" % net.RESOLVER4)
        self.assertIn("canonical name = www.inzone.com.", out)
        self.assertIn("mail exchanger = 10 mail.inzone.com.", out)
        self.assertIn("Address: 198.18.1.1", out)

    def test_nslookup_reverse(self):
        self.assertIn("name = www.inzone.com.",
                      self.run_tool("nslookup", "198.18.1.1", net.RESOLVER4))

    def test_delv(self):
        for options in (["+noroot"], ["+noroot", "+cd"], ["-i"]):
            out = self.run_tool("delv", SERVER, *options, "www.inzone.com")
            self.assertRegex(out, r"www\.inzone\.com\.\s+\d+\s+IN\s+A\s+198\.18\.1\.1")

    def test_dnspython_resolver(self):
        asking = dns.resolver.Resolver(configure=False)
        asking.nameservers = [net.RESOLVER4]
        asking.lifetime = 8
        with self.world.cli.inside():
            answer = asking.resolve("a1.chain-a.com", "A")
            self.assertEqual([rdata.address for rdata in answer], ["198.18.5.1"])
            self.assertEqual(str(answer.canonical_name), "end.chain-a.com.")
            with self.assertRaises(dns.resolver.NXDOMAIN):
                asking.resolve("nothing.inzone.com")
            with self.assertRaises(dns.resolver.NoAnswer):
                asking.resolve("mail.inzone.com", "AAAA")


class CLibrary(Tools):
    """getaddrinfo of the C library, through an /etc/resolv.conf of its own."""

    PROGRAM = ("import socket, sys\n"
               "try:\n"
               "  found = socket.getaddrinfo(sys.argv[1], 80, type=socket.SOCK_STREAM)\n"
               "  print(' '.join(sorted(f[4][0] for f in found)))\n"
               "except socket.gaierror as error:\n"
               "  print('error', error.errno)\n")

    def lookup(self, name, options=""):
        with tempfile.TemporaryDirectory() as folder:
            conf = os.path.join(folder, "resolv.conf")
            with open(conf, "w") as out:
                out.write("nameserver %s\nsearch inzone.com\n%s\n" % (net.RESOLVER4, options))
            switch = os.path.join(folder, "nsswitch.conf")
            with open(switch, "w") as out:
                out.write("hosts: files dns\n")
            mounts = "mount --bind %s /etc/resolv.conf" % conf
            if os.path.exists("/etc/nsswitch.conf"):
                mounts += " && mount --bind %s /etc/nsswitch.conf" % switch
            done = self.world.cli.run(["unshare", "-m", "sh", "-c", mounts + ' && exec "$@"', "sh",
                                       sys.executable, "-c", self.PROGRAM, name])
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_both_families(self):
        self.assertEqual(self.lookup("www.inzone.com"), "198.18.1.1 2001:2::1")

    def test_search_list(self):
        self.assertEqual(self.lookup("www"), "198.18.1.1 2001:2::1")

    def test_aliases(self):
        self.assertEqual(self.lookup("a1.chain-a.com"), "198.18.5.1")

    def test_edns_tcp_and_one_request_at_a_time(self):
        for options in ("options edns0", "options use-vc", "options single-request",
                        "options single-request-reopen", "options trust-ad"):
            self.assertEqual(self.lookup("multi.inzone.com", options),
                             "198.18.2.1 198.18.2.2 198.18.2.3")

    def test_name_that_is_not(self):
        self.assertRegex(self.lookup("nothing.inzone.com."), r"error -(2|5)")


def required_programs():
    return ["dig", "kdig", "nslookup", "delv", "unshare"]


def setUpModule():
    for program in required_programs():
        if subprocess.run(["which", program], capture_output=True).returncode != 0:
            raise unittest.SkipTest("%s is not installed" % program)


if __name__ == "__main__":
    unittest.main()
