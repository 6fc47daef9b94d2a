#!/usr/bin/python3
"""Hours in minutes: a steady load of mixed names, with memory watched and the counters checked at
the end.

    soak.py --godwitd PROGRAM [--qps 5000] [--seconds 600] [--cache 16MiB] [--workers 2]

Not part of the default run. The cache is small, so that it is full early; from half of the time
on the resident memory must stay within --growth percent. Needs dnsperf. Exit status 0: no crash,
flat, counters exact.
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


def write_questions(path, count):
    kinds = [made for _, made in KINDS]
    weights = [weight for weight, _ in KINDS]
    with open(path, "w") as out:
        for n, made in enumerate(random.choices(kinds, weights, k=count)):
            out.write("%s %s\n" % made(n))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--godwitd", default=os.environ.get("GODWITD", ""))
    parser.add_argument("--qps", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--cache", default="16MiB")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--growth", type=float, default=3.0, help="percent, in the second half")
    arguments = parser.parse_args()
    os.environ["GODWITD"] = os.path.abspath(arguments.godwitd)
    from world import world
    import net
    stage = world()
    resolver = stage.daemon(stage.config(workers=arguments.workers,
                                         cache={"size": arguments.cache},
                                         resolver={"limits": {"waiting-per-client": 4096}})).start()
    # Enough different questions for the whole time: dnsperf begins anew at the end of the file.
    questions = tempfile.NamedTemporaryFile(prefix="godwit-soak.")
    write_questions(questions.name, min(3_000_000, arguments.qps * arguments.seconds))
    # Into a file: a pipe that nobody reads stops dnsperf when it is full of time-outs.
    shown_by_load = tempfile.TemporaryFile(mode="w+", prefix="godwit-soak.")
    load = stage.cli.popen(
        ["dnsperf", "-s", net.RESOLVER4, "-d", questions.name, "-l", str(arguments.seconds), "-Q",
         str(arguments.qps), "-c", "8", "-q", "2000", "-t", "8"],
        stdout=shown_by_load, stderr=subprocess.STDOUT, text=True)
    began, samples = time.monotonic(), []
    while load.poll() is None and resolver.alive():
        time.sleep(1)
        if resolver.alive():
            samples.append((time.monotonic() - began, resolver.rss_bytes()))
            if len(samples) % 30 == 0:
                print("%4d s: %.1f MiB" % (samples[-1][0], samples[-1][1] / 2 ** 20), flush=True)
    if not resolver.alive():
        load.kill()
        print(resolver.log()[-5000:])
        sys.exit("the resolver ended")
    load.wait()
    shown_by_load.seek(0)
    output = shown_by_load.read()
    shown = r"^ +(?:Queries|Response codes|Average Lat|Latency Std).*$"
    print("\n".join(re.findall(shown, output, re.M)))
    counters = resolver.stop()
    print("counters", " ".join("%s=%d" % item for item in sorted(counters.items())))
    settled = [rss for at, rss in samples if at > arguments.seconds / 2]
    start = sum(settled[:10]) / len(settled[:10])
    end = sum(settled[-10:]) / len(settled[-10:])
    growth = 100 * (end - start) / start
    print("memory: %.1f MiB at half time, %.1f MiB at the end (%+.2f %%), most %.1f MiB" % (
        start / 2 ** 20, end / 2 ** 20, growth, max(rss for _, rss in samples) / 2 ** 20))
    if growth > arguments.growth:
        sys.exit("memory grows")


if __name__ == "__main__":
    main()
