"""The Internet of the system tests: what each zone holds, who serves it, and from which address.

ZONES maps a zone to its master file; PLAN says which program serves which zones at which
addresses. A zone and its parent are never in the same process, or there would be no referral
between them.
"""

# Zones whose servers the tests play themselves (actor.py): case-1.net at 10.53.9.1, and so on.
ACTOR_ZONES = 250

ROOT4 = ["10.53.0.1", "10.53.0.2"]
ROOT6 = ["fd53::1"]
TCP_ONLY = "10.53.4.1"

# Served by test_propagation.py itself: a primary and its secondaries, and a zone with faults.
MOVING_ADDRESSES = ["10.53.20.1", "10.53.20.2", "10.53.20.3", "10.53.20.4"]
STRANGE_ADDRESS, STRANGE_GLUE = "10.53.20.5", "10.53.20.6"

HINTS = """
. 3600000 NS a.root-servers.lab.
. 3600000 NS b.root-servers.lab.
a.root-servers.lab. 3600000 A 10.53.0.1
a.root-servers.lab. 3600000 AAAA fd53::1
b.root-servers.lab. 3600000 A 10.53.0.2
"""

SOA = "@ SOA ns hostmaster 1 1800 900 604800 %d\n"

ROOT = """
$ORIGIN .
$TTL 86400
@ SOA a.root-servers.lab. hostmaster.lab. 1 1800 900 604800 600
@ NS a.root-servers.lab.
@ NS b.root-servers.lab.
a.root-servers.lab. A 10.53.0.1
a.root-servers.lab. AAAA fd53::1
b.root-servers.lab. A 10.53.0.2
com. NS a.nic.com.
net. NS a.nic.net.
org. NS a.nic.org.
org. NS b.nic.org.
a.nic.com. A 10.53.1.1
a.nic.net. A 10.53.1.2
a.nic.org. A 10.53.1.3
b.nic.org. AAAA fd53:1::3
18.198.in-addr.arpa. NS ns1.inzone.com.
0.0.0.0.2.0.0.0.1.0.0.2.ip6.arpa. NS ns1.inzone.com.
ns1.inzone.com. A 10.53.2.1
"""

COM = """
$ORIGIN com.
$TTL 3600
@ SOA a.nic hostmaster.nic 1 1800 900 604800 300
@ NS a.nic
a.nic A 10.53.1.1
; glue within the zone, from two programs
inzone NS ns1.inzone
inzone NS ns2.inzone
ns1.inzone A 10.53.2.1
ns2.inzone A 10.53.3.1
ns2.inzone AAAA fd53:3::1
; the server lies under another top-level domain: no glue
outzone NS ns.helper.net.
; the server lies in the zone and its address is missing: nobody can get there
missing NS ns.missing
; one of two servers has its address
half NS ns1.half
half NS ns2.half
ns2.half A 10.53.2.1
; servers that wait for each other
loop-a NS ns.loop-b.net.
chain-a NS ns.chain-a
ns.chain-a A 10.53.2.1
chain-d NS ns.chain-d
ns.chain-d A 10.53.3.1
""" + "".join("moving NS ns%d.moving\nns%d.moving A %s\n" % (n, n, address)
              for n, address in enumerate(MOVING_ADDRESSES, 1)) + """
; the zone names other servers, and knows of one address less
strange NS ns1.strange
strange NS ns9.strange
ns1.strange A 10.53.20.5
ns1.strange A 10.53.20.6
ns9.strange A 10.53.20.5
"""

NET = """
$ORIGIN net.
$TTL 3600
@ SOA a.nic hostmaster.nic 1 1800 900 604800 300
@ NS a.nic
a.nic A 10.53.1.2
helper NS ns.helper
ns.helper A 10.53.3.1
chain-b NS ns.chain-b
ns.chain-b A 10.53.2.1
tcponly NS ns.tcponly
ns.tcponly A 10.53.4.1
loop-b NS ns.loop-a.com.
""" + "".join("case-%d NS ns.case-%d\nns.case-%d A 10.53.9.%d\n" % (n, n, n, n)
              for n in range(1, ACTOR_ZONES + 1))

