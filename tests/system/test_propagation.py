"""godwitctl propagation: a Knot primary and three secondaries, one of which lags; who is named, and whether
the copy in the cache dies at the second that was told. Faults of delegations and aliases."""

import json
import os
import subprocess
import sys
import time
import unittest

import dns.message
import dns.query
import dns.rdatatype

import zones
from client import addresses
from daemon import wait_for
from test_control import CTL, ControlTest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
from lab_servers import Knot, find_program, start_all, stop_all  # noqa: E402

PRIMARY, *SECONDARIES = zones.MOVING_ADDRESSES
LAGGING = SECONDARIES[-1]
OLD, NEW = "198.18.8.1", "198.18.8.2"
TTL = 6


class Primary(Knot):
    """Tells some of its secondaries of changes, and the last one not."""

    def remotes(self):
        return ["remote:"] + ['  - id: "%s"\n    address: "%s"' % (a, a) for a in SECONDARIES]

    def of_zone(self):
        return ['    notify: [%s]' % ", ".join('"%s"' % a for a in SECONDARIES[:-1])]

    def command(self):
        command = super().command()
        conf = command[-1]
        with open(conf) as text:
            lines = text.read().splitlines()
        begin = lines.index("template:")
        acl = ["acl:", "  - id: all", "    action: [transfer, notify]"]
        lines[begin:begin] = self.remotes() + acl
        lines += ["    acl: all"] + self.of_zone()
        with open(conf, "w") as out:
            out.write("\n".join(lines) + "\n")
        return command

    def control(self, *words):
        done = subprocess.run([find_program("knotc"), "-s", os.path.join(self.directory, "knot.sock"),
                               *words], capture_output=True, text=True, timeout=10)
        if done.returncode != 0:
            raise AssertionError("knotc %s: %s" % (words, done.stdout + done.stderr))


class Secondary(Primary):
    def remotes(self):
        return ["remote:", "  - id: primary", '    address: "%s"' % PRIMARY]

    def of_zone(self):
        return ["    master: primary"]


