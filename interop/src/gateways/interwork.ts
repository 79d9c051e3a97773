// The gateway of `examples/quick-gateway`, started as an operator starts it: with one configuration file.
import { readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import type { Exit, Running } from '../process.ts';
import { COMPONENT_SECRET, HOST, NAME, OURS, PORT, SIP, XMPP } from '../places.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';
import { READY, ROOT, startProgram } from './program.ts';

/** A gateway that is not started yet. */
export function makeInterwork(first: GatewayOptions): Gateway {
  let options = first;
  let running: Running | undefined;
  let before = '';
  const ended = async (how: NodeJS.Signals): Promise<Exit> => {
    const exit = (await running?.stop(how, 45_000)) ?? { code: null, signal: null };
    before += running?.log ?? '';
    running = undefined;
    return exit;
  };
  return {
    name: 'interwork',
    version: versionOf(),
    hasPresence: true,
    hasSessions: true,
    get chat() {
      return options.chat ?? 'messages';
    },
    get log() {
      return before + (running?.log ?? '');
    },
    get fallen() {
      return running?.fallen;
    },
    get isRunning() {
      return running !== undefined && running.ended === undefined;
    },
    start: async (changes = {}) => {
      options = { ...options, ...changes };
      running = startProgram(configure(options));
      await running.line(READY);
    },
    terminate: () => ended('SIGTERM'),
    kill: () => ended('SIGKILL'),
  };
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(path(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function configure(options: GatewayOptions): string {
  const { folder, sip, xmpp, root, link } = options;
  for (const [name, credential] of Object.entries({ sip, xmpp })) {
    folder.write(`gateway/${name}.pem`, credential.certPem);
    folder.write(`gateway/${name}.key`, credential.keyPem);
  }
  folder.write('gateway/authorities.pem', root);
  folder.write('gateway/policy.json', JSON.stringify(policy(options), null, 2));
  const config = {
    version: 1,
    domains: { sip: OURS, xmpp: [XMPP, '*'] },
    sip: sipPart(options),
    xmpp: xmppPart(options),
    dns: { servers: [`${HOST.dns}:53`], allowPrivate: true },
    tls: {
      sip: { both: { certificate: 'sip.pem', key: 'sip.key' } },
      xmpp: { both: { certificate: 'xmpp.pem', key: 'xmpp.key' } },
      authorities: ['authorities.pem'],
    },
    policy: 'policy.json',
    state: options.state ?? 'memory',
    log: { level: 'info', addresses: 'full' },
  };
  return folder.write(`gateway/${link.id}.json`, JSON.stringify(config, null, 2));
}

function sipPart({ link }: GatewayOptions): object {
  const address = HOST.gateway;
  const listen = [
    { transport: 'udp', address, port: PORT.sip },
    { transport: 'tcp', address, port: PORT.sip },
    { transport: 'tls', address, port: PORT.sips },
  ];
  if (link.sip === 'tls') return { listen, host: NAME.gateway, dns: { requireTls: true } };
  const hop = { transport: link.sip, address: HOST.proxy, port: PORT.sip };
  return { listen, host: address, routes: { [SIP]: [hop] }, believesDatagrams: true };
}

function xmppPart({ link }: GatewayOptions): object {
  if (link.join === 'component')
    return {
      component: { host: HOST.xmpp, port: PORT.component, name: SIP, secret: COMPONENT_SECRET },
    };
  const listen = [
    { address: HOST.gateway, port: PORT.server, direct: false },
    { address: HOST.gateway, port: PORT.directServer, direct: true },
  ];
  return { s2s: { listen, secret: 'a dialback secret of the gateway' } };
}

function policy({ chat = 'messages', link }: GatewayOptions): object {
  const prove = { external: 'certificate', direct: 'certificate', dialback: 'dialback' } as const;
  const trusted = link.sip === 'tls' ? {} : { prove: 'address', addresses: [`${HOST.proxy}/32`] };
  const dialect = chat === 'sessions' ? { dialect: 'sessions' } : {};
  return {
    version: 1,
    default: 'deny',
    partners: {
      xmpp: {
        domains: [XMPP],
        via: 'xmpp',
        ...(link.join === 'component' ? {} : { prove: prove[link.join] }),
      },
      sip: { domains: [SIP], via: 'sip', ...trusted, ...dialect },
    },
    rules: [
      { id: 'companies', effect: 'permit', partner: 'xmpp' },
      { id: 'nowhere', effect: 'permit', domains: ['nowhere.example', 'closed.example'] },
      { id: 'blocked', effect: 'forbid', domains: ['blocked.example', `blocked.${SIP}`] },
    ],
  };
}
