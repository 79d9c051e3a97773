"""Presence as the people of the cases have it: watchers, presentities that are their own notifiers, and publications
at a presence server. RFC 3856, RFC 3903, RFC 6665; each tells what it sees by `tell(as, event, ...)`."""

import asyncio
from xml.etree import ElementTree

from dialogs import Dialog, Person
from sip import parameter, tag, uri

PIDF = "{urn:ietf:params:xml:ns:pidf}"
TYPE = ("content-type", "application/pidf+xml")
EVENT = ("event", "presence")


class Watcher(Person):
    def __init__(self, *common):
        super().__init__(*common)
        self.dialogs, self.refusing = [], None

    async def subscribe(self, to, expires):
        """A new dialog; expires 0 is a fetch."""
        dialog = Dialog(self.address, to)
        self.dialogs.append(dialog)
        await self.again(dialog, expires)

    async def again(self, dialog, expires):
        headers = [EVENT, ("accept", "application/pidf+xml"), ("expires", str(expires))]
        response = await self.ask(dialog, "SUBSCRIBE", headers)
        status = response.status if response else 0
        if 200 <= status < 300:
            dialog.confirm(response, "response")
        elif dialog.remote_tag is None or status == 481:
            self.dialogs = [one for one in self.dialogs if one is not dialog]
        self.tell("answer", status=status, expires=number(response and response.get("expires")),
                  warning=response.get("warning") if response else "")

    def took(self, request, answer):
        dialog = next((one for one in self.dialogs if one.is_of(request)), None)
        if dialog is None:
            return False
        if self.refusing:
            answer(self.refusing)
            return True
        dialog.confirm(request, "request")
        answer(200, [self.contact])
        state = request.get("subscription-state")
        word = state.split(";")[0].strip().lower()
        self.tell("notify", state=word, reason=parameter(state, "reason"), expires=number(parameter(state, "expires")),
                  retryAfter=number(parameter(state, "retry-after")), cseq=request.cseq,
                  isLate=request.cseq <= dialog.seen, type=request.get("content-type"),
                  **document_of(request.body))
        dialog.seen = max(dialog.seen, request.cseq)
        if word == "terminated":
            self.dialogs.remove(dialog)
        return True


class Presentity(Person):
    def __init__(self, *common):
        super().__init__(*common)
        self.policy, self.document, self.longest, self.dialogs = "pending", b"", 3600, []

    def is_for(self, request):
        target = uri(request.start.split(" ")[1])
        return target.startswith("sip:%s@" % self.user)

    def took(self, request, answer):
        if tag(request.get("to")) is None:
            return self.begin(request, answer)
        dialog = next((one for one in self.dialogs if one.is_of(request)), None)
        if dialog is None:
            answer(481)
            self.tell("stray", remote=uri(request.get("from")))
            return
        dialog.confirm(request, "request")
        self.settle(dialog, request, answer, "refresh")

    def begin(self, request, answer):
        remote = uri(request.get("from"))
        if isinstance(self.policy, int):
            answer(self.policy)
            self.tell("subscribe", remote=remote, expires=expires_of(request), call=request.get("call-id"))
            return
        dialog = Dialog(uri(request.get("to")), remote, request.get("call-id"))
        dialog.confirm(request, "request")
        dialog.state = self.policy
        self.dialogs.append(dialog)
        self.settle(dialog, request, answer, "subscribe")

    def settle(self, dialog, request, answer, event):
        expires = min(expires_of(request), self.longest)
        if expires == 0:
            event = "fetch" if event == "subscribe" else "unsubscribe"
        answer(200, [self.contact, ("expires", str(expires))], dialog.local_tag)
        dialog.expires = expires
        self.tell(event, remote=dialog.remote, expires=expires_of(request), call=dialog.call, state=dialog.state)
        self.later(dialog, "terminated;reason=timeout" if expires == 0 else None)

    def notify_all(self, ending=None):
        for dialog in list(self.dialogs):
            self.later(dialog, ending)

    def later(self, dialog, ending=None):
        asyncio.ensure_future(self.notify(dialog, ending))

    async def notify(self, dialog, ending=None):
        if ending is not None:
            self.dialogs = [one for one in self.dialogs if one is not dialog]
        state = ending or "%s;expires=%d" % (dialog.state, dialog.expires)
        body = self.document if dialog.state == "active" else b""
        response = await self.ask(dialog, "NOTIFY", [EVENT, ("subscription-state", state), *([TYPE] if body else [])], body)
        status = response.status if response else 0
        if status == 481:
            self.dialogs = [one for one in self.dialogs if one is not dialog]
        self.tell("notified", status=status, state=state.split(";")[0])

    def decide(self, state):
        self.policy = state
        for dialog in self.dialogs:
            dialog.state = state
        self.notify_all()


class Publisher(Person):
    """Says to the presence server what the state is, and again before that runs out."""

    def __init__(self, *common):
        super().__init__(*common)
        self.etag, self.repeat = None, None

    async def publish(self, document, expires=3600):
        dialog = Dialog(self.address, self.address)
        headers = [EVENT, ("expires", str(expires)), *([("sip-if-match", self.etag)] if self.etag else [])]
        response = await self.ask(dialog, "PUBLISH", headers + ([TYPE] if document else []), document)
        status = response.status if response else 0
        if status == 412:
            self.etag = None
            return await self.publish(document or self.last, expires)
        self.etag = response.get("sip-etag") if 200 <= status < 300 and expires > 0 else None
        if document:
            self.last = document
        self.tell("published", status=status)
        if self.etag:
            self.schedule(expires, number(response.get("expires")) or expires)

    def schedule(self, expires, granted):
        if self.repeat is not None:
            self.repeat.cancel()
        refresh = lambda: asyncio.ensure_future(self.publish(b"", expires))
        self.repeat = asyncio.get_running_loop().call_later(granted / 2, refresh)

    async def withdraw(self):
        if self.repeat is not None:
            self.repeat.cancel()
        await self.publish(b"", 0)


def number(text):
    return int(text) if text and str(text).isdigit() else None


def expires_of(request):
    return int(request.get("expires", "3600"))


def document_of(body):
    """A PIDF document as the cases look at it."""
    if not body:
        return {"document": None}
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        return {"document": None, "fault": str(error), "text": body.decode("utf-8", "replace")}
    return {"document": {"entity": root.get("entity"), "tuples": [tuple_of(one) for one in root.iter(PIDF + "tuple")]},
            "text": body.decode()}


def tuple_of(element):
    contact = element.find(PIDF + "contact")
    return {
        "id": element.get("id"),
        "basic": element.findtext("%sstatus/%sbasic" % (PIDF, PIDF)),
        "show": element.findtext("%sstatus/{jabber:client}show" % PIDF),
        "notes": [one.text for one in element.findall(PIDF + "note")],
        "priority": contact.get("priority") if contact is not None else None,
    }
