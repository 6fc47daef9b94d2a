"""Keys, signatures and proofs of the zones in test_validation_attacks.py, as octets: right ones, and
wrong ones that cost a validator as much as right ones.

Not zone_signing.py, which has real programs sign whole zones: no real program makes what is needed
here, and thousands of zones are.
"""

import base64
import collections
import hashlib
import itertools
import os
import random
import struct
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

A, NS, CNAME, SOA, TXT, DS, RRSIG, NSEC, DNSKEY, NSEC3, NSEC3PARAM = (
    1, 2, 5, 6, 16, 43, 46, 47, 48, 50, 51)
RSASHA256, P256, P384, ED25519, ED448 = 8, 13, 14, 15, 16
ZONE_KEY, ENTRY_KEY = 0x0100, 0x0101
# All other flags of a key are reserved: they say nothing, but they count in its tag.
FLAGS_WITH_MEANING = 0x0181
TTL = 3600
DAY = 86400

Curve = collections.namedtuple("Curve", "make hash octets")
CURVES = {P256: Curve(ec.SECP256R1(), hashes.SHA256(), 32),
          P384: Curve(ec.SECP384R1(), hashes.SHA384(), 48)}
EDWARDS = {ED25519: ed25519.Ed25519PrivateKey, ED448: ed448.Ed448PrivateKey}
RSA_EXPONENT = 65537
# The longest that is taken.
RSA_LONG_EXPONENT = 2 ** 32 - 1

_random = random.Random(4)


