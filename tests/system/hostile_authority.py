"""The servers of test_validation_attacks.py: a process of its own that looks ready-made octets up
and sends them, so that it takes little of the time that is measured beside it.

    hostile_authority.py FILE

FILE is a pickle of {address: Table}. The process says "ready" when it listens, and ends with its
standard input.
"""

import dataclasses
import pickle
import select
import socket
import struct
import sys

UDP_OCTETS = 1232
LISTEN_QUEUE = 512
STREAM_BUFFER_OCTETS = 1 << 18
AUTHORITATIVE, TRUNCATED, RESPONSE = 0x0400, 0x0200, 0x8000
OPT = b"\0" + struct.pack("!HHIH", 41, UDP_OCTETS, 0x8000, 0)
# The owner of a record: the name that was asked for.
QNAME = b"\xc0\x0c"
# Where all zones of families are.
TOP = b"\3com\0"


@dataclasses.dataclass
class Body:
    """A response but for its id and its question."""
    answer: list = dataclasses.field(default_factory=list)
    authority: list = dataclasses.field(default_factory=list)
    additional: list = dataclasses.field(default_factory=list)
    rcode: int = 0
    flags: int = AUTHORITATIVE

    def packed(self):
        sections = [self.answer, self.authority, self.additional + [OPT]]
        return (struct.pack("!4H", 1, *map(len, sections)), RESPONSE | self.flags | self.rcode,
                b"".join(b"".join(section) for section in sections))


@dataclasses.dataclass
class Table:
    """What one address says. A name in lower case as octets is the key, with a type or None for
    every other. `under` is for names at and below; those with fewer labels than `labels_min`
    below it are answered by `above`. `families` make tables of `under` for a zone of which
    nothing else is known: {family: (label that stands for the zone's, {type: body})}."""
    exact: dict = dataclasses.field(default_factory=dict)
    under: dict = dataclasses.field(default_factory=dict)
    labels_min: dict = dataclasses.field(default_factory=dict)
    above: dict = dataclasses.field(default_factory=dict)
    families: dict = dataclasses.field(default_factory=dict)

    def body_for(self, name, rdtype):
        found = self.exact.get((name, rdtype))
        if found:
            return found
        at, starts = 0, []
        while name[at]:
            starts.append(at)
            at += 1 + name[at]
        starts.append(at)
        for depth, start in enumerate(starts):
            suffix = name[start:]
            rules = self.under.get(suffix) or self._family(suffix)
            if rules:
                if depth < self.labels_min.get(suffix, 0):
                    rules = self.above[suffix]
                return rules.get(rdtype) or rules.get(None)
        return None

    def _family(self, suffix):
        label = suffix[:1 + suffix[0]]
        # A label of theirs is FAMILY-NUMBER with five digits.
        family = self.families.get(label[1:-6])
        if not family or suffix[len(label):] != TOP:
            return None
        placeholder, rules = family
        made = {rdtype: (counts, flags, octets.replace(placeholder, label))
                for rdtype, (counts, flags, octets) in rules.items()}
        self.under[suffix] = made
        return made


def answer_to(table, query, limit):
    """The response, or None where there is nothing to say."""
    end = 12
    while query[end]:
        end += query[end] + 1
    question = query[12:end + 5]
    found = table.body_for(query[12:end + 1].lower(), struct.unpack_from("!H", query, end + 1)[0])
    if not found:
        return query[:2] + struct.pack("!5H", RESPONSE | 5, 1, 0, 0, 0) + question
    counts, flags, octets = found
    if 12 + len(question) + len(octets) > limit:
        return (query[:2] + struct.pack("!5H", flags | TRUNCATED, 1, 0, 0, 1) + question + OPT)
    return query[:2] + struct.pack("!H", flags) + counts + question + octets


class Servers:
    def __init__(self, tables):
        self.poll = select.epoll()
        self.handlers = {}
        for address, table in tables.items():
            datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            datagrams.bind((address, 53))
            self._watch(datagrams, self._datagrams, table)
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, STREAM_BUFFER_OCTETS)
            listener.bind((address, 53))
            listener.listen(LISTEN_QUEUE)
            self._watch(listener, self._connections, table)

    def _watch(self, sock, handler, table):
        self.handlers[sock.fileno()] = (handler, sock, table)
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def _forget(self, sock):
        self.poll.unregister(sock.fileno())
        del self.handlers[sock.fileno()]
        sock.close()

    def _datagrams(self, sock, table):
        try:
            while True:
                query, source = sock.recvfrom(4096)
                sock.sendto(answer_to(table, query, UDP_OCTETS), source)
        except BlockingIOError:
            pass

    def _connections(self, sock, table):
        try:
            made, _ = sock.accept()
        except BlockingIOError:
            return
        made.settimeout(2)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._watch(made, self._stream, table)

    def _stream(self, sock, table):
        """A query comes as a whole: it is small, and it is all that is sent."""
        try:
            data = sock.recv(4096)
            if len(data) < 14:
                return self._forget(sock)
            response = answer_to(table, data[2:], 0xffff)
            sock.sendall(struct.pack("!H", len(response)) + response)
        except OSError:
            self._forget(sock)
        return None

    def serve(self):
        self.poll.register(sys.stdin.fileno(), select.EPOLLIN)
        print("ready", flush=True)
        while True:
            for number, _ in self.poll.poll():
                if number == sys.stdin.fileno():
                    return
                if number in self.handlers:
                    handler, sock, table = self.handlers[number]
                    handler(sock, table)


def main():
    with open(sys.argv[1], "rb") as saved:
        tables = pickle.load(saved)
    Servers({address: Table(**fields) for address, fields in tables.items()}).serve()


if __name__ == "__main__":
    main()
