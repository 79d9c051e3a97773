// XMPP clients: slixmpp in a process of its own (`slixmpp/clients.py`), so that what reaches a user was read by a
// program that is not ours.
import { join } from 'node:path';
import { PYTHON } from '../../namespace.mjs';
import { PATIENCE, Running, within } from '../process.ts';
import { HOST, PORT, XMPP } from '../places.ts';

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

/** A user who is online. */
export interface XmppClient {
  readonly jid: string;
  readonly stanzas: readonly Element[];
  send(stanza: OutgoingStanza): void;
  raw(xml: string): void;
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
  login(user: string, domain?: string): Promise<XmppClient>;
  stop(): Promise<void>;
}

interface Line {
  readonly as: string;
  readonly event: string;
  readonly version?: string;
  readonly jid?: string;
  readonly stanza?: Element;
}

/** Starts the program that the clients live in. */
export async function startXmppClients(): Promise<XmppClients> {
  const running = new Running({
    name: 'slixmpp',
    file: PYTHON,
    args: [join(import.meta.dirname, '..', '..', 'slixmpp', 'clients.py')],
    env: { PYTHONUNBUFFERED: '1', PYTHONWARNINGS: 'ignore' },
  });
  const lines = new Lines(running);
  const ready = await lines.until('slixmpp', (line) => line.event === 'ready');
  let logins = 0;
  return {
    version: ready.version ?? '',
    login: (user, domain = XMPP) => login(running, lines, `${user}-${++logins}`, user, domain),
    stop: async () => {
      await running.stop();
    },
  };
}

async function login(
  running: Running,
  lines: Lines,
  as: string,
  user: string,
  domain: string,
): Promise<XmppClient> {
  const order = (more: object): void => running.say(JSON.stringify({ as, ...more }));
  order({
    do: 'login',
    jid: `${user}@${domain}/desk`,
    password: user,
    address: HOST.xmpp,
    port: PORT.client,
  });
  const first = await lines.until(
    `${as} online`,
    (line) => line.as === as && ['online', 'refused', 'closed'].includes(line.event),
  );
  if (first.event !== 'online')
    throw new Error(`${as}: ${first.event}\n${running.log.slice(-1000)}`);
  const stanzas = (): readonly Element[] => lines.stanzasOf(as);
  const when = <T>(
    what: string,
    find: (all: readonly Element[]) => T | undefined,
    bound?: number,
  ): Promise<T> => lines.when(what, () => find(stanzas()), bound);
  return {
    jid: first.jid ?? '',
    get stanzas() {
      return stanzas();
    },
    send: (stanza) => order({ do: 'send', ...stanza }),
    raw: (xml) => order({ do: 'raw', xml }),
    when,
    until: (what, fits, bound) => when(what, (all) => all.find(fits), bound),
    close: async () => {
      order({ do: 'close' });
      await lines.until(`${as} closed`, (line) => line.as === as && line.event === 'closed');
    },
  };
}

/** The lines a process has printed, read as JSON as they come. */
class Lines {
  readonly #running: Running;
  readonly #all: Line[] = [];
  readonly #stanzas = new Map<string, Element[]>();
  #read = 0;

  constructor(running: Running) {
    this.#running = running;
  }

  stanzasOf(name: string): readonly Element[] {
    this.#take();
    return this.#stanzas.get(name) ?? [];
  }

  until(what: string, fits: (line: Line) => boolean): Promise<Line> {
    return this.when(what, () => this.#all.find(fits));
  }

  when<T>(what: string, find: () => T | undefined, bound = PATIENCE): Promise<T> {
    const found = this.#running.until(
      what,
      () => {
        this.#take();
        return find();
      },
      bound,
    );
    return within(what, found, bound);
  }

  #take(): void {
    const { log } = this.#running;
    for (let end = log.indexOf('\n', this.#read); end >= 0; end = log.indexOf('\n', this.#read)) {
      const text = log.slice(this.#read, end);
      this.#read = end + 1;
      if (text.startsWith('{"as"')) this.#keep(JSON.parse(text) as Line);
    }
  }

  #keep(line: Line): void {
    if (line.stanza === undefined) this.#all.push(line);
    else {
      const list = this.#stanzas.get(line.as) ?? [];
      list.push(line.stanza);
      this.#stanzas.set(line.as, list);
    }
  }
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
