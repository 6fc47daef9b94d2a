"""D01 and D04 of the project's catalogue of attacks: zones whose signatures and keys are there to be
checked in vain. KeyTrap (CVE-2023-50387), and keys that nobody should take."""

import struct

import hostile_keys as keys
from hostile_authority import QNAME, Body
from hostile_keys import A, ED25519, ED448, P256, P384, RRSIG, RSASHA256, record
from hostile_world import ADDRESS, NOERROR, SERVFAIL, Signed, Trap, fitting, zone_of

# (algorithm, bits, how it is called)
KINDS = [(RSASHA256, 2048, "8-2048"), (RSASHA256, 4096, "8-4096"), (P256, 0, "13"),
         (P384, 0, "14"), (ED25519, 0, "15"), (ED448, 0, "16")]
# The largest message holds about as many keys, and signatures; and so many are still read.
KEYS_MANY, SIGNATURES_MANY, SIGNATURES_READ = 582, 600, 500
# What a set may have and still be taken.
KEYS_TAKEN, DS_TAKEN = 100, 100
LARGE_KEY_OCTETS, LARGE_SET_OCTETS = 30_000, 50_000
ALIASES = 11


def wrong_answer(zone, algorithm, bits, tags, count=SIGNATURES_READ, before=()):
    """An address with as many wrong signatures as fit, which name those tags in turn."""
    heads = [keys.rrsig_head(A, algorithm, keys.label_count(zone) + 1, tag, zone) for tag in tags]
    wrong = [record(QNAME, RRSIG, heads[n % len(heads)] + signature) for n, signature in
             enumerate(keys.wrong_signatures(algorithm, count, bits))]
    return Body(fitting([record(QNAME, A, ADDRESS), *before, *wrong]))


class KeyTraps:
    """The traps of one algorithm. `few` is how many zones a family has of which each is for one
    question, `many` how many if it is to last for a load."""

    def __init__(self, world, kind, few, many):
        self.world, self.few, self.many = world, few, many
        self.algorithm, self.bits, self.called = kind
        # Keys of which nobody has the private half are as large as can be; this one signs.
        self.key = keys.Key(self.algorithm)
        self.key_bits = 2048

    def _trap(self, what, checks, repeats=False, lasts=False):
        family = "%s-%s" % (what, self.called)
        return Trap("%s %s" % (what, self.called), "D01",
                    lambda n: "%s.%s" % (keys.fresh_label(), zone_of(family, 0 if repeats else n)),
                    (SERVFAIL,), checks, repeats, repeats or lasts)

    def _family(self, what, count, body, **zone):
        self.world.add_family(
            "%s-%s" % (what, self.called), count,
            lambda name: self.world.add_zone(name, self.key, **zone), {None: body})

    def _answer(self, what, tag):
        """Something must be there for the keys to be wanted."""
        body = wrong_answer(self._zone_zero(what), self.algorithm, self.bits, [tag], 1)
        self.world.add_family("%s-%s" % (what, self.called), 0, None, {None: body})

    def _zone_zero(self, what):
        return zone_of("%s-%s" % (what, self.called), 0)

    def _pairs(self, count):
        """Keys, two of each tag, and the tags."""
        tags = [4000 + n for n in range(count)]
        return [rdata for tag in tags
                for rdata in keys.colliding(self.algorithm, tag, 2, self.bits)], tags

    def sig_jam(self):
        """One key, wrong signatures, as many as fit."""
        body = wrong_answer(self._zone_zero("sigjam"), self.algorithm, self.key_bits,
                            [self.key.tag])
        self._family("sigjam", 1, body)
        return self._trap("sigjam", 1, repeats=True)

    def key_sig_trap(self, cold):
        """As many keys of each tag as are tried, and wrong signatures of each."""
        what = "cold" if cold else "keysig"
        more, tags = self._pairs(4)
        body = wrong_answer(self._zone_zero(what), self.algorithm, self.bits, tags)
        self._family(what, self.many if cold else 1, body, more_keys=more)
        return self._trap(what, 1, repeats=not cold, lasts=True)

    def lock_cram(self):
        """Many keys with one tag, and one signature."""
        tag = 4711
        more = keys.colliding(self.algorithm, tag, KEYS_TAKEN if self.bits < 4096 else 60,
                              self.bits)
        body = wrong_answer(self._zone_zero("lockcram"), self.algorithm, self.bits, [tag], 1)
        self._family("lockcram", 1, body, more_keys=more)
        return self._trap("lockcram", 0, repeats=True)

    def expired_first(self):
        """Signatures that were right once come before those that are wrong."""
        zone = self._zone_zero("expired")
        right = Signed(self.key, zone).rrset("*." + zone, A, [ADDRESS], times=keys.EXPIRED,
                                             place=QNAME)[1]
        old = [right[:28] + struct.pack("!I", keys.EXPIRED.inception + n) + right[32:]
               for n in range(8)]
        body = wrong_answer(zone, self.algorithm, self.key_bits, [self.key.tag],
                            before=[right, *old])
        self._family("expired", 1, body)
        return self._trap("expired", 1, repeats=True)

    def key_set_jam(self, large):
        """Two keys of one tag, each with a DS, and wrong signatures over the keys themselves; with
        so much beside them that hashing it takes its time, too."""
        what, tag = "keylarge" if large else "keyset", 4242
        pair = keys.colliding(self.algorithm, tag, 2, self.bits)
        more = [keys.dnskey(keys.ZONE_KEY, 100, b"\1" * LARGE_SET_OCTETS)] if large else []
        for number in range(self.few if large else self.many):
            name = zone_of("%s-%s" % (what, self.called), number)
            head = keys.rrsig_head(keys.DNSKEY, self.algorithm, 2, tag, name)
            wrong = [head + one for one in keys.wrong_signatures(
                self.algorithm, 16, self.bits)]
            self.world.add_zone(name, self.key, pair + more,
                                ds=[keys.ds(name, rdata) for rdata in pair],
                                dnskey_signatures=wrong)
        self._answer(what, tag)
        return self._trap(what, 1, lasts=not large)

    def hash_trap(self, large):
        """Digests of keys that there are not; of two large keys with one tag, or of many."""
        what = "hashlarge" if large else "hashtrap"
        tag = 4343
        if large:
            more = colliding_garbage(self.algorithm, tag)
        else:
            more = keys.colliding(self.algorithm, tag, KEYS_TAKEN if self.bits < 4096 else 60,
                                  self.bits)
        head = struct.pack("!HBB", tag, self.algorithm, 4)
        wrong = [head + bytes([n]) * 48 for n in range(DS_TAKEN)]
        for number in range(self.few):
            self.world.add_zone(zone_of("%s-%s" % (what, self.called), number), self.key, more,
                                ds=wrong)
        self._answer(what, tag)
        return self._trap(what, 0)

    def all(self):
        return [self.sig_jam(), self.key_sig_trap(cold=False), self.key_sig_trap(cold=True),
                self.lock_cram(), self.expired_first(), self.key_set_jam(large=False),
                self.key_set_jam(large=True),
                self.hash_trap(large=False), self.hash_trap(large=True)]


