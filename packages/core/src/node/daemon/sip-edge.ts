// The SIP edge of a daemon: what its configuration says, as the gateway takes it, and what policy is told of the outside: SRV
// records by DNS. Lists of contacts and grants are kept nowhere here, so nobody has blocked or added anybody.
import type { AskDns } from '@interwork/sip/node';
import type { SrvRecord, Transport } from '@interwork/sip';
import { normalizeDomain } from '@interwork/xmpp';
import type { EdgeOptions } from '../../edge/options.ts';
import type { PolicyAnswer } from '../../gateway/event.ts';
import type { Hooks } from '../../gateway/wire.ts';
import type { Configuration, InnerHopPart } from './configuration.ts';

/** The edge as the gateway takes it; `undefined` without one. */
export function sipEdgeOf(
  { edge, sip, limits = {} }: Configuration,
  listening: readonly { readonly transport: Transport; readonly port: number }[] = sip.listen,
): EdgeOptions | undefined {
  if (edge === undefined) return undefined;
  const ports: Partial<Record<Transport, number>> = {};
  for (const { transport, port } of listening) ports[transport] ??= port;
  const { innerHops, ...rest } = edge;
  return { ...rest, ports, innerHops: innerHops.map(hopOf), limits: limits.edge ?? {} };
}

function hopOf({
  transport,
  address,
  port,
  names = [],
  from = [],
}: InnerHopPart): EdgeOptions['innerHops'][number] {
  const references = names.map((name) => normalizeDomain(name) ?? name);
  return { target: { transport, address, port, references }, addresses: from };
}

/** Answers what policy wants to know. */
export function factsBy(ask: AskDns): NonNullable<Hooks['fact']> {
  return (question, reply) => {
    if (question.kind === 'grant') return reply({ kind: 'grant', grant: {} });
    if (question.kind === 'relation') return reply({ kind: 'relation', relation: 'none' });
    void recordsOf(ask, question.domain).then(reply);
  };
}

/** As Microsoft's edges publish themselves; a record that points nowhere says that there is none. */
async function recordsOf(ask: AskDns, domain: string): Promise<PolicyAnswer> {
  const answer = await ask({ kind: 'srv', name: `_sipfederationtls._tcp.${domain}` });
  if (answer.kind === 'not-found') return { kind: 'srv', records: [] };
  if (answer.kind !== 'srv') return { kind: 'srv', records: undefined };
  const hosts = answer.records.toSorted(byPriority).flatMap(({ target, port }) => {
    const host = normalizeDomain(target);
    return host === undefined ? [] : [{ host, port }];
  });
  return { kind: 'srv', records: hosts };
}

function byPriority(a: SrvRecord, b: SrvRecord): number {
  return a.priority - b.priority || b.weight - a.weight;
}
