// A Lync edge as a script: what such a site's edge and a client behind it put on the wire, as text, with their habits. It
// connects to the gateway and takes its connections, both over mutual TLS. It plays one user; whoever writes to her gets
// her session. Nothing here comes from the library but the certificate it shows.
import { once } from 'node:events';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { addressIn, answer, Cutter, header, type Text, written } from './wire-text.ts';

/** What the edge is made of. */
export interface LyncEdgeOptions {
  readonly domain: string;
  readonly user: string;
  readonly key: string;
  readonly cert: string;
  /** The certificate of the authority. */
  readonly ca: string;
  /** Told of every message that came, once it has been answered. */
  readonly onMessage: () => void;
}

/** A session in text, seen from her end. */
export interface Talk {
  readonly kind: 'chat' | 'call' | 'watch';
  readonly callId: string;
  readonly peer: string;
  /** From and To as she writes them, with tags and endpoint id. */
  readonly ours: string;
  theirs: string;
  target: string;
  cseq: number;
  /** What was said to her in it, in order: texts, and signs of typing. */
  readonly heard: string[];
  isOver: boolean;
}

/** The edge of a Lync site. */
export class LyncEdge {
  readonly domain: string;
  readonly address: string;
  readonly talks: Talk[] = [];
  /** What she sees of whom she watches, as the documents' own words. */
  readonly seen: string[] = [];
  /** Responses to what she sent, by CSeq and method. */
  readonly responses = new Map<string, Text>();
  readonly #options: LyncEdgeOptions;
  readonly #server: Server;
  #out: TLSSocket | undefined;
  #count = 0;

