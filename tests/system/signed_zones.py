"""The signed Internet of the DNSSEC tests: which zones there are, how each is signed, what is wrong
with it, and what it holds.

    root             RSASHA256, NSEC
    tldN, N.B.tldN   one top level domain for each algorithm, zones with NSEC and NSEC3 in it
    odd              zones in the middle of key rolls, and zones that are broken
    param            NSEC3 parameters
    optout           NSEC3 opt-out over many zones that are not signed
    unsigned         no DS; zones in it have signatures that nobody can trust

A zone is served by two of the programs of its level. Every zone but the top ones holds the same
names, so that questions can be generated.
"""

import dataclasses

RSASHA1, NSEC3RSASHA1, RSASHA256, RSASHA512 = 5, 7, 8, 10
P256, P384, ED25519, ED448 = 13, 14, 15, 16
ALGORITHMS = {RSASHA1: "RSASHA1", NSEC3RSASHA1: "NSEC3RSASHA1", RSASHA256: "RSASHA256",
              RSASHA512: "RSASHA512", P256: "ECDSAP256SHA256", P384: "ECDSAP384SHA384",
              ED25519: "ED25519", ED448: "ED448"}

# Level: [(folder, program, address)]
SERVERS = [
    [("root-nsd", "nsd", "10.53.0.1"), ("root-knot", "knot", "10.53.0.2")],
    [("tld-knot", "knot", "10.53.1.1"), ("tld-named", "named", "10.53.1.2"),
     ("tld-nsd", "nsd", "10.53.1.3")],
    [("zones-nsd", "nsd", "10.53.2.1"), ("zones-knot", "knot", "10.53.2.2"),
     ("zones-named", "named", "10.53.2.3")],
    [("below-knot", "knot", "10.53.3.1"), ("below-nsd", "nsd", "10.53.3.2")],
]

HINTS = """
. 3600000 NS a.root-servers.lab.
. 3600000 NS b.root-servers.lab.
a.root-servers.lab. 3600000 A 10.53.0.1
b.root-servers.lab. 3600000 A 10.53.0.2
"""


@dataclasses.dataclass
class Key:
    """A key of a zone and what is done with it. `kind`: ksk, zsk, or csk for both in one."""
    kind: str
    algorithm: int
    publish: bool = True
    sign: bool = True
    ds: bool = None
    # Whether it is published, and named by the DS, with the zone key bit.
    zone_bit: bool = True

    def __post_init__(self):
        if self.ds is None:
            self.ds = self.kind != "zsk"


@dataclasses.dataclass
class Zone:
    name: str
    keys: list = dataclasses.field(default_factory=list)
    # None for NSEC, or (iterations, salt, opt-out).
    nsec3: tuple = None
    # When signatures begin and end, as dnssec-signzone reads it.
    validity: tuple = None
    # Digests of the DS records.
    digests: tuple = (2,)
    # Names of functions in zone_signing.py that spoil the DS records or the signed zone.
    spoil_ds: str = None
    spoil: str = None
    # Whether only the first of the zone's servers has it spoilt.
    spoil_at_first: bool = False
    programs: tuple = ()
    # What an answer from it is worth: secure, insecure or bogus.
    status: str = "secure"
    body: str = ""
    servers: list = dataclasses.field(default_factory=list)

    @property
    def level(self):
        return 0 if self.name == "." else self.name.count(".") + 1

    @property
    def parent(self):
        return None if self.name == "." else (self.name.split(".", 1) + ["."])[1] or "."

    @property
    def labels(self):
        return [] if self.name == "." else self.name.split(".")


def pair(algorithm):
    return [Key("ksk", algorithm), Key("zsk", algorithm)]


def single(algorithm):
    return [Key("csk", algorithm)]


NSEC3_PLAIN = (0, "-", False)
EXPIRED = ("20200101000000", "20200201000000")
FUTURE = ("20400101000000", "20400201000000")


