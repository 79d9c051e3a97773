// A server of another company in raw texts: it listens, connects, writes what it is told to and keeps what it gets. It
// answers nothing by itself, and knows nothing of SIP but where a message ends.
import { Buffer } from 'node:buffer';
import type { World } from '@interwork/core/testing';

type Pipe = Parameters<Parameters<World['network']['listen']>[1]>[0];

/** Where it is, and where the gateway is. */
const PLACES = { own: '192.0.2.1', gateway: '192.0.2.2' } as const;

/** A message that came, as text. */
export class Came {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get start(): string {
    return this.text.slice(0, this.text.indexOf('\r\n'));
  }

  /** The method, or the status. */
  get kind(): string {
    const [first = '', second = ''] = this.start.split(' ');
    return first === 'SIP/2.0' ? second : first;
  }

  get body(): string {
    return this.text.slice(this.text.indexOf('\r\n\r\n') + 4);
  }

  header(name: string): string | undefined {
    return this.headers(name)[0];
  }

  headers(name: string): readonly string[] {
    const head = this.text.slice(0, this.text.indexOf('\r\n\r\n')).split('\r\n').slice(1);
    return head
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
      .filter(([found]) => found?.toLowerCase() === name.toLowerCase())
      .map(([, value]) => value ?? '');
  }
}

export class LyncPeer {
  /** Everything that came, oldest first. */
  readonly came: Came[] = [];
  readonly #world: World;
  readonly #chain: readonly Uint8Array[];
  #pipe: Pipe | undefined;
  #taken = 0;

  constructor(world: World, chain: readonly Uint8Array[]) {
    this.#world = world;
    this.#chain = chain;
    world.network.listen({ address: PLACES.own, port: 5061 }, (pipe) => this.#serve(pipe));
  }

  /** What has come since this was last asked. */
  take(): readonly Came[] {
    const news = this.came.slice(this.#taken);
    this.#taken = this.came.length;
    return news;
  }

  /** Sends a text over a connection of its own, the same for all until it is closed. */
  send(text: string): void {
    if (this.#pipe !== undefined) return this.#pipe.send(Buffer.from(text, 'utf8'));
    this.#world.network.connect(PLACES.own, { address: PLACES.gateway, port: 5061 }, (pipe) => {
      if (pipe === undefined) throw new Error('the gateway does not listen');
      this.#pipe = pipe;
      this.#hear(pipe, () => pipe.send(Buffer.from(text, 'utf8')));
    });
  }

  /** Answers a request over the connection it came by, or the last there is. */
  answer(request: Came, status: number, lines: readonly string[] = [], body = ''): void {
    const copied = ['Via', 'From', 'Call-ID', 'CSeq', 'Record-Route'].flatMap((name) =>
      request.headers(name).map((value) => `${name}: ${value}`),
    );
    const to = request.header('To') ?? '';
    const tagged = to.includes(';tag=') ? to : `${to};tag=95078d5823`;
    this.#reply(textOf([`SIP/2.0 ${status} So`, ...copied, `To: ${tagged}`, ...lines], body));
  }

  #reply: (text: string) => void = () => {};

  #serve(pipe: Pipe): void {
    this.#reply = (text) => pipe.send(Buffer.from(text, 'utf8'));
    this.#hear(pipe, () => {});
  }

  #hear(pipe: Pipe, secured: () => void): void {
    let held = '';
    pipe.listen({
      bytes: (bytes) => {
        held += Buffer.from(bytes).toString('latin1');
        for (let end = endOf(held); end !== undefined; end = endOf(held)) {
          const text = Buffer.from(held.slice(0, end), 'latin1').toString('utf8');
          held = held.slice(end);
          this.came.push(new Came(text));
        }
      },
      secured,
      closed: () => {
        if (this.#pipe === pipe) this.#pipe = undefined;
      },
    });
    pipe.secure(this.#chain);
  }
}

/** Where the first message ends. */
function endOf(held: string): number | undefined {
  const head = held.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = /^content-length: *(\d+)/im.exec(held.slice(0, head))?.[1] ?? '0';
  const end = head + 4 + Number(length);
  return held.length < end ? undefined : end;
}

/** A message of lines and a body. */
export function textOf(lines: readonly string[], body = ''): string {
  const length = Buffer.byteLength(body, 'utf8');
  return `${[...lines, `Content-Length: ${length}`, '', ''].join('\r\n')}${body}`;
}