def wire(name):
    """A name as octets, in lower case."""
    labels = [label for label in name.lower().split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def address(text):
    return bytes(map(int, text.split(".")))


def record(owner, rdtype, rdata, ttl=TTL):
    return owner + struct.pack("!HHIH", rdtype, 1, ttl, len(rdata)) + rdata


def key_tag(rdata):
    padded = rdata + b"\0" * (len(rdata) % 2)
    total = sum(struct.unpack("!%dH" % (len(padded) // 2), padded))
    return (total + (total >> 16)) & 0xffff


def rsa_octets(exponent, modulus):
    """The key in DNSKEY RDATA (RFC 3110): the length of the exponent, itself, the modulus."""
    octets = exponent.to_bytes((exponent.bit_length() + 7) // 8, "big")
    length = bytes([len(octets)]) if len(octets) < 256 else b"\0" + struct.pack("!H", len(octets))
    return length + octets + modulus


def any_modulus(bits):
    """Odd, of that length; nobody knows its factors."""
    octets = bytearray(_random.randbytes(bits // 8))
    octets[0] |= 0x80
    octets[-1] |= 1
    return bytes(octets)


class Key:
    """A key with its private half. `flags` and `octets` make another record of it."""

    def __init__(self, algorithm, flags=ENTRY_KEY, bits=2048):
        self.algorithm = algorithm
        if algorithm == RSASHA256:
            self.private = rsa.generate_private_key(RSA_EXPONENT, bits)
            numbers = self.private.public_key().public_numbers()
            octets = rsa_octets(numbers.e, numbers.n.to_bytes(bits // 8, "big"))
        else:
            self.private, octets = _make_key(algorithm)
        self.rdata = dnskey(flags, algorithm, octets)
        self.tag = key_tag(self.rdata)

    def sign(self, data):
        if self.algorithm == RSASHA256:
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if self.algorithm in EDWARDS:
            return self.private.sign(data)
        curve = CURVES[self.algorithm]
        pair = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(curve.hash)))
        return b"".join(number.to_bytes(curve.octets, "big") for number in pair)


def _make_key(algorithm):
    if algorithm in EDWARDS:
        private = EDWARDS[algorithm].generate()
        return private, private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    private = ec.generate_private_key(CURVES[algorithm].make)
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return private, point[1:]


def dnskey(flags, algorithm, octets):
    return struct.pack("!HBB", flags, 3, algorithm) + octets


def expensive_key(algorithm, bits=2048):
    """The octets of a key that a check takes as long for as for any, whoever's it is."""
    if algorithm == RSASHA256:
        return rsa_octets(RSA_LONG_EXPONENT if bits == 4096 else RSA_EXPONENT, any_modulus(bits))
    return _make_key(algorithm)[1]


def colliding(algorithm, tag, count, bits=2048):
    """RDATA of so many different keys that all have that tag."""
    made = []
    while len(made) < count:
        octets = expensive_key(algorithm, bits)
        rest = key_tag(dnskey(0, algorithm, octets))
        # Of the flags that lead there one may have the right bits; else another key.
        for wanted in (tag - rest, tag - rest - 1):
            rdata = dnskey(wanted & 0xffff, algorithm, octets)
            if wanted & FLAGS_WITH_MEANING == ZONE_KEY and key_tag(rdata) == tag:
                made.append(rdata)
                break
    return made


def wrong_signatures(algorithm, count, bits=2048):
    """Signatures of nothing that cannot be told from right ones but by a whole check."""
    for number in range(count):
        low = struct.pack("!H", number)
        if algorithm == RSASHA256:
            yield b"\0" + _random.randbytes(bits // 8 - 3) + low
        elif algorithm in EDWARDS:
            # A point that is one, and a number that is below the order.
            if number == 0:
                point = _make_key(algorithm)[1]
            rest = _random.randbytes(len(point) - 4)
            yield point + low + rest + b"\0\0"
        else:
            octets = CURVES[algorithm].octets
            yield b"\1" + _random.randbytes(2 * octets - 4) + b"\1" + low


Times = collections.namedtuple("Times", "inception expiration")
_now = int(time.time())
VALID = Times(_now - DAY, _now + 30 * DAY)
EXPIRED = Times(_now - 60 * DAY, _now - 30 * DAY)


def rrsig_head(rdtype, algorithm, labels, tag, signer, times=VALID):
    """RRSIG RDATA but for the signature."""
    return struct.pack("!HBBIIIH", rdtype, algorithm, labels, TTL, times.expiration,
                       times.inception, tag) + wire(signer)


def label_count(name):
    return len([label for label in name.split(".") if label and label != "*"])


def rrsig(key, signer, owner, rdtype, rdatas, times=VALID):
    """RRSIG RDATA by that key, right in all but perhaps its times; `owner` may be a wildcard."""
    head = rrsig_head(rdtype, key.algorithm, label_count(owner), key.tag, signer, times)
    fixed = wire(owner) + struct.pack("!HHI", rdtype, 1, TTL)
    data = b"".join(fixed + struct.pack("!H", len(rdata)) + rdata for rdata in sorted(rdatas))
    return head + key.sign(head + data)


def ds(zone, rdata, digest=2):
    """DS RDATA for a key."""
    made = {1: hashlib.sha1, 2: hashlib.sha256, 4: hashlib.sha384}[digest](wire(zone) + rdata)
    return struct.pack("!HBB", key_tag(rdata), rdata[3], digest) + made.digest()


def types_bitmap(*types):
    octets = bytearray(max(types) // 8 + 1)
    for rdtype in types:
        octets[rdtype // 8] |= 0x80 >> rdtype % 8
    return bytes([0, len(octets)]) + bytes(octets)


Nsec3 = collections.namedtuple("Nsec3", "iterations salt opt_out", defaults=(0, b"", False))


def nsec3_hash(name, parameters):
    value = hashlib.sha1(wire(name) + parameters.salt).digest()
    for _ in range(parameters.iterations):
        value = hashlib.sha1(value + parameters.salt).digest()
    return value


def nsec3_label(value):
    return base64.b32hexencode(value).decode().lower()


def nsec3_ring(zone, names, parameters):
    """[(owner, RDATA)] of a zone in which there is nothing but these names, [(name, types)]."""
    entries = sorted((nsec3_hash(name, parameters), types) for name, types in names)
    following = itertools.islice(itertools.cycle(entries), 1, None)
    fixed = struct.pack("!BBHB", 1, int(parameters.opt_out), parameters.iterations,
                        len(parameters.salt)) + parameters.salt
    return [("%s.%s" % (nsec3_label(value), zone),
             fixed + bytes([len(value)]) + after[0] + types_bitmap(*types))
            for (value, types), after in zip(entries, following)]


def fresh_label(prefix=""):
    return prefix + os.urandom(6).hex()