  private constructor(options: LyncEdgeOptions) {
    const { key, cert, ca, domain, user } = options;
    this.#options = options;
    this.domain = domain;
    this.address = `sip:${user}@${domain}`;
    this.#server = createServer({ key, cert, ca, requestCert: true }, (socket) => {
      this.#listen(socket);
    });
  }

  /** Opens it on a free port of the loopback. */
  static async open(options: LyncEdgeOptions): Promise<LyncEdge> {
    const edge = new LyncEdge(options);
    edge.#server.listen(0, '127.0.0.1');
    await once(edge.#server, 'listening');
    return edge;
  }

  get port(): number {
    const at = this.#server.address();
    return typeof at === 'object' && at !== null ? at.port : 0;
  }

  /** Connects to the gateway. */
  async connect(port: number, name: string): Promise<void> {
    const { key, cert, ca } = this.#options;
    this.#out = connect({ host: '127.0.0.1', port, servername: name, key, cert, ca });
    await once(this.#out, 'secureConnect');
    this.#listen(this.#out);
  }

  /** Opens a session, the first words in it. */
  invite(peer: string, words: string): Talk {
    const talk = this.#talk(
      'chat',
      peer,
      this.#next('call'),
      `<${this.address}>;tag=${this.#next('t')};epid=9b6f316d27`,
    );
    const first = Buffer.from(words, 'utf8').toString('base64');
    this.#send(
      talk,
      'INVITE',
      [
        ...this.#identity(),
        'Supported: ms-delayed-accept',
        'Supported: ms-embedded-first-message',
        'Supported: ms-renders-mime-alternative',
        `Ms-Conversation-ID: ${Buffer.from(talk.callId).toString('base64')}`,
        `ms-text-format: text/plain; charset=UTF-8; ms-body=${first}`,
        'ms-keep-alive: UAC;hop-hop=yes',
        'Content-Type: application/sdp',
      ],
      sdp('null', 'message'),
    );
    return talk;
  }

  /** Says something in a session. */
  say(talk: Talk, body: string, type = 'text/plain; charset=UTF-8'): void {
    this.#send(talk, 'MESSAGE', [`Content-Type: ${type}`], body);
  }

  /** Shows that she types, or does no more. */
  types(talk: Talk, status: 'type' | 'idle'): void {
    const body = `<?xml version="1.0"?><KeyboardActivity><status status="${status}" /></KeyboardActivity>`;
    this.#send(talk, 'INFO', ['Content-Type: application/xml'], body);
  }

  /** Ends a session. */
  bye(talk: Talk): void {
    this.#send(talk, 'BYE', []);
    talk.isOver = true;
  }

  /** Calls somebody, with sound. */
  call(peer: string): Talk {
    const talk = this.#talk(
      'call',
      peer,
      this.#next('call'),
      `<${this.address}>;tag=${this.#next('t')};epid=9b6f316d27`,
    );
    this.#send(
      talk,
      'INVITE',
      [...this.#identity(), 'Content-Type: application/sdp'],
      sdp('0 8 101', 'audio'),
    );
    return talk;
  }

  /** Asks to see somebody, accepting all the documents there are. */
  subscribe(peer: string): Talk {
    const talk = this.#talk(
      'watch',
      peer,
      this.#next('call'),
      `<${this.address}>;tag=${this.#next('t')};epid=9b6f316d27`,
    );
    this.#send(talk, 'SUBSCRIBE', [
      ...this.#identity(),
      'Event: presence',
      'Accept: application/msrtc-event-categories+xml, application/xpidf+xml, text/xml+msrtc.pidf, application/pidf+xml, application/rlmi+xml, multipart/related',
      'Supported: com.microsoft.autoextend',
      'Supported: ms-piggyback-first-notify',
      'Expires: 28800',
    ]);
    return talk;
  }

  async close(): Promise<void> {
    this.#out?.destroy();
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  readonly #sockets = new Set<TLSSocket>();

  #listen(socket: TLSSocket): void {
    const cutter = new Cutter();
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (octets: Buffer) => {
      for (const message of cutter.push(octets)) this.#take(socket, message);
    });
  }

  #take(socket: TLSSocket, message: Text): void {
    if (message.start.startsWith('SIP/2.0 ')) this.#takeResponse(message);
    else this.#takeRequest(socket, message);
    this.#options.onMessage();
  }

  #takeResponse(message: Text): void {
    const cseq = header(message, 'cseq') ?? '';
    const status = Number(message.start.slice(8, 11));
    if (status < 200) return;
    const talk = this.talks.find(({ callId }) => callId === header(message, 'call-id'));
    this.responses.set(`${header(message, 'call-id')} ${cseq}`, message);
    if (talk === undefined) return;
    if (cseq.endsWith('INVITE')) this.#acknowledge(talk, message, status, cseq);
    if (cseq.endsWith('SUBSCRIBE') && status < 300) this.#hold(talk, message);
  }

  #acknowledge(talk: Talk, message: Text, status: number, cseq: string): void {
    this.#hold(talk, message);
    const number = cseq.split(' ')[0] ?? '1';
    const head = this.#head(talk, 'ACK', `${number} ACK`);
    this.#out?.write(written(head));
    if (status >= 300) talk.isOver = true;
  }

  /** The other end of a dialog, as its answer has it. */
  #hold(talk: Talk, message: Text): void {
    talk.theirs = header(message, 'to') ?? talk.theirs;
    const contact = /<([^>]*)>/.exec(header(message, 'contact') ?? '')?.[1];
    if (contact !== undefined) talk.target = contact;
  }

  #takeRequest(socket: TLSSocket, request: Text): void {
    const method = request.start.split(' ')[0];
    const talk = this.talks.find(({ callId }) => callId === header(request, 'call-id'));
    if (method === 'INVITE' && talk === undefined) return this.#invited(socket, request);
    if (method === 'ACK') return;
    if (method === 'SUBSCRIBE') return this.#watched(socket, request);
    if (talk === undefined)
      return void socket.write(answer(request, '481 Call Leg/Transaction Does Not Exist', 'none'));
    if (method === 'MESSAGE') talk.heard.push(request.body);
    if (method === 'INFO')
      talk.heard.push(/status="(\w+)"/.exec(request.body)?.[1] === 'type' ? '…' : '');
    if (method === 'BYE') talk.isOver = true;
    if (method === 'NOTIFY' || method === 'BENOTIFY') this.seen.push(request.body);
    if (method !== 'BENOTIFY') socket.write(answer(request, '200 OK', 'none'));
  }

  /** She is asked for a session: a device of hers takes it, and she is known by her endpoint from then on. */
  #invited(socket: TLSSocket, request: Text): void {
    const tag = this.#next('t');
    const to = `${header(request, 'to') ?? ''};tag=${tag}`;
    const peer = addressIn(header(request, 'from'));
    const talk = this.#talk('chat', peer, header(request, 'call-id') ?? '', to);
    talk.theirs = header(request, 'from') ?? '';
    talk.target = /<([^>]*)>/.exec(header(request, 'contact') ?? '')?.[1] ?? talk.target;
    const more = [this.#contact(), 'Supported: ms-sender', 'Content-Type: application/sdp'];
    socket.write(answer(request, '180 Ringing', tag));
    socket.write(
      answer(request, '200 OK', tag, more, sdp(`sip:${this.address.slice(4)}`, 'message')),
    );
  }

  /** Somebody wants to see her: it is received, and what she shows comes in a message that is not answered. */
  #watched(socket: TLSSocket, request: Text): void {
    const tag = this.#next('t');
    const expires = header(request, 'expires') ?? '3600';
    socket.write(answer(request, '200 OK', tag, [this.#contact(), `Expires: ${expires}`]));
    if (expires === '0') return;
    const talk = this.#talk(
      'watch',
      addressIn(header(request, 'from')),
      header(request, 'call-id') ?? '',
      `${header(request, 'to') ?? ''};tag=${tag}`,
    );
    talk.theirs = header(request, 'from') ?? '';
    talk.target = /<([^>]*)>/.exec(header(request, 'contact') ?? '')?.[1] ?? talk.target;
    this.#send(
      talk,
      'NOTIFY',
      [
        'Event: presence',
        `subscription-state: active;expires=${expires}`,
        'Content-Type: application/pidf+xml',
      ],
      pidf(this.address, 'busy'),
    );
  }

  #talk(kind: Talk['kind'], peer: string, callId: string, ours: string): Talk {
    const talk: Talk = {
      kind,
      callId,
      peer,
      ours,
      theirs: `<${peer}>`,
      target: peer,
      cseq: 0,
      heard: [],
      isOver: false,
    };
    this.talks.push(talk);
    return talk;
  }

  #send(talk: Talk, method: string, more: readonly string[], body = ''): void {
    talk.cseq += 1;
    const head = this.#head(talk, method, `${talk.cseq} ${method}`);
    this.#out?.write(written([...head, ...more], body));
  }

  #head(talk: Talk, method: string, cseq: string): readonly string[] {
    const sip = `sip.${this.domain}:5061`;
    return [
      `${method} ${talk.target} SIP/2.0`,
      `Via: SIP/2.0/TLS ${sip};branch=z9hG4bK${this.#next('b')};branched=FALSE;ms-internal-info="cdYs"`,
      'Max-Forwards: 69',
      `From: ${talk.ours}`,
      `To: ${talk.theirs}`,
      `Call-ID: ${talk.callId}`,
      `CSeq: ${cseq}`,
      ...(method === 'ACK' || method === 'BYE' ? [] : [this.#contact()]),
      'User-Agent: UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)',
    ];
  }

  #identity(): readonly string[] {
    return [`P-Asserted-Identity: <${this.address}>`];
  }

  #contact(): string {
    return `Contact: <${this.address};opaque=user:epid:NXZdJKkTh4E717cpQ6kfjgAA;gruu>`;
  }

  #next(kind: string): string {
    this.#count += 1;
    return `${kind}${this.#count.toString(16).padStart(8, '0')}`;
  }
}

function sdp(format: string, media: 'message' | 'audio'): string {
  const line =
    media === 'message' ? `m=message 5060 sip ${format}` : `m=audio 50000 RTP/SAVP ${format}`;
  const types =
    'a=accept-types:text/plain multipart/alternative image/gif text/rtf text/html application/x-ms-ink application/ms-imdn+xml text/x-msmsgsinvite ';
  return [
    'v=0',
    'o=- 0 0 IN IP4 192.0.2.57',
    's=session',
    'c=IN IP4 192.0.2.57',
    't=0 0',
    line,
    ...(media === 'message' ? [types] : []),
    '',
  ].join('\r\n');
}

function pidf(entity: string, activity: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:ep="urn:ietf:params:xml:ns:pidf:status:rpid-status" entity="${entity}"><tuple id="0"><status><basic>open</basic><ep:activities><ep:activity>${activity}</ep:activity></ep:activities></status></tuple></presence>`;
}
