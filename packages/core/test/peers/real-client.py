"""An XMPP client as people have one: slixmpp with its own plugins for receipts, markers, chat states and corrections, told
what to do in lines of JSON on standard input, and telling what its plugins report in lines of JSON on standard output.
Arguments: its JID, its password, the address of its server. It answers requests for receipts by itself, as its plugin
does. What a stanza means is decided by slixmpp alone."""

import asyncio
import json
import sys

import slixmpp

PLUGINS = ("xep_0085", "xep_0184", "xep_0308", "xep_0333")


def tell(event, **more):
    sys.stdout.write(json.dumps({"event": event, **more}) + "\n")
    sys.stdout.flush()


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        self["feature_mechanisms"].unencrypted_plain = True
        self["feature_mechanisms"].unencrypted_scram = True
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.took)
        self.add_event_handler("message_error", self.failed)
        self.add_event_handler("chatstate", lambda m: tell("state", sender=str(m["from"]), state=m["chat_state"]))
        self.add_event_handler("receipt_received", lambda m: tell("receipt", sender=str(m["from"]), id=m["receipt"]))
        self.add_event_handler("marker_displayed", lambda m: tell("displayed", sender=str(m["from"]), id=m["displayed"]["id"]))
        self.add_event_handler("message_correction", lambda m: tell("correction", id=m["replace"]["id"], body=m["body"]))

    async def started(self, _):
        self.send_presence()
        await self.get_roster()
        tell("online")

    def took(self, message):
        if message["body"] and message["type"] != "error":
            tell("message", sender=str(message["from"]), id=message["id"], body=message["body"])

    def failed(self, message):
        tell("error", id=message["id"], condition=message["error"]["condition"])


def say(client, order):
    message = client.make_message(mto=order["to"], mbody=order["body"], mtype="chat")
    message["id"] = order["id"]
    message["chat_state"] = "active"
    if order.get("receipt"):
        message["request_receipt"] = True
    if order.get("marker"):
        message.enable("markable")
    if "replaces" in order:
        message["replace"]["id"] = order["replaces"]
    message.send()


def show(client, order):
    message = client.make_message(mto=order["to"], mtype="chat")
    message["chat_state"] = order["state"]
    message.send()


def obey(client, order):
    if order["do"] == "say":
        say(client, order)
    elif order["do"] == "show":
        show(client, order)
    elif order["do"] == "displayed":
        client["xep_0333"].send_marker(slixmpp.JID(order["to"]), order["id"], "displayed")


async def main(jid, password, address):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    client = Client(jid, password)
    client.connect((address, 5222), disable_starttls=True)
    while line := await reader.readline():
        obey(client, json.loads(line))


asyncio.run(main(*sys.argv[1:]))
