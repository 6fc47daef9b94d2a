"""Load by dnsperf, and what a resolver spent on it."""

import dataclasses
import re
import subprocess

# Beside the time that dnsperf has for a run: its last questions may have to time out.
GRACE_SECONDS = 15
TIMEOUT_SECONDS = 3
CLIENTS = 8


class LoadError(Exception):
    """A run without a result."""


@dataclasses.dataclass
class Run:
    """One run of one workload against one resolver."""

    answers: int
    seconds: float
    well: float           # the share of questions that got NOERROR
    user: float           # CPU seconds
    system: float
    datagrams: int        # to the servers
    memory_mib: float     # at its end

    @property
    def cpu_us(self):
        """CPU time an answer, in microseconds: the figure to compare by, since server, client and
        authoritative servers share the machine."""
        return (self.user + self.system) / self.answers * 1e6

    @property
    def user_us(self):
        return self.user / self.answers * 1e6

    @property
    def rate(self):
        return self.answers / self.seconds

    @property
    def datagrams_per_answer(self):
        return self.datagrams / self.answers


def write_questions(path, names):
    with open(path, "w") as out:
        out.writelines("%s A\n" % name for name in names)


class Client:
    """dnsperf in the clients' host. Every run ends after `times` passes over the questions or after
    `seconds`, whichever comes first."""

    def __init__(self, host, program, cpus):
        self.host = host
        self.program = program
        self.cpus = cpus

    def ask(self, address, questions, times, seconds, outstanding):
        """Returns (answers, seconds, share of NOERROR)."""
        command = ["taskset", "-c", ",".join(map(str, sorted(self.cpus))), self.program,
                   "-s", address, "-d", questions, "-n", str(times), "-l", str(seconds), "-q",
                   str(outstanding), "-c", str(CLIENTS), "-t", str(TIMEOUT_SECONDS)]
        try:
            done = self.host.run(command, timeout=seconds + GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            raise LoadError("dnsperf did not end") from None
        said = {key: re.search(pattern, done.stdout) for key, pattern in (
            ("sent", r"Queries sent: +(\d+)"), ("answers", r"Queries completed: +(\d+)"),
            ("seconds", r"Run time \(s\): +([\d.]+)"))}
        if done.returncode != 0 or not all(said.values()) or said["answers"][1] == "0":
            raise LoadError("dnsperf: %s%s" % (done.stdout[-1000:], done.stderr[-1000:]))
        well = re.search(r"NOERROR (\d+)", done.stdout)
        return (int(said["answers"][1]), float(said["seconds"][1]),
                int(well[1] if well else 0) / int(said["sent"][1]))

    def measure(self, resolver, internet, *load):
        """A Run of `load` (ask's arguments behind the address)."""
        before, datagrams = resolver.cpu_seconds(), internet.datagrams_to_servers()
        answers, seconds, well = self.ask(resolver.address, *load)
        user, system = (now - then for now, then in zip(resolver.cpu_seconds(), before))
        return Run(answers, seconds, well, user, system,
                   internet.datagrams_to_servers() - datagrams, resolver.memory_mib())
