"""The sandbox: what is denied, that nothing that is needed is, and what happens where the kernel
cannot make one. All other tests run in it too, and end at the first call that it does not allow
(daemon.default_config)."""

import os
import re
import signal
import subprocess
import sys
import unittest

import daemon
import net
from client import addresses
from world import OwnDaemonTest

HERE = os.path.dirname(os.path.abspath(__file__))
WITHOUT = os.path.join(HERE, "without_kernel.py")
# Landlock 4, Linux 6.7.
VERSION_OF_PORTS = 4
DENIED = ["start another program", "read /etc/shadow", "connect to TCP port 22",
          "be traced with ptrace", "open a packet socket",
          "make memory executable that was writable", "create a file outside the state folder"]


class Sandbox(OwnDaemonTest):
    def selftest(self, sandbox="best-effort", breach="deny"):
        made = self.world.daemon(self.world.config(
            process={"sandbox": sandbox, "sandbox-breach": breach}))
        self.addCleanup(made.kill)
        return subprocess.run(
            [daemon.PROGRAM, "--config", made.config_path, "--selftest-sandbox"],
            capture_output=True, text=True)

    def need_kernel(self):
        said = self.selftest().stdout
        version = re.search(r"Landlock (\d+) and seccomp", said)
        if version is None or int(version.group(1)) < VERSION_OF_PORTS:
            self.skipTest(said.splitlines()[0])

    def test_seven_things_are_denied_that_root_could_do(self):
        self.need_kernel()
        for breach in ("deny", "kill"):
            done = self.selftest(breach=breach)
            lines = done.stdout.splitlines()[1:]
            self.assertEqual([line.split(":")[0] for line in lines], DENIED)
            for line in lines:
                self.assertRegex(line, ": denied$|/etc/shadow: denied, as without the sandbox$")
            self.assertEqual(done.returncode, 0)

    def test_selftest_tells_what_is_not_denied(self):
        done = self.selftest(sandbox="off")
        self.assertEqual(done.stdout.count("ALLOWED"), len(DENIED), done.stdout)
        self.assertEqual(done.returncode, 1)

    def status(self, resolver):
        with open("/proc/%d/status" % resolver.process.pid) as status:
            return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)

    def test_every_thread_is_in_it(self):
        self.need_kernel()
        resolver = self.own_daemon(self.world.config(process={"sandbox": "required"}))
        self.assertRegex(resolver.log(), r'sandbox in-force="Landlock \d+, .*\d+ system calls"')
        tasks = "/proc/%d/task" % resolver.process.pid
        for task in os.listdir(tasks):
            with open(os.path.join(tasks, task, "status")) as status:
                self.assertIn("Seccomp:\t2\n", status.readlines())
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        self.assertEqual(addresses(self.client.ask("www.inzone.com", tcp=True)), ["198.18.1.1"])
        resolver.stop()

    def test_off_is_off(self):
        resolver = self.own_daemon(self.world.config(process={"sandbox": "off"}))
        self.assertEqual(self.status(resolver)["Seccomp"].strip(), "0")
        resolver.stop()

    def reload(self, resolver):
        before = resolver.notify.seen("READY", "1")
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("READY", "1") > before, 5, "READY=1 again")

    def test_reload_reads_a_file_that_was_replaced_and_refuses_one_elsewhere(self):
        self.need_kernel()
        resolver = self.own_daemon()
        os.unlink(resolver.config_path)
        resolver.write_config(self.world.config(answers={"nsid": "replaced"}))
        self.reload(resolver)
        self.assertIn("setting-changed key=answers.nsid", resolver.log())
        resolver.write_config(self.world.config(dnssec={"trust-anchor-file": "/etc/passwd"}))
        self.reload(resolver)
        self.assertRegex(resolver.log(), "trust-anchor-file.*Permission denied")
        self.assertRegex(resolver.log(), 'problem="*.*/etc/passwd.*the sandbox keeps')
        self.assertIn("reload-refused", resolver.log())
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        resolver.stop()

    def test_port_that_a_reload_brings_is_told(self):
        self.need_kernel()
        resolver = self.own_daemon()
        forward = {"name": "elsewhere.test", "servers": [net.RESOLVER4 + "@5399"]}
        resolver.write_config(self.world.config(resolver={"forward-zones": [forward]}))
        self.reload(resolver)
        self.assertIn("port-waits-for-restart port=5399", resolver.log())
        resolver.stop()

    def launch(self, sandbox, *without):
        made = self.world.daemon(
            self.world.config(process={"sandbox": sandbox}),
            command_prefix=[sys.executable, WITHOUT, *without, "--"])
        self.addCleanup(made.kill)
        made.launch()
        return made

    def test_required_without_the_kernel_is_no_start(self):
        self.need_kernel()
        for without in ("landlock", "seccomp", "landlock-rules"):
            with self.subTest(without=without):
                made = self.launch("required", without)
                self.assertEqual(made.process.wait(5), 1)
                self.assertRegex(made.log(), "(?s)sandbox.*([Ll]andlock|seccomp)")

    def test_best_effort_without_the_kernel_goes_on_and_says_so(self):
        self.need_kernel()
        for without, missing in (("landlock", "Landlock"), ("seccomp", "seccomp")):
            with self.subTest(without=without):
                made = self.launch("best-effort", without)
                daemon.wait_for(lambda made=made: made.notify.seen("READY", "1"), 5, "ready")
                self.assertRegex(made.log(), "sandbox in-force=.* missing=.*" + missing)
                self.assertTrue(any("sandbox without" in message.get("STATUS", "")
                                    for message in made.notify.messages))
                self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
                made.stop()


if __name__ == "__main__":
    unittest.main()
