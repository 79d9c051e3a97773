// Locating SIP servers by the letter of RFC 3263 §4.1 and §4.2, with the NAPTR record of RFC 3403 §4.1.
import { isFault, type LocateOptions, parseUri, type Uri } from '@interwork/sip';
import { expect, it } from 'vitest';
import { address, FAILED, naptr, run, srv, type Zone } from './locate-zone.ts';

const OPEN: Partial<LocateOptions> = { requireTls: false };
const PLAIN: Partial<LocateOptions> = { requireTls: false, transports: ['tcp', 'udp'] };
const ALL: Zone = {
  'naptr big.test': naptr(
    [50, 50, 's', 'SIPS+D2T', '_sips._tcp.big.test.'],
    [90, 50, 'S', 'SIP+D2T', '_sip._tcp.other.test'],
    [100, 50, 's', 'sip+d2u', '_sip._udp.big.test'],
  ),
  'srv _sips._tcp.big.test': srv([10, 1, 5071, 'a.big.test'], [20, 1, 5061, 'B.big.test.']),
  'srv _sip._tcp.other.test': srv([0, 0, 5070, 'c.other.test']),
  'srv _sip._udp.big.test': srv([0, 0, 5060, 'a.big.test']),
  'address a.big.test': address('2001:db8::a', '192.0.2.1'),
  'address b.big.test': address('192.0.2.2'),
  'address c.other.test': address('192.0.2.3'),
  'address big.test': address('192.0.2.9'),
};
const SRV_ONLY: Zone = {
  'srv _sip._tcp.srv.test': srv([0, 0, 5070, 'tcp.srv.test']),
  'srv _sip._udp.srv.test': srv([0, 0, 5080, 'udp.srv.test']),
  'address tcp.srv.test': address('192.0.2.11'),
  'address udp.srv.test': address('192.0.2.12'),
};
const BARE: Zone = { 'address bare.test': address('192.0.2.21', '192.0.2.22') };
const LYNC: Zone = {
  'srv _sipfederationtls._tcp.lync.test': srv([0, 0, 5061, 'sip.lync.test']),
  'srv _sip._udp.lync.test': srv([0, 0, 5060, 'sip.lync.test']),
  'address sip.lync.test': address('192.0.2.31'),
  'address lync.test': address('192.0.2.39'),
};

interface Row {
  readonly id: string;
  readonly uri: string;
  readonly zone?: Zone;
  readonly options?: Partial<LocateOptions>;
  readonly asked?: readonly string[];
  readonly came: readonly string[];
}

