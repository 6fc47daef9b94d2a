"""Runs the plan of zones.py with the servers of the lab (tests/lab/lab_servers.py) in the servers'
host."""

import os
import sys

import zones

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
from lab_servers import Knot, Named, Nsd, start_all, stop_all  # noqa: E402,F401

KINDS = {"nsd": Nsd, "knot": Knot, "named": Named}


def write_zones(directory):
    """Writes the master files and returns {zone: path}."""
    os.makedirs(directory, exist_ok=True)
    paths = {}
    for zone, text in zones.ZONES.items():
        paths[zone] = os.path.join(directory, "root" if zone == "." else zone)
        with open(paths[zone], "w") as out:
            out.write(text)
    return paths


def start(directory, host):
    """Starts every server in `host` and returns them once all answer."""
    paths = write_zones(os.path.join(directory, "zones"))
    running = [KINDS[kind](os.path.join(directory, name), addresses,
                           {zone: paths[zone] for zone in served}, host.prefix, host.inside)
               for name, kind, addresses, served in zones.PLAN]
    start_all(running)
    return running
