"""A client that can send anything: datagrams and streams from a chosen address of the clients'
host."""

import socket
import struct
import time

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rdatatype

import net

TIMEOUT_SECONDS = 8
# How long one waits to be sure that no answer comes.
SILENCE_SECONDS = 0.5

FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS = 1, 2, 3, 4, 5, 16


def header(id=0x1234, flags=0x0100, qd=1, an=0, ns=0, ar=0):
    return struct.pack("!6H", id, flags, qd, an, ns, ar)


def wire_name(text):
    return dns.name.from_text(text).to_wire()


def question(name, qtype=1, qclass=1):
    """`name` is text, or bytes that are already on the wire's form."""
    wire = name if isinstance(name, bytes) else wire_name(name)
    return wire + struct.pack("!2H", qtype, qclass)


def query(name, qtype=1, qclass=1, id=0x1234, flags=0x0100):
    return header(id, flags) + question(name, qtype, qclass)


def opt(payload=1232, version=0, flags=0, options=b"", owner=b"\0", rdlength=None):
    length = len(options) if rdlength is None else rdlength
    return owner + struct.pack("!HHBBHH", 41, payload, 0, version, flags, length) + options


def option(code, data=b"", length=None):
    return struct.pack("!2H", code, len(data) if length is None else length) + data


def edns_query(name, opt_record=None, qtype=1, **fields):
    record = opt() if opt_record is None else opt_record
    return header(ar=1, **fields) + question(name, qtype) + record


def frame(wire, length=None):
    return struct.pack("!H", len(wire) if length is None else length) + wire


def rcode(wire):
    """The RCODE of a header, without EDNS's upper bits."""
    return wire[3] & 15


def parse(wire):
    return dns.message.from_wire(wire, ignore_trailing=False)


class Client:
    """Sends to one address of the resolver from one address of the clients' host."""

    def __init__(self, host, source=net.CLIENT4, server=net.RESOLVER4, port=53):
        self.host = host
        self.source = source
        self.server = server
        self.port = port
        self.family = socket.AF_INET6 if ":" in source else socket.AF_INET

    def socket(self, kind, source_port=0):
        with self.host.inside():
            made = socket.socket(self.family, kind | socket.SOCK_CLOEXEC)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((self.source, source_port))
        made.settimeout(TIMEOUT_SECONDS)
        return made

    def udp(self, wire, timeout=TIMEOUT_SECONDS, source_port=0):
        """Sends one datagram; returns the first that comes back, or None."""
        with self.socket(socket.SOCK_DGRAM, source_port) as sock:
            sock.connect((self.server, self.port))
            sock.settimeout(timeout)
            sock.send(wire)
            try:
                return sock.recv(65535)
            except OSError:
                return None

    def silence(self, wire, **options):
        """True if nothing comes back."""
        return self.udp(wire, timeout=SILENCE_SECONDS, **options) is None

    def tcp(self):
        sock = self.socket(socket.SOCK_STREAM)
        sock.connect((self.server, self.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Stream(sock)

    def ask(self, name, rdtype="A", tcp=False, **options):
        """A well-formed question; returns dnspython's message."""
        message = dns.message.make_query(name, rdtype, **options)
        if tcp:
            with self.tcp() as stream:
                stream.send(message.to_wire())
                wire = stream.receive()
        else:
            wire = self.udp(message.to_wire())
        if wire is None:
            raise AssertionError("no answer to %s %s" % (name, rdtype))
        response = dns.message.from_wire(wire)
        if not message.is_response(response):
            raise AssertionError("not an answer to %s %s:\n%s" % (name, rdtype, response))
        return response


class Stream:
    """A connection that carries framed messages."""

    def __init__(self, sock):
        self.sock = sock

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, *wires):
        self.sock.sendall(b"".join(frame(wire) for wire in wires))

    def send_raw(self, data):
        self.sock.sendall(data)

    def receive(self, timeout=TIMEOUT_SECONDS):
        """The next message, or None at the end of the stream."""
        deadline = time.monotonic() + timeout
        prefix = self._read(2, deadline)
        if prefix is None:
            return None
        return self._read(struct.unpack("!H", prefix)[0], deadline)

    def closed_within(self, seconds):
        """True if the other side ends the connection in that time, without a message before."""
        self.sock.settimeout(seconds)
        try:
            return self.sock.recv(1) == b""
        except ConnectionError:
            return True
        except OSError:
            return False

    def reset(self):
        """Ends the connection with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _read(self, count, deadline):
        data = b""
        while len(data) < count:
            self.sock.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                more = self.sock.recv(count - len(data))
            except ConnectionError:
                return None
            if not more:
                return None
            data += more
        return data


def addresses(response, rdtype=dns.rdatatype.A):
    """The addresses of the answer section, sorted."""
    return sorted(rdata.address for rrset in response.answer if rrset.rdtype == rdtype
                  for rdata in rrset)


def ede_codes(response):
    return [struct.unpack("!H", o.data[:2])[0] if hasattr(o, "data") else o.code
            for o in response.options if o.otype == 15]
