"""Questions about the signed Internet, from a seed: every kind of name of its zones and names that
are not, every type that matters, and the flags DO, AD and CD."""

import dataclasses
import random

import dns.flags
import dns.message

TYPES = ["A"] * 6 + ["AAAA", "TXT", "MX", "NS", "SOA", "DS", "DS", "DNSKEY", "NSEC3PARAM", "CNAME",
                     "DNAME", "SRV", "NSEC", "TYPE65280", "CAA"]
# Names below a zone's apex; %d is replaced by a number from a small range, so that some come again.
NAMES = [
    "", "www", "mail", "ns1", "empty", "below.empty", "deep.below.empty", "x%d.below.empty",
    "wild", "w%d.wild", "w%d.x%d.wild", "*.wild", "real.wild", "x%d.real.wild", "deeper.wild",
    "x%d.deeper.wild", "w%d.wildalias", "w%d.wildaway", "wildaway", "alias", "away", "gone",
    "gone-away", "no-data-away", "c0", "c1", "c2", "to-insec", "to-sec", "tree", "www.tree",
    "x%d.tree", "w%d.within", "w%d.wild.tree", "www.insec.tree", "_sip._udp", "_udp", "odd-type",
    "x%d", "x%d.y%d", "insec", "www.insec", "x%d.insec", "x%d.wild.insec", "b.insec", "sec",
    "www.sec", "x%d.sec", "x%d.wild.sec", "b.sec",
]
# How many zones further along the ring a name's first alias leads.
ZONES_ON = {"wildaway": 1, "away": 1, "gone-away": 1, "no-data-away": 1, "c0": 3, "c1": 2, "c2": 1,
            "tree": 1}
ALIASES = [*ZONES_ON, "wildalias", "alias", "gone", "to-insec", "to-sec", "within"]
SHORT_NAMES = ["", "www", "x%d", "x%d.y%d", "w%d.wild", "a.b", "b", "x%d.b", "ns1"]


@dataclasses.dataclass(frozen=True)
class Question:
    number: int
    zone: str
    name: str
    rdtype: str
    do: bool
    ad: bool
    cd: bool

    @property
    def below(self):
        """The labels below the zone's apex."""
        count = 0 if self.zone == "." else self.zone.count(".") + 1
        labels = self.name.rstrip(".").split(".")
        return labels[:len(labels) - count]

    def is_at_alias(self):
        """Whether the name is an alias, or below a DNAME."""
        return any(label in ALIASES for label in self.below)

    def message(self):
        made = dns.message.make_query(self.name, self.rdtype, use_edns=0 if self.do else -1,
                                      want_dnssec=self.do, payload=4096)
        made.id = self.number & 0xffff
        made.flags = dns.flags.RD | (self.ad and dns.flags.AD) | (self.cd and dns.flags.CD)
        return made

    def __str__(self):
        flags = "".join(" +" + flag for flag in ("do", "ad", "cd") if getattr(self, flag))
        return "#%d %s %s%s" % (self.number, self.name, self.rdtype, flags)


def zones_met(question, zones):
    """The zones that an answer may depend on: the question's, those its aliases may lead to, and
    every one above them."""
    ring = [name for name, zone in zones.items() if zone.level == 2 and not zone.spoil_at_first]
    met = {question.zone}
    if question.zone in ring:
        place = ring.index(question.zone)
        on = max((ZONES_ON.get(label, 0) for label in question.below), default=0)
        met |= {ring[(place + step) % len(ring)] for step in range(1, on + 1)}
    for name in list(met):
        zone = zones[name]
        while zone.parent:
            met.add(zone.parent)
            zone = zones[zone.parent]
    return [zones[name] for name in met]


def questions(zones, count, seed):
    """`count` questions that follow from the seed."""
    chance = random.Random(seed)
    # What their servers do not agree about is left out, as an answer is a matter of luck with CD.
    split = [zone.name for zone in zones.values() if zone.spoil_at_first]
    asked = [zone for zone in zones.values() if zone.name not in split and zone.parent not in split]
    by_level = [[zone for zone in asked if zone.level == level] for level in range(4)]
    for number in range(count):
        level = chance.choices(range(4), weights=(2, 10, 84, 4))[0]
        zone = chance.choice(by_level[level])
        pattern = chance.choice(NAMES if level == 2 else SHORT_NAMES)
        below = pattern.replace("%d", "{}").format(*(chance.randrange(30) for _ in range(2)))
        name = ".".join(part for part in (below, zone.name.rstrip(".")) if part) or "."
        yield Question(number, zone.name, name, chance.choice(TYPES), chance.random() < 0.6,
                       chance.random() < 0.5, chance.random() < 0.2)
