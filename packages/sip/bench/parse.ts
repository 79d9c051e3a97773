// How many messages a second one core reads and writes, beside a loop that only decodes the same octets.
// Run with `npx tsx --conditions=@interwork/source packages/sip/bench/parse.ts`; compare ratios of one run.
import { checkRequest, isFault, parseMessage, type Request, writeMessage } from '@interwork/sip';

const body = 'x'.repeat(100);
const message = Buffer.from(
  [
    'MESSAGE sip:bob@b.example SIP/2.0',
    'Via: SIP/2.0/TLS gw.a.example:5061;branch=z9hG4bKabcdefghijklmnop;rport',
    'Via: SIP/2.0/TLS 10.0.0.1:5061;branch=z9hG4bKabcdefghijklmnoq;received=10.1.1.1',
    'Max-Forwards: 69',
    'From: "Ann Example" <sip:ann@a.example;gr=abc>;tag=9fxced76sl',
    'To: <sip:bob@b.example>',
    'Call-ID: 3848276298220188511@a.example',
    'CSeq: 17 MESSAGE',
    'User-Agent: example/1.0',
    'Contact: <sip:ann@gw.a.example;transport=tls>',
    'Content-Type: text/plain;charset=UTF-8',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n'),
);

const parse = (): Request => {
  const parsed = parseMessage(message);
  if (isFault(parsed) || parsed.kind !== 'request') throw new Error('not a request');
  return parsed;
};
const checked = checkRequest(parse());
if (isFault(checked)) throw new Error(checked.text);
const { uri, via, from, to, callId, cseq } = checked;
const headers = [{ name: 'Content-Type', value: 'text/plain' }];

const JOBS: Record<string, () => unknown> = {
  'decode only': () => message.toString('utf8'),
  parse,
  'parse and check': () => checkRequest(parse()),
  relay: () => writeMessage(parse()),
  'write from typed values': () =>
    writeMessage({
      kind: 'wire-request',
      method: 'MESSAGE',
      uri,
      via: [via],
      from,
      to,
      callId,
      cseq,
      maxForwards: 70,
      headers,
      body: message.subarray(0, 100),
    }),
};

for (const [name, job] of Object.entries(JOBS)) {
  const rate = perSecond(job);
  console.log(`${name.padEnd(26)}${Math.round(rate / 1000)} k/s`);
}

function perSecond(job: () => unknown): number {
  for (let i = 0; i < 20_000; i++) job();
  const start = performance.now();
  let runs = 0;
  for (; performance.now() - start < 1000; runs += 100) for (let i = 0; i < 100; i++) job();
  return (runs * 1000) / (performance.now() - start);
}
