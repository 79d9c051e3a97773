// A gateway in forty lines: SIP on a UDP socket of its own, and a function where an XMPP connection would be.
import { createSocket } from 'node:dgram';
import { drive, Gateway } from '@interwork/core';
import { drawToken, mac, nodeTiming, run } from '@interwork/core/node';
import { loadPolicy } from '@interwork/policy';
import { SipEndpoint } from '@interwork/sip';
import { writeStanza } from '@interwork/xmpp';

export function startGateway(port, deliver) {
  const local = { address: '127.0.0.1', port };
  const socket = createSocket('udp4');
  const tell = {};
  const flow = ({ address, port: at }) => {
    const remote = { address, port: at };
    return { id: `${address} ${at}`, transport: 'udp', remote, local, proved: [] };
  };
  const perform = {
    send: ({ bytes, flow: { remote } }) => socket.send(bytes, remote.port, remote.address),
    connect: ({ connect, target }) => feed({ kind: 'opened', connect, flow: flow(target) }),
    disconnect: () => {},
    closed: () => socket.close(),
  };
  const endpoint = new SipEndpoint({ drawToken, host: local.address, ports: { udp: port } });
  const feed = drive(endpoint, (out) => (perform[out.kind] ?? tell.sip)(out), nodeTiming);
  socket.on('message', (bytes, from) => feed({ kind: 'bytes', flow: flow(from), bytes }));
  const edge = (side, send, end = () => {}) => {
    return { start: (take) => (tell[side] = take), send, close: async () => end() };
  };
  const sip = edge('sip', feed, () => feed({ kind: 'close' }));
  const xmpp = edge('xmpp', ({ kind, element, context }) => {
    if (kind === 'stanza') deliver(writeStanza(element));
    if (kind === 'stanza') tell.xmpp({ kind: 'fate', context, fate: 'sent' });
  });
  socket.bind(port, local.address);
  const desk = { domains: ['sip.example'], prove: 'address', addresses: ['127.0.0.1'] };
  const rules = [{ id: 'desk', effect: 'permit', partner: 'desk' }];
  const policy = loadPolicy({ version: 1, default: 'deny', partners: { desk }, rules });
  const domains = { sipDomains: ['sip.example'], xmppDomains: ['*'], instance: 'own' };
  const secrets = { secret: drawToken(), mac, drawToken, believesDatagrams: true };
  return run(new Gateway({ ...domains, ...secrets, policy }), { sip, xmpp });
}
