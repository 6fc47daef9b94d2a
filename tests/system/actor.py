"""Authoritative servers played by the test itself, which can do what no real program does: any
bytes, late, twice, from another address or port, over UDP or TCP, or nothing at all.

An Actor is the server of one zone (case-N.net, delegated to 10.53.9.N). Each test takes one of
its own, so that what the resolver learnt of one server does not carry over to the next test.
`behave` is called with each Query and returns what to do: one of the actions below, a list of
them, or bytes to be sent as they are.
"""

import collections
import select
import socket
import struct
import threading
import time

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

import zones

Send = collections.namedtuple("Send", "wire delay address port", defaults=(0, None, None))
# Over TCP only: bytes without a frame around them; the end of the connection, politely or not.
Raw = collections.namedtuple("Raw", "data delay", defaults=(0,))
Close = collections.namedtuple("Close", "delay", defaults=(0,))
Reset = collections.namedtuple("Reset", "delay", defaults=(0,))

LARGEST_MESSAGE = 65535


class Query:
    """One query as it arrived. `count` is how many came before it with the same name, type and
    transport."""

    def __init__(self, wire, transport, source, count_of):
        self.wire = wire
        self.transport = transport
        self.source = source
        self.at = time.monotonic()
        self.message = dns.message.from_wire(wire, ignore_trailing=True)
        self.id = self.message.id
        self.name = self.message.question[0].name
        self.type = self.message.question[0].rdtype
        self.edns = self.message.edns >= 0
        self.labels = [label.decode("latin-1").lower() for label in self.name.labels[:-1]]
        key = (tuple(self.labels), self.type, transport)
        self.count = count_of[key]
        count_of[key] += 1

    @property
    def question_wire(self):
        """The question section, octet for octet (the case of its letters too)."""
        end = 12
        while self.wire[end]:
            end += self.wire[end] + 1
        return self.wire[12:end + 5]

    @property
    def tcp(self):
        return self.transport == "tcp"


def reply(query, answer=(), authority=(), additional=(), rcode=0, flags=0x8400, edns=None,
          id=None, question=None, counts=None, extra=b""):
    """A response as bytes. Records are text ("www.x. 300 IN A 1.2.3.4") or bytes of one each."""
    sections = [[record for item in section for record in records(item)]
                for section in (answer, authority, additional)]
    if (query.edns if edns is None else edns):
        sections[2].append(b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0))
    asked = query.question_wire if question is None else question
    numbers = [1 if asked else 0] + [len(section) for section in sections]
    if counts:
        numbers = [number if given is None else given for number, given in zip(numbers, counts)]
    head = struct.pack("!6H", query.id if id is None else id, flags | rcode, *numbers)
    return head + asked + b"".join(b"".join(section) for section in sections) + extra


def records(item):
    if isinstance(item, bytes):
        return [item]
    owner, ttl, rdclass, rdtype, data = item.split(None, 4)
    rrset = dns.rrset.from_text(owner, int(ttl), rdclass, rdtype, data)
    return [record(owner, rrset.rdtype, rdata.to_wire(), int(ttl), rrset.rdclass)
            for rdata in rrset]


def record(owner, rdtype, rdata, ttl=300, rdclass=1, rdlength=None):
    """One record as bytes; `owner` is text or bytes (b"\\xc0\\x0c" is the question's name)."""
    wire = owner if isinstance(owner, bytes) else dns.name.from_text(owner).to_wire()
    length = len(rdata) if rdlength is None else rdlength
    return wire + struct.pack("!HHIH", rdtype, rdclass, ttl, length) + rdata


def soa(zone, minimum=60):
    return "%s. %d IN SOA ns.%s. hostmaster.%s. 1 1800 900 604800 %d" % (
        zone, minimum, zone, zone, minimum)


