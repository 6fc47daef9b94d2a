"""The resolvers that are compared, each with a configuration that lets it do its best here: as many
threads as the others, the same cache size, room for all questions that are sent at once, no
logging, no validation (the zones are not signed). Minimisation, case and cookies stay as each has
them by default. IPv4 only, like the servers.
"""

import json
import os
import re
import shutil
import subprocess

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin"
STOP_SECONDS = 10
MIB = 1 << 20
WAITING_MAX = 10000


class Resolver:
    """One resolver as processes of its own. `cpus` are those it may use."""

    name = ""
    program = ""

    def __init__(self, host, address, setup):
        self.host = host
        self.address = address
        self.setup = setup
        self.directory = ""
        self._processes = []

    @classmethod
    def path(cls):
        """The program's path, or None if it is not installed."""
        return shutil.which(cls.program, path=PATH)

    def commands(self):
        """Writes the configuration; the command lines, one a process."""
        raise NotImplementedError

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as out:
            out.write(text)
        return path

    def start(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "log"), "ab") as log:
            for command in self.commands():
                self._processes.append(self.host.popen(
                    command, cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    preexec_fn=self._to_its_cpus))

    def _to_its_cpus(self):
        os.sched_setaffinity(0, self.setup.resolver_cpus)

    def alive(self):
        return all(process.poll() is None for process in self._processes)

    def log_tail(self):
        with open(os.path.join(self.directory, "log"), errors="replace") as log:
            return log.read()[-2000:]

    def cpu_seconds(self):
        """(user, system) of all threads of all processes since their start."""
        user = system = 0
        for process in self._processes:
            with open("/proc/%d/stat" % process.pid) as stat:
                # Behind the name of the program, which may hold anything but ends at the last ).
                fields = stat.read().rpartition(")")[2].split()
            user, system = user + int(fields[11]), system + int(fields[12])
        ticks = os.sysconf("SC_CLK_TCK")
        return user / ticks, system / ticks

    def memory_mib(self):
        """What is resident; pages that processes share are counted once among them."""
        octets = 0
        for process in self._processes:
            with open("/proc/%d/smaps_rollup" % process.pid) as maps:
                octets += sum(int(line.split()[1]) << 10 for line in maps if line.startswith("Pss:"))
        return octets / MIB

    def stop(self):
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes = []


class Godwit(Resolver):
    name = "godwit"
    program = "godwitd"

    def commands(self):
        limits = {"waiting-total": WAITING_MAX, "waiting-per-client": WAITING_MAX}
        config = {
            "workers": self.setup.threads,
            "listen": [{"address": self.address, "port": 53, "transports": ["udp", "tcp"]}],
            "access-control": {"allow": [self.setup.clients]},
            "resolver": {"root-hints": self.setup.hints, "upstream-ipv6": False,
                         "do-not-query": [], "limits": limits},
            "dnssec": {"validation": False},
            "cache": {"size": "%dMiB" % self.setup.cache_mib, "snapshot": False},
            "log": {"level": "error"},
        }
        # JSON is YAML.
        return [[self.setup.godwitd, "--config", self.write("godwit.yaml", json.dumps(config))]]


class Unbound(Resolver):
    name = "unbound"
    program = "unbound"

    def commands(self):
        slabs = 1
        while slabs < self.setup.threads:
            slabs *= 2
        settings = {
            "num-threads": self.setup.threads, "interface": self.address, "do-ip6": "no",
            "access-control": self.setup.clients + " allow", "so-reuseport": "yes",
            "so-rcvbuf": "4m", "so-sndbuf": "4m", "outgoing-range": 8192,
            "num-queries-per-thread": 4096, "module-config": '"iterator"',
            # Its manual: the cache of RRsets twice the size of that of messages.
            "msg-cache-size": "%dm" % (self.setup.cache_mib // 3),
            "rrset-cache-size": "%dm" % (self.setup.cache_mib * 2 // 3),
            "root-hints": '"%s"' % self.setup.hints, "directory": '"%s"' % self.directory,
            "chroot": '""', "username": '""', "pidfile": '""', "use-syslog": "no", "verbosity": 0,
        }
        for cache in ("msg", "rrset", "infra", "key"):
            settings[cache + "-cache-slabs"] = slabs
        text = "server:\n" + "".join("  %s: %s\n" % item for item in settings.items())
        text += "remote-control:\n  control-enable: no\n"
        return [[self.path(), "-d", "-c", self.write("unbound.conf", text)]]


class Kresd(Resolver):
    """Knot Resolver: a process for each thread of the others, which share the cache's file."""

    name = "kresd"
    program = "kresd"

    def commands(self):
        unused = ("detect_time_skew", "detect_time_jump", "priming", "ta_signal_query",
                  "ta_update", "watchdog")
        lines = ["log_level('crit')", "net.ipv6 = false",
                 "net.listen('%s', 53, { kind = 'dns' })" % self.address,
                 "trust_anchors.remove('.')"]
        lines += ["pcall(modules.unload, '%s')" % module for module in unused]
        lines += ["modules.load('hints')", "hints.root_file('%s')" % self.setup.hints,
                  "cache.open(%d * MB, 'lmdb://%s/cache')" % (self.setup.cache_mib, self.directory)]
        conf = self.write("kresd.conf", "\n".join(lines) + "\n")
        return [[self.path(), "-n", "-q", "-c", conf, self.directory]] * self.setup.threads


class Named(Resolver):
    name = "named"
    program = "named"

    def commands(self):
        text = """options {
  directory "%s"; listen-on { %s; }; listen-on-v6 { none; };
  recursion yes; allow-query { %s; }; max-cache-size %dm; recursive-clients %d;
  dnssec-validation no; minimal-responses yes; notify no;
  pid-file none; lock-file none; session-keyfile none;
};
controls { };
logging { category default { null; }; category unmatched { null; }; };
zone "." { type hint; file "%s"; };
""" % (self.directory, self.address, self.setup.clients, self.setup.cache_mib, WAITING_MAX,
            self.setup.hints)
        conf = self.write("named.conf", text)
        return [[self.path(), "-f", "-4", "-n", str(self.setup.threads), "-c", conf]]


class Pdns(Resolver):
    name = "pdns"
    program = "pdns_recursor"

    def commands(self):
        # Its caches are counted in entries: about as many of each as fit into the size.
        entries = self.setup.cache_mib * MIB // 2 // 500
        settings = {
            "local-address": self.address, "local-port": 53, "allow-from": self.setup.clients,
            "threads": self.setup.threads, "pdns-distributes-queries": "no", "reuseport": "yes",
            "max-cache-entries": entries, "max-packetcache-entries": entries,
            "max-mthreads": 4096, "dont-query": "", "dnssec": "off",
            "hint-file": self.setup.hints, "security-poll-suffix": "", "daemon": "no",
            "quiet": "yes", "loglevel": 2, "disable-syslog": "yes", "write-pid": "no",
            "socket-dir": self.directory, "statistics-interval": 0,
        }
        self.write("recursor.conf", "".join("%s=%s\n" % item for item in settings.items()))
        return [[self.path(), "--config-dir=" + self.directory]]


PEERS = [Unbound, Kresd, Named, Pdns]


def version_of(program):
    """What a program says that its version is."""
    for option in ("-V", "--version"):
        done = subprocess.run([program, option], capture_output=True, text=True, timeout=10)
        version = re.search(r"\b\d+\.\d+\.\d[\w.+~-]*", done.stdout + done.stderr)
        if version:
            return version[0]
    return "of unknown version"
