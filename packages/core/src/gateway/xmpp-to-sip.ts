// The half that carries what XMPP users send: decide, wait for one's turn, ask for the route, hand to
// the SIP edge, and tell the sender of any failure in a stanza error. One message of a pair of people
// is outstanding at a time, so their order holds (pairs.ts).
import {
  type RequestDraft,
  type Response,
  type SipEvent,
  type Target,
  writeUri,
} from '@interwork/sip';
import {
  type Condition,
  encodeUtf8,
  errorReply,
  type Jid,
  type LinkFacts,
  type Message,
  type Stanza,
  type StanzaError,
  type XmlElement,
} from '@interwork/xmpp';
import { addressIn } from '@interwork/policy';
import { ANY_WAY, type Way } from './admit.ts';
import { decideMessage, stanzaError } from './decide.ts';
import { type GatewayEnv, shown, tell } from './env.ts';
import type { Answer } from './event.ts';
import { needs } from './needs.ts';
import { Pairs } from './pairs.ts';
import type { CrossingOutcome } from './trace.ts';
import { jidToSipUri, sipUriToJid } from '../address.ts';
import { errorFor } from '../error.ts';
import { type Loss, NOTHING, type Refusal, refused } from '../translation.ts';

type SipFailed = Extract<SipEvent, { readonly kind: 'failed' }>;

/** One message towards a SIP user. A notice is ours: its sender gets no error. */
interface Crossed {
  readonly kind: 'message' | 'notice';
  readonly pair: string;
  readonly at: number;
  readonly from: Jid;
  readonly to: Jid;
  readonly stanza: Stanza;
  readonly by: readonly string[];
  readonly proof: string;
  readonly lost: readonly Loss[];
  readonly way: Way;
}

/** One that is carried, with its request. */
interface Outgoing extends Crossed {
  readonly draft: RequestDraft;
}

interface Asked {
  readonly crossed: Outgoing;
  readonly deadline: number;
}

/** How one ended. `error` goes to the sender. */
interface Ending {
  readonly outcome: CrossingOutcome;
  readonly reasons: readonly string[];
  readonly answer: string | undefined;
  readonly error: StanzaError | undefined;
  /** The section that was applied; the rule for messages when left out. */
  readonly rule?: string;
}

/** XMPP to SIP. */
export class XmppToSip {
  readonly #env: GatewayEnv;
  readonly #pairs: Pairs<Outgoing>;
  readonly #asked = new Map<string, Asked>();
  readonly #outstanding = new Set<Outgoing>();

