// The same over real sockets: both companies, the gateway and a fake DNS server on the loopback, with mutual TLS. For the
// last mile of a host whose own sockets and look-ups are to be tested; everything else is quicker in virtual time.
import { expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { Gateway } from '@interwork/core';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import { dnsResolver, listenSip, SipLocator } from '@interwork/sip/node';
import { playOn as playSip, SipScript } from '@interwork/sip/testing';
import { dnsLocate, listenXmpp } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript } from '@interwork/xmpp/testing';
import { type Records, serveDns } from './fake-dns.ts';

const [SIP, XMPP, GATEWAY] = ['contoso.example', 'gtalk.example', 'gw.contoso.example'];

it('carries a message each way over sockets, found by DNS', async () => {
  const records: Records = new Map([['host.example A', '127.0.0.1']]);
  const dns = await serveDns(records);
  const servers = [dns.server];
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const judges = judgesFor([authority.certificate.der]);
  const locate = dnsLocate({ random: Math.random, servers, allowPrivate: true });
  const place = { address: '127.0.0.1', port: 0 };
  const tlsOf = (...names: string[]) => {
    const { keyPem, certPem } = authority.issue({ dns: names });
    return { key: keyPem, cert: certPem };
  };
  const sipAt = (host: string, ...names: string[]) =>
    listenSip({
      host,
      listen: [{ ...place, transport: 'tls' }],
      tls: { both: tlsOf(host, ...names) },
      judge: judges.sip,
    });
  const xmppAt = (domain: string) =>
    listenXmpp({
      domains: [domain],
      listen: [place],
      tls: { both: tlsOf(domain) },
      judge: judges.xmpp,
      secret: `a secret of ${domain}`,
      locate,
    });
  const [company, server] = [await sipAt(SIP), await xmppAt(XMPP)];
  const [sip, xmpp] = [await sipAt(GATEWAY, SIP), await xmppAt(SIP)];
  const srv = (name: string, port = 0): unknown =>
    records.set(`${name} SRV`, { priority: 0, weight: 0, port, target: 'host.example' });
  srv(`_sips._tcp.${SIP}`, company.listening[0]?.port);
  srv(`_xmpp-server._tcp.${SIP}`, xmpp.listening[0]?.port);
  srv(`_xmpp-server._tcp.${XMPP}`, server.listening[0]?.port);

  const locator = new SipLocator({ ask: dnsResolver({ servers }), allowPrivate: true });
  const gateway = run(
    new Gateway({
      sipDomains: [SIP],
      xmppDomains: ['*'],
      policy: policyOf({ rules: [{ id: 'partners', effect: 'permit', domains: [XMPP] }] }),
      instance: 'real',
      secret: drawToken(),
      mac,
      drawToken,
    }),
    { sip, xmpp },
    { route: (domain, reply) => void locator.targetsOf(domain).then(reply) },
  );
  const [alice, bob] = [new SipScript(SIP), new XmppScript(XMPP)];
  alice.addUser('alice');
  bob.addUser('bob');
  const [stepSip, stepXmpp] = [playSip(company, alice, steadyClock), playXmpp(server, bob)];
  const port = sip.listening[0]?.port ?? 0;
  const target = { transport: 'tls', address: '127.0.0.1', port, references: [GATEWAY] } as const;
  alice.send({ from: `alice@${SIP}`, to: `bob@${XMPP}`, text: 'Hello' }, [target]);
  stepSip();
  await expect.poll(() => bob.texts('bob'), { timeout: 15_000 }).toEqual(['Hello']);
  bob.send({ from: `bob@${XMPP}`, to: `alice@${SIP}`, text: 'Hi' });
  stepXmpp();
  await expect.poll(() => alice.texts('alice'), { timeout: 15_000 }).toEqual(['Hi']);
  await Promise.all([gateway.close(), company.close(), server.close()]);
  await dns.close();
});
