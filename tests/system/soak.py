#!/usr/bin/python3
"""Hours in minutes: a steady load, with memory watched and the counters checked at the end.

    soak.py --godwitd PROGRAM [--qps 5000] [--seconds 600] [--cache 16MiB] [--workers 2]
    soak.py --godwitd PROGRAM --hits 20000 --cold 500 [--popular 2000] [--seconds 600] ...

The first asks mixed names at --qps. The second asks popular names, which are answered from the
cache, at --hits a second, and beside it names that nobody has asked before at --cold.

Not part of the default run. The cache is small, so that it is full early; from half of the time
on the resident memory must stay within --growth percent, and always within the cache's size and
64 MiB. Needs dnsperf. Exit status 0: no crash, flat, within the limit, counters exact.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time

# What is asked, with weights: hits, names that were never asked (wildcard, name errors, other
# types), aliases over zones, an answer too large for a datagram, a server that only speaks TCP,
# servers that never answer.
KINDS = [
    (40, lambda n: ("www.inzone.com", random.choice(["A", "AAAA"]))),
    (10, lambda n: ("multi.inzone.com", "A")),
    (8, lambda n: (random.choice("abcd") + random.choice("12") + ".chain-a.com", "A")),
    (22, lambda n: ("n%d.wild.inzone.com" % n, "A")),
    (10, lambda n: ("x%d.inzone.com" % n, "A")),
    (4, lambda n: ("t%d.wild.inzone.com" % n, "TXT")),
    (2, lambda n: ("over1232.inzone.com", "TXT")),
    (2, lambda n: ("www.tcponly.net", "A")),
    (1, lambda n: ("www.all-lame.org", "A")),
    (1, lambda n: ("zero.inzone.com", "A")),
]


REST_BYTES = 64 << 20
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
SHOWN = r"^ +(?:Queries|Response codes|Average Lat|Latency Std).*$"


def mixed(count):
    kinds = [made for _, made in KINDS]
    weights = [weight for weight, _ in KINDS]
    return [made(n) for n, made in enumerate(random.choices(kinds, weights, k=count))]


def popular(names, count):
    """Names by Zipf's law, as clients ask; every other has a TTL of 20."""
    weights = [1 / rank for rank in range(1, names + 1)]
    return [("p%d.%s.inzone.com" % (n, "brief" if n % 2 else "wild"), "A")
            for n in random.choices(range(names), weights, k=count)]


def cold(count):
    return [("c%d.wild.inzone.com" % n, "A") for n in range(count)]


def bytes_of(size):
    return int(size[:-3]) * UNITS[size[-3:]] if size[-3:] in UNITS else int(size)


class Load:
    """A dnsperf at a steady rate. Begins anew at the end of its questions."""

    def __init__(self, stage, name, qps, seconds, questions):
        import net
        self.name = name
        self._questions = tempfile.NamedTemporaryFile("w", prefix="godwit-soak.")
        self._questions.writelines("%s %s\n" % question for question in questions)
        self._questions.flush()
        # Into a file: a pipe that nobody reads stops dnsperf when it is full of time-outs.
        self._shown = tempfile.TemporaryFile(mode="w+", prefix="godwit-soak.")
        self._process = stage.cli.popen(
            ["dnsperf", "-s", net.RESOLVER4, "-d", self._questions.name, "-l", str(seconds), "-Q",
             str(qps), "-c", "8", "-q", "2000", "-t", "8"],
            stdout=self._shown, stderr=subprocess.STDOUT, text=True)

    def running(self):
        return self._process.poll() is None

    def kill(self):
        self._process.kill()

    def report(self):
        self._process.wait()
        self._shown.seek(0)
        print("%s:\n%s" % (self.name, "\n".join(re.findall(SHOWN, self._shown.read(), re.M))))


def loads(stage, arguments):
    seconds = arguments.seconds
    if not arguments.hits:
        yield Load(stage, "mixed", arguments.qps, seconds,
                   mixed(min(3_000_000, arguments.qps * seconds)))
        return
    yield Load(stage, "hits", arguments.hits, seconds,
               popular(arguments.popular, min(1_000_000, arguments.hits * seconds)))
    if arguments.cold:
        yield Load(stage, "cold", arguments.cold, seconds, cold(arguments.cold * seconds))


def arguments_given():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--godwitd", default=os.environ.get("GODWITD", ""))
    parser.add_argument("--qps", type=int, default=5000, help="of mixed names")
    parser.add_argument("--hits", type=int, default=0, help="a second, in place of mixed names")
    parser.add_argument("--cold", type=int, default=0, help="a second, beside the hits")
    parser.add_argument("--popular", type=int, default=2000, help="names that the hits are of")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--cache", default="16MiB")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--growth", type=float, default=3.0, help="percent, in the second half")
    return parser.parse_args()


def watch(resolver, running):
    """The resident memory, second by second, while the loads run."""
    began, samples = time.monotonic(), []
    while any(load.running() for load in running) and resolver.alive():
        time.sleep(1)
        if resolver.alive():
            samples.append((time.monotonic() - began, resolver.rss_bytes()))
            if len(samples) % 30 == 0:
                print("%4d s: %.1f MiB" % (samples[-1][0], samples[-1][1] / 2 ** 20), flush=True)
    return samples


def judge(samples, arguments):
    settled = [rss for at, rss in samples if at > arguments.seconds / 2]
    start = sum(settled[:10]) / len(settled[:10])
    end = sum(settled[-10:]) / len(settled[-10:])
    growth = 100 * (end - start) / start
    most = max(rss for _, rss in samples)
    print("memory: %.1f MiB at half time, %.1f MiB at the end (%+.2f %%), most %.1f MiB" % (
        start / 2 ** 20, end / 2 ** 20, growth, most / 2 ** 20))
    if growth > arguments.growth:
        sys.exit("memory grows")
    if most > bytes_of(arguments.cache) + REST_BYTES:
        sys.exit("more memory than the cache's size and 64 MiB")


def main():
    arguments = arguments_given()
    os.environ["GODWITD"] = os.path.abspath(arguments.godwitd)
    from world import world
    stage = world()
    resolver = stage.daemon(stage.config(workers=arguments.workers,
                                         cache={"size": arguments.cache},
                                         resolver={"limits": {"waiting-per-client": 4096}})).start()
    running = list(loads(stage, arguments))
    samples = watch(resolver, running)
    if not resolver.alive():
        for load in running:
            load.kill()
        print(resolver.log()[-5000:])
        sys.exit("the resolver ended")
    for load in running:
        load.report()
    counters = resolver.stop()
    print("counters", " ".join("%s=%d" % item for item in sorted(counters.items())))
    judge(samples, arguments)


if __name__ == "__main__":
    main()
