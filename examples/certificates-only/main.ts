// Whether a certificate speaks for a domain, judged without a gateway: what a peer presented goes in, a judgement comes out.
// #region judge
import { judgeFor, type Judgement } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';

/** What a peer presented, as DER, its own certificate first; and whom we trust, as PEM. */
export interface Presented {
  readonly chain: readonly Uint8Array[];
  readonly anchors: readonly string[];
}

/** Whether an XMPP server that presented this speaks for the domain, and why not. */
export function verdictOn(
  { chain, anchors }: Presented,
  domain: string,
  now: number = Date.now(),
): Judgement {
  const judge = judgeFor({ service: 'xmpp-server', anchors, clock: () => now, crypto: nodeCrypto });
  return judge(chain, 'server', domain);
}

/** The same in a sentence. */
export function sentence({ accepted, proved, certificate, faults }: Judgement): string {
  if (accepted) return `speaks for ${proved.join(', ')}: ${certificate}`;
  return faults.map(({ code, field, text }) => `${code} (${field}): ${text}`).join('\n');
}
// #endregion

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const { makeAuthority } = await import('@interwork/certs/testing');
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const { chain } = authority.issue({ dns: ['gtalk.example'] });
  const presented = { chain, anchors: [authority.certificate.pem] };
  for (const domain of ['gtalk.example', 'other.example'])
    console.log(`${domain}: ${sentence(verdictOn(presented, domain))}`);
}
