import { isFault, type NameAddr, parseNameAddr } from '@interwork/sip';
import { listenSip } from '@interwork/sip/node';

const address = (text: string): NameAddr => {
  const parsed = parseNameAddr(text);
  if (isFault(parsed)) throw new Error(parsed.text);
  return parsed;
};
const place = { transport: 'tcp', address: '127.0.0.1', port: 0 } as const;

const bob = await listenSip({ host: '127.0.0.1', listen: [place] });
bob.start((event) => {
  if (event.kind !== 'request') return;
  console.log('bob reads', new TextDecoder().decode(event.request.request.body));
  bob.send({ kind: 'respond', to: event.id, draft: { status: 200 } });
});

const ann = await listenSip({ host: '127.0.0.1', listen: [] });
await new Promise<void>((ended) => {
  ann.start((event) => {
    if (event.kind === 'response') console.log(event.context, event.response.status);
    if (event.kind === 'failed') console.log(event.context, event.reason, event.text);
    ended();
  });
  const to = address('<sip:bob@b.example>');
  ann.send({
    kind: 'request',
    draft: {
      method: 'MESSAGE',
      uri: to.uri,
      from: address('"Ann" <sip:ann@a.example>'),
      to,
      contentType: 'text/plain',
      body: new TextEncoder().encode('Hello'),
    },
    targets: bob.listening.map((at) => ({ ...at, references: [] })),
    context: 'my first message',
  });
});
await Promise.all([ann.close(), bob.close()]);
