// Two domains with users on the virtual network, as XMPP servers that federate. What crosses between them is written
// down as it stood on the wire.
import type { Presence } from '@interwork/xmpp';
import {
  type ModelLimits,
  type XmppClient,
  XmppScript,
  type XmppUser,
} from '@interwork/xmpp/testing';
import { Net, type TestNode } from './net.ts';

export const START = Date.UTC(2026, 10, 27, 12);

/** One server: its script, and the node it plays on. */
export interface Server {
  readonly script: XmppScript;
  readonly node: TestNode;
}

export interface Town {
  readonly net: Net;
  /** `example.net` and `example.com`, as in the RFC. */
  readonly verona: Server;
  readonly mantua: Server;
  readonly romeo: XmppUser;
  readonly juliet: XmppUser;
  /** Everything that was done becomes known everywhere. */
  readonly step: () => void;
  /** The presence on the wire since it was last asked for, as `from to type more`. */
  readonly crossed: () => readonly string[];
}

export function town(limits: Partial<ModelLimits> = {}): Town {
  const net = new Net();
  net.now = START;
  const crossed: string[] = [];
  const serverOf = (domain: string): Server => {
    const node = net.add(domain, { domains: [domain] });
    const script = new XmppScript(domain, { clock: () => net.now, limits });
    return { script, node };
  };
  const [verona, mantua] = [serverOf('example.net'), serverOf('example.com')];
  const isStill = (server: Server): boolean => {
    const event = server.node.events.shift();
    if (event?.kind === 'stanza' && event.stanza.kind === 'presence')
      crossed.push(said(event.stanza));
    if (event !== undefined) server.script.take(event);
    const command = event === undefined ? server.script.next() : undefined;
    if (command !== undefined) net.give(server.node, command);
    return event === undefined && command === undefined;
  };
  return {
    net,
    verona,
    mantua,
    romeo: verona.script.user('romeo'),
    juliet: mantua.script.user('juliet'),
    step: () => {
      for (;;) if (isStill(verona) && isStill(mantua)) return;
    },
    crossed: () => crossed.splice(0),
  };
}

/** A presence in one line: who to whom, type, show, priority and statuses. */
export function said({ from, to, type, show, priority, statuses }: Presence): string {
  const more = [show, priority === 0 ? undefined : priority, ...statuses.map(({ text }) => text)];
  const parts = [from?.full, 'to', to?.full, type, ...more.filter((part) => part !== undefined)];
  return parts.join(' ');
}

/** The availability that a client sees of a contact, as `resource show status`. */
export function seen(client: XmppClient, contact: string): readonly string[] {
  return client
    .sees(contact)
    .map(({ from, show, statuses }) =>
      [from?.resource, show, ...statuses.map(({ text }) => text)].filter(Boolean).join(' '),
    );
}

/** What a client was given since it was last asked, without what it saw of its own user. */
export function heard(client: XmppClient, since: number): readonly string[] {
  const own = client.address.split('/')[0];
  return client.heard
    .slice(since)
    .filter(({ from }) => from?.bare !== own)
    .map(said);
}

/** A roster as lines. */
export function rosterOf(user: XmppUser): readonly string[] {
  return user
    .roster()
    .map(({ jid, subscription, ask, approved }) =>
      [jid, subscription, ask ? 'ask' : '', approved ? 'approved' : ''].filter(Boolean).join(' '),
    );
}

/** Both see each other, and both are told nothing more. */
export function befriend({ romeo, juliet, step, crossed }: Town): void {
  const [a, b] = [romeo.login('befriending'), juliet.login('befriending')];
  juliet.answerRequests('approve-and-subscribe');
  romeo.answerRequests('approve');
  romeo.subscribe(juliet.address);
  step();
  for (const user of [romeo, juliet]) user.answerRequests('ask');
  a.logout();
  b.logout();
  step();
  crossed();
}
