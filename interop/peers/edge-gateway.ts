// The gateway program at the edge of our company: started with one configuration, told another policy while it runs, and
// read by the log that an operator reads.
import type { Credential } from '../src/certificates.ts';
import type { Folder } from '../src/folder.ts';
import { READY, startProgram } from '../src/gateways/program.ts';
import { CONTOSO, GATEWAY } from './companies.ts';

/** How it is set up. */
export interface EdgeOptions {
  readonly folder: Folder;
  readonly credential: Credential;
  /** PEM of whom it trusts. */
  readonly root: string;
  readonly policy: object;
}

/** What its log says of one crossing. */
export interface Crossing {
  readonly direction: string;
  readonly traffic: string;
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly by: readonly string[];
  readonly diagnostics?: number;
  readonly because?: readonly string[];
}

/** A gateway that runs. */
export interface EdgeGateway {
  readonly log: string;
  /** Puts a policy in force. */
  use(policy: object): Promise<void>;
  /** What is found in its crossings, all in order, now or when they are told: the log comes behind the answers. */
  told<T>(what: string, find: (crossings: readonly Crossing[]) => T | undefined): Promise<T>;
  stop(): Promise<void>;
}

/** Starts it. */
export async function startEdgeGateway(options: EdgeOptions): Promise<EdgeGateway> {
  const write = (name: string, text: string): string =>
    options.folder.write(`gateway/${name}`, text);
  const usePolicy = (policy: object): string => write('policy.json', JSON.stringify(policy));
  write('edge.pem', options.credential.certPem);
  write('edge.key', options.credential.keyPem);
  write('authorities.pem', options.root);
  usePolicy(options.policy);
  const file = write('gateway.json', JSON.stringify(configuration()));
  const running = startProgram(file);
  await running.line(READY);
  return {
    get log() {
      return running.log;
    },
    use: async (policy) => {
      usePolicy(policy);
      const from = running.log.length;
      running.signal('SIGHUP');
      const line = await running.line(/"(reloaded|reload refused[^"]*)"/, from);
      if (!line.includes('"reloaded"')) throw new Error(running.log.slice(from));
    },
    told: (what, find) => running.until(what, (log) => find(crossingsIn(log))),
    stop: async () => void (await running.stop()),
  };
}

function configuration(): object {
  const { address } = GATEWAY;
  return {
    version: 1,
    domains: { sip: ['*'], xmpp: ['xmpp.example'] },
    sip: {
      listen: [{ transport: 'tls', address, port: GATEWAY.port }],
      host: GATEWAY.name,
    },
    xmpp: { s2s: { listen: [{ address, port: 5269 }], secret: 'a dialback secret' } },
    edge: {
      ownDomains: [CONTOSO.domain],
      fqdn: GATEWAY.name,
      innerHops: [
        { transport: 'tls', address: CONTOSO.address, port: 5061, names: [CONTOSO.name] },
      ],
    },
    dns: { servers: ['127.0.0.1:53'], allowPrivate: true },
    tls: {
      sip: { both: { certificate: 'edge.pem', key: 'edge.key' } },
      xmpp: { both: { certificate: 'edge.pem', key: 'edge.key' } },
      authorities: ['authorities.pem'],
    },
    policy: 'policy.json',
    state: 'memory',
    log: { level: 'info', addresses: 'full' },
  };
}

/** Of the lines that are whole. */
function crossingsIn(log: string): readonly Crossing[] {
  return log
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes('"direction"'))
    .map((line) => JSON.parse(line) as Crossing);
}