  constructor(env: GatewayEnv) {
    const { limits, waits } = env;
    this.#env = env;
    this.#pairs = new Pairs({
      perPair: limits.waitingPerPair,
      inAll: limits.waiting,
      wait: waits.pair,
    });
  }

  /** Messages outstanding, asking or waiting. */
  get open(): number {
    return this.#outstanding.size + this.#asked.size + this.#pairs.size;
  }

  get wakeAt(): number {
    let wakeAt = this.#pairs.wakeAt;
    for (const { deadline } of this.#asked.values()) {
      wakeAt = Math.min(wakeAt, deadline);
      break;
    }
    return wakeAt;
  }

  /** A message stanza that is no error has come in. */
  message(now: number, m: Message, from: Jid, to: Jid, link: LinkFacts): void {
    const decision = decideMessage(now, m, from, to, link, this.#env);
    const base = { kind: 'message', pair: pairOf(from, to), at: now, from, to, stanza: m } as const;
    if (decision.kind === 'carry') {
      const { draft, admitted, lost } = decision;
      this.#push(now, {
        ...base,
        draft,
        by: admitted.by,
        proof: admitted.proof,
        lost,
        way: admitted.way,
      });
      return;
    }
    const unsent: Crossed = { ...base, by: [], proof: link.proof, lost: NOTHING, way: ANY_WAY };
    if (decision.kind === 'drop')
      this.#end(now, unsent, {
        outcome: 'dropped',
        reasons: [decision.reason],
        answer: undefined,
        error: undefined,
      });
    else
      this.#end(
        now,
        { ...unsent, by: decision.by, proof: decision.proof },
        endingOf(decision.refusal, 'refused'),
      );
  }

  /**
   * A failure learned after the 202: a message that says so, from the recipient to the SIP user.
   * @spec RFC 3428 §7
   */
  notice(now: number, stanza: Stanza, error: StanzaError, from: Jid, to: Jid): void {
    const uri = jidToSipUri(to);
    const sentence = `Your message to ${from.bare} could not be delivered: ${error.text?.text ?? error.condition}`;
    const draft: RequestDraft = {
      method: 'MESSAGE',
      uri,
      to: { display: undefined, uri, params: [] },
      from: { display: undefined, uri: jidToSipUri(from), params: [] },
      contentType: 'text/plain;charset=UTF-8',
      body: encodeUtf8(sentence),
    };
    const crossed: Outgoing = {
      kind: 'notice',
      pair: pairOf(from, to),
      at: now,
      from,
      to,
      stanza,
      draft,
      by: [],
      proof: 'seal',
      lost: NOTHING,
      way: ANY_WAY,
    };
    this.#push(now, crossed);
  }

  /** A final response to a request of ours. */
  response(now: number, response: Response, context: unknown): void {
    const crossed = this.#returned(context);
    if (crossed === undefined) return;
    if (response.status < 300) {
      const outcome = response.status === 202 ? 'handed-over' : 'delivered';
      this.#end(now, crossed, {
        outcome,
        reasons: [],
        answer: String(response.status),
        error: undefined,
      });
    } else {
      const error = errorFor(response.status, warningOf(response), addressOf(response));
      this.#end(now, crossed, {
        outcome: 'failed',
        reasons: [`sip-${response.status}`],
        answer: error.condition,
        error,
      });
    }
    this.#next(now, crossed.pair);
  }

  /** A request of ours that got no final response. */
  failed(now: number, event: SipFailed): void {
    const crossed = this.#returned(event.context);
    if (crossed === undefined) return;
    const faults = event.judgement?.faults ?? [];
    const field = faults[0] === undefined ? [] : [`${faults[0].code}:${faults[0].field}`];
    const condition = CONDITION_OF_FAILURE[event.reason];
    const error = stanzaError(condition, event.text);
    this.#end(now, crossed, {
      outcome: 'failed',
      reasons: [event.reason, ...field],
      answer: condition,
      error,
    });
    this.#next(now, crossed.pair);
  }

  /** The host has answered a question. */
  answer(now: number, ask: string, answer: Answer): void {
    const asked = this.#asked.get(ask);
    if (asked === undefined) return;
    this.#asked.delete(ask);
    this.#dispatch(now, asked.crossed, answer.targets);
  }

  /** Ends what has waited too long. */
  tick(now: number): void {
    for (let late = this.#pairs.expired(now); late !== undefined; late = this.#pairs.expired(now)) {
      this.#end(now, late, endingOf(refused('waited-too-long'), 'failed'));
    }
    for (const [ask, { crossed, deadline }] of this.#asked) {
      if (deadline > now) break;
      this.#asked.delete(ask);
      this.#dispatch(now, crossed, []);
    }
  }

  /** Tells the senders of everything that has not left yet; with `all`, of what is outstanding too. */
  close(now: number, all: boolean): void {
    const ending = endingOf(refused('closing'), 'failed');
    for (
      let item = this.#pairs.expired(Infinity);
      item !== undefined;
      item = this.#pairs.expired(Infinity)
    )
      this.#end(now, item, ending);
    for (const { crossed } of this.#asked.values()) this.#end(now, crossed, ending);
    this.#asked.clear();
    if (!all) return;
    for (const crossed of this.#outstanding) this.#end(now, crossed, ending);
    this.#outstanding.clear();
  }

  #push(now: number, crossed: Outgoing): void {
    const pushed = this.#pairs.push(now, crossed.pair, crossed);
    if (pushed === 'start') this.#start(now, crossed);
    else if (pushed === 'full') this.#end(now, crossed, endingOf(refused('queue-full'), 'refused'));
  }

  #start(now: number, crossed: Outgoing): void {
    const { questions, targets } = needs(crossed.to, this.#env.options.routes);
    const [question] = questions;
    if (question === undefined) {
      this.#dispatch(now, crossed, targets);
    } else if (this.#asked.size >= this.#env.limits.asks) {
      this.#dispatch(now, crossed, []);
    } else {
      const ask = this.#env.options.drawToken();
      this.#asked.set(ask, { crossed, deadline: now + this.#env.waits.ask });
      this.#env.out.push({ kind: 'ask', ask, question });
    }
  }

  #dispatch(now: number, crossed: Outgoing, targets: readonly Target[]): void {
    const proved = targets.filter((target) => leads(crossed.way, target));
    if (proved.length === 0) {
      const code = targets.length === 0 ? 'unknown-domain' : 'insecure-route';
      this.#end(now, crossed, endingOf(refused(code), 'failed'));
      this.#next(now, crossed.pair);
      return;
    }
    this.#outstanding.add(crossed);
    this.#env.out.push({
      kind: 'sip',
      input: { kind: 'request', draft: crossed.draft, targets: proved, context: crossed },
    });
  }

  #next(now: number, pair: string): void {
    const next = this.#pairs.ended(pair);
    if (next !== undefined) this.#start(now, next);
  }

  /** The crossing a response belongs to; each is taken back once. */
  #returned(context: unknown): Outgoing | undefined {
    const crossed = context as Outgoing;
    return this.#outstanding.delete(crossed) ? crossed : undefined;
  }

  #end(now: number, crossed: Crossed, ending: Ending): void {
    const reply =
      ending.error === undefined || crossed.kind === 'notice'
        ? undefined
        : errorReply(crossed.stanza, ending.error);
    if (reply !== undefined) this.#reply(reply, crossed);
    tell(this.#env, {
      kind: 'crossing',
      at: crossed.at,
      direction: 'xmpp-to-sip',
      traffic: 'message',
      from: shown(this.#env, crossed.from.full),
      to: shown(this.#env, crossed.to.full),
      rule: ending.rule ?? 'RFC 7572 §4',
      outcome:
        crossed.kind === 'notice' && ending.error === undefined ? 'late-failure' : ending.outcome,
      reasons: ending.reasons,
      by: crossed.by,
      answer: ending.answer,
      lost: crossed.lost,
      proof: crossed.proof,
      took: { decided: 0, answered: now - crossed.at },
    });
  }

  #reply(element: XmlElement, crossed: Crossed): void {
    this.#env.out.push({
      kind: 'xmpp',
      input: { kind: 'stanza', element, from: crossed.to, to: crossed.from, context: undefined },
    });
  }
}

