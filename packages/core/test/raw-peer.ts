// A SIP server as raw text on the virtual network: it takes and opens TLS connections, keeps every message it was given as
// it came, and sends what a test writes. It knows no transactions and no dialogs; a reply copies what a reply has to copy.
import type { World } from '@interwork/core/testing';

type Pipe = Parameters<Parameters<World['network']['listen']>[1]>[0];

/** Where the server stands, and what it shows. */
export interface RawPeerOptions {
  readonly address: string;
  readonly chain: readonly Uint8Array[];
  /** Where it sends what a test writes. */
  readonly to: { readonly address: string; readonly port: number };
}

/** A message as it came. */
export interface RawMessage {
  readonly text: string;
  readonly pipe: Pipe;
}

/** The server. */
export class RawPeer {
  readonly received: RawMessage[] = [];
  /** Told of each as it comes. */
  onMessage: (text: string) => void = () => {};
  readonly #pipes = new Set<Pipe>();
  readonly #world: World;
  readonly #options: RawPeerOptions;
  #own: Pipe | undefined;
  #isSecured = false;
  #isOpening = false;
  readonly #unsent: string[] = [];

  constructor(world: World, options: RawPeerOptions) {
    this.#world = world;
    this.#options = options;
    const { address, chain } = options;
    world.network.listen({ address, port: 5061 }, (pipe) => {
      pipe.listen({ bytes: () => {}, closed: () => {}, secured: () => this.#hear(pipe) });
      pipe.secure(chain);
    });
  }

  /** The messages that begin so, oldest first. */
  all(beginning: string): readonly string[] {
    return this.received.map(({ text }) => text).filter((text) => text.startsWith(beginning));
  }

  /** The last message that begins so. */
  last(beginning: string): string {
    const found = this.all(beginning).at(-1);
    if (found === undefined)
      throw new Error(
        `nothing began ${beginning}: ${this.received.map(({ text }) => text.split('\r\n')[0]).join(' | ')}`,
      );
    return found;
  }

  /** First lines of everything that came. */
  get lines(): readonly string[] {
    return this.received.map(({ text }) => text.split('\r\n')[0] ?? '');
  }

  /** Sends lines and a body, on a connection of its own. */
  send(lines: readonly string[], body = ''): void {
    this.#say(message(lines, body));
  }

  /** Answers a request by the connection it came by. */
  reply(
    request: string,
    status: string,
    headers: readonly string[] = [],
    body = '',
    tag = 'their',
  ): void {
    const lines = [`SIP/2.0 ${status}`, ...copied(request, tag), ...headers];
    const came = this.received.findLast(({ text }) => text === request);
    came?.pipe.send(new TextEncoder().encode(message(lines, body)));
  }

  /** Its connections are lost. */
  drop(): void {
    for (const pipe of this.#pipes) pipe.close();
    this.#pipes.clear();
    this.#own = undefined;
    this.#isSecured = false;
    this.#isOpening = false;
  }

  #say(text: string): void {
    if (this.#own !== undefined && this.#isSecured)
      return this.#own.send(new TextEncoder().encode(text));
    this.#unsent.push(text);
    if (!this.#isOpening) this.#open();
  }

  #open(): void {
    this.#isOpening = true;
    const { address, chain, to } = this.#options;
    const target = { transport: 'tls', ...to, references: [] } as const;
    this.#world.network.connect(address, target, (pipe) => {
      this.#isOpening = pipe !== undefined;
      if (pipe === undefined) return;
      this.#own = pipe;
      pipe.listen({
        bytes: () => {},
        closed: () => this.drop(),
        secured: () => {
          this.#isOpening = false;
          this.#hear(pipe);
          this.#isSecured = true;
          for (const text of this.#unsent.splice(0)) this.#say(text);
        },
      });
      pipe.secure(chain);
    });
  }

  #hear(pipe: Pipe): void {
    this.#pipes.add(pipe);
    let rest = '';
    pipe.listen({
      bytes: (bytes) => {
        rest += new TextDecoder().decode(bytes);
        for (let cut = cutAt(rest); cut > 0; cut = cutAt(rest)) {
          const text = rest.slice(0, cut);
          rest = rest.slice(cut);
          this.received.push({ text, pipe });
          this.onMessage(text);
        }
      },
      closed: () => {
        this.#pipes.delete(pipe);
        if (this.#own !== pipe) return;
        this.#own = undefined;
        this.#isSecured = false;
      },
    });
  }
}

/** The value of a header line. */
export function headerOf(text: string, name: string): string {
  const line = text
    .split('\r\n')
    .find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}

/** What stands behind the head. */
export function bodyOf(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

function message(lines: readonly string[], body: string): string {
  const length = new TextEncoder().encode(body).length;
  return [...lines, `Content-Length: ${length}`, '', body].join('\r\n');
}

/** Via, From, To with a tag, Call-ID and CSeq. @spec RFC 3261 §8.2.6.2 */
function copied(request: string, tag: string): readonly string[] {
  const head = request.slice(0, request.indexOf('\r\n\r\n')).split('\r\n').slice(1);
  const lines = head.filter((line) => /^(?:via|from|to|call-id|cseq|record-route):/i.test(line));
  return lines.map((line) =>
    /^to:/i.test(line) && !line.includes(';tag=') ? `${line};tag=${tag}` : line,
  );
}

/** Where the first whole message ends; 0 when there is none. Bodies here have one octet for each character. */
function cutAt(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length ? end + 4 + length : 0;
}
