"""Trust anchors and the clock, as the program has them from its start to its end: the file of their
state, what keeps it from starting, what it says of a clock that cannot be right. The zones of this
world are not signed."""

import mmap
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest

import dns.dnssec
import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError:
    Ed25519PrivateKey = None

import daemon
from world import OwnDaemonTest

HOUR, DAY, YEAR = 3600, 86400, 365 * 86400


class Trust(OwnDaemonTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="godwit-state.")
        # The program becomes another user.
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.state = os.path.join(self.folder, "trust-anchors.state")

    def start(self, folder=None, dnssec=None, **options):
        config = self.world.config(dnssec=dict(dnssec or {}, validation=True))
        return self.own_daemon(config, environment={"STATE_DIRECTORY": folder or self.folder},
                               **options)

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()


class State(Trust):
    def test_is_kept_over_a_restart(self):
        for _ in range(2):
            resolver = self.start()
            log = resolver.log()
            self.assertNotIn("trust-anchor-state", log)
            resolver.stop()
            self.assertTrue(self.read(self.state).startswith(b"godwit trust anchor state 1\n"))
            self.assertEqual(os.listdir(self.folder), ["trust-anchors.state"])

    def test_e18_a_damaged_one_is_refused_and_put_aside(self):
        self.start().stop()
        half = self.read(self.state)[:-10]
        with open(self.state, "wb") as file:
            file.write(half)
        resolver = self.start()
        self.assertEqual(resolver.log().count("trust-anchor-state-refused"), 1)
        resolver.stop()
        self.assertEqual(self.read(self.state + ".damaged"), half)
        self.assertNotEqual(self.read(self.state), half)

    def test_without_a_place_that_is_said_once(self):
        resolver = self.start(folder=self.folder + "/none")
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("READY", "1") == 2, 5, "READY=1 again")
        self.assertEqual(resolver.log().count("trust-anchor-state-not-kept"), 1)
        resolver.stop()

    def test_a_folder_that_may_only_be_read_is_no_place(self):
        os.chmod(self.folder, 0o555)
        resolver = self.start()
        self.assertEqual(resolver.log().count("trust-anchor-state-not-kept"), 1)
        resolver.stop()
        self.assertEqual(os.listdir(self.folder), [])

    def test_without_validation_there_is_none(self):
        resolver = self.own_daemon(environment={"STATE_DIRECTORY": self.folder})
        resolver.stop()
        self.assertEqual(os.listdir(self.folder), [])


class Start(Trust):
    def refused(self, dnssec):
        """What a start and --check-config say, which is the same."""
        path = os.path.join(self.folder, "godwit.yaml")
        with open(path, "w") as file:
            file.write("dnssec: %s\n" % dnssec)
        said = []
        for more in ([], ["--check-config"]):
            ended = subprocess.run([daemon.PROGRAM, "--config", path] + more, timeout=10,
                                   capture_output=True, text=True)
            self.assertEqual(ended.returncode, 1)
            said.append(ended.stderr + ended.stdout)
        self.assertIn(said[0].splitlines()[0], said[1])
        return said[0]

    def test_e18_without_an_anchor_it_does_not(self):
        empty = os.path.join(self.folder, "anchors")
        with open(empty, "w") as file:
            file.write("; none\n")
        self.assertIn("holds no DS or DNSKEY record", self.refused("{trust-anchor-file: %s}" % empty))

    def test_e18_with_half_an_anchor_it_does_not(self):
        half = os.path.join(self.folder, "anchors")
        with open(half, "w") as file:
            file.write(". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D084\n")
        self.assertIn("is no trust anchor", self.refused("{trust-anchor-file: %s}" % half))


class Key:
    """A key signing key of a zone, as it is and revoked."""

    def __init__(self):
        self.private = Ed25519PrivateKey.generate()

    def record(self, revoked=False):
        return dns.dnssec.make_dnskey(self.private.public_key(), dns.dnssec.ED25519,
                                      0x0181 if revoked else 0x0101)

    def tag(self, revoked=False):
        return dns.dnssec.key_id(self.record(revoked))


class SignedApex:
    """The server of a zone that has a DNSKEY set, signed by keys of it. `keys`: (key, whether it is
    revoked, whether it signs)."""

    def __init__(self):
        self.keys = []

    def __call__(self, query):
        answer = dns.message.make_response(query.message)
        answer.flags |= dns.flags.AA
        if query.type == dns.rdatatype.DNSKEY and len(query.labels) == 2:
            # A set that is not remembered: each look is a new one.
            keys = dns.rrset.from_rdata(query.name, 0, *(k.record(r) for k, r, _ in self.keys))
            signatures = [
                dns.dnssec.sign(keys, key.private, query.name, key.record(revoked),
                                inception=time.time() - DAY, lifetime=100 * DAY)
                for key, revoked, signs in self.keys if signs]
            answer.answer = [keys, dns.rrset.from_rdata(query.name, 0, *signatures)]
        return answer.to_wire()


