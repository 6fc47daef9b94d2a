"""D02 and D03 of the project's catalogue of attacks: denials that cost much to follow. NSEC3 with long
names, iterations and salts (CVE-2023-50868), and more proofs than anybody needs."""

import hostile_keys as keys
from hostile_authority import QNAME, Body
from hostile_keys import A, DNSKEY, NS, NSEC, NSEC3, NSEC3PARAM, RRSIG, SOA, TXT, record, wire
from hostile_world import (ADDRESS, NOERROR, NXDOMAIN, SERVFAIL, UNSIGNED, Signed, Trap, fitting,
                           zone_of)

ITERATIONS, SALTS = (0, 50, 51, 150, 65535), (b"", b"\7" * 255)
# Above that nothing is hashed, and the proofs need not be right.
ITERATIONS_HASHED = 150
APEX_TYPES = (NS, SOA, RRSIG, DNSKEY, NSEC3PARAM)
# With a label of three octets and the zone's own that are 255 octets.
DEEP = "a." * 117
DEEP_LABELS = 100
PADDING = 1000


def _deep(zone):
    return "%s.%s%s" % (keys.fresh_label()[:3], DEEP, zone)


class Nsec3Traps:
    """One zone of each kind of denial for each question, with the same parameters."""

    def __init__(self, world, parameters, many):
        self.world, self.many, self.key = world, many, keys.Key(keys.P256)
        self.parameters = parameters
        # Short, as names of the greatest length are wanted below it.
        self.place = ITERATIONS.index(parameters.iterations) * len(SALTS) + (
            1 if parameters.salt else 0)
        hashed = parameters.iterations if parameters.iterations <= ITERATIONS_HASHED else 0
        self._hashed_as = parameters._replace(iterations=hashed)

    def _proofs(self, signed, names, opt_out=False):
        """Every NSEC3 of a zone that has these names alone."""
        ring = keys.nsec3_ring(signed.zone, names, self._hashed_as._replace(opt_out=opt_out))
        parameter = self.parameters.iterations.to_bytes(2, "big")
        return [one for owner, rdata in ring
                for one in signed.rrset(owner, NSEC3, [rdata[:2] + parameter + rdata[4:]])]

    def _add(self, kind, make):
        for number in range(self.many):
            zone = zone_of("%s%d" % (kind, self.place), number)
            signed = Signed(self.key, zone)
            self.world.add_zone(zone, self.key)
            # A resolver that asks for one label after the other is led down to the last.
            self.world.answer_above(zone, DEEP_LABELS, {None: Body(authority=signed.soa())})
            self.world.answer_below(zone, {None: make(signed, [(zone, APEX_TYPES)])})

    def no_name(self, signed, names):
        return Body(authority=signed.soa() + self._proofs(signed, names), rcode=NXDOMAIN)

    def no_data(self, signed, names):
        """The wildcard is there, but not with that type."""
        names = names + [("*." + signed.zone, (TXT, RRSIG))]
        return Body(authority=signed.soa() + self._proofs(signed, names))

    def no_proof(self, signed, names):
        """The wildcard is a delegation, of which nobody may make anything."""
        names = names + [("*." + signed.zone, (NS, RRSIG))]
        return Body(authority=signed.soa() + self._proofs(signed, names))

    def no_ds(self, signed, names):
        """A delegation at the name itself, with opt-out."""
        host = wire("ns1." + signed.zone)
        return Body(authority=[record(QNAME, NS, host)] + self._proofs(signed, names, opt_out=True),
                    additional=[record(host, A, keys.address(UNSIGNED))], flags=0)

    def wildcard(self, signed, names):
        proofs = self._proofs(signed, names + [("*." + signed.zone, (A, RRSIG))])
        return Body(signed.rrset("*." + signed.zone, A, [ADDRESS], place=QNAME), proofs)

    def all(self):
        iterations = self.parameters.iterations
        for kind, what, make in (("a", "no name", self.no_name), ("b", "no data", self.no_data),
                                 ("c", "no DS", self.no_ds), ("d", "wildcard", self.wildcard),
                                 ("e", "no proof", self.no_proof)):
            self._add(kind, make)
            rcodes = {NXDOMAIN, NOERROR, SERVFAIL} if iterations <= 150 else {SERVFAIL}
            family = "%s%d" % (kind, self.place)
            yield Trap("nsec3 %s, %d iterations, salt %d" % (
                what, iterations, len(self.parameters.salt)), "D02",
                       lambda n, family=family: _deep(zone_of(family, n)), tuple(rcodes), 1,
                       lasts=True)


def padded_denial(world, rdtype, right, few):
    """A denial with as many proofs as a message holds, or as many as are taken with it; with right
    signatures or wrong ones."""
    key = keys.Key(keys.P256)
    family = "pad%d%s" % (rdtype, "right" if right else "wrong")
    for number in range(few):
        zone = zone_of(family, number)
        signed = Signed(key, zone)
        world.add_zone(zone, key)
        # All lie behind the name that is asked for.
        owners = ["x%04d.%s" % (n, zone) for n in range(PADDING)]
        bitmap = keys.types_bitmap(A, RRSIG, NSEC)
        if rdtype == NSEC3:
            owners = ["%s.%s" % (keys.nsec3_label(n.to_bytes(20, "big")), zone)
                      for n in range(PADDING)]
        wrong = keys.rrsig_head(rdtype, keys.P256, 3, key.tag, zone)
        records = signed.soa()
        # The limit of records is 512; of a set and its signature, half as many.
        for place, owner in enumerate(owners[:250] if right else owners):
            rdata = wire(owners[(place + 1) % PADDING]) + bitmap
            if rdtype == NSEC3:
                rdata = b"\1\0\0\0\0\x14" + (place + 1).to_bytes(20, "big") + bitmap
            if right and place < 20:
                records += signed.rrset(owner, rdtype, [rdata])
            else:
                signature = b"\1" * (64 if right else 1)
                records += [record(wire(owner), rdtype, rdata),
                            record(wire(owner), RRSIG, wrong + signature)]
        world.answer_below(zone, {None: Body(authority=fitting(records), rcode=NXDOMAIN)})
    return Trap("padded " + family, "D03", lambda n: "%s.%s" % (
        keys.fresh_label("b"), zone_of(family, n)))


def nsec3_traps(world, iterations, salts, many):
    return [trap for count in iterations for salt in salts
            for trap in Nsec3Traps(world, keys.Nsec3(count, salt), many).all()]


def padded_traps(world, few):
    return [padded_denial(world, rdtype, right, few)
            for rdtype in (NSEC, NSEC3) for right in (True, False)]
