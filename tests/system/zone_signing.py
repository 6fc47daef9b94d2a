"""Makes the keys and signed master files of the zones of signed_zones.py, with BIND's programs, and
with NLnet Labs' where BIND refuses."""

import concurrent.futures
import hashlib
import os
import subprocess

import dns.dnssec
import dns.name
import dns.rdata

from signed_zones import ALGORITHMS, RSASHA1, NSEC3RSASHA1, RSASHA256, RSASHA512

RSA_BITS = 1280
DNSSEC_TYPES = ("RRSIG", "DNSKEY", "NSEC", "NSEC3", "NSEC3PARAM")
DIGESTS = {1: hashlib.sha1, 2: hashlib.sha256, 4: hashlib.sha384}
JOBS = 4
# What dnssec-signzone does at most.
BIND_ITERATIONS_MAX = 150


def run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError("%s: %s%s" % (" ".join(command), done.stdout, done.stderr))
    return done.stdout


def make_zones(zones, directory):
    """Signs every zone into `directory`; returns {zone: path}. Sets `path` of each key."""
    os.makedirs(directory, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(lambda zone: make_keys(zone, directory), zones.values()))
        for zone in zones.values():
            if zone.parent:
                zones[zone.parent].body += delegation(zone)
        return dict(zip(zones, pool.map(lambda zone: write_zone(zone, directory),
                                        zones.values())))


def make_keys(zone, directory):
    for key in zone.keys:
        words = ["-a", ALGORITHMS[key.algorithm]]
        if key.algorithm in (RSASHA1, NSEC3RSASHA1, RSASHA256, RSASHA512):
            words += ["-b", str(RSA_BITS)]
        if key.kind != "zsk":
            words += ["-f", "KSK"]
        made = run("dnssec-keygen", "-q", "-K", directory, *words, zone.name)
        key.path = os.path.join(directory, made.strip())


def dnskey_of(key):
    """The DNSKEY in the file of a key, as it is published."""
    with open(key.path + ".key") as text:
        line = [line for line in text if not line.startswith(";")][0]
    made = dns.rdata.from_text("IN", "DNSKEY", line.split("DNSKEY", 1)[1].strip())
    return made if key.zone_bit else made.replace(flags=made.flags & ~0x0100)


def owner_of(zone):
    return "." if zone.name == "." else zone.name + "."


def delegation(zone):
    """What the parent holds of a zone: name servers, their addresses, and DS records."""
    lines = ["%s NS ns%d.%s" % (owner_of(zone), place, owner_of(zone))
             for place in range(1, len(zone.servers) + 1)]
    lines += ["ns%d.%s A %s" % (place, owner_of(zone), server[2])
              for place, server in enumerate(zone.servers, 1)]
    records = [ds_of(zone, key, digest)
               for key in zone.keys if key.ds for digest in zone.digests]
    if zone.spoil_ds:
        records = globals()["ds_" + zone.spoil_ds](records)
    lines += ["%s DS %s" % (owner_of(zone), record) for record in records]
    return "\n".join(lines) + "\n"


def ds_of(zone, key, digest_type):
    dnskey = dnskey_of(key)
    owner = dns.name.from_text(zone.name).canonicalize().to_wire()
    digest = DIGESTS[digest_type](owner + dnskey.to_wire()).hexdigest()
    return dns.rdata.from_text("IN", "DS", "%d %d %d %s" % (
        dns.dnssec.key_id(dnskey), key.algorithm, digest_type, digest))


def sign_with_ldns(zone, source, target, keys):
    iterations, salt, _ = zone.nsec3
    run("ldns-signzone", "-n", "-t", str(iterations), *(["-s", salt] if salt != "-" else []),
        "-o", zone.name, "-f", target, source, *(key.path for key in keys))


def sign(zone, source, target, keys):
    words = ["-P", "-O", "full", "-o", zone.name, "-f", target]
    if any(key.kind == "csk" for key in zone.keys):
        words += ["-z"]
    else:
        words += ["-x"]
    if zone.validity:
        words += ["-s", zone.validity[0], "-e", zone.validity[1]]
    if zone.nsec3:
        iterations, salt, opt_out = zone.nsec3
        words += ["-3", salt, "-H", str(iterations)] + (["-A"] if opt_out else [])
    run("dnssec-signzone", *words, source, *(key.path for key in keys if key.sign),
        cwd=os.path.dirname(source))


