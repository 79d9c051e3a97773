// The document that the 200 to a SUBSCRIBE brings along, decided as the NOTIFY that it stands for would be: presence of whoever
// answers, by what policy says of that way, and then by what the host says of it. The answer goes without it where either
// refuses. What policy has to be told first is asked as for any request.
import { evaluate, type Verdict } from '@interwork/policy';
import type { Response } from '@interwork/sip';
import type { GatewayEnv } from '../gateway/env.ts';
import { unmet } from '../gateway/identity.ts';
import { markIn } from '../dialect/lync/trust.ts';
import { type Refusal, refused } from '../translation.ts';
import { lookAtAnswer } from './look.ts';
import { namesOfNext, unmetDuty } from './obligations.ts';
import type { EdgeSettings } from './options.ts';
import type { Passage } from './passage.ts';
import { plainUser } from './people.ts';
import type { Relay } from './relays.ts';

/** What goes on with an answer: `refusal` is of what it brings along, and not of the answer. */
export type AnswerThen = (now: number, refusal: Refusal | undefined) => void;

/** Decides what an answer brings along; later where that is asked about. @spec RFC 6665 §4.1.3 */
export function decideAnswer(
  env: GatewayEnv,
  settings: EdgeSettings,
  now: number,
  response: Response,
  relay: Relay,
  then: AnswerThen,
): void {
  const { passage, request } = relay;
  if (response.body.length === 0 || passage === undefined) return then(now, undefined);
  const isShown = request.method === 'SUBSCRIBE' && response.status <= 299;
  if (!isShown) return then(now, env.hooked ? refused('content-type', 'an answer') : undefined);
  const judge = (): Verdict => verdictBack(env, settings, response, passage);
  const verdict = judge();
  const unknown = verdict.unknown && { asker: passage.to.domain, questions: verdict.unknown };
  const waits = env.inquiry.wait(now, unknown, (later) =>
    decideAnswer(env, settings, later, response, relay, then),
  );
  if (waits === 'waiting') return;
  const refusal = waits === 'full' ? refused('queue-full') : refusalBack(env, relay, verdict);
  if (refusal !== undefined || !env.hooked) return then(now, refusal);
  lookAtAnswer(env, now, response, relay, passage, verdict.by, (later, stopped) =>
    then(later, stopped ?? refusalBack(env, relay, judge())),
  );
}

/** What policy says of the other way, as far as the connection that the answer came by is known. */
function verdictBack(
  { policy, facts }: GatewayEnv,
  { markHeader }: EdgeSettings,
  { headers }: Response,
  { from, goesBy, row, to, verdict }: Passage,
): Verdict {
  const [fromUser = '', toUser] = [plainUser(to), plainUser(from)];
  const isOuter = goesBy === 'outer';
  const mark = isOuter ? markIn(headers, markHeader) : undefined;
  const names = isOuter ? namesOfNext(verdict) : undefined;
  return evaluate(
    policy,
    {
      from: to.domain,
      to: from.domain,
      via: 'sip',
      toward: 'sip',
      traffic: row.traffic,
      fromUser,
      ...(toUser === undefined ? {} : { toUser }),
      ...(names === undefined ? {} : { peerNames: names }),
      ...(mark === undefined ? {} : { mark }),
    },
    facts,
  );
}

/** The server that answers is one that we have chosen: by its certificate, or else by its address. */
function refusalBack(
  { duties }: GatewayEnv,
  { passage, returning }: Relay,
  verdict: Verdict,
): Refusal | undefined {
  if (passage === undefined || verdict.effect === 'forbid') return refused('policy');
  const tls = returning?.isSecure === true;
  if (unmet(verdict, { proof: tls ? 'certificate' : 'address', tls }) !== undefined)
    return refused('identity-not-proved');
  return unmetDuty(verdict, passage.row, duties);
}
