"""The people of the SIP domain who have presence: told what to do in JSON lines on standard input, telling what they
see in JSON lines on standard output. One line in: {"as": person, "do": ..., ...}; one line out: {"as": person,
"event": ..., ...}. Started with: address, port, the proxy's address and port, and `udp` or `tcp`."""

import asyncio
import json
import sys

from presence import Presentity, Publisher, Watcher
from sip import Endpoint

people = {}


def tell(name, event, **more):
    sys.stdout.write(json.dumps({"as": name, "event": event, **more}) + "\n")
    sys.stdout.flush()


def take(request, answer):
    """A request from outside: the watcher in whose dialog it is, or the presentity it is for."""
    if request.method == "NOTIFY":
        if not any(one.took(request, answer) for one in people.values() if isinstance(one, Watcher)):
            answer(481)
            tell("", "stray", start=request.start, remote=request.get("from"))
    elif request.method == "SUBSCRIBE":
        found = next((one for one in people.values() if isinstance(one, Presentity) and one.is_for(request)), None)
        found.took(request, answer) if found else answer(404)
    else:
        answer(405)


def obey(endpoint, order):
    name, do = order["as"], order["do"]
    if do in ("watcher", "presentity", "publisher"):
        kinds = {"watcher": Watcher, "presentity": Presentity, "publisher": Publisher}
        people[name] = kinds[do](name, order["user"], order["domain"], endpoint, tell)
        return tell(name, "there")
    person = people[name]
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


async def main(address, port, proxy, proxy_port, transport):
    endpoint = Endpoint(address, int(port), (proxy, int(proxy_port)), transport, take)
    await endpoint.start()
    reader = asyncio.StreamReader(limit=2**22)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tell("", "ready")
    while line := await reader.readline():
        obey(endpoint, json.loads(line))


asyncio.run(main(*sys.argv[1:]))