/** @spec RFC 6120 §8.3.3 */
const CONDITION_OF_FAILURE = {
  timeout: 'remote-server-timeout',
  transport: 'remote-server-timeout',
  certificate: 'remote-server-timeout',
  'no-target': 'remote-server-not-found',
  closed: 'recipient-unavailable',
  overload: 'resource-constraint',
  'too-large': 'policy-violation',
} as const satisfies Record<SipFailed['reason'], Condition>;

function endingOf(refusal: Refusal, outcome: 'refused' | 'failed'): Ending {
  const condition = refusal.condition as Condition;
  return {
    outcome,
    reasons: [refusal.code],
    answer: condition,
    error: stanzaError(condition, refusal.text),
    rule: refusal.spec,
  };
}

function pairOf(from: Jid, to: Jid): string {
  return `${from.bare} ${to.bare}`;
}

/** The text of a Warning, else the reason phrase. @spec RFC 7247 §7.2 */
function warningOf(response: Response): string {
  const quoted = /"((?:[^"\\]|\\.)*)"/.exec(
    response.headers.text('warning')?.slice(0, 512) ?? '',
  )?.[1];
  return quoted === undefined ? response.reason : quoted.replace(/\\(.)/g, '$1');
}

/** The new address of a redirect: as a JID where it is one. @spec RFC 6120 §8.3.3.5 */
function addressOf(response: Response): string | undefined {
  const contacts = response.headers.contact;
  if (!Array.isArray(contacts) || contacts[0] === undefined) return undefined;
  const { uri } = contacts[0];
  const jid = sipUriToJid(uri);
  return jid.kind === 'jid' ? `xmpp:${jid.full}` : writeUri(uri);
}

/** Whether a next hop is what policy wants of the way. */
function leads(way: Way, target: Target): boolean {
  if (target.transport === 'tls') return true;
  return !way.tls && (way.addresses === undefined || addressIn(way.addresses, target.address));
}
