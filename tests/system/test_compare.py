"""The comparison with other resolvers (bench/compare) at its smallest: it starts whichever are
installed, loads them, and prints its tables."""

import os
import re
import shutil
import subprocess
import sys
import unittest

import daemon

COMPARE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench", "compare")
SMALL = ["--rounds", "1", "--zones", "20", "--hosts", "8", "--hot-names", "40", "--passes", "5",
         "--seconds", "2", "--cache", "32"]
SECONDS_MAX = 60


@unittest.skipUnless(shutil.which("dnsperf"), "dnsperf is not installed")
class Compare(unittest.TestCase):
    def compare(self, *options):
        return subprocess.run([sys.executable, COMPARE, *options], capture_output=True, text=True,
                              timeout=SECONDS_MAX)

    def rows(self, output, workload):
        """{resolver: [figures]} of the table of a workload."""
        section = re.search(r"^%s, .*?\n\n(.*?)(?:\n\n|\Z)" % workload, output, re.M | re.S)
        self.assertIsNotNone(section, output)
        found = {}
        for line in section[1].strip().split("\n")[2:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[cells[0]] = cells[1:]
        return found

    def test_tables_have_godwit_and_every_peer_that_is_here(self):
        done = self.compare("--godwitd", daemon.PROGRAM, *SMALL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for workload in ("cold", "hit"):
            rows = self.rows(done.stdout, workload)
            here = set(re.findall(r"^(\w+) \d", done.stdout, re.M))
            # A name with a remark behind it has failed questions: not ours.
            self.assertIn("godwit", rows)
            self.assertEqual({name.split()[0] for name in rows}, here, done.stdout)
            for figures in rows.values():
                self.assertGreater(float(figures[2]), 0, "answers/s")
                self.assertGreater(float(figures[4]), 0, "memory")
        upstream = {name: float(row[3]) for name, row in self.rows(done.stdout, "cold").items()}
        self.assertGreater(upstream["godwit"], 0.5)
        self.assertLess(upstream["godwit"], 3)
        self.assertEqual(self.rows(done.stdout, "hit")["godwit"][3], "0.00")

    def test_it_says_what_is_wrong_with_its_options(self):
        done = self.compare("--godwitd", "/nonexistent/godwitd")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/nonexistent/godwitd", done.stderr)
        done = self.compare("--godwitd", daemon.PROGRAM, "--peers", "nobody")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nobody", done.stderr)
        self.assertEqual(self.compare("--rounds", "0").returncode, 2)


if __name__ == "__main__":
    unittest.main()
