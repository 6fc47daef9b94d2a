#!/usr/bin/python3
"""The lab: a small Internet on loopback addresses, with a root, three top-level domains and the
zones under them.

    lab.py --dir DIR
    lab.py --dir DIR --reload

writes DIR/root.hints, DIR/zones and the servers' files, starts the servers, makes DIR/ready, and
stops them all at SIGTERM, SIGINT, or when its standard input ends (--stdin). Zones are changed in
DIR/zones: with --reload the lab that runs there starts its servers again, each with those of its
zones that have a file. ../faults has files of broken zones.

It needs the right to listen on port 53, since that is where a resolver asks. Nothing outside DIR is
written. The servers, two programs in turn, so that a resolver meets both:

    127.53.0.1   .                                  NSD
    127.53.0.2   .                                  Knot DNS
    127.53.1.1   com.                               Knot DNS
    127.53.1.2   net.                               Knot DNS
    127.53.1.3   org.                               Knot DNS
    127.53.2.1   example.com. shop.com.             NSD
    127.53.3.1   example.com. hosting.net. cdn.org. Knot DNS
    127.53.4.1   cafe.org., which is signed         NSD
"""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab_servers as servers  # noqa: E402

ZONES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "zones")
RELOAD_SECONDS = 30
REVERSE = "18.198.in-addr.arpa"
PLAN = [
    ("root-nsd", servers.Nsd, ["127.53.0.1"], ["."]),
    ("root-knot", servers.Knot, ["127.53.0.2"], ["."]),
    ("tld-knot", servers.Knot, ["127.53.1.1", "127.53.1.2", "127.53.1.3"], ["com", "net", "org"]),
    ("east-nsd", servers.Nsd, ["127.53.2.1"], ["example.com", "shop.com", REVERSE]),
    ("west-knot", servers.Knot, ["127.53.3.1"], ["example.com", "hosting.net", "cdn.org", REVERSE]),
    ("cafe-nsd", servers.Nsd, ["127.53.4.1"], ["cafe.org"]),
]
HINTS = """; The servers of the lab's root.
.                     3600000  NS  a.root-servers.lab.
.                     3600000  NS  b.root-servers.lab.
a.root-servers.lab.   3600000  A   127.53.0.1
b.root-servers.lab.   3600000  A   127.53.0.2
"""


def zone_file(directory, zone):
    return os.path.join(directory, "zones", "root.zone" if zone == "." else zone + ".zone")


def check_addresses():
    """Two labs at once would answer for each other, as the servers share their ports."""
    for _, _, addresses, _ in PLAN:
        for address in addresses:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind((address, 53))
                except OSError as error:
                    raise servers.ServerError("%s port 53: %s (does another lab run?)" % (
                        address, error.strerror)) from error


def start(directory):
    """Starts every server of the plan, with those of its zones that have a file, and returns them
    once all of them answer."""
    check_addresses()
    running = []
    for name, kind, addresses, zones in PLAN:
        files = {zone: zone_file(directory, zone) for zone in zones}
        there = {zone: path for zone, path in files.items() if os.path.exists(path)}
        running.append(kind(os.path.join(directory, name), addresses, there))
    servers.start_all(running)
    return running


def serve(directory, over, again):
    """Until `over` is set; whenever `again` is, the servers are started anew."""
    ready = os.path.join(directory, "ready")
    while not over.is_set():
        again.clear()
        running = start(directory)
        try:
            with open(ready, "w") as out:
                out.write("%d\n" % os.getpid())
            while not over.is_set() and not again.wait(0.2):
                for server in running:
                    if server.process.poll() is not None:
                        sys.exit("lab: a server ended by itself: %s\n%s" % (
                            server.directory, server.log_tail()))
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.remove(ready)
            servers.stop_all(running)


def reload(directory):
    """Has the lab of that folder start its servers again; returns once they answer."""
    ready = os.path.join(directory, "ready")
    try:
        with open(ready) as file:
            process = int(file.read())
        os.remove(ready)
        os.kill(process, signal.SIGHUP)
    except (OSError, ValueError) as error:
        sys.exit("lab: none runs in %s: %s" % (directory, error))
    deadline = time.monotonic() + RELOAD_SECONDS
    while not os.path.exists(ready):
        if time.monotonic() > deadline:
            sys.exit("lab: not ready again within %d s" % RELOAD_SECONDS)
        time.sleep(0.05)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dir", required=True, help="folder for the servers' files")
    parser.add_argument("--stdin", action="store_true", help="stop when the standard input ends")
    parser.add_argument("--reload", action="store_true",
                        help="have the lab that runs there read its zones again")
    arguments = parser.parse_args()
    directory = os.path.abspath(arguments.dir)
    if arguments.reload:
        return reload(directory)
    over, again = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: (over.set(), again.set()))
    signal.signal(signal.SIGHUP, lambda *_: again.set())
    if arguments.stdin:
        threading.Thread(target=lambda: (sys.stdin.read(), over.set(), again.set()),
                         daemon=True).start()
    shutil.copytree(ZONES, os.path.join(directory, "zones"), dirs_exist_ok=True)
    with open(os.path.join(directory, "root.hints"), "w") as out:
        out.write(HINTS)
    try:
        return serve(directory, over, again)
    except servers.ServerError as error:
        return "lab: %s" % error


if __name__ == "__main__":
    sys.exit(main())
