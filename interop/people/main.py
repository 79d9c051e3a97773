"""The people of the SIP domain who have presence, or talk in sessions: told what to do in JSON lines on standard input,
telling what they see in JSON lines on standard output. One line in: {"as": person, "do": ..., ...}; one line out: {"as":
person, "event": ..., ...}. Started with: address, port, the proxy's address and port, and `udp` or `tcp`."""

import asyncio
import json
import sys

from presence import Presentity, Publisher, Watcher
from sessions import Talker
from sip import Endpoint

KINDS = {"watcher": Watcher, "presentity": Presentity, "publisher": Publisher, "talker": Talker}
people = {}


def tell(name, event, **more):
    sys.stdout.write(json.dumps({"as": name, "event": event, **more}) + "\n")
    sys.stdout.flush()


def take(request, answer):
    """A request from outside: the watcher in whose dialog it is, or the presentity or talker it is for."""
    if request.method == "NOTIFY":
        if not any(one.took(request, answer) for one in people.values() if isinstance(one, Watcher)):
            answer(481)
            tell("", "stray", start=request.start, remote=request.get("from"))
    elif request.method == "SUBSCRIBE":
        one_of(Presentity, request, answer)
    elif request.method in ("INVITE", "ACK", "MESSAGE", "BYE"):
        one_of(Talker, request, answer)
    else:
        answer(405)


def one_of(kind, request, answer):
    found = next((one for one in people.values() if isinstance(one, kind) and one.is_for(request)), None)
    if found:
        found.took(request, answer)
    elif request.method != "ACK":
        answer(404)


def obey(endpoint, order):
    name, do = order["as"], order["do"]
    if do in KINDS:
        people[name] = KINDS[do](name, order["user"], order["domain"], endpoint, tell)
        return tell(name, "there")
    person = people[name]
    if isinstance(person, Talker):
        return talk(person, order)
    document = order.get("document", "").encode()
    if do == "subscribe":
        asyncio.ensure_future(person.subscribe(order["to"], order["expires"]))
    elif do == "again":
        asyncio.ensure_future(person.again(person.dialogs[-1], order["expires"]))
    elif do == "refuse":
        person.refusing = order["status"]
    elif do == "policy":
        person.policy, person.longest = order["policy"], order.get("longest", 3600)
    elif do == "decide":
        person.decide(order["state"])
    elif do == "state":
        person.document = document
        person.notify_all()
    elif do == "end":
        person.notify_all("terminated;reason=" + order["reason"])
    elif do == "forget":
        person.dialogs = []
    elif do == "publish":
        asyncio.ensure_future(person.publish(document))
    elif do == "withdraw":
        asyncio.ensure_future(person.withdraw())


def talk(person, order):
    do = order["do"]
    if do == "call":
        asyncio.ensure_future(person.call(order["to"]))
    elif do == "say":
        asyncio.ensure_future(person.say(order["texts"]))
    elif do == "leave":
        asyncio.ensure_future(person.leave())
    elif do == "refuse":
        person.refusal = order["status"]
    elif do == "forget":
        person.dialog = None


async def main(address, port, proxy, proxy_port, transport):
    endpoint = Endpoint(address, int(port), (proxy, int(proxy_port)), transport, take)
    await endpoint.start()
    reader = asyncio.StreamReader(limit=2**22)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tell("", "ready")
    while line := await reader.readline():
        obey(endpoint, json.loads(line))


asyncio.run(main(*sys.argv[1:]))
