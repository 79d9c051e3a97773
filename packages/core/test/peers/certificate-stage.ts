// A gateway as a program runs it, from files, with certificates of OpenSSL: a SIP company of ours on one side, real servers
// on the other, each domain with a certificate of its own. What the gateway has logged is what an operator would read.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declineRequest } from '@interwork/core';
import { type Daemon, jsonLog, judgesFor, startDaemon, steadyClock } from '@interwork/core/node';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { playOn, type Sent, SipScript } from '@interwork/sip/testing';
import type { Bell } from '../../../../test-kit/bell.ts';
import { serveDns, type Zone } from './dns.ts';
import { type Leaf, type LeafPlan, type OpensslPki, opensslPki } from './openssl-pki.ts';
import { rung } from './stage.ts';

export const SIP = 'contoso.test';
export const GATEWAY = `gw.${SIP}`;
const LOOPBACK = '127.0.0.1';
/** Where the gateway takes streams of servers, and SIP. */
export const PORTS = { xmpp: 5270, sip: 5071 } as const;

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>>;

/** What a stage is for. */
export interface StagePlan {
  readonly pki: OpensslPki;
  readonly folder: string;
  readonly bell: Bell;
  /** Servers of XMPP domains. */
  readonly xmppRoutes: Readonly<Record<string, string>>;
  /** Servers of SIP domains besides the company: their ports. */
  readonly sipRoutes?: Readonly<
    Record<string, { readonly address: string; readonly port: number }>
  >;
  readonly zone?: Zone;
  /** Other pairs of the gateway towards SIP, as in its configuration. */
  readonly named?: readonly object[];
  /** More that the gateway's certificate says. */
  readonly names?: readonly string[];
}

/** All of it, running. */
export interface CertificateStage {
  readonly company: SipScript;
  readonly daemon: Daemon;
  /** Whom the doctor is to trust, and what has been revoked. */
  readonly looking: readonly string[];
  readonly log: () => string;
  /** Lines with this message. */
  lines(message: string): readonly Line[];
  /** The first line of a refused peer that speaks of this domain's certificate. */
  refusal(domain: string): Promise<Line>;
  /** Alice of the company sends; the answer is the final status. */
  alice(to: string, text: string): Promise<number>;
  /** Another pair for the gateway, in its files. */
  renew(plan?: Partial<LeafPlan>): Leaf;
  close(): Promise<void>;
}

/** A folder and an authority in it. */
export function newPki(): { readonly folder: string; readonly pki: OpensslPki } {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-certificates-'));
  // servers of other users look into it; the keys are for root alone
  chmodSync(folder, 0o755);
  return { folder, pki: opensslPki(folder) };
}

/** Starts the company and the gateway. */
export async function certificateStage(plan: StagePlan): Promise<CertificateStage> {
  const { pki, folder, bell } = plan;
  const srv = { priority: 0, weight: 0, port: PORTS.xmpp, target: GATEWAY };
  const dns = await serveDns({
    [`_xmpp-server._tcp.${SIP} SRV`]: srv,
    [`${GATEWAY} A`]: LOOPBACK,
    ...plan.zone,
  });
  const ours = pki.issue({ name: 'company', dns: [SIP] });
  const companyEdge = await listenSip({
    host: 'localhost',
    listen: [{ transport: 'tls', address: LOOPBACK, port: 0 }],
    tls: { both: { key: ours.keyPem, cert: ours.certPem } },
    judge: judgesFor([pki.rootPem]).sip,
    decline: declineRequest,
  });
  let renewed = 0;
  const renew = (changes: Partial<LeafPlan> = {}): Leaf => {
    renewed += 1;
    const dns = [SIP, GATEWAY, ...(plan.names ?? [])];
    const leaf = pki.issue({ name: `gateway-${renewed}`, dns, ...changes });
    writeFileSync(join(folder, 'gateway.pem'), leaf.certPem);
    writeFileSync(join(folder, 'gateway.key'), leaf.keyPem);
    return leaf;
  };
  renew();
  const list = pki.revocationList();
  writeFileSync(join(folder, 'policy.json'), policyText(plan));
  writeFileSync(join(folder, 'gateway.json'), configText(plan, companyEdge, list));
  let log = '';
  const told = jsonLog({
    write: (text) => {
      log += text;
      bell.ring();
    },
  });
  const daemon = await startDaemon({ file: join(folder, 'gateway.json'), log: told });
  told.flush();
  if (daemon.kind === 'findings') throw new Error(log);
  const company = new SipScript(SIP);
  company.addUser('alice');
  const step = playOn(rung(companyEdge, bell), company, steadyClock);
  const lines = (message: string): readonly Line[] =>
    log
      .split('\n')
      .filter((line) => line.includes(message))
      .map((line) => JSON.parse(line) as Line);
  return {
    company,
    daemon,
    looking: ['--trust', pki.rootFile, '--revoked', list],
    log: () => log,
    lines,
    renew,
    refusal: (domain) =>
      bell.until(() =>
        lines('peer refused for its certificate').find((line) => line['domain'] === domain),
      ),
    alice: (to, text) => {
      const sent: Sent = company.send({ from: `alice@${SIP}`, to, text }, [
        { transport: 'tls', address: LOOPBACK, port: PORTS.sip, references: [GATEWAY] },
      ]);
      step();
      return bell.until(
        () => sent.response?.status ?? (sent.failed === undefined ? undefined : -1),
      );
    },
    close: async () => {
      await daemon.close();
      await companyEdge.close();
      await dns.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function policyText({ xmppRoutes, sipRoutes = {} }: StagePlan): string {
  const xmpp = { domains: Object.keys(xmppRoutes), via: 'xmpp', prove: 'certificate' };
  const sip = { domains: [SIP, ...Object.keys(sipRoutes)], via: 'sip', prove: 'certificate' };
  return JSON.stringify({
    version: 1,
    default: 'deny',
    partners: { xmpp, sip },
    rules: [
      { id: 'xmpp', effect: 'permit', partner: 'xmpp' },
      { id: 'sip', effect: 'permit', partner: 'sip' },
    ],
  });
}

function configText(
  { pki, xmppRoutes, sipRoutes = {}, named = [] }: StagePlan,
  company: SipEdge,
  list: string,
) {
  const both = { certificate: 'gateway.pem', key: 'gateway.key' };
  const tls = { transport: 'tls', address: LOOPBACK };
  const xmpp = Object.entries(xmppRoutes).map(
    ([domain, address]) => [domain, [{ address, port: 5269 }]] as const,
  );
  const sip = Object.entries(sipRoutes).map(
    ([domain, place]) => [domain, [{ transport: 'tls', ...place }]] as const,
  );
  const port = company.listening[0]?.port ?? 0;
  return JSON.stringify({
    version: 1,
    domains: { sip: [SIP, ...Object.keys(sipRoutes)], xmpp: Object.keys(xmppRoutes) },
    sip: {
      listen: [{ ...tls, address: '0.0.0.0', port: PORTS.sip }],
      host: GATEWAY,
      routes: { [SIP]: [{ ...tls, port }], ...Object.fromEntries(sip) },
    },
    xmpp: {
      s2s: {
        listen: [{ address: LOOPBACK, port: PORTS.xmpp }],
        routes: Object.fromEntries(xmpp),
      },
    },
    tls: {
      sip: { both, named },
      xmpp: { both },
      authorities: [pki.rootFile],
      revocation: { lists: [list], rule: 'soft' },
    },
    policy: 'policy.json',
    log: { addresses: 'full' },
  });
}
