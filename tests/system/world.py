"""What the tests stand in: the network, the authoritative servers, and a resolver that they share.

Made once for each process, at the first use, and removed at its end. A test that changes the
resolver's state in a way that could matter to others (a configuration, a reload, its end) starts
a daemon of its own.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import unittest

import actor
import client
import daemon
import net
import servers
import zones


class World:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="godwit-system.")
        os.chmod(self.directory, 0o755)
        self.network = None
        self.servers = []
        self.shared = None
        atexit.register(self.close)
        self.network = net.Network()
        self.cli, self.res, self.srv = self.network.cli, self.network.res, self.network.srv
        self.servers = servers.start(self.directory, self.srv)
        self.network.silence(zones.TCP_ONLY, "udp")
        self.stage = actor.Stage(self.srv)
        self.hints = os.path.join(self.directory, "root.hints")
        with open(self.hints, "w") as out:
            out.write(zones.HINTS)

    def config(self, **changes):
        """The common configuration with some settings changed; a _ in a name stands for a dash."""
        dashed = {key.replace("_", "-"): value for key, value in changes.items()}
        return daemon.deep_update(daemon.default_config(self.hints), dashed)

    def daemon(self, config=None, **options):
        return daemon.Daemon(self.res, config or self.config(), **options)

    def client(self, **options):
        return client.Client(self.cli, **options)

    def shared_daemon(self):
        if self.shared is None or not self.shared.alive():
            self.shared = self.daemon().start()
        return self.shared

    def stop_shared(self):
        """Ends the shared resolver, with the checks of every orderly end."""
        if self.shared is not None:
            ending, self.shared = self.shared, None
            return ending.stop()
        return None

    def close(self):
        atexit.unregister(self.close)
        if self.shared is not None:
            self.shared.kill()
        servers.stop_all(self.servers)
        if self.network is not None:
            self.network.remove()
        shutil.rmtree(self.directory, ignore_errors=True)


_world = None


def world():
    global _world
    if _world is None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        _world = World()
    return _world


class SystemTest(unittest.TestCase):
    """A test on the shared resolver. At its end the resolver must still be there."""

    @classmethod
    def setUpClass(cls):
        cls.world = world()

    @classmethod
    def tearDownClass(cls):
        cls.world.stop_shared()

    def setUp(self):
        self.daemon = self.world.shared_daemon()
        self.client = self.world.client()

    def tearDown(self):
        if not self.daemon.alive():
            self.fail("the resolver ended during this test:\n" + self.daemon.log()[-4000:])

    def actor(self, behave=None):
        made = self.world.stage.actor(behave)
        self.addCleanup(self._end_actor, made)
        return made

    def _end_actor(self, made):
        made.stop()
        self.assertEqual(made.errors, [], "mistakes in the test's own server")

    def own_daemon(self, config=None, start=True, **options):
        """A daemon for this test alone; the shared one makes room for it."""
        self.world.stop_shared()
        made = self.world.daemon(config, **options)
        if start:
            made.start()
        self.daemon = made
        self.addCleanup(made.kill)
        return made

    def assert_rcode(self, wire, *expected):
        self.assertIsNotNone(wire, "no answer")
        self.assertIn(client.rcode(wire), expected)

    def assert_formerr(self, wire):
        self.assert_rcode(wire, client.FORMERR)


class OwnDaemonTest(SystemTest):
    """A test that starts its own resolvers."""

    def setUp(self):
        self.world.stop_shared()
        self.client = self.world.client()
        self.daemon = None

    def tearDown(self):
        """Nothing is shared that could have ended."""