def _by_algorithm():
    denials = {RSASHA1: None, NSEC3RSASHA1: (0, "-", True), RSASHA256: None,
               RSASHA512: (1, "aabb", False), P256: (0, "-", True), P384: None,
               ED25519: NSEC3_PLAIN, ED448: None}
    for algorithm, denial in denials.items():
        tld = "tld%d" % algorithm
        keys = single if algorithm in (P256, ED25519) else pair
        yield Zone(tld, keys(algorithm), denial)
        yield Zone("nsec." + tld, pair(algorithm))
        if algorithm != RSASHA1:
            yield Zone("nsec3." + tld, keys(algorithm), (0, "-", False))
        yield Zone("plain." + tld, status="insecure")


def _rolls():
    old, new = RSASHA256, P256
    yield Zone("prepublish.odd", pair(old) + [Key("zsk", old, sign=False)])
    yield Zone("double-zsk.odd", pair(old) + [Key("zsk", old)])
    yield Zone("double-ds.odd", pair(new) + [Key("ksk", new, publish=False, sign=False)])
    yield Zone("double-ksk.odd", pair(new) + [Key("ksk", new, ds=False)])
    yield Zone("late-ds.odd", pair(new) + [Key("ksk", new, sign=False)])
    begun = [Key("ksk", new, ds=False), Key("zsk", new)]
    yield Zone("roll-signatures.odd", pair(old) + [Key("zsk", new, publish=False)])
    yield Zone("roll-keys.odd", pair(old) + begun)
    yield Zone("roll-ds.odd", pair(old) + pair(new))
    yield Zone("roll-new-ds.odd", [Key("ksk", old, ds=False), Key("zsk", old)] + pair(new))
    yield Zone("roll-end.odd", [Key("zsk", old, publish=False)] + pair(new))


def _broken():
    yield Zone("expired.odd", pair(RSASHA256), validity=EXPIRED, status="bogus")
    yield Zone("future.odd", single(P256), NSEC3_PLAIN, validity=FUTURE, status="bogus")
    yield Zone("wrong-ds.odd", pair(P256), spoil_ds="another_digest", status="bogus")
    yield Zone("stripped.odd", pair(P256), spoil="without_dnssec", status="bogus",
               programs=("nsd", "knot"))
    yield Zone("unknown-algorithm.odd", pair(P256), spoil_ds="unknown_algorithm",
               status="insecure")
    yield Zone("unknown-digest.odd", pair(P256), spoil_ds="unknown_digest", status="insecure")
    yield Zone("no-signature-of-keys.odd", pair(P256), spoil="without_key_signatures",
               status="bogus")
    yield Zone("no-zone-key-bit.odd", [Key("csk", P256, zone_bit=False)],
               spoil="without_zone_key_bit", status="bogus", programs=("nsd", "knot"))
    yield Zone("one-forged.odd", pair(P256), spoil="one_forged")
    yield Zone("half-forged.odd", pair(P256), spoil="all_forged", spoil_at_first=True)
    yield Zone("half-stripped.odd", pair(P256), NSEC3_PLAIN, spoil="without_dnssec",
               spoil_at_first=True, programs=("nsd", "knot"))
    yield Zone("no-denial.odd", pair(P256), spoil="without_nsec", programs=("nsd", "knot"))
    yield Zone("sha1-ds.odd", pair(P256), digests=(1,))
    yield Zone("sha384-ds.odd", pair(P384), digests=(4,))
    yield Zone("all-ds.odd", pair(P256), digests=(1, 2, 4))
    yield Zone("mixed-ds.odd", pair(P256), spoil_ds="and_unknown_ones")
    yield Zone("wrong-sha256.odd", pair(P256), digests=(1, 2), spoil_ds="wrong_sha256",
               status="bogus")


def _parameters():
    for iterations, salt in ((0, "-"), (1, "-"), (5, "c0ffee"), (50, "ab" * 8), (51, "-"),
                             (100, "aa"), (150, "-"), (151, "-"), (200, "bb")):
        programs = ("nsd", "knot") if iterations > 50 else ()
        yield Zone("i%d.param" % iterations, pair(P256), (iterations, salt, False),
                   programs=programs)


