"""The Internet of test_validation_attacks.py, made as octets for hostile_authority.py: a root and the
zone com., both signed as usual, and in it whatever zones the traps of hostile_traps.py and
hostile_denials.py need.

An attacker takes a new name for each question, and a new zone where that costs a resolver more, so
that nothing is remembered. Zones of a family are the same but for their number.
"""

import collections
import dataclasses
import pickle

import hostile_keys as keys
from hostile_authority import QNAME, Body, Table
from hostile_keys import A, DNSKEY, DS, NS, NSEC, RRSIG, SOA, record, wire

ROOT, TOP, ZONES = "10.53.0.1", "10.53.1.1", ["10.53.2.%d" % n for n in (1, 2, 3, 4)]
# Of zones that are not signed: the same answer for every name.
UNSIGNED = "10.53.3.1"
HINTS = ". 3600000 NS a.root-servers.lab.\na.root-servers.lab. 3600000 A %s\n" % ROOT
ADDRESS = bytes((198, 18, 0, 1))
HITS = "hits.com."
HIT_NAMES = ["h%04d.%s" % (n, HITS) for n in range(1000)]
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
# What the octets of a response may be: the largest message, but for its header and question.
ROOM = 65535 - 12 - 260


@dataclasses.dataclass
class Trap:
    """One way to attack. `name(n)` is what the question number n asks; `repeats` says that it is
    always the same zone, `lasts` that there are zones enough for a load. `rcodes` is what may
    come of it, `checks` the least number of signatures that must be checked for each question."""
    title: str
    row: str
    name: collections.abc.Callable
    rcodes: tuple = (SERVFAIL,)
    checks: int = 0
    repeats: bool = False
    lasts: bool = False


def soa(zone):
    return wire("ns1." + zone) + wire("mail." + zone) + b"\0\0\0\1" * 4 + b"\0\0\1\x2c"


class Signed:
    """Records with their signatures, as one list of octets."""

    def __init__(self, key, zone):
        self.key, self.zone = key, zone

    def rrset(self, owner, rdtype, rdatas, signed_as=None, times=keys.VALID, place=None):
        """`signed_as`: the wildcard that it is made from; `place`: the octets of the owner."""
        place = place or wire(owner)
        signature = keys.rrsig(self.key, self.zone, signed_as or owner, rdtype, rdatas, times)
        return [record(place, rdtype, rdata) for rdata in rdatas] + [record(place, RRSIG, signature)]

    def soa(self):
        return self.rrset(self.zone, SOA, [soa(self.zone)])


class HostileWorld:
    def __init__(self):
        self.root, self.top, self.zones = Table(), Table(), Table()
        self.root_key, self.top_key = keys.Key(keys.P256), keys.Key(keys.P256)
        self.anchor = ". IN DNSKEY 257 3 %d %s\n" % (
            keys.P256, keys.base64.b64encode(self.root_key.rdata[4:]).decode())
        self._signed_top = Signed(self.top_key, "com.")
        signed_root = Signed(self.root_key, ".")
        top_ds = signed_root.rrset("com.", DS, [keys.ds("com.", self.top_key.rdata)])
        address = record(wire("a.root-servers.lab."), A, keys.address(ROOT))
        self._exact(self.root, ".", NS, Body(
            signed_root.rrset(".", NS, [wire("a.root-servers.lab.")]), additional=[address]))
        self._exact(self.root, ".", DNSKEY, Body(
            signed_root.rrset(".", DNSKEY, [self.root_key.rdata])))
        self._exact(self.root, "com.", DS, Body(top_ds))
        self._under(self.root, "com.", {None: referral("com.", [TOP], top_ds)})
        self._exact(self.top, "com.", DNSKEY, Body(
            self._signed_top.rrset("com.", DNSKEY, [self.top_key.rdata])))
        self._under(self.top, "com.", {None: self.nodata(self._signed_top)})
        self._add_hits()

    def nodata(self, signed):
        return Body(authority=signed.soa() + signed.rrset(
            signed.zone, NSEC, [wire("a." + signed.zone) + keys.types_bitmap(
                NS, SOA, RRSIG, NSEC, DNSKEY)]))

    @staticmethod
    def _exact(table, name, rdtype, body):
        table.exact[(wire(name), rdtype)] = body.packed()

    @staticmethod
    def _under(table, name, bodies):
        table.under[wire(name)] = {rdtype: body.packed() for rdtype, body in bodies.items()}

    def add_zone(self, name, key, more_keys=(), ds=None, dnskey_signatures=None):
        """A delegation in com., and the zone's keys, signed by `key` unless RRSIG RDATA is given
        for them."""
        ds_set = self._signed_top.rrset(name, DS, ds or [keys.ds(name, key.rdata)])
        self._exact(self.top, name, DS, Body(ds_set))
        self._under(self.top, name, {None: referral(name, ZONES, ds_set)})
        rdatas = [key.rdata, *more_keys]
        answer = Signed(key, name).rrset(name, DNSKEY, rdatas, place=QNAME)
        if dnskey_signatures is not None:
            answer = answer[:-1] + [record(QNAME, RRSIG, rdata) for rdata in dnskey_signatures]
        self._exact(self.zones, name, DNSKEY, Body(answer))

    def answer_below(self, name, bodies):
        self._under(self.zones, name, bodies)

    def answer_above(self, name, labels, bodies):
        """What is said of names with fewer labels than that below the zone."""
        self.zones.labels_min[wire(name)] = labels
        self.zones.above[wire(name)] = {t: body.packed() for t, body in bodies.items()}

    def answer_exactly(self, name, rdtype, body):
        self._exact(self.zones, name, rdtype, body)

    def add_family(self, family, count, add_one, bodies):
        """Zones FAMILY-NUMBER.com., each made by add_one(its name); `bodies` are those of the
        number zero, and right for others but for signatures."""
        for number in range(count):
            add_one(zone_of(family, number))
        label = ("%s-%05d" % (family, 0)).encode()
        self.zones.families[family.encode()] = (
            bytes([len(label)]) + label, {t: body.packed() for t, body in bodies.items()})

    def _add_hits(self):
        key = keys.Key(keys.P256)
        signed = Signed(key, HITS)
        self.add_zone(HITS, key)
        self.answer_below(HITS, {None: self.nodata(signed)})
        for name in HIT_NAMES:
            self.answer_exactly(name, A, Body(signed.rrset(name, A, [ADDRESS])))

    def save(self, path):
        anything = Table(under={b"\0": {None: Body([record(QNAME, A, ADDRESS)]).packed()}})
        tables = {ROOT: self.root, TOP: self.top, UNSIGNED: anything,
                  **{one: self.zones for one in ZONES}}
        with open(path, "wb") as out:
            pickle.dump({address: vars(table) for address, table in tables.items()}, out)


def zone_of(family, number):
    return "%s-%05d.com." % (family, number)


def referral(name, addresses, ds_set):
    hosts = ["ns%d.%s" % (n, name) for n in range(1, len(addresses) + 1)]
    return Body(authority=[record(wire(name), NS, wire(host)) for host in hosts] + ds_set,
                additional=[record(wire(host), A, keys.address(address))
                            for host, address in zip(hosts, addresses)], flags=0)


def fitting(records):
    """As many of them as a message holds."""
    octets, kept = 0, []
    for one in records:
        octets += len(one)
        if octets > ROOM:
            break
        kept.append(one)
    return kept


__all__ = ["ADDRESS", "HINTS", "HIT_NAMES", "HostileWorld", "NOERROR", "NXDOMAIN", "SERVFAIL", "UNSIGNED", "Signed", "Trap", "fitting", "referral", "zone_of"]