class Shimmed(Trust):
    """With a wall clock that the test sets."""

    def shimmed(self, offset, **options):
        """(daemon, what sets its clock that many seconds off)"""
        shim = os.path.join(os.environ.get("GODWIT_SHIMS", ""), "wall_clock_shim.so")
        if not os.path.exists(shim):
            self.skipTest("no %s (GODWIT_SHIMS names its folder)" % shim)
        shared = tempfile.NamedTemporaryFile(prefix="godwit-shim.")
        self.addCleanup(shared.close)
        shared.write(struct.pack("=q", offset))
        shared.flush()
        memory = mmap.mmap(shared.fileno(), 8)

        def set_clock(seconds):
            memory[:8] = struct.pack("=q", seconds)
        resolver = self.start(
            command_prefix=["env", "LD_PRELOAD=" + shim, "GODWIT_SHIM_FILE=" + shared.name],
            **options)
        return resolver, set_clock


@unittest.skipIf(Ed25519PrivateKey is None, "no python3-cryptography")
class Signal(Trust):
    """RFC 8145: a zone's servers are told which of its keys are trusted."""

    def signals(self, told, **settings):
        key, apex = Key(), SignedApex()
        apex.keys = [(key, False, True)]
        server = self.actor(apex)
        zone = server.name("").lstrip(".").rstrip(".") + "."
        resolver = self.start(dnssec=dict(
            {"trust-anchors": ["%s IN DS %s" % (zone, dns.dnssec.make_ds(
                zone, key.record(), "SHA256"))],
             "negative-trust-anchors": [{"name": ".", "until": "never"}]}, **settings))
        name = "_ta-%04x.%s" % (key.tag(), zone)
        seen = lambda: [q for q in server.queries(rdtype="NULL")
                        if q.name.to_text().lower() == name]
        if told:
            daemon.wait_for(seen, 10, name)
        else:
            daemon.wait_for(lambda: server.queries(rdtype="DNSKEY"), 10, "DNSKEY")
            time.sleep(0.5)
            self.assertFalse(seen())
        resolver.stop()

    def test_goes_with_looks_at_keys_that_are_followed(self):
        self.signals(True, rfc5011=True)

    def test_goes_to_servers_of_zones_that_are_not_followed(self):
        self.signals(True, rfc5011=False)

    def test_can_be_turned_off(self):
        self.signals(False, rfc5011=True, **{"signal-trust-anchors": False})


@unittest.skipIf(Ed25519PrivateKey is None, "no python3-cryptography")
class Rollover(Shimmed):
    def test_a_rollover_from_the_first_look_to_the_revocation(self):
        old, new = Key(), Key()
        apex = SignedApex()
        zone = self.actor(apex).name("").lstrip(".").rstrip(".") + "."
        apex.keys = [(old, False, True)]
        anchor = "%s IN DS %s" % (zone, dns.dnssec.make_ds(zone, old.record(), "SHA256"))
        # Nothing above the zone is signed.
        trust = {"trust-anchors": [anchor], "rfc5011": True,
                 "negative-trust-anchors": [{"name": ".", "until": "never"}]}
        resolver, set_clock = self.shimmed(0, dnssec=trust)

        def expect(key, before, after):
            line = "trust-anchor zone=%s key-tag=%d before=%s after=%s" % (
                zone, key.tag(), before, after)
            daemon.wait_for(lambda: line in resolver.log(), 10, line)

        def look(seconds):
            set_clock(seconds)
            resolver.signal(signal.SIGHUP)

        expect(old, "none", "valid")
        apex.keys = [(old, False, True), (new, False, False)]
        look(2 * HOUR)
        expect(new, "none", "pending")
        look(29 * DAY)
        time.sleep(0.5)
        look(31 * DAY)
        expect(new, "pending", "valid")
        self.assertEqual(resolver.log().count("key-tag=%d " % new.tag()), 2)
        apex.keys = [(old, True, True), (new, False, True)]
        look(31 * DAY + 2 * HOUR)
        expect(old, "valid", "revoked")
        resolver.stop()
        state = self.read(self.state).decode()
        self.assertEqual(state.count("key revoked "), 1)
        self.assertEqual(state.count("key valid "), 1)
        # What was revoked stays so, although it is configured.
        resolver, set_clock = self.shimmed(31 * DAY + 3 * HOUR, dnssec=trust)
        look(31 * DAY + 5 * HOUR)
        time.sleep(0.5)
        self.assertNotIn("after=valid", resolver.log())
        resolver.stop()


class Clock(Shimmed):
    def test_e17_one_before_the_build_is_told_until_it_is_set(self):
        resolver, set_clock = self.shimmed(-20 * YEAR)
        self.assertIn("clock-wrong", resolver.log())
        resolver.notify.collect()
        ready = [m for m in resolver.notify.messages if m.get("READY") == "1"]
        self.assertIn("this program was built on", ready[0]["STATUS"])
        set_clock(0)
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: "clock-plausible" in resolver.log(), 5, "clock-plausible")
        daemon.wait_for(lambda: resolver.notify.seen("STATUS", "answering"), 5, "STATUS")
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
