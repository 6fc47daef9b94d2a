"""godwitctl doctor against a real daemon and real root servers, and against a network in which something is wrong."""

import json
import os
import subprocess
import tempfile
import unittest

import daemon
from world import OwnDaemonTest

CTL = os.path.join(os.path.dirname(daemon.PROGRAM), "godwitctl")


class Doctor(OwnDaemonTest):
    def visit(self, path, resolv_conf, status):
        """The findings by area, in a mount namespace in which resolv.conf says this."""
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as fake:
            fake.write(resolv_conf)
            fake.flush()
            script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
            done = self.world.res.run(["unshare", "-m", "sh", "-c", script, "sh", fake.name,
                                       CTL, "--json", "--socket", path, "doctor"],
                                      timeout=20)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        findings = {}
        for line in done.stdout.splitlines()[:-1]:
            finding = json.loads(line)
            findings.setdefault(finding["area"], []).append(finding)
        return findings

    def assert_state(self, findings, area, state):
        self.assertEqual({f["state"] for f in findings.get(area, [])}, {state}, findings)

    def test_a_host_that_is_well_and_one_that_is_not(self):
        resolver = self.world.daemon(self.world.config())
        self.addCleanup(resolver.kill)
        path = os.path.join(resolver.directory, "run", "control.sock")
        resolver.write_config(dict(resolver.config, control={"socket": path, "read-socket": ""}))
        resolver.start()
        findings = self.visit(path, "nameserver 9.9.9.9\n", 1)
        self.assert_state(findings, "godwitd", "good")
        self.assert_state(findings, "answers", "good")
        self.assert_state(findings, "ipv4", "good")
        self.assert_state(findings, "ipv6", "good")
        self.assert_state(findings, "tcp", "good")
        self.assert_state(findings, "intercepted", "good")
        self.assert_state(findings, "resolv.conf", "fault")
        for finding in findings["resolv.conf"]:
            self.assertTrue(finding["remedy"])
        resolver.stop()
        findings = self.visit(path, "nameserver 127.0.0.1\n", 1)
        self.assert_state(findings, "godwitd", "fault")


if __name__ == "__main__":
    unittest.main()
