"""Name servers: AmazonProvidedDNS in each VPC, the world's for the operator, custom ones with their faults.

Each listens on UDP and TCP.  What a question comes to in a VPC is in ``route53``, what everybody knows in
``names``.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from probe.lab import netns
from probe.lab.cloud import Cloud
from probe.lab.faults import NameServerFault, Software
from probe.lab.route53 import view, zones
from probe.lab.route53.forwarding import Forwarding
from probe.lab.route53.rules import Rule
from probe.lab.route53.view import Alias, Asker

PORT = 53
_TTL = 60
_UDP_SIZE = 512
"""Octets that a client without EDNS takes over UDP (RFC 1035)."""
_PATIENCE = 10.0
_LONGEST_CHAIN = 8
"""Aliases of aliases that are followed before they are taken for a circle."""

Open = Callable[[str, str, int, Literal["tcp", "udp"]], socket.socket]
"""Opens a socket: namespace, address, port, ``tcp`` or ``udp``."""


@dataclass(frozen=True)
class NameServer:
    """Where to answer, with what a VPC knows (None: the world), and how a custom server misbehaves."""

    namespace: str
    address: str
    vpc: str | None = None
    custom: NameServerFault | None = None

    @property
    def software(self) -> Software | None:
        """The real server that stands there instead of ours."""
        return self.custom.software if self.custom is not None else None

    @property
    def is_inbound(self) -> bool:
        """Whether it is an interface of an inbound Resolver endpoint."""
        return self.vpc not in (None, self.namespace) and self.custom is None


class Resolver:
    """Serves whatever name servers ``apply`` was last given."""

    def __init__(
        self, cloud: Cloud, open_: Open = netns.listen, forwarding: Forwarding | None = None
    ) -> None:
        self._cloud, self._open, self._forwarding = cloud, open_, forwarding or Forwarding()
        self._sockets: dict[NameServer, tuple[socket.socket, socket.socket]] = {}
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ)
        threading.Thread(target=self._listen, name="resolver", daemon=True).start()

    def apply(self, servers: Iterable[NameServer]) -> None:
        """Answer exactly there; servers that stay keep their sockets."""
        wanted = set(servers)
        with self._lock:
            for gone in self._sockets.keys() - wanted:
                for opened in self._sockets.pop(gone):
                    self._selector.unregister(opened)
                    opened.close()
            for new in wanted - self._sockets.keys():
                udp = self._open(new.namespace, new.address, PORT, "udp")
                tcp = self._open(new.namespace, new.address, PORT, "tcp")
                for opened in (udp, tcp):
                    opened.setblocking(False)  # noqa: FBT003 - the standard library's signature
                    self._selector.register(opened, selectors.EVENT_READ, new)
                self._sockets[new] = (udp, tcp)
            self._woken.send(b"\0")

    def _listen(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    self._wake.recv(64)
                    continue
                # The socket may have been closed by ``apply`` in the meantime.
                with contextlib.suppress(OSError):
                    self._take(key.fileobj, key.data)  # type: ignore[arg-type]

    def _take(self, ready: socket.socket, server: NameServer) -> None:
        if ready.type == socket.SOCK_DGRAM:
            wire, client = ready.recvfrom(4096)
            self._start(self._datagram, ready, client, wire, server)
        else:
            connection, _ = ready.accept()
            self._start(self._stream, connection, server)

    @staticmethod
    def _start(work: Callable[..., None], *arguments: Any) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _datagram(self, ready: socket.socket, client: Any, wire: bytes, server: NameServer) -> None:
        fault = server.custom or NameServerFault()
        if fault.drop in ("udp", "both"):
            return
        reply = self.reply(wire, server, client[0])
        if reply is None:
            return
        query = dns.message.from_wire(wire)
        limit = max(query.payload, _UDP_SIZE)
        if fault.truncate or len(reply.to_wire()) > limit:
            reply.flags |= dns.flags.TC
            reply.answer.clear()
        with contextlib.suppress(OSError):
            ready.sendto(reply.to_wire(), client)

    def _stream(self, connection: socket.socket, server: NameServer) -> None:
        fault = server.custom or NameServerFault()
        connection.settimeout(_PATIENCE)
        with connection, contextlib.suppress(OSError, EOFError):
            client = connection.getpeername()[0]
            while True:
                wire = _exactly(connection, int.from_bytes(_exactly(connection, 2)))
                if fault.drop in ("tcp", "both"):
                    continue
                reply = self.reply(wire, server, client)
                if reply is None:
                    return
                sent = reply.to_wire()
                connection.sendall(len(sent).to_bytes(2) + sent)

    def reply(self, wire: bytes, server: NameServer, client: str = "") -> dns.message.Message | None:
        """The answer to one question of ``client``, an address; None for what is no question."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not query.question:
            return None
        if query.opcode() is dns.opcode.UPDATE:
            return self._published(query, server)
        fault = server.custom or NameServerFault()
        time.sleep(fault.delay)
        reply = dns.message.make_response(query, recursion_available=True)
        if fault.rcode:
            reply.set_rcode(dns.rcode.from_text(fault.rcode))
        else:
            # Behind a custom server, it is that server which asks the VPC's.
            asking = server.address if server.custom else client
            vpc = "" if fault.upstream == "world" else server.vpc or ""
            self._fill(reply, Asker(vpc, asking, server.is_inbound))
        return reply

    def _published(self, update: dns.message.Message, server: NameServer) -> dns.message.Message:
        """Take up a host outside AWS that its owner publishes (RFC 2136); only the world's server does."""
        reply = dns.message.make_response(update)
        if server.vpc or server.custom:
            reply.set_rcode(dns.rcode.REFUSED)
            return reply
        names = (record.name.to_text(omit_final_dot=True).lower() for record in update.sections[2])
        self._cloud.names.outside.update(names)
        return reply

    def _fill(self, reply: dns.message.Message, asker: Asker) -> None:
        """Follow a name from alias to alias, to its values or to whom a rule names."""
        question = reply.question[0]
        if asker.vpc and not self._is_on(asker.vpc):
            reply.set_rcode(dns.rcode.SERVFAIL)
            return
        owner, kind = question.name, dns.rdatatype.to_text(question.rdtype)
        name, inspected = zones.plain(owner.to_text()), True
        for _ in range(_LONGEST_CHAIN):
            found = view.look(self._cloud, asker, name, kind, inspected=inspected)
            if isinstance(found, Rule):
                self._forwarded(reply, found, name)
                return
            if not isinstance(found, Alias):
                reply.set_rcode(dns.rcode.from_text(found.rcode))
                if found.values:
                    reply.answer.append(dns.rrset.from_text_list(owner, _TTL, "IN", kind, found.values))
                return
            name, inspected = found.name, found.inspected
            if found.shown:
                reply.answer.append(dns.rrset.from_text(owner, _TTL, "IN", "CNAME", f"{name}."))
                owner = dns.name.from_text(name)
        reply.set_rcode(dns.rcode.SERVFAIL)

    def _is_on(self, vpc: str) -> bool:
        with self._cloud.lock:
            return zones.is_on(self._cloud, vpc)

    def _forwarded(self, reply: dns.message.Message, rule: Rule, name: str) -> None:
        """What the rule's targets say, in this answer's name; SERVFAIL where none of them says anything."""
        answer = self._forwarding.ask(rule, dns.message.make_query(f"{name}.", reply.question[0].rdtype))
        if answer is None:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return
        reply.set_rcode(answer.rcode())
        reply.answer.extend(answer.answer)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data
