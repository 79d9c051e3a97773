"""XMPP clients for the cases: slixmpp, told what to do in JSON lines on standard input, telling what came in JSON
lines on standard output. One line in: {"as": client, "do": "login"|"send"|"presence"|"roster"|"remove"|"raw"|"close",
...}. One line out: {"as": client, "event": "online"|"stanza"|"roster"|"closed"|"refused", ...}. Whether somebody may
see somebody is never decided here."""

import asyncio
import json
import sys
from xml.etree import ElementTree

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

clients = {}


def tell(name, event, **more):
    sys.stdout.write(json.dumps({"as": name, "event": event, **more}) + "\n")
    sys.stdout.flush()


def tree(element):
    """An element as JSON: name, namespace, attributes, text in pieces and children in order."""
    space, _, name = element.tag.rpartition("}")
    children = [element.text] if element.text else []
    for child in element:
        children.append(tree(child))
        if child.tail:
            children.append(child.tail)
    return {"name": name, "ns": space.lstrip("{"), "attrs": dict(element.attrib), "children": children}


class Client(slixmpp.ClientXMPP):
    def __init__(self, name, jid, password):
        super().__init__(jid, password)
        self.name = name
        self["feature_mechanisms"].unencrypted_plain = True
        self["feature_mechanisms"].unencrypted_scram = True
        self.auto_authorize, self.auto_subscribe = None, False
        self.register_plugin("xep_0071")
        self.register_plugin("xep_0199")
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("failed_auth", lambda _: tell(name, "refused"))
        self.add_event_handler("disconnected", lambda _: tell(name, "closed"))
        for kind in ("message", "presence"):
            self.register_handler(Callback("all " + kind, StanzaPath(kind), self.took))

    async def started(self, _):
        await self.get_roster()
        self.send_presence()
        tell(self.name, "online", jid=str(self.boundjid))

    def took(self, stanza):
        tell(self.name, "stanza", stanza=tree(stanza.xml))


def message_of(client, order):
    message = client.make_message(mto=order["to"], mbody=order.get("body"), mtype=order.get("type", "chat"))
    message["id"] = order["id"]
    if "subject" in order:
        message["subject"] = order["subject"]
    if "thread" in order:
        message["thread"] = order["thread"]
    if "html" in order:
        message["html"]["body"] = order["html"]
    if "from" in order:
        message["from"] = order["from"]
    return message


async def tell_roster(client):
    iq = client.make_iq_get(queryxmlns="jabber:iq:roster")
    result = await iq.send()
    items = {str(jid): {"subscription": item["subscription"], "ask": item["ask"]}
             for jid, item in result["roster"]["items"].items()}
    tell(client.name, "roster", roster=items)


def obey(order):
    name = order["as"]
    if order["do"] == "login":
        client = Client(name, order["jid"], order["password"])
        clients[name] = client
        client.connect((order["address"], order["port"]), disable_starttls=True)
    elif order["do"] == "send":
        message_of(clients[name], order).send()
    elif order["do"] == "presence":
        clients[name].send_presence(pto=order.get("to"), ptype=order.get("type"), pshow=order.get("show"),
                                    pstatus=order.get("status"), ppriority=order.get("priority"))
    elif order["do"] == "roster":
        asyncio.ensure_future(tell_roster(clients[name]))
    elif order["do"] == "remove":
        asyncio.ensure_future(clients[name].del_roster_item(order["jid"]))
    elif order["do"] == "raw":
        clients[name].send_raw(order["xml"])
    elif order["do"] == "close":
        client = clients.pop(name)
        client.abort()


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tell("", "ready", version=slixmpp.__version__)
    while line := await reader.readline():
        obey(json.loads(line))


asyncio.run(main())
