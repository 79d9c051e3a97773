"""Chat in sessions as the people of the cases have it: INVITE with a description of `m=message`, MESSAGE within its
dialog, BYE; one session at a time. RFC 3261 §13 to §15, RFC 3428 §4. Session timers, UPDATE and an INVITE within a
dialog are not here. Each tells what it sees by `tell(as, event, ...)`."""

import asyncio

from dialogs import Dialog, Person
from sip import T1, T2, TIMEOUT, new_branch, tag, uri

SDP = ("content-type", "application/sdp")
TEXT = ("content-type", "text/plain;charset=UTF-8")


class Talker(Person):
    def __init__(self, *common):
        super().__init__(*common)
        self.dialog, self.refusal, self.saying = None, None, asyncio.Lock()

    def description(self):
        """RFC 7573 §4 has MSRP there; messages of the session itself are said by `sip`, as servers of SIP chat do."""
        lines = ["v=0", "o=- 0 0 IN IP4 " + self.endpoint.address, "s=session", "c=IN IP4 " + self.endpoint.address,
                 "t=0 0", "m=message %d sip null" % self.endpoint.port, "a=accept-types:text/plain"]
        return "".join(line + "\r\n" for line in lines).encode()

    def is_for(self, request):
        return uri(request.start.split(" ")[1]).startswith("sip:%s@" % self.user)

    async def within(self, method, headers=(), body=b""):
        """A request within the session has no Contact: a MESSAGE must not have one, RFC 3428 §4."""
        dialog = self.dialog
        return await self.endpoint.ask(method, dialog.target, [*dialog.headers(method), *headers], body)

    async def call(self, to):
        dialog, branch = Dialog(self.address, to), new_branch()
        dialog.acknowledged = asyncio.Event()
        invite = [*dialog.headers("INVITE"), self.contact, SDP]
        response = await self.endpoint.ask("INVITE", to, invite, self.description(), branch)
        status = response.status if response else 0
        if 200 <= status < 300:
            dialog.confirm(response, "response")
            self.dialog = dialog
            await self.endpoint.acknowledge(branch, new_branch(), dialog.target, dialog.again("ACK"))
        elif response:
            headers = [one for one in dialog.again("ACK") if one[0] != "to"]
            await self.endpoint.acknowledge(branch, branch, to, [*headers, ("to", response.get("to"))])
        self.tell("answer", status=status, text=response.body.decode() if response else "", call=dialog.call)

    async def say(self, texts):
        """One after another: the next when the one before has its answer, RFC 3428 §8."""
        async with self.saying:
            for text in texts:
                response = await self.within("MESSAGE", [TEXT], text.encode())
                self.tell("said", status=response.status if response else 0, text=text)

    async def leave(self):
        response = await self.within("BYE")
        self.dialog = None
        self.tell("over", status=response.status if response else 0)

    def took(self, request, answer):
        if request.method == "INVITE":
            return self.invited(request, answer)
        is_alone = request.method == "MESSAGE" and tag(request.get("to")) is None
        is_ours = self.dialog is not None and self.dialog.is_of(request)
        if request.method == "ACK":
            if is_ours:
                self.dialog.acknowledged.set()
                self.tell("acknowledged")
        elif not is_alone and not is_ours:
            answer(481)
            self.tell("stray", text=request.body.decode())
        else:
            answer(200)
            self.heard(request, is_ours)

    def heard(self, request, is_within):
        late = is_within and request.cseq <= self.dialog.seen
        if is_within:
            self.dialog.seen = max(self.dialog.seen, request.cseq)
        event = "left" if request.method == "BYE" else "message"
        self.tell(event, text=request.body.decode(), type=request.get("content-type"), remote=uri(request.get("from")),
                  call=request.get("call-id"), cseq=request.cseq, isLate=late, isWithin=is_within)
        if event == "left":
            self.dialog = None

    def invited(self, request, answer):
        said = {"remote": uri(request.get("from")), "call": request.get("call-id"), "text": request.body.decode()}
        if self.refusal is not None:
            answer(self.refusal)
            return self.tell("refused", status=self.refusal, **said)
        self.dialog = dialog = Dialog(uri(request.get("to")), uri(request.get("from")), request.get("call-id"))
        dialog.confirm(request, "request")
        dialog.seen, dialog.acknowledged = request.cseq, asyncio.Event()
        self.tell("invited", cseq=request.cseq, **said)
        asyncio.ensure_future(self.accept(dialog, answer))

    async def accept(self, dialog, answer):
        """200, again until its ACK is there. RFC 3261 §13.3.1.4."""
        pause, waited = T1, 0
        while not dialog.acknowledged.is_set() and waited < TIMEOUT:
            answer(200, [self.contact, SDP], dialog.local_tag, self.description())
            await asyncio.wait([asyncio.ensure_future(dialog.acknowledged.wait())], timeout=pause)
            waited, pause = waited + pause, min(pause * 2, T2)
