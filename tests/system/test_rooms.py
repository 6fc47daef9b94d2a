"""What godwitctl shows of servers, trust, load and what has ended, and what nta changes while godwitd
runs."""

import subprocess
import time
import unittest

import daemon
import dns.rcode
from client import SERVFAIL, addresses
from test_control import CTL
from test_explain import ExplainTest

BROKEN, ADDRESS = "www.expired.org", ["198.18.6.8"]


class Trust(ExplainTest):
    def ask(self):
        answer = self.client.ask(BROKEN)
        return addresses(answer) if answer.rcode() == dns.rcode.NOERROR else answer.rcode()

    def names(self):
        return {line["name"]: line["from"] for line in self.lines("nta")}

    def test_negative_trust_anchors_come_and_go(self):
        resolver = self.explaining()
        keys = {(line["zone"], line["key-tag"]): line
                for line in self.lines("anchors") if "key-tag" in line}
        self.assertEqual(keys.keys(), {("expired.org.", 31429), (".", 20326), (".", 38696)})
        self.assertEqual(keys["expired.org.", 31429]["algorithm"], "ED25519")
        self.assertIn("31429", self.ctl("anchors"))

        self.assertEqual(self.ask(), SERVFAIL)
        for words in (["expired.org"], ["expired.org", "--for", "31d"],
                      ["expired.org", "--for", "soon"], ["expired.org", "--until", "2020-01-01"],
                      ["expired..org", "--for", "1h"]):
            self.ctl("nta", "add", *words, status=2)
        self.assertEqual(self.ask(), SERVFAIL)
        (added,) = self.lines("nta", "add", "Expired.org", "--for", "1h")
        self.assertEqual((added["name"], added["in-effect"]), ("expired.org.", True))
        self.assertEqual(self.ask(), ADDRESS)
        self.ctl("config", "reload")
        self.assertEqual(self.names(), {".": "configuration", "expired.org.": added["from"]})
        self.assertEqual(self.ask(), ADDRESS)

        self.ctl("nta", "remove", "expired.org")
        self.assertEqual(self.ask(), SERVFAIL)
        self.assertIn("there is no", self.ctl("nta", "remove", "expired.org", status=1))
        self.assertIn("configuration", self.ctl("nta", "remove", ".", status=1))

        self.ctl("nta", "add", "org", "--for", "1s")
        self.assertEqual(self.names().keys(), {".", "org."})
        daemon.wait_for(lambda: self.names().keys() == {"."}, 4, "the end of an anchor")
        daemon.wait_for(lambda: self.ask() == SERVFAIL, 2, "what comes after its end")
        resolver.stop()


class Busy(ExplainTest):
    def top(self, kind, *words):
        return {line["name"]: line for line in self.lines("top", *words) if line["kind"] == kind}

    def test_top_names_what_is_busy_and_what_fails(self):
        resolver = self.explaining()
        self.assertEqual(self.top("zone"), {})
        for name in ("www.inzone.com", "alias.inzone.com", "nothing.inzone.com", "www.inzone.com"):
            self.client.ask(name)
        self.assertEqual(self.client.ask("www.all-lame.org").rcode(), SERVFAIL)
        zones = self.top("zone")
        self.assertEqual((zones["all-lame.org."]["failures"], zones["all-lame.org."]["says"]),
                         (1, "fails"))
        self.assertEqual((zones["inzone.com."]["walks"], zones["inzone.com."]["failures"]), (3, 0))
        self.assertEqual(list(zones)[0], "all-lame.org.")
        names = self.top("name")
        self.assertEqual((names["www.inzone.com."]["walks"], names["www.all-lame.org."]["failures"]),
                         (1, 1), "the second time it was remembered")
        (client,) = self.top("client").values()
        self.assertEqual((client["walks"], client["failures"]), (4, 1))
        (fault,) = self.top("fault").values()
        self.assertIn("all-lame.org.", fault["says"])
        self.assertEqual(self.top("zone", "--limit", "1").keys(), {"all-lame.org.", "inzone.com."})
        self.assertEqual(self.lines("top", "--limit", "0"), [])
        self.ctl("top", "--limit", "1000", status=2)

        # Again each second, without the codes of a terminal where there is none.
        watch = subprocess.Popen([CTL, "--socket", self.path, "top", "--watch"], text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        headers = 0
        while headers < 2:
            line = watch.stdout.readline()
            self.assertNotEqual(line, "", "it has ended")
            self.assertNotIn("\x1b", line)
            headers += line.startswith("kind ")
        watch.terminate()
        watch.communicate(timeout=5)
        resolver.stop()


class Outage(ExplainTest):
    def test_servers_that_have_gone_are_shown(self):
        resolver = self.controlled(
            cache={"serve-stale": True, "max-ttl": "1s", "stale-wait": "300ms"},
            resolver={"limits": {"answer-time": "2s", "resolution-time": "2s"}})
        # In two seconds a machine that is busy with more may not have got there.
        daemon.wait_for(lambda: addresses(self.client.ask("www.inzone.com")) == ["198.18.1.1"], 20,
                        "an answer while all is well")
        head, *rows = self.lines("servers", "www.inzone.com")
        self.assertEqual(head["zone"], "inzone.com.")
        self.assertEqual({row["name"] for row in rows}, set(head["names"]))
        self.assertIn("glue", {row["address-from"] for row in rows})
        asked = [row["address"] for row in rows if row["state"] == "good"]
        self.assertGreater(len(asked), 0, rows)
        (alone,) = self.lines("servers", asked[0])
        self.assertEqual(self.lines("servers", asked[0] + "@53")[0]["server"], asked[0])
        self.assertEqual((alone["server"], alone["failures"]), (asked[0], 0))
        self.assertGreater(alone["rtt-microseconds"], 0)
        first, left_out = self.lines("servers", "--limit", "1")
        self.assertEqual(left_out["left-out"], len(self.lines("servers")) - 1)
        self.assertEqual(first["state"], "good")
        self.ctl("servers", "--limit", "many", status=2)
        self.assertIn("nothing is known", self.ctl("servers", "192.0.2.99", status=1))
        time.sleep(1.1)
        self.world.network.lose_servers()
        try:
            answer = self.client.ask("www.inzone.com")
            self.assertEqual(addresses(answer), ["198.18.1.1"])
            (record,) = daemon.wait_for(
                lambda: [line for line in self.lines("why") if line["reason"] == "stale"], 6,
                "a record")

            # How many losses a server has after one walk depends on which were known before it.
            def held_down():
                worst = self.lines("servers")[0]
                if worst["state"] != "held down":
                    self.client.ask("unknown.inzone.com")
                return worst["state"] == "held down" and worst

            worst = daemon.wait_for(held_down, 10, "a server that is held down")
            self.assertGreater(worst["down-seconds"], 0)
        finally:
            self.world.network.find_servers()
        self.assertEqual((record["rcode"], record["answered"]), ("NOERROR", True))
        shown = "\n".join(self.ctl("why", "www.inzone.com").splitlines()[:3])
        self.assertIn("from what had ended", shown)
        self.assertIn(worst["address"], shown)
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