def write_zone(zone, directory):
    """Writes the master file and returns its path."""
    path = os.path.join(directory, "zone-" + (zone.name if zone.name != "." else "root"))
    if not zone.keys:
        with open(path, "w") as out:
            out.write(zone.body)
        return path
    published = [key for key in zone.keys if key.publish]
    lines = signed_lines(zone, path, published)
    if any(key.sign and not key.publish for key in zone.keys):
        # Signatures of keys that are not in the zone: those of a zone that has them all.
        hidden = {str(key.algorithm) for key in zone.keys if key.sign and not key.publish}
        every = signed_lines(zone, path, zone.keys)
        lines += [line for line in every if kind(line) == "RRSIG" and
                  line.split()[5] in hidden and line.split()[4] != "DNSKEY"]
    if zone.spoil_at_first:
        write_lines(path + ".good", lines)
    if zone.spoil:
        lines = globals()["zone_" + zone.spoil](lines)
    write_lines(path, lines)
    return path


def write_lines(path, lines):
    with open(path, "w") as out:
        out.write("\n".join(lines) + "\n")


def signed_lines(zone, path, keys):
    by_ldns = bool(zone.nsec3) and zone.nsec3[0] > BIND_ITERATIONS_MAX
    with open(path + ".unsigned", "w") as out:
        out.write(zone.body)
        for key in [] if by_ldns else keys:
            out.write("$INCLUDE %s.key\n" % key.path)
    (sign_with_ldns if by_ldns else sign)(zone, path + ".unsigned", path + ".signed", keys)
    with open(path + ".signed") as text:
        return [line for line in text.read().split("\n") if line and not line.startswith(";")]


def kind(line):
    """The type of a record in a line `owner ttl class type rdata`."""
    return line.split()[3]


# What is done to DS records.

def _ds(record, **changes):
    fields = dict(key_tag=record.key_tag, algorithm=record.algorithm,
                  digest_type=record.digest_type, digest=record.digest)
    fields.update(changes)
    return "%(key_tag)d %(algorithm)d %(digest_type)d " % fields + fields["digest"].hex()


def _flipped(octets):
    return bytes([octets[0] ^ 1]) + octets[1:]


def ds_without(_):
    return []


def ds_another_digest(records):
    return [_ds(record, digest=_flipped(record.digest)) for record in records]


def ds_unknown_algorithm(records):
    return [_ds(record, algorithm=100) for record in records]


def ds_unknown_digest(records):
    return [_ds(record, digest_type=99) for record in records]


def ds_and_unknown_ones(records):
    return ds_unknown_algorithm(records) + ds_unknown_digest(records) + [str(r) for r in records]


def ds_wrong_sha256(records):
    return [_ds(record, digest=_flipped(record.digest)) if record.digest_type == 2 else
            str(record) for record in records]


# What is done to the lines of a signed zone.

def zone_without_dnssec(lines):
    return [line for line in lines if kind(line) not in DNSSEC_TYPES]


def zone_without_key_signatures(lines):
    return [line for line in lines if line.split()[3:5] != ["RRSIG", "DNSKEY"]]


def zone_without_nsec(lines):
    return [line for line in lines if kind(line) != "NSEC" and
            line.split()[3:5] != ["RRSIG", "NSEC"]]


def zone_without_zone_key_bit(lines):
    return [line.replace("DNSKEY 257 ", "DNSKEY 1 ").replace("DNSKEY\t257 ", "DNSKEY\t1 ")
            for line in lines]


def zone_all_forged(lines):
    """No address but those of the servers is what was signed."""
    return [line.replace("198.18.1.", "198.18.66.") if kind(line) == "A" else line
            for line in lines]


def zone_one_forged(lines):
    """The address of www is not what was signed."""
    return [line.replace("198.18.1.2", "198.18.66.66")
            if line.startswith("www.") and kind(line) == "A" else line for line in lines]
