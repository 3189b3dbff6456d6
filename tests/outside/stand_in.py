"""Servers on the loopback that say whatever a test wants, and a resolver that knows only what it is told."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from messaging.outside.guard import Guard

END_S = 10
HEADERS_END = b"\r\n\r\n"


@dataclass
class StandIn:
    """A server that runs; ``heard`` are the heads of the requests it got, ``over`` tells its threads to end."""

    port: int
    host: str = "127.0.0.1"
    heard: list[str] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def guard(self) -> Guard:
        return Guard(allow_private=True, ports=frozenset({self.port}))


Answer = Callable[[StandIn, socket.socket, str], None]


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", content_type: str = "text/html") -> bytes:
    """Return a whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + HEADERS_END + body


def redirect(location: str, *headers: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {location}", *headers, status=status)


@contextmanager
def serving(says: bytes | Answer, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Serve on a free port until the block ends: the same bytes to everyone, or what the function sends."""
    listener = socket.create_server((host, 0))
    stand_in = StandIn(listener.getsockname()[1], host)
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            stand_in.connections += 1
            threads.append(threading.Thread(target=talk, args=(connection,)))
            threads[-1].start()

    def talk(connection: socket.socket) -> None:
        connection.settimeout(END_S)
        try:
            with tls.wrap_socket(connection, server_side=True) if tls else connection as peer:
                head = read_head(peer)
                if not head:
                    return
                stand_in.heard.append(head)
                if isinstance(says, bytes):
                    peer.sendall(says)
                else:
                    says(stand_in, peer, head)
        except OSError:
            pass  # the other side left, as it should from most of these

    threads.append(threading.Thread(target=accept))
    threads[0].start()
    try:
        yield stand_in
    finally:
        stand_in.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(END_S)
        assert not any(thread.is_alive() for thread in threads)


def read_head(peer: socket.socket) -> str:
    head = b""
    while HEADERS_END not in head and (more := peer.recv(4096)):
        head += more
    return head.decode("latin-1")


def path_of(head: str) -> str:
    return head.split(" ", 2)[1]


class Resolver:
    """Stands in for ``socket.getaddrinfo``: gives a name its next list of addresses, and counts the questions."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", "."): answers for name, answers in names.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *args: object, **kwargs: object) -> list[tuple]:
        self.asked.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = self.names[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]


def certificate_for(name: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate that signs itself; return a server's context with it, and the file to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
