// XMPP clients: slixmpp in a process of its own (`slixmpp/clients.py`), so that what reaches a user was read by a
// program that is not ours.
import { join } from 'node:path';
import { PYTHON } from '../../namespace.mjs';
import { Running } from '../process.ts';
import { HOST, PORT, XMPP } from '../places.ts';
import { type Line, Lines } from './lines.ts';

/** An element as slixmpp read it. */
export interface Element {
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

/** A message to be sent; the id is what its error would carry. */
export interface OutgoingStanza {
  readonly to: string;
  readonly id: string;
  readonly body?: string;
  readonly type?: string;
  readonly subject?: string;
  readonly thread?: string;
  readonly html?: string;
  readonly from?: string;
}

/** Presence to be sent: broadcast, or to somebody. */
export interface OutgoingPresence {
  readonly to?: string;
  readonly type?: string;
  readonly show?: string;
  readonly status?: string;
  readonly priority?: number;
}

/** A contact as the server has it. RFC 6121 §2.1.2. */
export interface RosterItem {
  readonly subscription: string;
  readonly ask: string;
}

/** A user who is online. */
export interface XmppClient {
  readonly jid: string;
  readonly stanzas: readonly Element[];
  send(stanza: OutgoingStanza): void;
  presence(presence: OutgoingPresence): void;
  raw(xml: string): void;
  /** The contact in the roster, as the server has it now. */
  contact(jid: string): Promise<RosterItem | undefined>;
  /** Takes the contact off the roster. */
  remove(jid: string): void;
  until(what: string, fits: (stanza: Element) => boolean, bound?: number): Promise<Element>;
  when<T>(
    what: string,
    find: (all: readonly Element[]) => T | undefined,
    bound?: number,
  ): Promise<T>;
  close(): Promise<void>;
}

/** All XMPP users of a world. */
export interface XmppClients {
  readonly version: string;
  login(user: string, resource?: string): Promise<XmppClient>;
  stop(): Promise<void>;
}

interface Told extends Line {
  readonly version?: string;
  readonly jid?: string;
  readonly stanza?: Element;
  readonly roster?: Readonly<Record<string, RosterItem>>;
}

/** Starts the program that the clients live in. */
export async function startXmppClients(): Promise<XmppClients> {
  const running = new Running({
    name: 'slixmpp',
    file: PYTHON,
    args: [join(import.meta.dirname, '..', '..', 'slixmpp', 'clients.py')],
    env: { PYTHONUNBUFFERED: '1', PYTHONWARNINGS: 'ignore' },
  });
  const lines = new Lines<Told>(running);
  const ready = await lines.until('', 'slixmpp', (line) => line.event === 'ready');
  let logins = 0;
  return {
    version: ready.version ?? '',
    login: (user, resource = 'desk') =>
      login(running, lines, `${user}-${++logins}`, user, resource),
    stop: async () => {
      await running.stop();
    },
  };
}

async function login(
  running: Running,
  lines: Lines<Told>,
  as: string,
  user: string,
  resource: string,
): Promise<XmppClient> {
  const order = (more: object): void => running.say(JSON.stringify({ as, ...more }));
  order({
    do: 'login',
    jid: `${user}@${XMPP}/${resource}`,
    password: user,
    address: HOST.xmpp,
    port: PORT.client,
  });
  const first = await lines.until(as, `${as} online`, ({ event }) =>
    ['online', 'refused', 'closed'].includes(event),
  );
  if (first.event !== 'online')
    throw new Error(`${as}: ${first.event}\n${running.log.slice(-1000)}`);
  const stanzas = stanzasOf(lines, as);
  const when: XmppClient['when'] = (what, find, bound) =>
    lines.when(what, () => find(stanzas()), bound);
  return {
    jid: first.jid ?? '',
    get stanzas() {
      return stanzas();
    },
    send: (stanza) => order({ do: 'send', ...stanza }),
    presence: (presence) => order({ do: 'presence', ...presence }),
    raw: (xml) => order({ do: 'raw', xml }),
    contact: (jid) => contactOf(lines, as, order, jid),
    remove: (jid) => order({ do: 'remove', jid }),
    when,
    until: (what, fits, bound) => when(what, (all) => all.find(fits), bound),
    close: async () => {
      order({ do: 'close' });
      await lines.until(as, `${as} closed`, (line) => line.event === 'closed');
    },
  };
}

async function contactOf(
  lines: Lines<Told>,
  as: string,
  order: (more: object) => void,
  jid: string,
): Promise<RosterItem | undefined> {
  const before = lines.of(as).length;
  order({ do: 'roster' });
  const told = await lines.when(`${as}: the roster`, () =>
    lines.of(as).find((line, n) => n >= before && line.roster !== undefined),
  );
  return told.roster?.[jid];
}

/** The stanzas among the lines of one, each looked at once. */
function stanzasOf(lines: Lines<Told>, as: string): () => readonly Element[] {
  const stanzas: Element[] = [];
  let read = 0;
  return () => {
    const all = lines.of(as);
    for (; read < all.length; read++) {
      const stanza = all[read]?.stanza;
      if (stanza !== undefined) stanzas.push(stanza);
    }
    return stanzas;
  };
}

/** The first child of a name. */
export function childOf(element: Element, name: string): Element | undefined {
  return element.children.find(
    (node): node is Element => typeof node !== 'string' && node.name === name,
  );
}

/** All text below. */
export function textOf(element: Element | undefined): string {
  if (element === undefined) return '';
  return element.children.map((node) => (typeof node === 'string' ? node : textOf(node))).join('');
}

/** The condition of an error stanza. */
export function conditionOf(stanza: Element): string | undefined {
  const error = childOf(stanza, 'error');
  const first = error?.children.find((node): node is Element => typeof node !== 'string');
  return first?.name;
}
