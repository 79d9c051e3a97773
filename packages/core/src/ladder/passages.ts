// Which events and commands of a gateway are messages on their way, and between which rails they go.
import type { Flow, SipEvent, Uri } from '@interwork/sip';
import type { LinkFacts, XmlElement, XmppEvent } from '@interwork/xmpp';
import type { GatewayEvent, GatewayOutput, SipCommand } from '../gateway/event.ts';
import type { Hiding } from './hiding.ts';
import type { Side } from './ladder.ts';
import type { LadderLimits } from './limits.ts';
import { GATEWAY } from './rails.ts';
import { type Seen, wireOf } from './seen.ts';
import { SipSeen } from './sip-seen.ts';
import { XmppSeen } from './xmpp-seen.ts';

/** A message between two rails. */
export interface Passage {
  readonly from: string;
  readonly to: string;
  readonly seen: Seen;
  /** How the peer is proved. */
  readonly peer?: string;
}

/** What is to be drawn, and where. */
export interface PassageOptions {
  readonly queries: boolean;
  readonly railOf: (side: Side, domain: string) => string;
}

/** Messages, one by one. Remembers on which rail an answer is awaited, or owed. */
export class Passages {
  readonly railOf: PassageOptions['railOf'];
  readonly #queries: boolean;
  readonly #limits: LadderLimits;
  readonly #sip: SipSeen;
  readonly #xmpp: XmppSeen;
  readonly #open = new Map<unknown, string>();

  constructor(hiding: Hiding, limits: LadderLimits, { queries, railOf }: PassageOptions) {
    this.railOf = railOf;
    this.#queries = queries;
    this.#limits = limits;
    this.#sip = new SipSeen(hiding, limits);
    this.#xmpp = new XmppSeen(hiding, limits);
  }

  /** Another gateway begins: what the one before has not had answered is not answered to it. */
  begin(): void {
    this.#open.clear();
  }

  /** Requests that have no answer yet. */
  get open(): number {
    return this.#open.size;
  }

  /** What comes in. */
  came(event: GatewayEvent): Passage | undefined {
    if (event.kind === 'sip') return this.#sipCame(event.event);
    if (event.kind === 'xmpp') return this.#xmppCame(event.event);
    return undefined;
  }

  /** What leaves. */
  leaves(out: GatewayOutput): Passage | undefined {
    if (out.kind === 'sip') return this.#sipLeaves(out.input);
    if (out.kind !== 'xmpp' || out.input.kind !== 'stanza') return undefined;
    const { element, to } = out.input;
    return this.#stanza(element, (seen) => {
      return { from: GATEWAY, to: this.railOf('xmpp', to.asciiDomain), seen };
    });
  }

  #sipCame(event: SipEvent): Passage | undefined {
    switch (event.kind) {
      case 'request':
      case 'declined': {
        const { request, flow } = event;
        const from = this.#railOfUri(request.from.uri);
        if (event.kind === 'request') this.#await(event.id, from);
        const seen = this.#sip.request(request.request);
        return { from, to: GATEWAY, seen, peer: peerOf(flow) };
      }
      case 'response':
        return this.#answered(event.context, this.#sip.response(event.response));
      case 'failed': {
        const wire = wireOf('sip', `[no response: ${event.reason}]`, this.#limits);
        return this.#answered(event.context, { text: event.reason, notes: [], failed: true, wire });
      }
      case 'sent':
        this.#open.delete(event.context);
        return undefined;
      default:
        return undefined;
    }
  }

  #answered(context: unknown, seen: Seen): Passage {
    const from = this.#open.get(context) ?? this.railOf('sip', '');
    this.#open.delete(context);
    return { from, to: GATEWAY, seen };
  }

  #sipLeaves(command: SipCommand): Passage {
    switch (command.kind) {
      case 'respond':
        return this.#answers(command.to, this.#sip.answer(command.draft));
      case 'pass':
        return this.#answers(command.to, this.#sip.passed(command.passed));
      case 'request':
        return this.#asks(command.context, command.draft.to.uri, this.#sip.draft(command.draft));
      case 'cancel':
        return this.#cancels(command.context);
      case 'forward': {
        const { forward, context } = command;
        return this.#asks(context, forward.request.to.uri, this.#sip.forward(forward));
      }
    }
  }

  #answers(id: string, seen: Seen): Passage {
    const to = this.#open.get(id) ?? this.railOf('sip', '');
    this.#open.delete(id);
    return { from: GATEWAY, to, seen };
  }

  /** Where the INVITE went. */
  #cancels(context: unknown): Passage {
    const wire = wireOf('sip', '[the INVITE is cancelled]', this.#limits);
    const to = this.#open.get(context) ?? this.railOf('sip', '');
    return { from: GATEWAY, to, seen: { text: 'CANCEL', notes: [], failed: false, wire } };
  }

  #asks(context: unknown, uri: Uri, seen: Seen): Passage {
    const to = this.#railOfUri(uri);
    this.#await(context, to);
    return { from: GATEWAY, to, seen };
  }

  #xmppCame(event: XmppEvent): Passage | undefined {
    if (event.kind === 'stanza')
      return this.#stanza(event.stanza.element, (seen) => {
        const from = this.railOf('xmpp', event.from.asciiDomain);
        return { from, to: GATEWAY, seen, peer: peerOfLink(event.link) };
      });
    if (event.kind !== 'fate' || event.fate !== 'failed') return undefined;
    const why = event.reason ?? 'failed';
    const wire = wireOf('xmpp', `[not handed over: ${why}]`, this.#limits);
    const seen: Seen = { text: why, notes: [], failed: true, wire };
    return { from: this.railOf('xmpp', ''), to: GATEWAY, seen };
  }

  #stanza(element: XmlElement, passage: (seen: Seen) => Passage): Passage | undefined {
    if (element.name === 'iq' && !this.#queries) return undefined;
    return passage(this.#xmpp.stanza(element));
  }

  #railOfUri(uri: Uri): string {
    return this.railOf('sip', uri.kind === 'sip' ? uri.host : '');
  }

  #await(handle: unknown, rail: string): void {
    this.#open.set(handle, rail);
    if (this.#open.size <= this.#limits.open) return;
    for (const oldest of this.#open.keys()) return void this.#open.delete(oldest);
  }
}

/** What a connection has proved. */
function peerOf({ proved, transport, remote }: Flow): string {
  const by = `${transport} from ${remote.address}`;
  return proved.length === 0 ? `${by}, nothing proved` : `${by}, proved ${proved.join(', ')}`;
}

/** What a stream has proved. */
function peerOfLink({ proof, tls, certificate }: LinkFacts): string {
  const secured = tls ? 'with TLS' : 'in the clear';
  const shown = certificate === undefined ? '' : `; its certificate: ${certificate}`;
  return `proved by ${proof}, ${secured}${shown}`;
}
