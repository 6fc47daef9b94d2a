#!/usr/bin/env python3
"""The house rules that a compiler does not check, as a test. Run from anywhere; prints file:line: rule for each breach.

Rules: the direction of dependence between folders; calls that belong to one place only; awaits that stand alone; files and
functions within their lengths; headers that open with a comment and `#pragma once`; no work left undone; no line over 100
columns; counters that the documents name exist. Long files and functions that exist are listed in ratchet.txt with their length:
they may shrink, never grow.
"""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ["wire", "cache", "local", "dnssec", "iterator", "conf", "daemon", "web"]
MAY_USE = {
    "wire": {"wire"},
    "cache": {"cache", "wire"},
    "local": {"local", "cache", "wire"},
    "dnssec": {"dnssec", "cache", "wire"},
    "iterator": {"iterator", "local", "dnssec", "cache", "wire"},
    "conf": {"conf", "wire"},
    "daemon": {"daemon", "conf", "iterator", "local", "dnssec", "cache", "wire"},
    "web": {"web"},
}
# Single headers of other folders.
MAY_ALSO_USE = {"web": {"daemon/metric_family.h", "daemon/metrics_text.h"}}
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100
RATCHET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ratchet.txt")

# (what, where it may stand, what to use instead)
BANNED = [
    (r"\b(?:steady|system|high_resolution)_clock::now\s*\(", r"^daemon/system_seams|^daemon/log|^tests/|^bench/", "the Clock seam"),
    (r"\b(?:random_device|mt19937|default_random_engine)\b|[^_\w.](?:s?rand|random)\s*\(", r"^tests/|^bench/", "the Entropy seam"),
    (r"\brandombytes_", r"^daemon/", "the Entropy seam"),
    (r"[^_\w]assert\s*\(", r"^tests/", "an error value: no assert on data"),
    (r"\b(?:abort|std::terminate|exit)\s*\(", r"^daemon/main\.cc|^tests/|^bench/", "an error value"),
    (r"#include <boost/asio", r"^iterator/task\.h|^daemon/|^web/|^tests/|^bench/", "iterator/task.h"),
    (r"#include <(?:iostream)>", r"^daemon/main\.cc|^daemon/godwitctl\.cc|^web/main\.cc|^conf/|^daemon/log|^tests/|^bench/", "the log"),
    (r"\breinterpret_cast<(?!const (?:char|std::uint8_t)\*>)", r"^daemon/|^wire/rrset\.cc|^cache/|^tests/|^bench/", "wire/byte_io.h"),
    (r"\bsleep(?:_for|_until)?\s*\(", r"^tests/system/|^tests/lab/", "the Timers seam"),
]
COUNTER_FAMILIES = "answers|answered|drop|queries|rcode|resolutions|resolver|tcp|upstream|cache"
COUNTER_SOURCES = ("daemon/counters.cc", "daemon/server.cc")
COUNTER_TEXTS = ("docs/operating.md", "docs/testing.md", "README.md")
UNDONE = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


class Report:
    def __init__(self):
        self.breaches = []

    def add(self, path, line, text):
        self.breaches.append("%s:%d: %s" % (path, line, text))


def sources():
    for top in FOLDERS + ["tests", "bench"]:
        for folder, _, names in sorted(os.walk(os.path.join(ROOT, top))):
            for name in sorted(names):
                if name.endswith((".h", ".cc")):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def strip_comments(lines):
    """The lines with comments and the insides of strings blanked, so that rules see code alone."""
    out, in_block = [], False
    for line in lines:
        if in_block:
            end = line.find("*/")
            if end < 0:
                out.append("")
                continue
            line, in_block = " " * (end + 2) + line[end + 2:], False
        line = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
        line = re.sub(r"/\*.*?\*/", "", line)
        line = re.sub(r"//.*", "", line)
        if "/*" in line:
            line, in_block = line[:line.index("/*")], True
        out.append(line)
    return out


def check_layers(path, raw, report):
    folder = path.split("/")[0]
    for number, line in enumerate(raw, 1):
        m = re.match(r'\s*#include "(([^"/]+)/[^"]*)"', line)
        if not m or m.group(1) in MAY_ALSO_USE.get(folder, ()):
            continue
        used = m.group(2)
        if folder in MAY_USE and used not in MAY_USE[folder]:
            report.add(path, number, "%s/ may not include %s/" % (folder, used))
        if folder in FOLDERS and used in ("tests", "bench"):
            report.add(path, number, "product code may not include %s/" % used)


def check_own_header(path, raw, has_header, report):
    """So that each header is compiled without what others include before it."""
    if not path.endswith(".cc") or path.split("/")[0] not in FOLDERS:
        return
    own = path[:-len("cc")] + "h"
    first = next((line for line in raw if line.startswith("#include")), "")
    if has_header(own) and first != '#include "%s"' % own:
        report.add(path, 1, "a file includes its own header first")


def check_banned(path, code, report):
    for number, line in enumerate(code, 1):
        for pattern, allowed, instead in BANNED:
            if re.search(pattern, " " + line) and not re.search(allowed, path):
                report.add(path, number, "banned here (%s); use %s" % (re.search(pattern, " " + line).group(0).strip(), instead))


def statements_with_await(code):
    """(line, text) of every full statement that has a co_await."""
    text, start = "", None
    for number, line in enumerate(code, 1):
        for piece in re.split(r"(?<=[;{}])", line):
            if start is None and piece.strip():
                start = number
            text += piece + " "
            if re.search(r"[;{}]\s*$", piece):
                if "co_await" in text:
                    yield start, text
                text, start = "", None


