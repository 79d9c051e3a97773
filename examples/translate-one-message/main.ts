// One SIP MESSAGE becomes an XMPP stanza, and that stanza a MESSAGE again. No gateway, no sockets.
import { crossingBetween, messageToSip, messageToXmpp } from '@interwork/core';
import { checkRequest, parseMessage, writeUri } from '@interwork/sip';
import { messageElement, parseStanza, writeStanza } from '@interwork/xmpp';

const octets = Buffer.from(
  `MESSAGE sip:d'artagnan@xmpp.example SIP/2.0
Via: SIP/2.0/TLS sip.example;branch=z9hG4bK74b43
From: <sip:athos@sip.example;gr=desk>;tag=49583
To: <sip:d'artagnan@xmpp.example>
Call-ID: 9E97FB43-85F4-4A00@sip.example
CSeq: 1 MESSAGE
Content-Type: text/plain
Content-Length: 18

Un pour tous ✔ !`.replaceAll('\n', '\r\n'),
);
const message = parseMessage(octets);
const request = message.kind === 'request' ? checkRequest(message) : message;
if (!('method' in request)) throw new Error('not a request');

// #region five-lines
const crossing = crossingBetween(request.from.uri, request.uri, { id: 'm1', now: Date.now() });
if (crossing.kind === 'fault') throw new Error(crossing.text);
const translation = messageToXmpp(request, crossing);
if (translation.kind === 'refusal') throw new Error(translation.text);
console.log(writeStanza(messageElement(translation.value)));
// #endregion

const stanza = parseStanza(messageElement(translation.value));
if (stanza.kind !== 'message') throw new Error('not a message');
const back = messageToSip(stanza, crossing);
if (back.kind === 'refusal') throw new Error(back.text);
console.log(`MESSAGE ${writeUri(back.value.uri)} with Call-ID ${back.value.callId}`);
