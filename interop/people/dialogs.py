"""Dialogs, and what everybody who is in one has in common. RFC 3261 §12."""

from sip import tag, token, uri, values


class Dialog:
    def __init__(self, local, remote, call=None, local_tag=None):
        self.local, self.remote, self.call = local, remote, call or token()
        self.local_tag, self.remote_tag = local_tag or token(), None
        self.target, self.routes, self.sent, self.seen = remote, [], 0, 0

    def headers(self, method):
        """Of the next request."""
        self.sent += 1
        return self.again(method)

    def again(self, method):
        """With the number of the last request: of an ACK."""
        to = "<%s>" % self.remote + (";tag=" + self.remote_tag if self.remote_tag else "")
        return [*(("route", one) for one in self.routes), ("from", "<%s>;tag=%s" % (self.local, self.local_tag)),
                ("to", to), ("call-id", self.call), ("cseq", "%d %s" % (self.sent, method))]

    def confirm(self, message, way):
        """The peer's tag, place and route: from a response to ours, from a request of theirs."""
        routes = values(message.all("record-route"))
        if self.remote_tag is None:
            self.remote_tag = tag(message.get("to" if way == "response" else "from"))
            self.routes = routes[::-1] if way == "response" else routes
        if message.get("contact"):
            self.target = uri(message.get("contact"))

    def is_of(self, message):
        """Whether a request of theirs is within it."""
        known = self.remote_tag is None or self.remote_tag == tag(message.get("from"))
        return self.call == message.get("call-id") and self.local_tag == tag(message.get("to")) and known


class Person:
    """What all of them have in common: a name they are known by, an address and a place."""

    def __init__(self, name, user, domain, endpoint, tell):
        self.endpoint, self.user = endpoint, user
        self.address = "sip:%s@%s" % (user, domain)
        self.tell = lambda event, **more: tell(name, event, **more)
        self.contact = ("contact", "<sip:%s@%s:%d;transport=%s>"
                        % (user, endpoint.address, endpoint.port, endpoint.transport))

    async def ask(self, dialog, method, headers, body=b""):
        return await self.endpoint.ask(method, dialog.target, [*dialog.headers(method), self.contact, *headers], body)
