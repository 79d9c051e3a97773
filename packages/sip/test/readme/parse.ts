import { checkRequest, isFault, parseMessage } from '@interwork/sip';

const datagram = new TextEncoder().encode(
  [
    'MESSAGE sip:bob@b.example SIP/2.0',
    'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bK776asdhds',
    'Max-Forwards: 70',
    'From: "Ann" <sip:ann@a.example>;tag=1928301774',
    'To: <sip:bob@b.example>',
    'Call-ID: a84b4c76e66710@a.example',
    'CSeq: 1 MESSAGE',
    'Content-Type: text/plain',
    '',
    'Hello',
  ].join('\r\n'),
);

const message = parseMessage(datagram);
if (isFault(message)) console.log(message.code, message.spec, message.answer?.status);
else if (message.kind === 'request') {
  const request = checkRequest(message);
  if (!isFault(request)) console.log(request.method, request.from.display, request.via.host);
}
