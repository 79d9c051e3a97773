// What belongs to what. Whatever comes in from a peer begins a crossing; what leaves because of it, what comes back for
// that, and what the gateway says of it in the end have its number. A gateway does one thing at a time, so what leaves
// has been caused by what came in just before, and what comes back is known by what it was sent with.
import type { GatewayEvent, GatewayOutput } from '../gateway/event.ts';
import type { Trace } from '../gateway/trace.ts';
import type { Instant } from '../store/store.ts';

/** Something by which an answer is known again: an id of a question, a context, the id of a stanza. */
type Handle = unknown;

interface Begun {
  readonly at: Instant;
  readonly direction: 'sip' | 'xmpp';
  readonly crossing: number;
}

/** The crossings that are under way. */
export class Causes {
  readonly #most: number;
  readonly #byHandle = new Map<Handle, number>();
  /** The last that began, the youngest last. */
  readonly #begun: Begun[] = [];
  #last = 0;
  #current = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Something has come in; the answer is its crossing. */
  came(now: Instant, event: GatewayEvent): number {
    const handle = handleOfEvent(event);
    const known = handle === undefined ? undefined : this.#byHandle.get(handle);
    const side = beginning(event);
    this.#current = known ?? (side === undefined ? 0 : this.#begin(now, side));
    if (event.kind === 'sip' && event.event.kind === 'request') this.#keep(event.event.id);
    return this.#current;
  }

  /** Something leaves; the answer is its crossing. */
  leaves(out: GatewayOutput): number {
    if (out.kind === 'trace') return this.#told(out.trace);
    if (out.kind === 'sip' && (out.input.kind === 'respond' || out.input.kind === 'pass'))
      return this.#byHandle.get(out.input.to) ?? this.#current;
    for (const handle of handlesOfOutput(out)) this.#keep(handle);
    return this.#current;
  }

  /** A trace says when the thing came in that it is about. */
  #told(trace: Trace): number {
    if (trace.kind !== 'crossing') return this.#current;
    const side = trace.direction === 'xmpp-to-sip' ? 'xmpp' : 'sip';
    const fits = this.#begun.filter(({ at, direction }) => at === trace.at && direction === side);
    const isCurrent = fits.some(({ crossing }) => crossing === this.#current);
    return isCurrent ? this.#current : (fits[0]?.crossing ?? this.#current);
  }

  #begin(at: Instant, direction: Begun['direction']): number {
    this.#last += 1;
    this.#begun.push({ at, direction, crossing: this.#last });
    if (this.#begun.length > this.#most) this.#begun.shift();
    return this.#last;
  }

  #keep(handle: Handle): void {
    this.#byHandle.set(handle, this.#current);
    if (this.#byHandle.size <= this.#most) return;
    for (const oldest of this.#byHandle.keys()) return void this.#byHandle.delete(oldest);
  }
}

/** Which side something comes from that nobody has asked for. */
function beginning(event: GatewayEvent): Begun['direction'] | undefined {
  if (event.kind === 'sip')
    return event.event.kind === 'request' || event.event.kind === 'declined' ? 'sip' : undefined;
  return event.kind === 'xmpp' && event.event.kind === 'stanza' ? 'xmpp' : undefined;
}

/** What an answer is known by. */
function handleOfEvent(event: GatewayEvent): Handle {
  switch (event.kind) {
    case 'answer':
      return event.ask;
    case 'stored':
      return event.op;
    case 'sip':
      return 'context' in event.event ? event.event.context : undefined;
    case 'xmpp': {
      if (event.event.kind === 'fate') return event.event.context;
      if (event.event.kind !== 'stanza') return undefined;
      const { type, id } = event.event.stanza;
      return type === 'error' || type === 'result' ? stanzaCalled(id) : undefined;
    }
    default:
      return undefined;
  }
}

function handlesOfOutput(out: GatewayOutput): readonly Handle[] {
  switch (out.kind) {
    case 'ask':
      return [out.ask];
    case 'store':
      return [out.op];
    case 'sip':
      return 'context' in out.input ? [out.input.context] : [];
    case 'xmpp': {
      if (out.input.kind !== 'stanza') return [];
      const { id } = out.input.element.attrs;
      return id === undefined ? [out.input.context] : [out.input.context, stanzaCalled(id)];
    }
    default:
      return [];
  }
}

function stanzaCalled(id: string | undefined): string | undefined {
  return id === undefined ? undefined : `stanza ${id}`;
}
