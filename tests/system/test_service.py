"""The program as a service: notification, reload, drain, socket activation, access control,
privileges."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import actor
import client
import daemon
import net
from client import addresses, ede_codes
from world import OwnDaemonTest

HERE = os.path.dirname(os.path.abspath(__file__))


def slowly(seconds):
    """A server that takes its time over each answer."""
    return lambda query: actor.Send(actor.reply(
        query, ["%s 300 IN A 198.18.9.9" % query.name]), delay=seconds)


class Notification(OwnDaemonTest):
    def test_ready_and_stopping(self):
        resolver = self.own_daemon()
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        notify = resolver.notify
        self.assertEqual(notify.seen("READY", "1"), 1)
        resolver.signal(signal.SIGTERM)
        daemon.wait_for(lambda: notify.seen("STOPPING", "1"), 5, "STOPPING=1")
        resolver.stop()

    def test_reload_is_announced(self):
        resolver = self.own_daemon()
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("READY", "1") == 2, 5, "READY=1 again")
        reloading = [m for m in resolver.notify.messages if m.get("RELOADING") == "1"]
        self.assertEqual(len(reloading), 1)
        # What Type=notify-reload needs beside it.
        stamp = int(reloading[0]["MONOTONIC_USEC"]) / 1e6
        self.assertLess(abs(time.clock_gettime(time.CLOCK_MONOTONIC) - stamp), 10)
        resolver.stop()

    def test_watchdog_is_fed(self):
        resolver = self.own_daemon(environment={"WATCHDOG_USEC": "400000"})
        before = resolver.notify.seen("WATCHDOG", "1")
        time.sleep(1.5)
        self.assertGreaterEqual(resolver.notify.seen("WATCHDOG", "1") - before, 4)
        resolver.stop()

    def test_the_watchdog_is_patient_while_files_are_read(self):
        resolver = self.own_daemon(environment={"WATCHDOG_USEC": "400000"})
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("WATCHDOG_USEC", "400000"), 5, "the period")
        told = [key for message in resolver.notify.messages for key in (
            "RELOADING", "WATCHDOG_USEC", "READY") if key in message]
        self.assertEqual(told, ["READY", "RELOADING", "WATCHDOG_USEC", "READY", "WATCHDOG_USEC"])
        longer = [int(message["WATCHDOG_USEC"]) for message in resolver.notify.messages
                  if "WATCHDOG_USEC" in message][0]
        self.assertGreaterEqual(longer, 60e6)
        resolver.stop()

    def test_watchdog_of_another_process_is_not_fed(self):
        resolver = self.own_daemon(environment={"WATCHDOG_USEC": "400000", "WATCHDOG_PID": "1"})
        time.sleep(0.8)
        self.assertEqual(resolver.notify.seen("WATCHDOG"), 0)
        resolver.stop()


class Reload(OwnDaemonTest):
    def reload(self, resolver):
        before = resolver.notify.seen("READY", "1")
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("READY", "1") > before, 5, "READY=1 again")

    def test_cache_is_kept(self):
        resolver = self.own_daemon()
        self.client.ask("www.inzone.com")
        time.sleep(1.1)
        self.reload(resolver)
        self.assertLess(self.client.ask("www.inzone.com").answer[0].ttl, 300)
        resolver.stop()

    def test_new_access_control_holds(self):
        resolver = self.own_daemon()
        self.assertEqual(self.client.ask("www.inzone.com").rcode(), 0)
        resolver.write_config(self.world.config(access_control={"allow": ["127.0.0.0/8"]}))
        self.reload(resolver)
        self.assertEqual(self.client.ask("www.inzone.com").rcode(), client.REFUSED)
        resolver.stop()

    def test_broken_configuration_leaves_the_old_one(self):
        resolver = self.own_daemon()
        with open(resolver.config_path, "w") as out:
            out.write("resolver:\n  root-hintz: nothing\n")
        self.reload(resolver)
        self.assertIn("root-hintz", resolver.log())
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        resolver.stop()

    def test_questions_on_their_way_survive(self):
        slow = self.actor(slowly(0.6))
        resolver = self.own_daemon()
        asked = threading.Thread(target=self._ask, args=(slow.name(),))
        asked.start()
        daemon.wait_for(slow.queries, 5, "the question at the server")
        for _ in range(3):
            self.reload(resolver)
        asked.join()
        self.assertEqual(addresses(self.answer), ["198.18.9.9"])
        resolver.stop()

    def _ask(self, name):
        self.answer = self.client.ask(name)


class Drain(OwnDaemonTest):
    def drained(self, ask):
        slow = self.actor(slowly(0.8))
        resolver = self.own_daemon()
        answers = []
        asked = threading.Thread(target=lambda: answers.append(ask(slow.name())))
        asked.start()
        daemon.wait_for(slow.queries, 5, "the question at the server")
        resolver.stop()
        asked.join()
        self.assertEqual(addresses(answers[0]), ["198.18.9.9"])

    def test_question_over_udp_is_answered_before_the_end(self):
        self.drained(self.client.ask)

    def test_question_over_tcp_is_answered_before_the_end(self):
        self.drained(lambda name: self.client.ask(name, tcp=True))

    def test_hanging_question_does_not_keep_it(self):
        silent = self.actor()
        resolver = self.own_daemon()
        asked = threading.Thread(target=self.client.udp, args=(client.query(silent.name()), 7))
        asked.start()
        daemon.wait_for(silent.queries, 5, "the question at the server")
        began = time.monotonic()
        resolver.stop()
        self.assertLess(time.monotonic() - began, 8)
        asked.join()

    def test_idle_connections_do_not_keep_it(self):
        resolver = self.own_daemon()
        streams = [self.client.tcp() for _ in range(5)]
        for stream in streams:
            stream.send(client.query("www.inzone.com"))
            self.assertIsNotNone(stream.receive())
        began = time.monotonic()
        resolver.stop()
        self.assertLess(time.monotonic() - began, 3)
        for stream in streams:
            self.assertTrue(stream.closed_within(2))
            stream.sock.close()

    def test_interrupt_ends_it_too(self):
        resolver = self.own_daemon()
        resolver.signal(signal.SIGINT)
        self.assertEqual(resolver.process.wait(5), 0)


class Activation(OwnDaemonTest):
    """Sockets that somebody else has opened (LISTEN_FDS)."""

    def sockets(self, address, port, kinds):
        made = []
        for kind in kinds:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with self.world.res.inside():
                sock = socket.socket(family, kind)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                sock.bind((address, port))
            if kind == socket.SOCK_STREAM:
                sock.listen(64)
            self.addCleanup(sock.close)
            made.append(sock)
        return made

    def test_given_sockets_are_used_instead_of_the_configured(self):
        both = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        given = self.sockets(net.RESOLVER4, 5353, both) + self.sockets(net.RESOLVER6, 5353, both)
        numbers = ",".join(str(sock.fileno()) for sock in given)
        resolver = self.own_daemon(
            pass_fds=[sock.fileno() for sock in given],
            command_prefix=[sys.executable, os.path.join(HERE, "activate.py"), numbers])
        for source, server in ((net.CLIENT4, net.RESOLVER4), (net.CLIENT6, net.RESOLVER6)):
            asking = self.world.client(source=source, server=server, port=5353)
            for tcp in (False, True):
                for _ in range(4):
                    self.assertEqual(addresses(asking.ask("www.inzone.com", tcp=tcp)),
                                     ["198.18.1.1"])
        self.assertIsNone(self.client.udp(client.query("www.inzone.com"), timeout=0.5))
        resolver.stop()

    def test_without_any_privilege(self):
        """As the service has it: an ordinary user, no capability, no system call that changes that."""
        given = self.sockets(net.RESOLVER4, 53, (socket.SOCK_DGRAM, socket.SOCK_STREAM))
        numbers = ",".join(str(sock.fileno()) for sock in given)
        resolver = self.own_daemon(
            pass_fds=[sock.fileno() for sock in given],
            command_prefix=[sys.executable, os.path.join(HERE, "activate.py"), "--unprivileged",
                            numbers])
        for tcp in (False, True):
            self.assertEqual(addresses(self.client.ask("www.inzone.com", tcp=tcp)), ["198.18.1.1"])
        resolver.signal(signal.SIGHUP)
        daemon.wait_for(lambda: resolver.notify.seen("READY", "1") == 2, 5, "READY=1 again")
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        resolver.stop()

    def test_listen_pid_of_another_process_is_not_for_us(self):
        resolver = self.own_daemon(environment={"LISTEN_FDS": "2", "LISTEN_PID": "1"})
        self.assertEqual(addresses(self.client.ask("www.inzone.com")), ["198.18.1.1"])
        resolver.stop()


class AccessControl(OwnDaemonTest):
    def test_matrix(self):
        """Who may ask x transport x asked before or not."""
        resolver = self.own_daemon(self.world.config(access_control={
            "allow": ["10.54.0.0/16", "fd54::/64", "10.54.1.128/25"],
            "deny": ["10.54.1.0/24", "10.54.1.200/32"]}))
        expected = [("10.54.0.2", net.RESOLVER4, True), ("10.54.1.1", net.RESOLVER4, False),
                    ("10.54.1.129", net.RESOLVER4, True), ("10.54.1.200", net.RESOLVER4, False),
                    ("10.54.1.201", net.RESOLVER4, True), (net.CLIENT6, net.RESOLVER6, True),
                    ("fd54:1::1", net.RESOLVER6, False)]
        for name in ("www.inzone.com", "www.outzone.com"):
            for source, server, allowed in expected:
                asking = self.world.client(source=source, server=server)
                for tcp in (False, True):
                    with self.subTest(source=source, tcp=tcp, name=name):
                        response = asking.ask(name, tcp=tcp, use_edns=True)
                        self.assertEqual(response.rcode(), 0 if allowed else client.REFUSED)
                        self.assertEqual(bool(response.answer), allowed)
                        if not allowed:
                            self.assertIn(18, ede_codes(response))
        resolver.stop()

    def test_default_is_this_host_only(self):
        config = {"resolver": {"root-hints": self.world.hints, "do-not-query": []},
                  "dnssec": {"validation": False},
                  "listen": [{"address": "0.0.0.0", "port": 53}]}
        resolver = self.own_daemon(config)
        self.assertEqual(self.client.ask("www.inzone.com").rcode(), client.REFUSED)
        local = client.Client(self.world.res, source="127.0.0.1", server="127.0.0.1")
        self.assertEqual(addresses(local.ask("www.inzone.com")), ["198.18.1.1"])
        resolver.stop()

    def test_wildcard_address_answers_from_the_address_asked(self):
        config = self.world.config(listen=[{"address": "0.0.0.0", "port": 53},
                                           {"address": "::", "port": 53}])
        resolver = self.own_daemon(config)
        for source, server in ((net.CLIENT4, net.RESOLVER4), ("10.54.1.3", "10.55.0.1"),
                               (net.CLIENT6, net.RESOLVER6)):
            asking = self.world.client(source=source, server=server)
            self.assertEqual(addresses(asking.ask("www.inzone.com")), ["198.18.1.1"])
        resolver.stop()


class Process(OwnDaemonTest):
    def run_program(self, *words):
        return self.world.res.run([daemon.PROGRAM, *words])

    def test_privileges_are_dropped(self):
        resolver = self.own_daemon()
        with open("/proc/%d/status" % resolver.process.pid) as status:
            fields = dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
        self.assertNotIn("0", fields["Uid"].split())
        self.assertNotIn("0", fields["Gid"].split())
        for kind in ("CapPrm", "CapEff", "CapInh", "CapAmb", "CapBnd"):
            self.assertEqual(int(fields[kind], 16), 0, kind)
        self.assertEqual(fields["NoNewPrivs"], "1")
        resolver.stop()

    def test_address_in_use_is_said(self):
        resolver = self.own_daemon()
        second = self.world.daemon()
        self.addCleanup(second.kill)
        second.launch()
        # With SO_REUSEPORT on both sides and one user, the second may run.
        try:
            status = second.process.wait(3)
        except subprocess.TimeoutExpired:
            self.skipTest("the port is shared with SO_REUSEPORT")
        self.assertNotEqual(status, 0)
        self.assertRegex(second.log(), r"10\.54\.0\.1|127\.0\.0\.1|::1|fd54:")
        resolver.stop()

    def test_foreign_address_is_said(self):
        broken = self.world.daemon(self.world.config(listen=[{"address": "192.0.2.1"}]))
        self.addCleanup(broken.kill)
        broken.launch()
        self.assertNotEqual(broken.process.wait(5), 0)
        self.assertIn("192.0.2.1", broken.log())

    def test_check_config(self):
        good = self.world.daemon()
        self.addCleanup(good.kill)
        done = self.run_program("--check-config", "--config", good.config_path)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(good.config_path, "w") as out:
            out.write("# a comment\nresolver:\n  qname-minimization: relaxed\n")
        done = self.run_program("--check-config", "--config", good.config_path)
        self.assertNotEqual(done.returncode, 0)
        said = done.stdout + done.stderr
        self.assertIn(":3:3", said)
        self.assertIn("qname-minimization", said)
        self.assertIn("qname-minimisation", said)

    def test_print_config(self):
        good = self.world.daemon()
        self.addCleanup(good.kill)
        done = self.run_program("--print-config", "--config", good.config_path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("qname-minimisation", done.stdout)

    def test_missing_configuration_is_said(self):
        done = self.run_program("--config", "/nonexistent/godwit.yaml")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/nonexistent/godwit.yaml", done.stdout + done.stderr)

    def test_version_and_help(self):
        for word in ("--version", "--help"):
            done = self.run_program(word)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("godwit", done.stdout)


if __name__ == "__main__":
    unittest.main()