def colliding_garbage(algorithm, tag):
    """Two DNSKEY RDATA with that tag, of as many octets as a message holds twice."""
    made = []
    for filling in (b"\x11", b"\x22"):
        body = filling * (LARGE_KEY_OCTETS - 4)
        for last in range(0x10000):
            rdata = keys.dnskey(keys.ZONE_KEY, algorithm, body + struct.pack("!H", last))
            if last == 0:
                rest = keys.key_tag(rdata)
            if (rest + last + (rest + last >> 16)) & 0xffff == tag and keys.key_tag(rdata) == tag:
                made.append(rdata)
                break
    return made


def whole_key_trap(world, few):
    """As many keys with one tag as a message holds, and as many signatures as another one does."""
    key, tag = keys.Key(P256), 4444
    more = keys.colliding(P256, tag, KEYS_MANY)
    body = wrong_answer(zone_of("whole", 0), P256, 0, [tag], SIGNATURES_MANY)
    world.add_family("whole", few, lambda name: world.add_zone(name, key, more), {None: body})
    return Trap("whole keytrap 13", "D01",
                lambda n: "%s.%s" % (keys.fresh_label(), zone_of("whole", n)))


def right_aliases(world, count):
    """No attack on the checks, but as many right ones of the dearest kind as an answer holds."""
    key, zone = keys.Key(P384), "aliases.com."
    signed = Signed(key, zone)
    world.add_zone(zone, key)
    world.answer_below(zone, {None: world.nodata(signed)})
    for number in range(count):
        names = ["a%d-%d.%s" % (number, hop, zone) for hop in range(ALIASES + 1)]
        answer = [one for here, there in zip(names, names[1:])
                  for one in signed.rrset(here, keys.CNAME, [keys.wire(there)])]
        answer += signed.rrset(names[-1], A, [ADDRESS])
        world.answer_exactly(names[0], A, Body(answer))
    return Trap("right aliases 14", "right", lambda n: "a%d-0.%s" % (n, zone),
                (NOERROR, SERVFAIL), 1, repeats=True, lasts=True)


def odd_keys():
    """{what: DNSKEY RDATA} of keys that are none."""
    odd = bytearray(keys.any_modulus(2048))
    odd[-1] ^= 1
    return {
        "rsa65536": keys.dnskey(keys.ZONE_KEY, RSASHA256,
                                keys.rsa_octets(65537, keys.any_modulus(65536))),
        "exponent4096": keys.dnskey(keys.ZONE_KEY, RSASHA256,
                                    keys.rsa_octets(2 ** 4096 - 1, keys.any_modulus(2048))),
        "even": keys.dnskey(keys.ZONE_KEY, RSASHA256, keys.rsa_octets(65537, bytes(odd))),
        "offcurve": keys.dnskey(keys.ZONE_KEY, P256, b"\3" * 64),
        "offcurve384": keys.dnskey(keys.ZONE_KEY, P384, b"\3" * 96),
        "nooctets": keys.dnskey(keys.ZONE_KEY, P256, b""),
    }


def odd_key_traps(world, few):
    """Each such key beside a good one, with answers that name it; and named by the DS itself."""
    key, traps = keys.Key(P256), []
    for what, rdata in odd_keys().items():
        algorithm, tag = rdata[3], keys.key_tag(rdata)
        body = wrong_answer(zone_of(what, 0), algorithm, 2048, [tag], 16)
        world.add_family(what, few, lambda name, rdata=rdata: world.add_zone(
            name, key, [rdata]), {None: body})
        alone = what + "-ds"
        for number in range(few):
            name = zone_of(alone, number)
            world.add_zone(name, key, [rdata], ds=[keys.ds(name, rdata)])
        world.add_family(alone, 0, None, {None: wrong_answer(
            zone_of(alone, 0), algorithm, 2048, [tag], 1)})
        for family in (what, alone):
            traps.append(Trap("key " + family, "D04", lambda n, family=family: "%s.%s" % (
                keys.fresh_label(), zone_of(family, n))))
    return traps


def key_traps(world, kinds, few, many):
    traps = [trap for kind in kinds for trap in KeyTraps(world, kind, few, many).all()]
    return traps + [whole_key_trap(world, few), right_aliases(world, many)]