const ROWS: readonly Row[] = [
  // §4.1, §4.2: numeric hosts
  { id: 'v4, tls', uri: 'sip:192.0.2.5', came: ['tls 192.0.2.5:5061'], asked: [] },
  { id: 'v4, udp', uri: 'sip:192.0.2.5', options: OPEN, came: ['udp 192.0.2.5:5060'] },
  {
    id: 'v4, no udp of ours',
    uri: 'sip:192.0.2.5',
    options: { requireTls: false, transports: ['tcp'] },
    came: ['tcp 192.0.2.5:5060'],
  },
  { id: 'v4, sips', uri: 'sips:192.0.2.5', options: OPEN, came: ['tls 192.0.2.5:5061'] },
  { id: 'v4, port', uri: 'sip:192.0.2.5:5099', options: OPEN, came: ['udp 192.0.2.5:5099'] },
  {
    id: 'v4, tcp',
    uri: 'sip:192.0.2.5;transport=TCP',
    options: OPEN,
    came: ['tcp 192.0.2.5:5060'],
  },
  { id: 'v6', uri: 'sip:[2001:DB8::5]', options: OPEN, came: ['udp 2001:db8::5:5060'], asked: [] },
  { id: 'v6, port, sips', uri: 'sips:[2001:db8::5]:5099', came: ['tls 2001:db8::5:5099'] },
  {
    id: 'v4 in maddr',
    uri: 'sip:big.test;maddr=192.0.2.6',
    came: ['tls 192.0.2.6:5061'],
    asked: [],
  },
  // §4.1, §4.2: a port, so no SRV
  {
    id: 'port',
    uri: 'sip:bare.test:5060',
    zone: BARE,
    options: OPEN,
    asked: ['address bare.test'],
    came: ['udp 192.0.2.21:5060', 'udp 192.0.2.22:5060'],
  },
  {
    id: 'port, sips',
    uri: 'sips:bare.test:5070',
    zone: BARE,
    options: OPEN,
    came: ['tls 192.0.2.21:5070', 'tls 192.0.2.22:5070'],
  },
  {
    id: 'port, tcp',
    uri: 'sip:bare.test:5070;transport=tcp',
    zone: BARE,
    options: PLAIN,
    came: ['tcp 192.0.2.21:5070', 'tcp 192.0.2.22:5070'],
  },
  {
    id: 'port, nothing there',
    uri: 'sip:none.test:5070',
    options: OPEN,
    came: ['not-found: no-records'],
  },
  // §4.2: a transport, so no NAPTR
  {
    id: 'tcp',
    uri: 'sip:srv.test;transport=tcp',
    zone: SRV_ONLY,
    options: PLAIN,
    asked: ['srv _sip._tcp.srv.test', 'address tcp.srv.test'],
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'tcp, tls liked more',
    uri: 'sip:srv.test;transport=tcp',
    zone: SRV_ONLY,
    options: OPEN,
    asked: ['srv _sips._tcp.srv.test', 'srv _sip._tcp.srv.test', 'address tcp.srv.test'],
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'udp',
    uri: 'sip:srv.test;transport=udp',
    zone: SRV_ONLY,
    options: OPEN,
    asked: ['srv _sip._udp.srv.test', 'address udp.srv.test'],
    came: ['udp 192.0.2.12:5080'],
  },
  {
    id: 'escaped transport',
    uri: 'sip:srv.test;transport=%75dp',
    zone: SRV_ONLY,
    options: OPEN,
    came: ['udp 192.0.2.12:5080'],
  },
  {
    id: 'tls',
    uri: 'sip:big.test;transport=tls',
    zone: ALL,
    options: OPEN,
    asked: ['srv _sips._tcp.big.test', 'address a.big.test', 'address b.big.test'],
    came: ['tls 2001:db8::a:5071', 'tls 192.0.2.1:5071', 'tls 192.0.2.2:5061'],
  },
  {
    id: 'sips, tcp is tls',
    uri: 'sips:big.test;transport=tcp',
    zone: ALL,
    options: OPEN,
    came: ['tls 2001:db8::a:5071', 'tls 192.0.2.1:5071', 'tls 192.0.2.2:5061'],
  },
  {
    id: 'tcp, TLS required',
    uri: 'sip:srv.test;transport=tcp',
    zone: SRV_ONLY,
    asked: ['srv _sips._tcp.srv.test', 'address srv.test'],
    came: ['not-found: no-records'],
  },
  {
    id: 'tcp, no SRV',
    uri: 'sip:bare.test;transport=tcp',
    zone: BARE,
    options: OPEN,
    came: ['tcp 192.0.2.21:5060', 'tcp 192.0.2.22:5060'],
  },
  {
    id: 'udp, TLS required',
    uri: 'sip:srv.test;transport=udp',
    zone: SRV_ONLY,
    asked: [],
    came: ['not-found: transport'],
  },
  {
    id: 'sips, udp',
    uri: 'sips:srv.test;transport=udp',
    options: OPEN,
    asked: [],
    came: ['not-found: transport'],
  },
  {
    id: 'sctp',
    uri: 'sip:srv.test;transport=sctp',
    options: OPEN,
    asked: [],
    came: ['not-found: transport'],
  },
  {
    id: 'ours without tls',
    uri: 'sips:srv.test',
    options: PLAIN,
    asked: [],
    came: ['not-found: transport'],
  },
  // §4.1: NAPTR
  {
    id: 'NAPTR, TLS first',
    uri: 'sip:big.test',
    zone: ALL,
    options: OPEN,
    asked: [
      'naptr big.test',
      'srv _sips._tcp.big.test',
      'address a.big.test',
      'address b.big.test',
    ],
    came: ['tls 2001:db8::a:5071', 'tls 192.0.2.1:5071', 'tls 192.0.2.2:5061'],
  },
  {
    id: 'NAPTR, we have no TLS',
    uri: 'sip:big.test',
    zone: ALL,
    options: PLAIN,
    asked: ['naptr big.test', 'srv _sip._tcp.other.test', 'address c.other.test'],
    came: ['tcp 192.0.2.3:5070'],
  },
  {
    id: 'NAPTR, their order over ours',
    uri: 'sip:big.test',
    zone: ALL,
    options: { requireTls: false, transports: ['udp', 'tcp'] },
    came: ['tcp 192.0.2.3:5070'],
  },
  {
    id: 'NAPTR, sips keeps SIPS only',
    uri: 'sips:n.test',
    options: OPEN,
    zone: {
      'naptr n.test': naptr(
        [1, 1, 's', 'SIP+D2T', '_sip._tcp.n.test'],
        [2, 1, 's', 'SIPS+D2T', '_sips._tcp.far.test'],
      ),
    },
    asked: ['naptr n.test', 'srv _sips._tcp.far.test', 'address n.test'],
    came: ['not-found: no-records'],
  },
  {
    id: 'NAPTR, preference in one order',
    uri: 'sip:n.test',
    options: OPEN,
    zone: {
      ...SRV_ONLY,
      'naptr n.test': naptr(
        [1, 20, 's', 'SIP+D2T', '_sip._tcp.srv.test'],
        [1, 10, 's', 'SIP+D2U', '_sip._udp.srv.test'],
      ),
    },
    came: ['udp 192.0.2.12:5080'],
  },
  {
    id: 'NAPTR, equal rank is ours to choose',
    uri: 'sip:n.test',
    options: OPEN,
    zone: {
      ...SRV_ONLY,
      'naptr n.test': naptr(
        [1, 1, 's', 'SIP+D2U', '_sip._udp.srv.test'],
        [1, 1, 's', 'SIP+D2T', '_sip._tcp.srv.test'],
      ),
    },
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'NAPTR, next of the same order',
    uri: 'sip:n.test',
    options: OPEN,
    zone: {
      ...SRV_ONLY,
      'naptr n.test': naptr(
        [1, 1, 's', 'SIPS+D2T', '_sips._tcp.srv.test'],
        [1, 2, 's', 'SIP+D2T', '_sip._tcp.srv.test'],
      ),
    },
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'NAPTR, never of a later order',
    uri: 'sip:n.test',
    options: OPEN,
    zone: {
      ...SRV_ONLY,
      'naptr n.test': naptr(
        [1, 1, 's', 'SIPS+D2T', '_sips._tcp.srv.test'],
        [2, 1, 's', 'SIP+D2T', '_sip._tcp.srv.test'],
      ),
      'address n.test': address('192.0.2.40'),
    },
    came: ['tls 192.0.2.40:5061'],
  },
  {
    id: 'NAPTR, other flags and services',
    uri: 'sip:srv.test',
    options: PLAIN,
    zone: {
      ...SRV_ONLY,
      'naptr srv.test': naptr(
        [1, 1, 'a', 'SIP+D2T', 'x.test'],
        [1, 1, 'u', 'E2U+sip', ''],
        [1, 1, 's', 'SIPS+D2U', '_sips._udp.x.test'],
        [1, 1, 's', 'SIP+D2S', '_sip._sctp.x.test'],
        [1, 1, '', 'SIP+D2T', 'x.test'],
      ),
    },
    asked: ['naptr srv.test', 'srv _sip._tcp.srv.test', 'address tcp.srv.test'],
    came: ['tcp 192.0.2.11:5070'],
  },
  // §4.1: no NAPTR, SRV of each of our transports
  {
    id: 'SRV, in our preference',
    uri: 'sip:srv.test',
    zone: SRV_ONLY,
    options: OPEN,
    asked: [
      'naptr srv.test',
      'srv _sips._tcp.srv.test',
      'srv _sip._tcp.srv.test',
      'address tcp.srv.test',
    ],
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'SRV, udp liked more',
    uri: 'sip:srv.test',
    zone: SRV_ONLY,
    options: { requireTls: false, transports: ['udp', 'tcp'] },
    came: ['udp 192.0.2.12:5080'],
  },
  {
    id: 'SRV, only TLS',
    uri: 'sip:srv.test',
    zone: SRV_ONLY,
    asked: ['naptr srv.test', 'srv _sips._tcp.srv.test', 'address srv.test'],
    came: ['not-found: no-records'],
  },
  {
    id: 'SRV, host in maddr',
    uri: 'sip:u@x.test;maddr=srv.test',
    zone: SRV_ONLY,
    options: PLAIN,
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'SRV, dot at the end',
    uri: 'sip:srv.test.',
    zone: SRV_ONLY,
    options: PLAIN,
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'SRV, A-labels',
    uri: 'sip:XN--BCHER-KVA.test',
    asked: [
      'naptr xn--bcher-kva.test',
      'srv _sips._tcp.xn--bcher-kva.test',
      'address xn--bcher-kva.test',
    ],
    came: ['not-found: no-records'],
  },
  // §4.2: no SRV
  {
    id: 'address, udp',
    uri: 'sip:bare.test',
    zone: BARE,
    options: OPEN,
    came: ['udp 192.0.2.21:5060', 'udp 192.0.2.22:5060'],
  },
  {
    id: 'address, sips',
    uri: 'sips:bare.test',
    zone: BARE,
    options: OPEN,
    came: ['tls 192.0.2.21:5061', 'tls 192.0.2.22:5061'],
  },
  {
    id: 'address, TLS required',
    uri: 'sip:bare.test',
    zone: BARE,
    came: ['tls 192.0.2.21:5061', 'tls 192.0.2.22:5061'],
  },
  {
    id: 'address, not wanted',
    uri: 'sip:bare.test',
    zone: BARE,
    options: { addressFallback: false },
    asked: ['naptr bare.test', 'srv _sips._tcp.bare.test'],
    came: ['not-found: no-records'],
  },
  // Lync partners
  {
    id: 'Lync, asked',
    uri: 'sip:lync.test',
    zone: LYNC,
    options: { lync: true },
    asked: [
      'naptr lync.test',
      'srv _sips._tcp.lync.test',
      'srv _sipfederationtls._tcp.lync.test',
      'address sip.lync.test',
    ],
    came: ['tls 192.0.2.31:5061'],
  },
  {
    id: 'Lync, before less than TLS',
    uri: 'sip:lync.test',
    zone: LYNC,
    options: { ...OPEN, lync: true },
    came: ['tls 192.0.2.31:5061'],
  },
  {
    id: 'Lync, NAPTR for UDP only',
    uri: 'sip:lync.test',
    zone: { ...LYNC, 'naptr lync.test': naptr([1, 1, 's', 'SIP+D2U', '_sip._udp.lync.test']) },
    options: { ...OPEN, lync: true },
    came: ['tls 192.0.2.31:5061'],
  },
  { id: 'Lync, not asked', uri: 'sip:lync.test', zone: LYNC, came: ['tls 192.0.2.39:5061'] },
  {
    id: 'Lync, without TLS of ours',
    uri: 'sip:lync.test',
    zone: LYNC,
    options: { ...PLAIN, lync: true },
    came: ['udp 192.0.2.31:5060'],
  },
  {
    id: 'Lync, sips first',
    uri: 'sip:big.test',
    zone: { ...ALL, 'srv _sipfederationtls._tcp.big.test': srv([0, 0, 5061, 'c.other.test']) },
    options: { lync: true },
    came: ['tls 2001:db8::a:5071', 'tls 192.0.2.1:5071', 'tls 192.0.2.2:5061'],
  },
  // RFC 2782: the service is not offered
  {
    id: 'refused',
    uri: 'sip:bare.test',
    zone: { ...BARE, 'srv _sips._tcp.bare.test': srv([0, 0, 0, '.']) },
    came: ['not-found: not-offered'],
  },
  {
    id: 'refused with no name',
    uri: 'sip:bare.test',
    zone: { ...BARE, 'srv _sips._tcp.bare.test': srv([0, 0, 5061, '']) },
    came: ['not-found: not-offered'],
  },
  {
    id: 'refused for TLS, not for UDP',
    uri: 'sip:srv.test',
    zone: {
      ...SRV_ONLY,
      'srv _sips._tcp.srv.test': srv([0, 0, 0, '.']),
      'srv _sip._tcp.srv.test': srv([0, 0, 0, '.']),
    },
    options: OPEN,
    came: ['udp 192.0.2.12:5080'],
  },
  // What nobody can tell is not a no
  {
    id: 'NAPTR fails, SRV is there',
    uri: 'sip:srv.test',
    zone: { ...SRV_ONLY, 'naptr srv.test': FAILED },
    options: PLAIN,
    came: ['tcp 192.0.2.11:5070'],
  },
  {
    id: 'NAPTR fails, no SRV',
    uri: 'sip:bare.test',
    zone: { ...BARE, 'naptr bare.test': FAILED },
    came: ['failed: dns'],
  },
  {
    id: 'SRV for TLS fails, nothing less',
    uri: 'sip:srv.test',
    zone: { ...SRV_ONLY, 'srv _sips._tcp.srv.test': FAILED },
    options: OPEN,
    asked: ['naptr srv.test', 'srv _sips._tcp.srv.test'],
    came: ['failed: dns'],
  },
  {
    id: 'SRV for TLS fails, Lync is there',
    uri: 'sip:lync.test',
    zone: { ...LYNC, 'srv _sips._tcp.lync.test': FAILED },
    options: { ...OPEN, lync: true },
    came: ['tls 192.0.2.31:5061'],
  },
  {
    id: 'addresses fail',
    uri: 'sips:bare.test:5061',
    zone: { 'address bare.test': FAILED },
    came: ['failed: dns'],
  },
  {
    id: 'one server without address',
    uri: 'sips:big.test',
    zone: { ...ALL, 'address a.big.test': { kind: 'not-found' } },
    came: ['tls 192.0.2.2:5061'],
  },
  {
    id: 'no server has an address',
    uri: 'sip:srv.test',
    zone: { 'srv _sips._tcp.srv.test': srv([0, 0, 5061, 'gone.test']) },
    came: ['not-found: no-address'],
  },
  { id: 'another scheme', uri: 'tel:+15550100', asked: [], came: ['not-found: scheme'] },
  { id: 'broken maddr', uri: 'sip:srv.test;maddr=a_b', asked: [], came: ['not-found: name'] },
];

