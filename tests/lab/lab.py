#!/usr/bin/python3
"""The lab: a small Internet on loopback addresses, with a root, three top-level domains and the
zones under them.

    lab.py --dir DIR

writes DIR/root.hints and the servers' files, starts the servers, makes DIR/ready, and stops them
all at SIGTERM, SIGINT, or when its standard input ends (--stdin).

It needs the right to listen on port 53, since that is where a resolver asks. Nothing outside DIR is
written. The servers, two programs in turn, so that a resolver meets both:

    127.53.0.1   .                                  NSD
    127.53.0.2   .                                  Knot DNS
    127.53.1.1   com.                               Knot DNS
    127.53.1.2   net.                               Knot DNS
    127.53.1.3   org.                               Knot DNS
    127.53.2.1   example.com. shop.com.             NSD
    127.53.3.1   example.com. hosting.net. cdn.org. Knot DNS
"""

import argparse
import os
import signal
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab_servers as servers  # noqa: E402

ZONES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "zones")
REVERSE = "18.198.in-addr.arpa"
PLAN = [
    ("root-nsd", servers.Nsd, ["127.53.0.1"], ["."]),
    ("root-knot", servers.Knot, ["127.53.0.2"], ["."]),
    ("tld-knot", servers.Knot, ["127.53.1.1", "127.53.1.2", "127.53.1.3"], ["com", "net", "org"]),
    ("east-nsd", servers.Nsd, ["127.53.2.1"], ["example.com", "shop.com", REVERSE]),
    ("west-knot", servers.Knot, ["127.53.3.1"], ["example.com", "hosting.net", "cdn.org", REVERSE]),
]
HINTS = """; The servers of the lab's root.
.                     3600000  NS  a.root-servers.lab.
.                     3600000  NS  b.root-servers.lab.
a.root-servers.lab.   3600000  A   127.53.0.1
b.root-servers.lab.   3600000  A   127.53.0.2
"""


def zone_file(zone):
    return os.path.join(ZONES, "root.zone" if zone == "." else zone + ".zone")


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
    """Starts every server of the plan and returns them once all of them answer."""
    check_addresses()
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "root.hints"), "w") as out:
        out.write(HINTS)
    running = [kind(os.path.join(directory, name), addresses, {zone: zone_file(zone) for zone in zones})
               for name, kind, addresses, zones in PLAN]
    servers.start_all(running)
    return running


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dir", required=True, help="folder for the servers' files")
    parser.add_argument("--stdin", action="store_true", help="stop when the standard input ends")
    arguments = parser.parse_args()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    try:
        running = start(os.path.abspath(arguments.dir))
    except servers.ServerError as error:
        sys.exit("lab: %s" % error)
    try:
        with open(os.path.join(arguments.dir, "ready"), "w"):
            pass
        if arguments.stdin:
            threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
        while not over.wait(1):
            for server in running:
                if server.process.poll() is not None:
                    sys.exit("lab: a server ended by itself: %s\n%s" % (
                        server.directory, server.log_tail()))
    finally:
        servers.stop_all(running)


if __name__ == "__main__":
    main()