def _unsigned():
    yield Zone("signed.optout", pair(P256), (0, "-", True))
    for n in range(6):
        yield Zone("u%d.optout" % n, status="insecure")
    yield Zone("island.unsigned", pair(P256), spoil_ds="without", status="insecure")
    yield Zone("with-ds.unsigned", pair(P256), status="insecure")
    yield Zone("plain.unsigned", status="insecure")


def all_zones():
    """Every zone, {name: Zone}, with its servers and what it holds, DS records aside."""
    top = [Zone(".", pair(RSASHA256)), Zone("odd", pair(P256)),
           Zone("param", pair(P256), (0, "-", True)), Zone("optout", single(P256), (0, "-", True)),
           Zone("unsigned", status="insecure")]
    zones = {zone.name: zone for zone in [*top, *_by_algorithm(), *_rolls(), *_broken(),
                                          *_parameters(), *_unsigned()]}
    second = [zone for zone in zones.values() if zone.level == 2]
    for zone in second:
        below = "insecure" if zone.status == "secure" else zone.status
        for child in (Zone("insec." + zone.name, status=below),
                      Zone("sec." + zone.name, single(P256), status=zone.status)):
            zones[child.name] = child
    ring = [zone.name for zone in second if not zone.spoil_at_first]
    for number, zone in enumerate(zones.values()):
        zone.servers = _servers_of(zone, number)
        if zone.level == 2:
            place = ring.index(zone.name) if zone.name in ring else -1
            zone.body = body(zone, ring[(place + 1) % len(ring)])
        else:
            zone.body = short_body(zone)
    return zones


def _servers_of(zone, number):
    possible = [s for s in SERVERS[zone.level] if not zone.programs or s[1] in zone.programs]
    return [possible[(number + i) % len(possible)] for i in range(min(2, len(possible)))]


def head(zone):
    lines = ["$ORIGIN %s." % zone.name.rstrip("."), "$TTL 300",
             "@ SOA ns1 hostmaster 1 1800 900 604800 60"]
    for place, (_, _, address) in enumerate(zone.servers, 1):
        lines += ["@ NS ns%d" % place, "ns%d A %s" % (place, address)]
    return "\n".join(lines) + "\n"


def short_body(zone):
    if zone.name == ".":
        return """$ORIGIN .
$TTL 3600
@ SOA a.root-servers.lab. hostmaster.lab. 1 1800 900 604800 60
@ NS a.root-servers.lab.
@ NS b.root-servers.lab.
a.root-servers.lab. A 10.53.0.1
b.root-servers.lab. A 10.53.0.2
"""
    return head(zone) + """www A 198.18.0.1
www TXT "of a short zone"
*.wild TXT "wild"
a.b A 198.18.0.2
"""


def body(zone, following):
    """What a zone of the second level holds; `following` is the zone that its aliases lead to."""
    return head(zone) + """
@ A 198.18.1.1
@ MX 10 mail
@ TXT "apex"
www A 198.18.1.2
www AAAA 2001:2::2
mail A 198.18.1.3
deep.below.empty A 198.18.1.4
*.wild A 198.18.1.5
*.wild TXT "wild"
real.wild TXT "real"
sub.deeper.wild A 198.18.1.6
*.wildalias CNAME www
*.wildaway CNAME www.%(following)s.
alias CNAME www
away CNAME www.%(following)s.
gone CNAME nothing
gone-away CNAME nothing.%(following)s.
no-data-away CNAME mail.%(following)s.
c0 CNAME c1.%(following)s.
c1 CNAME c2.%(following)s.
c2 CNAME c3.%(following)s.
c3 A 198.18.1.7
to-insec CNAME www.insec
to-sec CNAME www.sec
tree DNAME %(following)s.
within DNAME wild
_sip._udp SRV 1 2 5060 www
odd-type TYPE65280 \\# 3 010203
""" % {"following": following}