def check_awaits(path, code, report):
    """g++ 12 miscompiles a full-expression with co_await that also has ?:, a braced list, a lambda, or a structured binding."""
    for number, text in statements_with_await(code):
        text = re.sub(r"\s+", " ", text)
        if not re.match(r"\s*(?:(?:const )?[\w:<>,&* ]+ \w+ = |co_return )?co_await [\w.:<>\->()*]*[\w>]\(.*\)\s*;\s*$", text.strip() + " ") \
                and not re.match(r"\s*(?:const )?[\w:<>,&* ]+ \w+ = co_await .*;\s*$", text.strip()):
            report.add(path, number, "an await stands alone: `T x = co_await call(...);`")
            continue
        for bad, what in ((r"\?", "?:"), (r"\[[^\]]*\]\s*[({]", "a lambda"), (r"auto\s*&?\s*\[", "a structured binding"), (r"\{", "a braced list")):
            if re.search(bad, text):
                report.add(path, number, "%s in a full-expression with co_await" % what)


FUNCTION_START = re.compile(r"^[A-Za-z].*\)\s*(?:const\s*)?(?:noexcept\s*)?(?:override\s*)?(?::.*)?\{\s*$")


def function_lengths(code):
    """(name, first line, lines) of functions at the outer level of a .cc file: they open at column 0 and close with a lone }."""
    start, header = None, ""
    for number, line in enumerate(code, 1):
        if start is None:
            if line and not line[0].isspace() and not line.startswith(("#", "}", "namespace", "//", "using", "struct", "class", "enum", "template", "extern")):
                header = line if not header or header.rstrip().endswith((";", "}", "{")) else header + " " + line.strip()
            elif header and line.strip():
                header += " " + line.strip()
            if line.rstrip().endswith("{") and "(" in header and not line.startswith(("namespace", "struct", "class", "enum")):
                start = number
            if line.rstrip().endswith((";", "}")) and start is None:
                header = ""
        elif line.startswith("}"):
            m = re.search(r"([\w:~]+)\s*\(", header)
            yield (m.group(1) if m else "?"), start, number - start + 1
            start, header = None, ""


def load_ratchet():
    limits = {}
    if os.path.exists(RATCHET):
        for line in open(RATCHET):
            fields = line.split("#")[0].split()
            if len(fields) == 2:
                limits[fields[0]] = int(fields[1])
    return limits


def check_lengths(path, raw, code, limits, used, report):
    allowed = max(FILE_LINES_MAX, limits.get(path, 0))
    used.add(path)
    if len(raw) > allowed:
        report.add(path, 1, "%d lines; %d are allowed: look for the concept that wants its own room" % (len(raw), allowed))
    if not path.endswith(".cc") or not path.startswith(tuple(FOLDERS)):
        return
    for name, start, lines in function_lengths(code):
        key = "%s:%s" % (path, name)
        used.add(key)
        allowed = max(FUNCTION_LINES_MAX, limits.get(key, 0))
        if lines > allowed:
            report.add(path, start, "%s has %d lines; %d are allowed" % (name, lines, allowed))


def check_form(path, raw, report):
    if path.startswith(tuple(f + "/" for f in FOLDERS)) and path.endswith(".h"):
        if not raw or not raw[0].startswith("//"):
            report.add(path, 1, "a header opens with what it is")
        if "#pragma once" not in (line.strip() for line in raw[:12]):
            report.add(path, 1, "#pragma once after the opening comment")
    for number, line in enumerate(raw, 1):
        if len(line) > COLUMNS_MAX and "http" not in line and 'R"' not in line:
            report.add(path, number, "%d columns; %d are allowed" % (len(line), COLUMNS_MAX))
        if UNDONE.search(line):
            report.add(path, number, "work left undone")


def counter_names(sources):
    """The names of counters in the code that logs them; those of drops and rcodes are put together there."""
    literals = set()
    for source in sources:
        literals.update(re.findall(r'"([a-z0-9-]+)"', source))
    return literals | {prefix + name for name in literals for prefix in ("drop-", "rcode-")}


def check_counters(path, raw, names, report):
    """Counters that a text names exist: in backquotes, or queries-... anywhere."""
    for number, line in enumerate(raw, 1):
        for found in re.findall(r"`((?:%s)-[a-z0-9-]+)`|\b(queries-[a-z]+)" % COUNTER_FAMILIES, line):
            name = found[0] or found[1]
            if name not in names:
                report.add(path, number, "no counter is called %s" % name)


def main():
    report, limits, used = Report(), load_ratchet(), set()
    count = 0
    for path in sources():
        count += 1
        raw = open(os.path.join(ROOT, path), encoding="utf-8").read().split("\n")
        if raw and raw[-1] == "":
            raw.pop()
        code = strip_comments(raw)
        check_layers(path, raw, report)
        check_own_header(path, raw, lambda own: os.path.exists(os.path.join(ROOT, own)), report)
        check_banned(path, code, report)
        if path.startswith(("iterator/", "daemon/", "tests/")):
            check_awaits(path, code, report)
        check_lengths(path, raw, code, limits, used, report)
        check_form(path, raw, report)
    names = counter_names(open(os.path.join(ROOT, path), encoding="utf-8").read() for path in COUNTER_SOURCES)
    for path in COUNTER_TEXTS:
        check_counters(path, open(os.path.join(ROOT, path), encoding="utf-8").read().split("\n"), names, report)
    for key in limits:
        if key not in used:
            report.add("tests/tidy/ratchet.txt", 1, "%s is gone: take its line out" % key)
    for breach in report.breaches:
        print(breach)
    print("tidy: %d files, %d breaches" % (count, len(report.breaches)))
    return 1 if report.breaches or not count else 0


if __name__ == "__main__":
    sys.exit(main())
