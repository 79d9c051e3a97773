// One stream under test: brought to any state by what a peer would say, and asked what it said back.
import {
  DEFAULT_LINK_RULES,
  DEFAULT_STREAM_LIMITS,
  DEFAULT_STREAM_TIMERS,
  dialbackKeys,
  domainName,
  type DomainName,
  type LinkRules,
  type StreamEnd,
  type StreamInput,
  type StreamLimits,
  type StreamOutput,
  type StreamSurroundings,
  XmppStream,
} from '@interwork/xmpp';
import type { Session } from '../src/stream/management.ts';
import { bytesOf, testDigest, testJudge, textOfBytes } from './net.ts';

export const OURS = name('capulet.example');
export const THEIRS = name('montague.example');

export const XML = {
  open:
    "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'" +
    " xmlns:db='jabber:server:dialback' from='montague.example' to='capulet.example' id='their-id' version='1.0'>",
  features: '<stream:features/>',
  featuresTls:
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
  featuresExternal:
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms></stream:features>",
  starttls: "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
  proceed: "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
  tlsFailure: "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
  auth: "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>",
  authEmpty: "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'/>",
  response: "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
  challenge: "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
  success: "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
  saslFailure: "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
  abort: "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
  dbRequest: "<db:result from='montague.example' to='capulet.example'>abc</db:result>",
  dbValid: "<db:result from='montague.example' to='capulet.example' type='valid'/>",
  verifyRequest: "<db:verify from='montague.example' to='capulet.example' id='i'>abc</db:verify>",
  verifyValid: "<db:verify from='montague.example' to='capulet.example' id='i' type='valid'/>",
  stanza: "<message from='romeo@montague.example' to='juliet@capulet.example'/>",
  streamError:
    "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
  close: '</stream:stream>',
  featuresBidi: "<stream:features><bidi xmlns='urn:xmpp:features:bidi'/></stream:features>",
  bidi: "<bidi xmlns='urn:xmpp:bidi'/>",
  featuresManagement: "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>",
  enable: "<enable xmlns='urn:xmpp:sm:3' resume='true'/>",
  enabled: "<enabled xmlns='urn:xmpp:sm:3' id='theirs' resume='true' max='20'/>",
  resume: "<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>",
  resumed: "<resumed xmlns='urn:xmpp:sm:3' h='0' previd='theirs'/>",
  failed:
    "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
  r: "<r xmlns='urn:xmpp:sm:3'/>",
  a: "<a xmlns='urn:xmpp:sm:3' h='0'/>",
  unknown: "<other xmlns='urn:example:other'/>",
} as const;

export interface KitOptions {
  readonly rules?: Partial<LinkRules>;
  readonly certificate?: string;
  readonly limits?: Partial<StreamLimits>;
  readonly hosts?: readonly string[];
  readonly surroundings?: Partial<StreamSurroundings>;
}

/** A stream and everything that came out of it. */
export class Kit {
  readonly stream: XmppStream;
  readonly outputs: StreamOutput[] = [];
  readonly #certificate: string;
  now = 0;

  constructor(end: StreamEnd, options: KitOptions = {}) {
    const rules: LinkRules = {
      ...DEFAULT_LINK_RULES,
      tls: 'optional',
      bidi: true,
      ...options.rules,
    };
    const hosts = options.hosts ?? ['capulet.example', 'verona.example'];
    let id = 0;
    this.#certificate = options.certificate ?? 'montague.example';
    this.stream = new XmppStream(end, {
      drawToken: () => `id${(id += 1)}`,
      digest: testDigest,
      keys: dialbackKeys(testDigest, 's3cr3tf0rd14lb4ck'),
      judge: testJudge,
      rules: () => rules,
      hosts: (domain) => hosts.includes(domain),
      limits: { ...DEFAULT_STREAM_LIMITS, ...options.limits },
      timers: DEFAULT_STREAM_TIMERS,
      ...options.surroundings,
    });
    this.give({ kind: 'start' });
  }

  give(input: StreamInput): this {
    this.stream.receive(this.now, input);
    for (let out = this.stream.next(); out !== undefined; out = this.stream.next())
      this.outputs.push(out);
    return this;
  }

  hear(...texts: readonly string[]): this {
    for (const text of texts) this.give({ kind: 'bytes', bytes: bytesOf(text) });
    return this;
  }

  secure(): this {
    const presented = this.#certificate === '' ? [] : [bytesOf(this.#certificate)];
    return this.give({ kind: 'secured', presented });
  }

  pass(ms: number): this {
    this.now += ms;
    return this.give({ kind: 'tick' });
  }

  /** Everything written, as one text. */
  get said(): string {
    return this.outputs.map((out) => (out.kind === 'send' ? textOfBytes(out.bytes) : '')).join('');
  }

  get kinds(): string[] {
    return this.outputs.map((out) => out.kind).filter((kind) => kind !== 'send');
  }

  get faults(): string[] {
    return this.outputs.flatMap((out) => (out.kind === 'fault' ? [out.fault.code] : []));
  }

  find<K extends StreamOutput['kind']>(kind: K): (StreamOutput & { readonly kind: K }) | undefined {
    return this.outputs.find(
      (out): out is StreamOutput & { readonly kind: K } => out.kind === kind,
    );
  }
}

export function initiator(options?: KitOptions, direct = false): Kit {
  return new Kit({ role: 'initiator', from: OURS, to: THEIRS, direct }, options);
}

/** An initiator that is proved by dialback where stream management is offered, and has asked for it. */
export function enabling(options?: KitOptions): Kit {
  return initiator(options)
    .hear(XML.open, XML.featuresManagement)
    .give({ kind: 'prove' })
    .hear(XML.dbValid);
}

/** The same, with a session. */
export function managed(options?: KitOptions): Kit {
  return enabling(options).hear(XML.enabled);
}

/** The same, asked to go on with the session of another stream. */
export function resuming(resume: Session, options?: KitOptions): Kit {
  const kit = new Kit(
    { role: 'initiator', from: OURS, to: THEIRS, direct: false, resume },
    options,
  );
  return kit.hear(XML.open, XML.featuresManagement).give({ kind: 'prove' }).hear(XML.dbValid);
}

/** A receiver whose peer is proved by its certificate and has a session. */
export function called(options?: KitOptions): Kit {
  return receiver(options, true).secure().hear(XML.open, XML.auth, XML.open, XML.enable);
}

/** An initiator on a stream that carries both directions, proved by dialback. */
export function bidi(options?: KitOptions): Kit {
  return initiator(options)
    .hear(XML.open, XML.featuresBidi)
    .give({ kind: 'prove' })
    .hear(XML.dbValid);
}

export function receiver(options?: KitOptions, direct = false): Kit {
  return new Kit({ role: 'receiver', direct }, options);
}

export function name(text: string): DomainName {
  const domain = domainName(text);
  if (domain === undefined) throw new Error(text);
  return domain;
}