ORG = """
$ORIGIN org.
$TTL 3600
@ SOA a.nic hostmaster.nic 1 1800 900 604800 300
@ NS a.nic
@ NS b.nic
a.nic A 10.53.1.3
b.nic AAAA fd53:1::3
chain-c NS ns.chain-c
ns.chain-c A 10.53.3.1
dname NS ns.dname
ns.dname A 10.53.2.1
; the first of the two servers does not know the zone
lame NS ns1.lame
lame NS ns2.lame
ns1.lame A 10.53.2.2
ns2.lame A 10.53.3.1
all-lame NS ns1.all-lame
ns1.all-lame A 10.53.2.2
; a server that has an IPv6 address alone
sixonly NS ns.sixonly
ns.sixonly AAAA fd53:5::1
; no glue, and of the server's two addresses the first has nobody
both NS dual.sixonly
; nobody listens there
dead NS ns.dead
ns.dead A 10.53.8.1
; its server is at 10.53.3.1: here is one that knows nothing of it
badglue NS ns.badglue
ns.badglue A 10.53.1.2
expired NS ns.expired
ns.expired A 10.53.3.1
"""


def txt(owner, total_bytes, chunk=200, strings=1):
    """TXT records of one owner that fill about `total_bytes` of an answer."""
    count = max(1, total_bytes // (strings * (chunk + 1) + 12))
    more = ' "%s"' % ("x" * chunk) * (strings - 1)
    return "".join('%s TXT "%04d%s"%s\n' % (owner, n, "x" * (chunk - 4), more) for n in range(count))


INZONE = """
$ORIGIN inzone.com.
$TTL 300
""" + SOA % 60 + """
@ NS ns1
@ NS ns2
@ MX 10 mail
@ MX 20 mail.outzone.com.
@ TXT "first" "second"
@ CAA 0 issue "ca.example.net"
ns1 A 10.53.2.1
ns2 A 10.53.3.1
ns2 AAAA fd53:3::1
www A 198.18.1.1
www AAAA 2001:2::1
short 2 A 198.18.1.2
zero 0 A 198.18.1.3
mail A 198.18.1.25
alias CNAME www
_sip._udp SRV 1 2 5060 sip
sip A 198.18.1.60
service HTTPS 1 . alpn=h2
unknown TYPE65280 \\# 3 010203
empty.non.terminal A 198.18.1.9
*.wild A 198.18.1.42
*.wild TXT "from the wildcard"
*.brief 20 A 198.18.1.43
self CNAME self
Mixed.Case A 198.18.1.5
multi A 198.18.2.1
multi A 198.18.2.2
multi A 198.18.2.3
alias-to-nothing CNAME nothing-here
""" + txt("over1232", 1600) + txt("over4096", 5000) + txt("huge", 40000, strings=3)

OUTZONE = """
$ORIGIN outzone.com.
$TTL 300
@ SOA ns.helper.net. hostmaster 1 1800 900 604800 60
@ NS ns.helper.net.
www A 198.18.3.1
mail A 198.18.3.25
"""

HELPER = """
$ORIGIN helper.net.
$TTL 300
""" + SOA % 60 + """
@ NS ns
ns A 10.53.3.1
www A 198.18.4.1
"""

# A chain of eight aliases: a1 b1 c1 d1 a2 b2 c2 d2, then end.chain-a.com.
CHAIN = """
$ORIGIN %s.
$TTL 300
""" + SOA % 60 + """
@ NS ns
ns A %s
%s
"""
CHAIN_A = CHAIN % ("chain-a.com", "10.53.2.1", """
a1 CNAME b1.chain-b.net.
a2 CNAME b2.chain-b.net.
end A 198.18.5.1
round CNAME round.chain-b.net.
""" + "".join("long%d CNAME long%d\n" % (n, n + 1) for n in range(30)) + "long30 A 198.18.5.30\n")
CHAIN_B = CHAIN % ("chain-b.net", "10.53.2.1", """
b1 CNAME c1.chain-c.org.
b2 CNAME c2.chain-c.org.
round CNAME round.chain-a.com.
""")
CHAIN_C = CHAIN % ("chain-c.org", "10.53.3.1", """
c1 CNAME d1.chain-d.com.
c2 CNAME d2.chain-d.com.
""")
CHAIN_D = CHAIN % ("chain-d.com", "10.53.3.1", """
d1 CNAME a2.chain-a.com.
d2 CNAME end.chain-a.com.
""")

# With a TTL, a serial and an address.
MOVING = """
$ORIGIN moving.com.
$TTL %d
@ SOA ns1 hostmaster %d 1800 900 604800 60
""" + "".join("@ NS ns%d\nns%d A %s\n" % (n, n, address)
              for n, address in enumerate(MOVING_ADDRESSES, 1)) + """
www A %s
"""

STRANGE = """
$ORIGIN strange.com.
$TTL 300
@ SOA ns1 hostmaster 7 1800 900 604800 60
@ NS ns1
@ NS ns2
ns1 A 10.53.20.5
ns2 A 10.53.20.5
www A 198.18.8.3
@ MX 10 mail
@ MX 20 nowhere
@ MX 30 www
mail CNAME www
text TXT "no address"
dangling CNAME nothing
empty CNAME text
round CNAME round2
round2 CNAME round
"""

SIMPLE = """
$ORIGIN %s.
$TTL 300
""" + SOA % 60 + """
@ NS %s
%s
www A %s
"""
HALF = SIMPLE % ("half.com", "ns2", "@ NS ns1\nns1 A 10.53.2.1\nns2 A 10.53.2.1", "198.18.6.1")
DNAME = SIMPLE % ("dname.org", "ns", "ns A 10.53.2.1\nsub DNAME inzone.com.", "198.18.6.2")
LAME = SIMPLE % ("lame.org", "ns2", "@ NS ns1\nns1 A 10.53.2.2\nns2 A 10.53.3.1", "198.18.6.3")
TCPONLY = SIMPLE % ("tcponly.net", "ns", "ns A 10.53.4.1", "198.18.6.4")
SIXONLY = SIMPLE % ("sixonly.org", "ns",
                    "ns AAAA fd53:5::1\ndual A 10.53.8.1\ndual AAAA fd53:5::1", "198.18.6.5")
BOTH = SIMPLE % ("both.org", "dual.sixonly.org.", "", "198.18.6.7")
BADGLUE = SIMPLE % ("badglue.org", "ns", "ns A 10.53.3.1", "198.18.6.9")
NOTHING = SIMPLE % ("elsewhere.invalid", "ns", "ns A 10.53.2.2", "198.18.6.6")

# Signed by the key below: its DNSKEY set until 2090, all else until 2025 (dnssec-signzone -X).
EXPIRED_KEY = "expired.org. DNSKEY 257 3 15 YAanMm3I2fq0d/4sFLh2jqpBkEx7xWmWAghRE6kBzcY="
EXPIRED = """
$ORIGIN expired.org.
@ 300 SOA ns.expired.org. hostmaster.expired.org. 1 1800 900 604800 60
@ 300 RRSIG SOA 15 2 300 20250101000000 20240101000000 31429 expired.org. (
    VA6Uye1DGg4vPGiYoVIvBWZpoQSHeRdkN6Q4ao8biHaNRWuOqPO2rLOA BWkbFm+kQzWERREI5HfSvt2fqSWzAQ== )
@ 300 NS ns.expired.org.
@ 300 RRSIG NS 15 2 300 20250101000000 20240101000000 31429 expired.org. (
    ehiEV643+W8+qRIrYdEttqbKs4wM0zPKWQtdf5XYiM6SrIWPpgFtta1B GelxzLJxJz7+uX3iBJfirbQVdqNAAw== )
@ 60 NSEC ns.expired.org. NS SOA RRSIG NSEC DNSKEY
@ 60 RRSIG NSEC 15 2 60 20250101000000 20240101000000 31429 expired.org. (
    mtRMm3oMjufnY7AM2Oop8mY/Qhk8z13x1hpMuoLit2wvMx+3f54uAbuA EuVSNxjTweD8+SVFC1dOoEbUH5A3Dw== )
@ 300 DNSKEY 257 3 15 YAanMm3I2fq0d/4sFLh2jqpBkEx7xWmWAghRE6kBzcY=
@ 300 RRSIG DNSKEY 15 2 300 20900101000000 20240101000000 31429 expired.org. (
    Pa33/QNLHqORqe9Pmrudd7QMoj6dfybZDg/Fu/gUeoAT/4GKeSe0iTyT brBXFKhZ6l5TF0l+gaxGIiUnOFqgDg== )
ns 300 A 10.53.3.1
ns 300 RRSIG A 15 3 300 20250101000000 20240101000000 31429 expired.org. (
    +GUK00C2Hdu8h38JxipkntgV97v+nsKjIL2kCPmlMfSzcmyR5emy+vF+ eF1vrp4Xik/SUoG6faMHlprRtWVCBQ== )
ns 60 NSEC www.expired.org. A RRSIG NSEC
ns 60 RRSIG NSEC 15 3 60 20250101000000 20240101000000 31429 expired.org. (
    Bmu5ZxPLxgJWAaAV/fnTWdvxe0+4yQ1pTwmXVbas3f/tVXJLULmG93vK cSQZAWwWir8QBb4RVMbElOhQJ3WWAA== )
www 300 A 198.18.6.8
www 300 RRSIG A 15 3 300 20250101000000 20240101000000 31429 expired.org. (
    wf4bHRQH1hmMUjGqx0UEJivDIWKM8k/ksDG3Hure2PfWs0BwHWZ/I/u8 4YJc45WXpxorSkQJTLxUqpFlhBjMCA== )
www 60 NSEC expired.org. A RRSIG NSEC
www 60 RRSIG NSEC 15 3 60 20250101000000 20240101000000 31429 expired.org. (
    Uk9pRsuj3fdXeVnNsoFyv603ILEV3jxNlKmNMUJYdS5pjUrKmSv0ROBa eNdQbieCiuVaqyQBKBeKHRbwgdplDg== )
"""

REVERSE4 = """
$ORIGIN 18.198.in-addr.arpa.
$TTL 300
@ SOA ns1.inzone.com. hostmaster.inzone.com. 1 1800 900 604800 60
@ NS ns1.inzone.com.
1.1 PTR www.inzone.com.
"""
REVERSE6_ORIGIN = "0.0.0.0.2.0.0.0.1.0.0.2.ip6.arpa"
REVERSE6 = """
$ORIGIN %s.
$TTL 300
@ SOA ns1.inzone.com. hostmaster.inzone.com. 1 1800 900 604800 60
@ NS ns1.inzone.com.
1.%s PTR www.inzone.com.
""" % (REVERSE6_ORIGIN, ".".join("0" * 19))

ZONES = {
    ".": ROOT, "com": COM, "net": NET, "org": ORG,
    "inzone.com": INZONE, "outzone.com": OUTZONE, "helper.net": HELPER,
    "chain-a.com": CHAIN_A, "chain-b.net": CHAIN_B, "chain-c.org": CHAIN_C, "chain-d.com": CHAIN_D,
    "half.com": HALF, "dname.org": DNAME, "lame.org": LAME, "tcponly.net": TCPONLY,
    "badglue.org": BADGLUE, "expired.org": EXPIRED,
    "sixonly.org": SIXONLY, "both.org": BOTH, "elsewhere.invalid": NOTHING,
    "18.198.in-addr.arpa": REVERSE4, REVERSE6_ORIGIN: REVERSE6,
}

# (folder, program, addresses, zones)
PLAN = [
    ("root-nsd", "nsd", ["10.53.0.1", "fd53::1"], ["."]),
    ("root-knot", "knot", ["10.53.0.2"], ["."]),
    ("tld-knot", "knot", ["10.53.1.1", "10.53.1.3", "fd53:1::3"], ["com", "org"]),
    ("tld-nsd", "nsd", ["10.53.1.2"], ["net"]),
    ("zones-nsd", "nsd", ["10.53.2.1"],
     ["inzone.com", "half.com", "chain-a.com", "chain-b.net", "dname.org", "18.198.in-addr.arpa",
      REVERSE6_ORIGIN]),
    ("lame-nsd", "nsd", ["10.53.2.2"], ["elsewhere.invalid"]),
    ("zones-knot", "knot", ["10.53.3.1", "fd53:3::1"],
     ["inzone.com", "outzone.com", "helper.net", "chain-c.org", "chain-d.com", "lame.org",
      "badglue.org", "expired.org"]),
    ("special-knot", "knot", ["10.53.4.1", "fd53:5::1"], ["tcponly.net", "sixonly.org", "both.org"]),
]