class Actor:
    def __init__(self, host, number, behave=None):
        self.host = host
        self.zone = "case-%d.net" % number
        self.address = "10.53.9.%d" % number
        self.behave = behave or (lambda query: None)
        self.log = []
        self.errors = []
        self._counts = collections.Counter()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._udp = self._bind(socket.SOCK_DGRAM)
        self._listener = self._bind(socket.SOCK_STREAM)
        self._threads = [threading.Thread(target=target, daemon=True)
                         for target in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()

    def _bind(self, kind):
        with self.host.inside():
            made = socket.socket(socket.AF_INET, kind | socket.SOCK_CLOEXEC)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((self.address, 53))
        if kind == socket.SOCK_STREAM:
            made.listen(64)
        return made

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join(2)
        self._udp.close()
        self._listener.close()

    def queries(self, transport=None, rdtype=None):
        """What has arrived so far, oldest first."""
        with self._lock:
            return [q for q in self.log if transport in (None, q.transport)
                    and (rdtype is None or q.type == dns.rdatatype.from_text(rdtype))]

    def name(self, label="www"):
        return "%s.%s" % (label, self.zone)

    def stop_listening(self):
        """No TCP from now on: a connection is refused."""
        self._listener.close()

    def _actions(self, wire, transport, source):
        try:
            with self._lock:
                query = Query(wire, transport, source, self._counts)
                self.log.append(query)
            result = self._decide(query)
        except Exception as error:  # a mistake of the test, shown at its end
            self.errors.append(repr(error))
            return []
        if result is None:
            return []
        return [Send(a) if isinstance(a, bytes) else a
                for a in (result if isinstance(result, list) else [result])]

    def _decide(self, query):
        """The zone's own records need no part of the test: its NS and its server's address."""
        if query.labels == ["ns"] + self.zone.split("."):
            if query.type == dns.rdatatype.A:
                return reply(query, ["ns.%s. 300 IN A %s" % (self.zone, self.address)])
            return reply(query, authority=[soa(self.zone)])
        if ".".join(query.labels) == self.zone and query.type == dns.rdatatype.NS:
            return reply(query, ["%s. 300 IN NS ns.%s." % (self.zone, self.zone)])
        return self.behave(query)

    def _serve_udp(self):
        while not self._over.is_set():
            if not select.select([self._udp], [], [], 0.1)[0]:
                continue
            wire, source = self._udp.recvfrom(LARGEST_MESSAGE)
            for action in self._actions(wire, "udp", source):
                if action.delay:
                    threading.Timer(action.delay, self._send_udp, (action, source)).start()
                else:
                    self._send_udp(action, source)

    def _send_udp(self, action, source):
        try:
            if action.address is None and action.port is None:
                self._udp.sendto(action.wire, source)
                return
            with self.host.inside():
                other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                other.bind((action.address or self.address, action.port or 0))
            with other:
                other.sendto(action.wire, source)
        except OSError as error:
            self.errors.append(repr(error))

    def _serve_tcp(self):
        while not self._over.is_set():
            try:
                if not select.select([self._listener], [], [], 0.1)[0]:
                    continue
                connection, source = self._listener.accept()
            except (OSError, ValueError):
                return
            threading.Thread(target=self._serve_stream, args=(connection, source),
                             daemon=True).start()

    def _serve_stream(self, connection, source):
        with connection:
            connection.settimeout(10)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while True:
                    prefix = connection.recv(2, socket.MSG_WAITALL)
                    if len(prefix) < 2:
                        return
                    wire = connection.recv(struct.unpack("!H", prefix)[0], socket.MSG_WAITALL)
                    for action in self._actions(wire, "tcp", source):
                        if not self._send_tcp(action, connection):
                            return
            except OSError:
                return

    def _send_tcp(self, action, connection):
        """False if the connection is over."""
        if action.delay:
            time.sleep(action.delay)
        if isinstance(action, Raw):
            connection.sendall(action.data)
        elif isinstance(action, Close):
            return False
        elif isinstance(action, Reset):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        else:
            connection.sendall(struct.pack("!H", len(action.wire)) + action.wire)
        return True


class Stage:
    """Hands out actors, one zone each, never the same twice."""

    def __init__(self, host):
        self.host = host
        self._next = 1

    def actor(self, behave=None):
        if self._next > zones.ACTOR_ZONES:
            raise RuntimeError("zones.ACTOR_ZONES is used up")
        made = Actor(self.host, self._next, behave)
        self._next += 1
        return made
