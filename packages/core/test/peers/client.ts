// An XMPP client, as small as the tests with real servers need it: plain connection, SASL PLAIN, one
// resource, and every stanza it gets kept in order.
import { connect, type Socket } from 'node:net';
import { childrenOf, child, textOf, XmlReader, type XmlElement } from '@interwork/xmpp';

/** A user online at a server on this machine. */
export class Client {
  readonly #socket: Socket;
  #reader = new XmlReader();
  #taken = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #elements: XmlElement[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
  }

  /** Logs in; the password is the user name. */
  static async login(
    user: string,
    domain: string,
    resource: string,
    address = '127.0.0.1',
  ): Promise<Client> {
    const client = new Client(connect(5222, address));
    await client.#open(domain);
    const plain = Buffer.from(`\0${user}\0${user}`).toString('base64');
    client.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`);
    if ((await client.#element()).name !== 'success') throw new Error('login refused');
    await client.#open(domain);
    client.send(
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`,
    );
    await client.#element();
    client.send('<presence/>');
    await client.until((el) => el.name === 'presence');
    return client;
  }

  send(xml: string): void {
    this.#socket.write(xml);
  }

  /** The first stanza that fits, now or later. */
  async until(fits: (el: XmlElement) => boolean): Promise<XmlElement> {
    for (;;) {
      const found = this.#elements.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The texts of the messages from an address, in order. */
  texts(from: string): readonly string[] {
    return this.#elements
      .filter(
        (el) =>
          el.name === 'message' &&
          el.attrs['type'] !== 'error' &&
          el.attrs['from']?.startsWith(from) === true,
      )
      .flatMap((el) => childrenOf(el, 'body').map((body) => textOf(body)));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #open(domain: string): Promise<void> {
    this.#reader = new XmlReader();
    this.send(
      `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
    if ((await this.#element()).name !== 'features') throw new Error('no features');
  }

  async #element(): Promise<XmlElement> {
    while (this.#elements.length <= this.#taken)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#elements[this.#taken++] as XmlElement;
  }

  #read(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    for (let event = this.#reader.next(); event !== undefined; event = this.#reader.next()) {
      if (event.kind === 'element') this.#elements.push(event.element);
      else if (event.kind === 'fault') throw new Error(event.text);
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** The condition of an error stanza. */
export function conditionOf(el: XmlElement): string | undefined {
  const error = child(el, 'error');
  return error === undefined
    ? undefined
    : error.children.flatMap((node) => (typeof node === 'string' ? [] : [node.name]))[0];
}