for (const { id, uri, zone = {}, options, asked, came } of ROWS) {
  it(`locates ${uri}: ${id}`, () => {
    const ran = run(read(uri), zone, options);
    expect(ran.came).toEqual(came);
    if (asked !== undefined) expect(ran.asked).toEqual(asked);
  });
}

it('takes a domain as the sip URI of it', () => {
  expect(run('Big.test', ALL)).toEqual(run(read('sip:big.test'), ALL));
  expect(run('2001:db8::5', {}).came).toEqual(['tls 2001:db8::5:5061']);
});

it('lets a TLS peer prove the domain, never what DNS made of it', () => {
  const { end } = run(read('sips:big.test;maddr=lync.test'), LYNC, { lync: true });
  expect(end).toEqual({
    kind: 'located',
    evidence: 'srv',
    ttl: 300,
    targets: [
      {
        transport: 'tls',
        address: '192.0.2.31',
        port: 5061,
        references: ['big.test'],
        host: 'sip.lync.test',
      },
    ],
  });
});

it('takes the names a TLS peer may prove from whoever asks', () => {
  const references = ['edge.partner.test', 'partner.test'];
  const { end } = run('192.0.2.1', {}, { references });
  expect(end).toMatchObject({ evidence: 'given', targets: [{ references }] });
});

it('tells what it rests on', () => {
  const rest = (subject: string, zone: Zone): unknown => run(subject, zone).end;
  expect(rest('big.test', ALL)).toMatchObject({ evidence: 'naptr' });
  expect(rest('bare.test', BARE)).toMatchObject({ evidence: 'address' });
});

function read(text: string): Uri {
  const uri = parseUri(text);
  if (isFault(uri)) throw new Error(uri.text);
  return uri;
}