class PropagationTest(ControlTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = os.path.join(cls.world.directory, cls.__name__)
        os.makedirs(cls.directory)
        cls.servers = []
        cls.zone_file = cls.path_of("moving.com")
        cls.write_zone(1, OLD)
        cls.primary = cls.server(Primary, PRIMARY, {"moving.com": cls.zone_file})
        start_all([cls.primary])
        for address in SECONDARIES:
            cls.server(Secondary, address, {"moving.com": cls.path_of("moving.com-" + address)})
        strange = cls.path_of("strange.com")
        with open(strange, "w") as out:
            out.write(zones.STRANGE)
        cls.server(Knot, zones.STRANGE_ADDRESS, {"strange.com": strange}, zones.STRANGE_GLUE)
        start_all(cls.servers[1:])
        cls.lagging = cls.servers[len(SECONDARIES)]

    @classmethod
    def tearDownClass(cls):
        stop_all(cls.servers)
        super().tearDownClass()

    @classmethod
    def path_of(cls, name):
        return os.path.join(cls.directory, name)

    @classmethod
    def server(cls, kind, address, served, *more):
        made = kind(cls.path_of("at-" + address), [address, *more], served,
                    cls.world.srv.prefix, cls.world.srv.inside)
        cls.servers.append(made)
        return made

    @classmethod
    def write_zone(cls, serial, address):
        with open(cls.zone_file, "w") as out:
            out.write(zones.MOVING % (TTL, serial, address))

    def serial_at(self, address):
        query = dns.message.make_query("moving.com", "SOA", use_edns=False)
        with self.world.srv.inside():
            answer = dns.query.udp(query, address, timeout=2)
        return answer.answer[0][0].serial if answer.answer else None

    def survey(self, *words, status):
        """The servers by address, and the findings by kind."""
        done = subprocess.run([CTL, "--socket", self.path, "--json", "propagation", *words],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        rows, findings = {}, {}
        for line in map(json.loads, done.stdout.splitlines()):
            if "server" in line:
                rows[line["address"]] = line
            elif "kind" in line and "text" in line:
                findings.setdefault(line["kind"], []).append(line)
        return rows, findings


class Lagging(PropagationTest):
    def change(self):
        """Everywhere but at the lagging one."""
        self.write_zone(2, NEW)
        self.primary.control("zone-reload", "moving.com")
        for address in (PRIMARY, *SECONDARIES[:-1]):
            wait_for(lambda at=address: self.serial_at(at) == 2, 10, "serial 2 at " + address)
        self.assertEqual(self.serial_at(LAGGING), 1)

    def watch_the_copy_die(self, at):
        """No client may have the new data before the second that was told has begun, and each has them at its
        end."""
        last_old = first_new = None
        while first_new is None:
            began = time.time()
            self.assertLess(began, at + 3, "the copy outlives what was told")
            answer = addresses(self.client.ask("www.moving.com"))
            self.assertIn(answer, ([OLD], [NEW]))
            if answer == [OLD]:
                last_old = began
            else:
                first_new = time.time()
            time.sleep(0.02)
        self.assertLessEqual(last_old, at)
        self.assertGreater(first_new, at - 1)

    def test_the_one_that_lags_is_named_and_the_time_told_is_true(self):
        resolver = self.controlled(resolver={"prefetch": 0})
        rows, findings = self.survey("www.moving.com", status=0)
        self.assertEqual({row["state"] for row in rows.values()}, {"answers"})
        self.assertIn("holds nothing", findings["this-cache"][0]["text"])
        self.assertEqual(addresses(self.client.ask("www.moving.com")), [OLD])
        self.change()
        rows, findings = self.survey("www.moving.com", status=1)
        self.assertEqual(set(rows), set(zones.MOVING_ADDRESSES))
        states = {address: row["state"] for address, row in rows.items()}
        self.assertEqual(states, {a: "behind" if a == LAGGING else "answers" for a in states})
        self.assertEqual(rows[LAGGING]["serial"], "1")
        self.assertEqual(rows[LAGGING]["answer"], OLD)
        (behind,) = findings["behind"]
        for part in (LAGGING, "ns4.moving.com.", "serial 1", "newest is 2", OLD, NEW):
            self.assertIn(part, behind["text"])
        self.assertIn("3 of 4", findings["servers"][0]["text"])
        (cache,) = findings["this-cache"]
        self.assertFalse(cache["agrees"])
        clock = time.strftime("%H:%M:%S UTC", time.gmtime(cache["at"]))
        self.assertIn("will see the change at " + clock, cache["text"])
        self.assertIn("in %d s" % cache["in-seconds"], cache["text"])
        self.assertIn("after these have caught up", findings["others"][0]["text"])

        watching = subprocess.Popen(
            [CTL, "--socket", self.path, "propagation", "www.moving.com", "--watch", "--every", "1"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(watching.kill)
        self.lagging.control("zone-refresh", "moving.com")
        wait_for(lambda: self.serial_at(LAGGING) == 2, 10, "the lagging one catches up")
        self.watch_the_copy_die(cache["at"])
        out, errors = watching.communicate(timeout=10)
        self.assertEqual(watching.returncode, 0, out + errors)
        self.assertNotIn("\x1b", out)
        self.assertIn("this cache holds the newest data", out)
        rows, findings = self.survey("www.moving.com", status=0)
        self.assertIn("4 of 4", findings["servers"][0]["text"])
        self.assertTrue(findings["this-cache"][0]["agrees"])
        resolver.stop()


class Faults(PropagationTest):
    def texts(self, findings, kind):
        return " | ".join(one["text"] for one in findings.get(kind, []))

    def test_faults_of_delegation_aliases_and_targets(self):
        resolver = self.controlled()
        _, findings = self.survey("strange.com", "MX", status=1)
        delegation = self.texts(findings, "delegation")
        self.assertIn("the parent names ns9.strange.com.", delegation)
        self.assertIn("strange.com. names ns2.strange.com.", delegation)
        self.assertIn("gives %s as glue for ns1.strange.com." % zones.STRANGE_GLUE,
                      self.texts(findings, "server-name"))
        self.assertIn("points at mail.strange.com., which is an alias",
                      self.texts(findings, "target"))
        self.assertIn("points at nowhere.strange.com., which has no address",
                      self.texts(findings, "target"))
        for name, part in (("dangling", "target nothing.strange.com. does not exist"),
                           ("empty", "has no A data"), ("round", "leads back into itself")):
            _, findings = self.survey(name + ".strange.com", status=1)
            self.assertIn(part, self.texts(findings, "alias"))
        resolver.stop()

    def test_other_resolvers_are_compared(self):
        resolver = self.controlled()
        rows, findings = self.survey("www.strange.com", "--against",
                                     zones.STRANGE_ADDRESS + "," + PRIMARY, status=1)
        by_address = {one["about"]: one for one in findings["resolver"]}
        self.assertTrue(by_address[zones.STRANGE_ADDRESS]["agrees"])
        self.assertFalse(by_address[PRIMARY]["agrees"])
        self.assertIn("gives no answer", by_address[PRIMARY]["text"])
        self.assertEqual(rows[zones.STRANGE_ADDRESS]["state"], "answers")
        resolver.stop()

    def test_mistakes_and_what_is_printed(self):
        resolver = self.controlled()
        for words in (("a..b",), ("x", "NONSENSE"), ("x", "--against", "nobody"),
                      ("x", "--timeout", "61"), ("x", "--timeout", "0"), ("x", "--every", "1"),
                      ("x", "--watch", "--every", "0")):
            self.ctl("propagation", *words, status=2)
        done = subprocess.run([CTL, "--socket", self.path, "propagation", "www.strange.com"],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("not all agree", done.stderr)
        self.assertRegex(done.stdout, r"(?m)^answers +7 +%s" % zones.STRANGE_ADDRESS)
        self.assertRegex(done.stdout, r"(?m)^fault delegation ")
        self.assertRegex(done.stdout, r"(?m)^ +> make both NS sets alike")
        self.assertNotIn("\x1b", done.stdout)
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
