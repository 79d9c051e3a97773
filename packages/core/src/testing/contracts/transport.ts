// What an edge must do that a host puts in the place of ours: carry requests and stanzas there and answers back, in
// order, tell of each what became of it, and end. Two edges are made that reach each other; what they are made of is
// the host's: sockets, pipes, or the virtual network.
import {
  parseUri,
  type RequestDraft,
  type SipEvent,
  type SipInput,
  type Target,
} from '@interwork/sip';
import {
  decodeUtf8,
  encodeUtf8,
  Jid,
  messageElement,
  type XmppEvent,
  type XmppInput,
} from '@interwork/xmpp';
import type { Edge } from '../../gateway/wire.ts';
import { type ContractCase, expectSame } from './case.ts';

/** Two edges of one kind, and how a test waits on them. */
export interface EdgesUnderTest<Event, Command> {
  readonly near: Edge<Event, Command>;
  readonly far: Edge<Event, Command>;
  /** Lets time pass until `find` gives something. */
  readonly until: <T>(find: () => T | undefined) => Promise<T>;
}

/** Two SIP edges. `far` is at `target`; nobody is at `nowhere`. */
export interface SipEdgesUnderTest extends EdgesUnderTest<SipEvent, SipInput> {
  readonly target: Target;
  readonly nowhere: Target;
}

/** Two XMPP edges, for `near.example` and `far.example`, which find each other and nobody else. */
export type XmppEdgesUnderTest = EdgesUnderTest<XmppEvent, XmppInput>;

/** The cases for every SIP edge that has connections. */
export const SIP_EDGE_CASES: readonly ContractCase<() => Promise<SipEdgesUnderTest>>[] = [
  sipCase('carries a request there and its answer back', async (one) => {
    const { far, near, target } = one;
    const [asked, answered] = [events(far), events(near)];
    near.send({ kind: 'request', draft: request('Hello'), targets: [target], context: 'mine' });
    const came = await one.until(() => all(asked, 'request')[0]);
    expectSame(bodyOf(came), 'Hello');
    far.send({ kind: 'respond', to: came.id, draft: { status: 202 } });
    const answer = await one.until(() => all(answered, 'response')[0]);
    expectSame([answer.context, answer.response.status], ['mine', 202]);
  }),
  sipCase('keeps the order of one connection', async (one) => {
    const { far, near, target } = one;
    const [asked] = [events(far), events(near)];
    const texts = Array.from({ length: 50 }, (_, at) => `${at}`);
    for (const text of texts)
      near.send({ kind: 'request', draft: request(text), targets: [target], context: text });
    await one.until(() => all(asked, 'request').length === texts.length || undefined);
    expectSame(all(asked, 'request').map(bodyOf), texts);
  }),
  sipCase('carries a large body whole', async (one) => {
    const asked = events(one.far);
    events(one.near);
    const text = 'x'.repeat(40_000);
    one.near.send({
      kind: 'request',
      draft: request(text),
      targets: [one.target],
      context: undefined,
    });
    const came = await one.until(() => all(asked, 'request')[0]);
    expectSame(bodyOf(came).length, text.length);
  }),
  sipCase('tells that nobody is there, and of which request', async (one) => {
    const answered = events(one.near);
    events(one.far);
    one.near.send({
      kind: 'request',
      draft: request('Hello?'),
      targets: [one.nowhere],
      context: 'lost',
    });
    const failed = await one.until(() => all(answered, 'failed')[0]);
    expectSame(failed.context, 'lost');
  }),
  sipCase('ends, and may be spoken to afterwards', async (one) => {
    events(one.near);
    events(one.far);
    await Promise.all([ended(one, one.near), ended(one, one.far)]);
    one.near.send({
      kind: 'request',
      draft: request('late'),
      targets: [one.target],
      context: undefined,
    });
  }),
];

