"""SIP as the people of the cases speak it: messages over UDP and TCP, transactions, and nothing of the packages under
test. Dialogs are beside it, in dialogs.py."""

import asyncio
import random
import re

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
           "c": "content-type", "o": "event", "u": "allow-events", "k": "supported"}
REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 423: "Interval Too Brief",
           480: "Temporarily Unavailable", 481: "Subscription Does Not Exist", 486: "Busy Here", 489: "Bad Event",
           488: "Not Acceptable Here", 500: "Server Internal Error", 503: "Service Unavailable", 603: "Decline"}
# Seconds of RFC 3261: T1, T2, and the end of a transaction that is not INVITE.
T1, T2, TIMEOUT = 0.5, 4, 32


def token():
    return "%016x" % random.getrandbits(64)


def new_branch():
    return "z9hG4bK" + token()


class Message:
    """Start line, headers in order as (small name, value), body."""

    def __init__(self, start, headers=(), body=b""):
        self.start, self.headers, self.body = start, list(headers), body

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    def get(self, name, otherwise=""):
        return next(iter(self.all(name)), otherwise)

    @property
    def status(self):
        return int(self.start.split(" ")[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self):
        return self.start.split(" ")[0] if self.status == 0 else self.get("cseq").split()[1]

    @property
    def cseq(self):
        return int(self.get("cseq").split()[0])

    def bytes(self):
        lines = [self.start] + ["%s: %s" % (name.title(), value) for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\nContent-Length: %d\r\n\r\n" % len(self.body)).encode() + self.body


def read(head, body):
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace")).split("\r\n")
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers.append((COMPACT.get(name, name), value.strip()))
    return Message(start, [one for one in headers if one[0] != "content-length"], body)


def parameter(value, name):
    found = re.search(r";\s*%s\s*=\s*\"?([^;,\s\"]*)" % re.escape(name), value, re.I)
    return found.group(1) if found else None


def tag(value):
    return parameter(value.rpartition(">")[2] if ">" in value else value, "tag")


def uri(value):
    """The URI of a From, To, Contact or Route value."""
    found = re.search(r"<([^>]*)>", value)
    return found.group(1) if found else value.split(";")[0].strip()


def values(lines):
    """The values of a header with several lines, and several in one: Route and Record-Route are always in brackets."""
    return [one for line in lines for one in re.findall(r"<[^>]*>[^,]*", line)]


class Endpoint:
    """One address over UDP and TCP. What it sends of itself goes to the proxy; answers go where the request was."""

    def __init__(self, address, port, proxy, transport, take):
        self.address, self.port, self.proxy, self.transport, self.take = address, port, proxy, transport, take
        self.waiting, self.answers, self.stream = {}, {}, None
        # What acknowledges a final response to an INVITE, by its transaction: sent again when that comes again.
        self.acks = {}

    async def start(self):
        loop = asyncio.get_running_loop()
        endpoint = self

        class Datagrams(asyncio.DatagramProtocol):
            def datagram_received(self, data, source):
                head, _, body = data.partition(b"\r\n\r\n")
                if head.strip():
                    endpoint.took(read(head.lstrip(b"\r\n"), body), lambda out: endpoint.udp.sendto(out, source))

        place = (self.address, self.port)
        self.udp, _ = await loop.create_datagram_endpoint(Datagrams, local_addr=place)
        await asyncio.start_server(self.read_stream, *place)

    async def read_stream(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n"))[:-4].lstrip(b"\r\n")
                if not head:
                    continue
                length = re.search(rb"^(?:content-length|l)\s*:\s*(\d+)", head, re.I | re.M)
                body = await reader.readexactly(int(length.group(1)) if length else 0)
                self.took(read(head, body), writer.write)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def took(self, message, back):
        key = (parameter(message.get("via"), "branch"), message.method)
        if message.status == 0 and key in self.answers:
            back(self.answers[key])
        elif message.status == 0:
            def answer(status, headers=(), to_tag=None, body=b""):
                out = answer_to(message, status, headers, to_tag, body).bytes()
                self.answers[key] = out
                back(out)
            self.take(message, answer)
        elif message.status >= 200 and key in self.waiting:
            self.waiting.pop(key).set_result(message)
        elif message.status >= 200 and key in self.acks:
            asyncio.ensure_future(self.send(self.acks[key]))

    def written(self, branch, method, target, headers, body=b""):
        via = "SIP/2.0/%s %s:%d;branch=%s" % (self.transport.upper(), self.address, self.port, branch)
        start = "%s %s SIP/2.0" % (method, target)
        return Message(start, [("via", via), ("max-forwards", "70"), *headers], body).bytes()

    async def ask(self, method, target, headers, body=b"", branch=None):
        """Sends a request to the proxy; the final response, or None when none came."""
        branch = branch or new_branch()
        out = self.written(branch, method, target, headers, body)
        final = asyncio.get_running_loop().create_future()
        self.waiting[(branch, method)] = final
        end, pause = asyncio.get_running_loop().time() + TIMEOUT, T1
        while not final.done() and asyncio.get_running_loop().time() < end:
            if not await self.send(out):
                return None
            await asyncio.wait([final], timeout=pause if self.transport == "udp" else TIMEOUT)
            pause = min(pause * 2, T2)
        self.waiting.pop((branch, method), None)
        return final.result() if final.done() else None

    async def acknowledge(self, invited, branch, target, headers):
        """ACK, for the INVITE whose branch that was. Of a refusal it is of the same transaction. RFC 3261 §17.1.1.3."""
        self.acks[(invited, "INVITE")] = out = self.written(branch, "ACK", target, headers)
        await self.send(out)

    async def send(self, out):
        if self.transport == "udp":
            self.udp.sendto(out, self.proxy)
            return True
        for _ in range(2):
            try:
                if self.stream is None or self.stream.is_closing():
                    reader, self.stream = await asyncio.open_connection(*self.proxy, local_addr=(self.address, 0))
                    asyncio.ensure_future(self.read_stream(reader, self.stream))
                self.stream.write(out)
                await self.stream.drain()
                return True
            except OSError:
                self.stream = None
        return False


def answer_to(request, status, headers=(), to_tag=None, body=b""):
    kept = [one for one in request.headers if one[0] in ("via", "from", "call-id", "cseq", "record-route")]
    to = request.get("to")
    if tag(to) is None:
        to += ";tag=" + (to_tag or token())
    return Message("SIP/2.0 %d %s" % (status, REASONS.get(status, "Other")), [*kept, ("to", to), *headers], body)
