// What a resolver must do that finds the servers of an XMPP domain (`locate` of `listenXmpp`): RFC 6120 §3.2 and RFC
// 2782, as far as it shows from outside. It never rejects.
import type { XmppTarget } from '@interwork/xmpp';
import { type ContractCase, expectSame } from './case.ts';

/** What DNS says: records by name, `fails` where nobody answers. What is not there does not exist. */
export interface Zone {
  readonly srv: Readonly<Record<string, readonly ZoneSrv[] | 'fails'>>;
  /** IPv4 addresses by host name. */
  readonly a: Readonly<Record<string, readonly string[] | 'fails'>>;
}

/** One SRV record. */
export interface ZoneSrv {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  /** A share, among records of one priority. */
  readonly weight: number;
}

/** Makes a resolver that asks a DNS which says what a zone says. */
export type MakeResolver = (
  zone: Zone,
) => (domain: string) => Promise<readonly XmppTarget[] | 'not-found' | 'failed'>;

/** The cases for every resolver. */
export const RESOLVER_CASES: readonly ContractCase<MakeResolver>[] = [
  {
    name: 'tries SRV records by their priority @spec RFC 2782',
    run: async (make) => {
      const far = { name: 'far.example', port: 5270, priority: 20, weight: 0 };
      const near = { name: 'near.example', port: 5269, priority: 10, weight: 0 };
      const a = { 'far.example': ['198.51.100.2'], 'near.example': ['198.51.100.1'] };
      expectSame(await make({ srv: { [SRV]: [far, near] }, a })(DOMAIN), [
        { address: '198.51.100.1', port: 5269, direct: false },
        { address: '198.51.100.2', port: 5270, direct: false },
      ]);
    },
  },
  {
    name: 'goes to the domain itself where there is no SRV record @spec RFC 6120 §3.2.2',
    run: async (make) => {
      expectSame(await make({ srv: {}, a: { [DOMAIN]: ['198.51.100.3'] } })(DOMAIN), [
        { address: '198.51.100.3', port: 5269, direct: false },
      ]);
    },
  },
  {
    name: 'finds nothing where a record says that there is no such service @spec RFC 6120 §3.2.1',
    run: async (make) => {
      const none = { name: '', port: 0, priority: 0, weight: 0 };
      const a = { [DOMAIN]: ['198.51.100.3'] };
      expectSame(await make({ srv: { [SRV]: [none] }, a })(DOMAIN), 'not-found');
    },
  },
  {
    name: 'finds nothing where there is nothing',
    run: async (make) => expectSame(await make({ srv: {}, a: {} })(DOMAIN), 'not-found'),
  },
  {
    name: 'tells a DNS that does not answer from a domain that is not there',
    run: async (make) => {
      expectSame(await make({ srv: { [SRV]: 'fails' }, a: {} })(DOMAIN), 'failed');
      expectSame(await make({ srv: {}, a: { [DOMAIN]: 'fails' } })(DOMAIN), 'failed');
    },
  },
  {
    name: 'leads nowhere inside: what anybody may write in DNS is not followed to our own hosts',
    run: async (make) => {
      for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '0.0.0.0']) {
        const came = await make({ srv: {}, a: { [DOMAIN]: [address] } })(DOMAIN);
        expectSame([address, typeof came], [address, 'string']);
      }
    },
  },
];

const DOMAIN = 'partner.example';
const SRV = `_xmpp-server._tcp.${DOMAIN}`;
