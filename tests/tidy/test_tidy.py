#!/usr/bin/env python3
"""The tidy rules catch what they are for: each is shown a breach and a clean twin."""
import unittest

import tidy


def breaches(check, path, text):
    report = tidy.Report()
    lines = text.split("\n")
    check(path, lines, report)
    return len(report.breaches)


class Rules(unittest.TestCase):
    def test_a_lower_layer_may_not_include_a_higher_one(self):
        self.assertEqual(breaches(tidy.check_layers, "wire/x.h", '#include "cache/ttl.h"'), 1)
        self.assertEqual(breaches(tidy.check_layers, "cache/x.h", '#include "wire/name.h"'), 0)
        self.assertEqual(breaches(tidy.check_layers, "conf/x.h", '#include "iterator/budget.h"'), 1)
        self.assertEqual(breaches(tidy.check_layers, "web/x.cc", '#include "daemon/server.h"'), 1)
        self.assertEqual(breaches(tidy.check_layers, "web/x.cc", '#include "daemon/metrics_text.h"'), 0)

    def test_a_file_includes_its_own_header_first(self):
        def wrong(text, header="cache/x.h"):
            report = tidy.Report()
            tidy.check_own_header("cache/x.cc", text.split("\n"), header.__eq__, report)
            return len(report.breaches)

        self.assertEqual(wrong('// What it is.\n#include "cache/x.h"\n\n#include <vector>'), 0)
        self.assertEqual(wrong('#include <vector>\n#include "cache/x.h"'), 1)
        self.assertEqual(wrong('#include "cache/y.h"'), 1)
        self.assertEqual(wrong('#include "cache/y.h"', "cache/y.h"), 0)

    def test_clocks_and_random_sources_stand_in_their_places(self):
        self.assertEqual(breaches(tidy.check_banned, "iterator/x.cc", "auto t = std::chrono::steady_clock::now();"), 1)
        self.assertEqual(breaches(tidy.check_banned, "daemon/system_seams.cc", "steady_clock::now();"), 0)
        self.assertEqual(breaches(tidy.check_banned, "cache/x.cc", "std::mt19937 r;"), 1)
        self.assertEqual(breaches(tidy.check_banned, "cache/x.cc", "static_assert(true);"), 0)
        self.assertEqual(breaches(tidy.check_banned, "cache/x.cc", "assert(x);"), 1)

    def test_counters_that_a_text_names_exist(self):
        names = tidy.counter_names(['add("queries-received", n); {"resolver-near-misses", n}; {"client-gone"}'])

        def wrong(line):
            report = tidy.Report()
            tidy.check_counters("docs/x.md", [line], names, report)
            return len(report.breaches)

        self.assertEqual(wrong("    queries-received = `drop-client-gone` + `drop-...` and `resolver-near-misses`"), 0)
        self.assertEqual(wrong("a growing `upstream-near-misses`"), 1)
        self.assertEqual(wrong("queries-lost"), 1)
        self.assertEqual(wrong("`access-control.allow`, `tcp.idle-timeout`"), 0)

    def test_awaits_stand_alone(self):
        good = ["Exchange x = co_await upstream.exchange(std::move(request));", "co_await run();",
                "const bool found = co_await look_up(zone, name);"]
        bad = ["auto [a, b] = co_await pair();", "T x = co_await (c ? f() : g());", "if (co_await f()) return;",
               "T x = co_await f({1, 2});", "x = 1 + co_await f();", "T x = co_await f([&] { return 1; });"]
        for line in good:
            self.assertEqual(breaches(tidy.check_awaits, "iterator/x.cc", line), 0, line)
        for line in bad:
            self.assertGreater(breaches(tidy.check_awaits, "iterator/x.cc", line), 0, line)

    def test_function_lengths_are_measured(self):
        text = "int f(int a) {\n" + "  g();\n" * 80 + "}\n\nvoid h() {\n  g();\n}\n"
        found = {name: lines for name, _, lines in tidy.function_lengths(text.split("\n"))}
        self.assertEqual(found, {"f": 82, "h": 3})

    def test_comments_and_strings_are_not_code(self):
        code = tidy.strip_comments(['auto s = "assert(x)"; // abort()', "/* rand( */ int a;"])
        self.assertNotIn("assert(", code[0])
        self.assertNotIn("abort", code[0])
        self.assertNotIn("rand(", code[1])


if __name__ == "__main__":
    unittest.main()