/** The cases for every XMPP edge. */
export const XMPP_EDGE_CASES: readonly ContractCase<() => Promise<XmppEdgesUnderTest>>[] = [
  xmppCase('carries a stanza, and says that it was sent', async (one) => {
    const [came, told] = [events(one.far), events(one.near)];
    one.near.send(stanza('far.example', 'Hello'));
    const fate = await one.until(() => all(told, 'fate')[0]);
    expectSame([fate.context, fate.fate], ['Hello', 'sent']);
    const { stanza: got, from, to } = await one.until(() => all(came, 'stanza')[0]);
    expectSame(
      [got.kind === 'message' ? got.bodies[0]?.text : got.kind, from.bare, to.bare],
      ['Hello', 'a@near.example', 'b@far.example'],
    );
  }),
  xmppCase('keeps the order of one pair of domains', async (one) => {
    const came = events(one.far);
    events(one.near);
    const texts = Array.from({ length: 50 }, (_, at) => `${at}`);
    for (const text of texts) one.near.send(stanza('far.example', text));
    await one.until(() => all(came, 'stanza').length === texts.length || undefined);
    const got = all(came, 'stanza').map(({ stanza: got }) =>
      got.kind === 'message' ? got.bodies[0]?.text : got.kind,
    );
    expectSame(got, texts);
  }),
  xmppCase('tells that a domain is nowhere, and of which stanza', async (one) => {
    const told = events(one.near);
    events(one.far);
    one.near.send(stanza('nowhere.example', 'Hello?'));
    const fate = await one.until(() => all(told, 'fate')[0]);
    expectSame([fate.context, fate.fate], ['Hello?', 'failed']);
  }),
  xmppCase('ends, and may be spoken to afterwards', async (one) => {
    events(one.near);
    events(one.far);
    await Promise.all([ended(one, one.near), ended(one, one.far)]);
    one.near.send(stanza('far.example', 'late'));
  }),
];

function sipCase(
  name: string,
  body: (one: SipEdgesUnderTest) => Promise<void>,
): ContractCase<() => Promise<SipEdgesUnderTest>> {
  return { name, run: async (make) => closing(await make(), body) };
}

function xmppCase(
  name: string,
  body: (one: XmppEdgesUnderTest) => Promise<void>,
): ContractCase<() => Promise<XmppEdgesUnderTest>> {
  return { name, run: async (make) => closing(await make(), body) };
}

async function closing<One extends Closable>(
  one: One,
  body: (one: One) => Promise<void>,
): Promise<void> {
  try {
    await body(one);
  } finally {
    await Promise.all([ended(one, one.near), ended(one, one.far)]);
  }
}

/** Whatever two edges carry. */
interface Closable {
  readonly near: { close(): Promise<void> };
  readonly far: { close(): Promise<void> };
  readonly until: EdgesUnderTest<unknown, unknown>['until'];
}

/** Waits for the end of an edge, which may need time to pass. */
async function ended(
  { until }: Pick<Closable, 'until'>,
  edge: { close(): Promise<void> },
): Promise<void> {
  let isOver = false;
  const over = edge.close().then(() => {
    isOver = true;
  });
  await until(() => isOver || undefined);
  await over;
}

/** Starts an edge; what it tells is in the answer. */
function events<Event>(edge: { start(take: (event: Event) => void): void }): readonly Event[] {
  const told: Event[] = [];
  edge.start((event) => told.push(event));
  return told;
}

function all<Event extends { readonly kind: string }, Kind extends Event['kind']>(
  told: readonly Event[],
  kind: Kind,
): readonly Extract<Event, { readonly kind: Kind }>[] {
  return told.filter(
    (event): event is Extract<Event, { readonly kind: Kind }> => event.kind === kind,
  );
}

function request(text: string): RequestDraft {
  const uri = parseUri('sip:b@far.example');
  const own = parseUri('sip:a@near.example');
  if (uri.kind === 'fault' || own.kind === 'fault') throw new Error('the address is none');
  return {
    method: 'MESSAGE',
    uri,
    from: { display: undefined, uri: own, params: [] },
    to: { display: undefined, uri, params: [] },
    contentType: 'text/plain',
    body: encodeUtf8(text),
  };
}

function bodyOf({ request: { request: message } }: Extract<SipEvent, { kind: 'request' }>): string {
  return decodeUtf8(message.body) ?? '';
}

function stanza(domain: string, text: string): XmppInput {
  const [from, to] = [Jid.parse('a@near.example'), Jid.parse(`b@${domain}`)];
  if (from.kind === 'fault' || to.kind === 'fault') throw new Error('the address is none');
  const bodies = [{ lang: undefined, text }];
  return {
    kind: 'stanza',
    element: messageElement({ from, to, bodies, type: 'chat' }),
    from,
    to,
    context: text,
  };
}
