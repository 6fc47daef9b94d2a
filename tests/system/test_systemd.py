"""The service under a systemd of its own: installed, restarted and reloaded under load, with the
sockets of godwit.socket and with its own, killed and started again."""

import json
import subprocess
import time
import unittest

import daemon
import machine

QUERIES_PER_SECOND = 5000
LOAD_SECONDS = 4
NAME = "www.example.com"
CONFIGURATION = """
resolver: {root-hints: /etc/godwit/lab.hints, do-not-query: [], upstream-ipv6: false}
dnssec: {validation: false}
process: {sandbox: required}
"""
LOAD = "/srv/godwit/build/release/tests/system/steady_load"


class Service(machine.MachineTest):
    def setUp(self):
        super().setUp()
        self.done("cmake --install build/release --prefix /usr; systemd-sysusers\n"
                  "systemctl daemon-reload\n"
                  "cat >/etc/godwit/godwit.yaml <<'END'%sEND\n" % CONFIGURATION)
        self.lab = self.machine.popen("exec tests/lab/lab.py --dir /tmp/lab")
        self.addCleanup(self.lab.wait)
        self.addCleanup(self.machine.close)
        daemon.wait_for(lambda: "ready" in self.machine.run("ls /tmp/lab"), 20, "the lab")
        self.done("cp /tmp/lab/root.hints /etc/godwit/lab.hints")

    def ask(self, tries=1):
        return self.machine.run(
            "dig @127.0.0.1 +short +timeout=2 +tries=%d %s | grep -v '^;'" % (tries, NAME)).split()

    def restart_under_load(self):
        """Restarts and reloads it while it is asked; returns what the journal has of it."""
        self.assertEqual(self.ask(), ["198.18.0.10"])
        load = self.machine.popen(
            "echo %s >/tmp/names; exec %s 127.0.0.1 %d %d /tmp/names" % (
                NAME, LOAD, QUERIES_PER_SECOND, LOAD_SECONDS), stdout=subprocess.PIPE)
        time.sleep(1)
        self.done("systemctl restart godwit")
        time.sleep(0.5)
        self.done("systemctl reload godwit")
        told = json.loads(load.communicate(timeout=LOAD_SECONDS + 30)[0])
        self.assertEqual((told["lost"], told["failed"], told["refused"]), (0, 0, 0), told)
        self.assertGreater(told["sent"], QUERIES_PER_SECOND * LOAD_SECONDS * 0.8)
        return self.machine.run("journalctl --no-pager -u godwit")

    def test_sockets_of_the_socket_unit(self):
        self.done("systemctl enable --now godwit.socket godwit.service")
        journal = self.restart_under_load()
        self.assertIn("from=activation", journal)
        self.assertNotIn("Failed with result", journal)
        # Nothing of it goes wrong in systemd's eyes, either.
        self.assertNotIn("failed", self.machine.run("journalctl --no-pager -u godwit.socket"))

    def test_sockets_of_its_own(self):
        self.done("mkdir -p /etc/systemd/system/godwit.service.d\n"
                  "cp /usr/share/doc/godwit/examples/bind-directly.conf "
                  "/etc/systemd/system/godwit.service.d/\n"
                  "systemctl mask godwit.socket; systemctl daemon-reload\n"
                  "systemctl start godwit")
        self.assertIn('from="before the restart"', self.restart_under_load())

    def test_the_page_is_served_by_a_user_of_its_own(self):
        self.done("systemctl enable --now godwit.socket godwit.service godwit-web.service")
        self.assertEqual(self.ask(), ["198.18.0.10"])

        def page(path):
            return self.machine.run(
                "python3 -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode())' "
                "http://127.0.0.1:9353%s" % path)

        daemon.wait_for(lambda: "godwitd answers" in page("/healthz"), 10, page("/healthz"))
        self.assertIn("godwit_queries_total", page("/metrics"))
        own, root = (self.done("stat -c %%u /proc/$(systemctl show -P MainPID %s)" % unit)
                     for unit in ("godwit-web", "systemd-journald"))
        self.assertNotEqual(own, root)
        self.assertNotEqual(own, self.done("id -u godwit"))

    def test_killed_it_is_there_again_with_its_cache(self):
        self.done("systemctl enable --now godwit.socket godwit.service")
        self.assertEqual(self.ask(), ["198.18.0.10"])
        # Writes the cache to its file.
        self.done("systemctl restart godwit")
        before = self.done("systemctl show -p MainPID godwit")
        self.done("pkill -KILL 'nsd|knotd'; kill -KILL $(systemctl show -P MainPID godwit)")
        # It may have taken the first question with it.
        self.assertEqual(self.ask(tries=3), ["198.18.0.10"])
        self.assertNotEqual(self.done("systemctl show -p MainPID godwit"), before)
        self.assertIn("answering", self.done("godwitctl status"))


if __name__ == "__main__":
    unittest.main()
