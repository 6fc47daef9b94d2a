"""The families of metrics after known questions: exact counts, sums that agree with those of `stats`,
and a text that Prometheus takes."""

import shutil
import subprocess
import unittest

from client import rcode, query, SERVFAIL, NXDOMAIN
from test_control import ControlTest


class Metrics(ControlTest):
    def families(self):
        return {line["family"]: line for line in self.lines("metrics")}

    def value(self, family, **labels):
        (sample,) = [sample for sample in self.now[family]["samples"] if sample["labels"] == labels]
        return sample["value"]

    def sum(self, family):
        return sum(sample["value"] for sample in self.now[family]["samples"])

    def times(self, family, **labels):
        (sample,) = [sample for sample in self.now[family]["samples"] if sample["labels"] == labels]
        self.assertEqual(len(sample["counts"]), len(sample["bounds"]) + 1)
        return sum(sample["counts"])

    def ask_known_questions(self):
        """12 questions: over UDP but for one, with one answer that fails."""
        for _ in range(5):
            self.client.ask("www.inzone.com")  # resolved, composed, then ready made three times
        self.client.ask("www.inzone.com", tcp=True)
        for _ in range(2):
            self.assertEqual(self.client.ask("nobody.inzone.com", "MX").rcode(), NXDOMAIN)
        for _ in range(2):
            self.assertEqual(self.client.ask("www.missing.com").rcode(), SERVFAIL)
        self.client.ask("www.inzone.com", "TYPE999")
        self.assertEqual(rcode(self.client.udp(b"\0\1\1\0" + bytes(8))), 1)  # no question at all

    def test_known_questions_are_counted_exactly(self):
        resolver = self.controlled()
        self.ask_known_questions()
        self.now = self.families()
        value = self.value
        self.assertEqual(value("godwit_queries_total", transport="udp", type="A"), 7)
        self.assertEqual(value("godwit_queries_total", transport="tcp", type="A"), 1)
        self.assertEqual(value("godwit_queries_total", transport="udp", type="MX"), 2)
        self.assertEqual(value("godwit_queries_total", transport="udp", type="other"), 1)
        self.assertEqual(value("godwit_queries_total", transport="udp", type="none"), 1)
        self.assertEqual(value("godwit_answers_total", rcode="noerror"), 7)
        self.assertEqual(value("godwit_answers_total", rcode="nxdomain"), 2)
        self.assertEqual(value("godwit_answers_total", rcode="servfail"), 2)
        self.assertEqual(value("godwit_answers_total", rcode="formerr"), 1)
        kinds = {"ready": 4, "composed": 1, "negative": 1, "failure": 1, "aggressive": 0, "stale": 0}
        for kind, hits in kinds.items():
            self.assertEqual(value("godwit_cache_hits_total", kind=kind), hits, kind)
        self.assertEqual(value("godwit_cache_misses_total", cause="new"), 4)
        self.assertEqual(self.sum("godwit_cache_misses_total"), 4)
        self.assertEqual(self.times("godwit_miss_seconds"), 4)
        self.assertEqual(self.times("godwit_hit_seconds"), 6)  # all but the one over TCP
        self.assertEqual(value("godwit_tcp_connections_total", outcome="accepted"), 1)
        self.assertEqual(value("godwit_resolutions_total", outcome="failed"), 1)
        self.assert_agrees_with_stats()
        resolver.stop()

    def assert_agrees_with_stats(self):
        (stats,) = self.lines("stats")
        self.assertEqual(self.sum("godwit_queries_total"), stats["queries-received"])
        self.assertEqual(self.sum("godwit_answers_total"), stats["queries-answered"])
        self.assertEqual(self.sum("godwit_drops_total"), stats["queries-dropped"])
        self.assertEqual(self.sum("godwit_resolutions_total"), stats["resolutions"])
        answered = [self.value("godwit_upstream_exchanges_total", transport=transport,
                               outcome="answered") for transport in ("udp", "tcp")]
        for transport, count in zip(("udp", "tcp"), answered):
            self.assertEqual(
                self.times("godwit_upstream_exchange_seconds", transport=transport), count)
        self.assertEqual(self.sum("godwit_upstream_exchanges_total"), stats["resolver-queries"])
        for pool in ("rrsets", "answers", "failures", "delegations"):
            self.assertEqual(self.value("godwit_cache_entries", pool=pool),
                             stats["pool-%s-entries" % pool])
            self.assertGreaterEqual(self.value("godwit_cache_max_bytes", pool=pool),
                                    self.value("godwit_cache_bytes", pool=pool))

    def test_the_text_is_one_that_prometheus_takes(self):
        resolver = self.controlled()
        self.ask_known_questions()
        text = self.ctl("metrics")
        self.now = self.families()
        self.assertEqual(text.count("# TYPE "), len(self.now))
        self.assertIn('\ngodwit_queries_total{transport="tcp",type="A"} 1\n', text)
        self.assertIn('\ngodwit_hit_seconds_bucket{le="+Inf"} 6\n', text)
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True,
                                 text=True, timeout=20)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))
        resolver.stop()

    def test_the_curve_of_hit_ratios(self):
        resolver = self.controlled(workers=1)  # of several, one sample is taken after the other
        for number in range(3):
            for _ in range(49):
                self.client.udp(query("www.inzone.com"))
            self.client.ask("name-%d.inzone.com" % number)
        self.now = self.families()
        taken = self.value("godwit_cache_curve_questions_total", fate="taken")
        self.assertEqual(taken, 150)
        ratios = [sample["value"] for sample in self.now["godwit_cache_curve_hit_ratio"]["samples"]]
        self.assertEqual(len(ratios), 5)
        for ratio in ratios:  # all fit: four questions had to be resolved
            self.assertAlmostEqual(ratio, 146 / 150, delta=0.001)
        (status,) = self.lines("status")
        self.assertEqual(status["hit-ratio-percent"], 97)
        self.assertEqual(status["hit-ratio-at-twice-the-size-percent"], 97)
        resolver.write_config(dict(resolver.config, control={"socket": self.path},
                                   cache=dict(resolver.config.get("cache", {}), curve=False)))
        self.ctl("config", "reload")
        self.client.ask("www.inzone.com")
        self.now = self.families()
        self.assertEqual(self.now["godwit_cache_curve_hit_ratio"]["samples"], [])
        self.assertEqual(self.value("godwit_cache_curve_questions_total", fate="taken"), 150)
        resolver.stop()


if __name__ == "__main__":
    unittest.main()
