// SIP to SIP over the virtual world, with Lync's objects: who gets through, what each side is told, what is kept.
import { describe, expect, it } from 'vitest';
import { EDGE, EdgeWorld, FEDERATION, fieldIn } from './edge-world.ts';

const AMY = 'amy@contoso.example';
const ROMEO = 'romeo@fabrikam.example';

function world(options: ConstructorParameters<typeof EdgeWorld>[0] = {}): EdgeWorld {
  const made = new EdgeWorld(options);
  made.orgs.contoso.domain.script.addUser('amy');
  made.orgs.fabrikam.domain.script.addUser('romeo');
  made.orgs.litware.domain.script.addUser('ann');
  made.orgs.msn.domain.script.addUser('juliet');
  made.orgs.adatum.domain.script.addUser('eve');
  return made;
}

const EMPTY = { relays: 0, relaysAsking: 0, unsure: 0 };

describe('a MESSAGE', () => {
  it('from inside reaches a partner, with the mark of our edge and one hop less', () => {
    const w = world();
    const sent = w.sends('contoso', AMY, ROMEO, 'good morrow');
    expect(sent.response?.status).toBe(200);
    expect(w.orgs.fabrikam.domain.script.texts('romeo')).toEqual(['good morrow']);
    const [request] = w.toldTo('fabrikam');
    expect(fieldIn(request, 'Max-Forwards')).toBe('69');
    expect(fieldIn(request, 'ms-asserted-verification-level')).toBe(
      'ms-source-verified-user=verified',
    );
    expect(request).not.toMatch(/ms-edge-proxy-message-trust|Record-Route/i);
    expect(w.crossings).toMatchObject([
      {
        direction: 'sip-to-sip',
        traffic: 'message',
        from: AMY,
        to: ROMEO,
        outcome: 'delivered',
        by: ['allowed-domain:fabrikam.example'],
        answer: '200',
        proof: 'certificate',
        must: expect.arrayContaining(['mark-outgoing', 'peer-name']),
      },
    ]);
    expect(w.gateway.sizes).toMatchObject(EMPTY);
  });

  it('from a partner reaches our user, with what inner servers are to believe', () => {
    const w = world();
    const sent = w.sends('fabrikam', ROMEO, AMY, 'good morrow');
    expect(sent.response?.status).toBe(200);
    expect(w.orgs.contoso.domain.script.texts('amy')).toEqual(['good morrow']);
    const [request] = w.toldTo('contoso');
    expect(fieldIn(request, 'ms-edge-proxy-message-trust')).toBe(
      `ms-source-type=AutoFederation;ms-ep-fqdn=${EDGE};ms-source-verified-user=verified;ms-source-network=federation;ms-remote-fqdn=sip.fabrikam.example`,
    );
    expect(w.crossings).toMatchObject([
      { by: ['allowed-domain:fabrikam.example'], outcome: 'delivered', answer: '200' },
    ]);
  });

  it('goes to a partner with a server of its own without asking DNS', () => {
    const w = world({ gateway: { routes: { 'litware.example': LITWARE } } });
    expect(w.sends('contoso', AMY, 'ann@litware.example').response?.status).toBe(200);
    expect(w.asked).not.toContain('srv litware.example');
    expect(w.sends('litware', 'ann@litware.example', AMY).response?.status).toBe(200);
    expect(fieldIn(w.toldTo('contoso').at(-1), 'ms-edge-proxy-message-trust')).toMatch(
      /^ms-source-type=DirectPartner;/,
    );
  });

  it('asks DNS once, however many messages go', () => {
    const w = world();
    for (let i = 0; i < 5; i++) w.sends('fabrikam', ROMEO, AMY);
    expect(w.asked.filter((one) => one === 'srv fabrikam.example')).toHaveLength(1);
    expect(w.gateway.counts.delivered).toBe(5);
  });

  it('in pieces of any size, the same', () => {
    const w = world({ split: 3 });
    expect(w.sends('contoso', AMY, ROMEO).response?.status).toBe(200);
  });
});

const LITWARE = [
  { transport: 'tls', address: '192.0.2.11', port: 5061, references: ['litware.example'] },
] as const;

describe('who does not get through', () => {
  interface Row {
    readonly id: string;
    readonly as: 'fabrikam' | 'adatum' | 'msn' | 'contoso' | 'litware';
    readonly from: string;
    readonly to: string;
    readonly status: number;
    readonly reason: string;
    readonly by?: readonly string[];
    readonly diagnostics?: number;
    readonly options?: ConstructorParameters<typeof EdgeWorld>[0];
    readonly srv?: readonly [string, readonly string[] | undefined];
    readonly draft?: object;
  }
  const BLOCKED: Row = {
    id: 'a blocked domain, by whatever server',
    as: 'fabrikam',
    from: 'x@it.spam.example',
    to: AMY,
    status: 403,
    reason: 'policy',
    by: ['blocked-domain:spam.example'],
  };
  const ROWS: readonly Row[] = [
    BLOCKED,
    {
      ...BLOCKED,
      id: 'nor does anybody write to it',
      as: 'contoso',
      from: AMY,
      to: 'x@spam.example',
      status: 404,
      diagnostics: 1005,
    },
    {
      id: 'a partner whose SRV record points out of its domain',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      srv: ['fabrikam.example', ['sip.elsewhere.example']],
      status: 504,
      reason: 'policy',
      by: ['allowed-domain:fabrikam.example'],
      diagnostics: 1009,
    },
    {
      id: 'a host below the domain is not in it',
      as: 'adatum',
      from: 'eve@adatum.example',
      to: AMY,
      status: 504,
      reason: 'policy',
      by: ['allowed-domain:adatum.example'],
      diagnostics: 1009,
    },
    {
      id: 'a partner without an SRV record',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      srv: ['fabrikam.example', []],
      status: 504,
      reason: 'policy',
      diagnostics: 1008,
    },
    {
      id: 'a partner whose DNS is dead',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      srv: ['fabrikam.example', undefined],
      status: 504,
      reason: 'policy',
      diagnostics: 1008,
    },
    {
      id: 'a server whose certificate is not the one that SRV names',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      options: { certificates: { fabrikam: ['other.fabrikam.example'] } },
      status: 504,
      reason: 'policy',
      diagnostics: 1010,
    },
    {
      id: 'somebody who says to be of a partner',
      as: 'litware',
      from: ROMEO,
      to: AMY,
      status: 504,
      reason: 'policy',
      diagnostics: 1010,
    },
    {
      id: 'a domain that nobody has allowed',
      as: 'fabrikam',
      from: 'x@stranger.example',
      to: AMY,
      status: 403,
      reason: 'policy',
      by: ['default'],
    },
    {
      id: 'one of our domains from outside',
      as: 'fabrikam',
      from: 'boss@contoso.example',
      to: AMY,
      status: 403,
      reason: 'policy',
      by: ['local-domain'],
      diagnostics: 1017,
    },
    {
      id: 'one of our domains from outside, to outside',
      as: 'fabrikam',
      from: 'boss@contoso.example',
      to: 'ann@litware.example',
      status: 403,
      reason: 'own-domain-from-outside',
      diagnostics: 1017,
    },
    {
      id: 'a foreign domain from inside',
      as: 'contoso',
      from: ROMEO,
      to: 'ann@litware.example',
      status: 403,
      reason: 'unknown-sender',
    },
    {
      id: 'from outside to outside',
      as: 'fabrikam',
      from: ROMEO,
      to: 'ann@litware.example',
      status: 404,
      reason: 'policy',
      by: ['clearing-house'],
      diagnostics: 1005,
    },
    {
      id: 'an identity of another domain than From',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      draft: { headers: [{ name: 'P-Asserted-Identity', value: '<sip:x@litware.example>' }] },
      status: 403,
      reason: 'asserted-elsewhere',
    },
    {
      id: 'no hops left',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      draft: { maxForwards: 0 },
      status: 483,
      reason: 'too-many-hops',
    },
    {
      id: 'an extension that we would have to know',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      draft: { headers: [{ name: 'Proxy-Require', value: 'ms-benotify, telepathy' }] },
      status: 420,
      reason: 'extension',
    },
    {
      id: 'a Route to somewhere',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      draft: { headers: [{ name: 'Route', value: '<sip:10.0.0.7;lr>' }] },
      status: 403,
      reason: 'foreign-route',
    },
    {
      id: 'a Route by us to somewhere',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      draft: { headers: [{ name: 'Route', value: `<sip:${EDGE};lr>, <sip:10.0.0.7;lr>` }] },
      status: 403,
      reason: 'foreign-route',
    },
    {
      id: 'a forged token',
      as: 'fabrikam',
      from: ROMEO,
      to: AMY,
      draft: { headers: [{ name: 'Route', value: `<sip:YWJj.0123456789abcdef0123@${EDGE};lr>` }] },
      status: 481,
      reason: 'stale-route',
      diagnostics: 1004,
    },
    {
      id: 'a master switch that is off',
      as: 'contoso',
      from: AMY,
      to: ROMEO,
      options: {
        policy: {
          federation: { ...FEDERATION, accessEdge: { routing: 'useDnsSrvRouting' } },
        },
      },
      status: 403,
      reason: 'policy',
      by: ['access-edge'],
      diagnostics: 1012,
    },
    {
      id: 'a user who may not federate',
      as: 'contoso',
      from: AMY,
      to: ROMEO,
      options: {
        policy: { federation: { ...FEDERATION, externalAccess: { global: {} } } },
      },
      status: 403,
      reason: 'policy',
      by: ['external-access:global'],
      diagnostics: 1012,
    },
  ];
  for (const row of ROWS)
    it(row.id, () => {
      const w = world(row.options);
      if (row.srv !== undefined) w.srv.set(...row.srv);
      const sent = w.sends(row.as, row.from, row.to, 'hi', row.draft);
      expect(sent.response?.status).toBe(row.status);
      expect(w.crossings).toMatchObject([
        {
          direction: 'sip-to-sip',
          outcome: 'refused',
          reasons: [row.reason],
          answer: String(row.status),
          ...(row.by === undefined ? {} : { by: row.by }),
        },
      ]);
      expect(w.crossings[0]?.diagnostics).toBe(row.diagnostics);
      expect(w.gateway.sizes).toMatchObject(EMPTY);
      const { headers } = sent.response ?? {};
      const isInner = row.as === 'contoso';
      expect(headers?.text('ms-diagnostics')?.split(';')[0]).toBe(
        isInner && row.diagnostics !== undefined ? String(row.diagnostics) : undefined,
      );
      expect(headers?.text('Warning') === undefined).toBe(!isInner);
      expect(headers?.text('ms-diagnostics-public')).toBeUndefined();
      expect(w.toldTo(isInner ? 'fabrikam' : 'contoso')).toEqual([]);
    });

  it('outsiders see the number alone where that is wanted', () => {
    const w = world({ edge: { diagnosticsOutward: 'public' } });
    const sent = w.sends('fabrikam', 'boss@contoso.example', AMY);
    const value = sent.response?.headers.text('ms-diagnostics-public');
    expect(value).toMatch(/^1017;/);
    expect(value).not.toContain(EDGE);
    expect(sent.response?.headers.text('ms-diagnostics')).toBeUndefined();
  });

  it('a discovered partner does once discovery is on', () => {
    const accessEdge = {
      routing: 'useDnsSrvRouting',
      allowFederatedUsers: true,
      enablePartnerDiscovery: true,
      discoveredPartnerVerificationLevel: 'alwaysVerifiable',
    } as const;
    const w = world({ policy: { federation: { ...FEDERATION, accessEdge, allowedDomains: [] } } });
    expect(w.sends('fabrikam', ROMEO, AMY).response?.status).toBe(200);
    expect(w.sends('contoso', AMY, ROMEO).response?.status).toBe(200);
    expect(w.crossings.map(({ by }) => by)).toEqual([['discovery'], ['discovery']]);
  });

  it('the server of a partner must show the name that SRV gave, when we connect', () => {
    const w = world({ certificates: { fabrikam: ['fabrikam.example'] } });
    const sent = w.sends('contoso', AMY, ROMEO);
    expect(sent.response?.status).toBe(504);
    expect(sent.response?.headers.text('ms-diagnostics')).toMatch(/^1010;/);
    expect(w.crossings).toMatchObject([
      {
        outcome: 'failed',
        reasons: ['certificate', 'name-mismatch:subjectAltName'],
        diagnostics: 1010,
      },
    ]);
  });

  it('a sender whose edge does not vouch for him needs to be on the contact list', () => {
    const federation = { ...FEDERATION, allowedDomains: [{ domain: 'fabrikam.example' }] };
    const mark = (user: string) => ({
      headers: [
        { name: 'ms-asserted-verification-level', value: `ms-source-verified-user=${user}` },
      ],
    });
    const w = world({ policy: { federation } });
    expect(w.sends('fabrikam', ROMEO, AMY, 'none').response?.status).toBe(403);
    expect(w.sends('fabrikam', ROMEO, AMY, 'v', mark('verified')).response?.status).toBe(200);
    expect(w.sends('fabrikam', ROMEO, AMY, 'u', mark('unverified')).response?.status).toBe(403);
    w.relations.set(`${AMY} juliet@fabrikam.example`, 'added');
    const juliet = 'juliet@fabrikam.example';
    expect(w.sends('fabrikam', juliet, AMY, 'a', mark('unverified')).response?.status).toBe(200);
    const inner = w.toldTo('contoso').filter((text) => text.startsWith('MESSAGE'));
    expect(inner.map((text) => /verified-user=(\w+)/.exec(text)?.[1])).toEqual([
      'verified',
      'unverified',
    ]);
    expect(inner.join()).not.toMatch(/asserted-verification/i);
  });
});

describe('what peers say in headers of ours', () => {
  const SPOOFED = [
    {
      name: 'MS-Edge-Proxy-Message-Trust',
      value: 'ms-source-type=InternetUser;ms-source-verified-user=verified',
    },
    { name: 'ms-user-logon-data', value: 'RemoteUser' },
    { name: 'ms-keep-alive', value: 'UAC;hop-hop=yes' },
    { name: 'ms-subnet', value: '192.0.2.0' },
    { name: 'Proxy-Authorization', value: 'Digest x' },
  ];
  it('is taken away from requests', () => {
    const w = world();
    w.sends('fabrikam', ROMEO, AMY, 'hi', { headers: SPOOFED });
    const [request = ''] = w.toldTo('contoso');
    expect(request.match(/ms-edge-proxy-message-trust/gi)).toHaveLength(1);
    expect(request).not.toMatch(
      /InternetUser|logon-data|keep-alive|ms-subnet|Proxy-Authorization/i,
    );
  });

  it('and from responses, which inner servers are told about too', () => {
    const w = world();
    const answer = { status: 200, headers: [...SPOOFED, { name: 'X-Odd', value: 'as  is' }] };
    w.orgs.fabrikam.domain.script.answer('romeo', answer);
    const { response } = w.sends('contoso', AMY, ROMEO);
    expect(response?.headers.all('ms-edge-proxy-message-trust')).toEqual([
      `ms-source-type=AutoFederation;ms-ep-fqdn=${EDGE};ms-source-verified-user=verified;ms-source-network=federation;ms-remote-fqdn=sip.fabrikam.example`,
    ]);
    expect(response?.headers.text('x-odd')).toBe('as  is');
    expect(response?.headers.text('ms-user-logon-data')).toBeUndefined();
  });

  it('what our own servers say does not leave', () => {
    const w = world();
    const diagnostics = [
      { name: 'ms-diagnostics', value: '4006;source="fe01.contoso.example";reason="x"' },
      { name: 'ms-diagnostics-public', value: '4006;reason="x"' },
      { name: 'Authentication-Info', value: 'qop=auth' },
    ];
    w.orgs.contoso.domain.script.answer('amy', { status: 404, headers: diagnostics });
    const { response } = w.sends('fabrikam', ROMEO, AMY);
    expect(response?.status).toBe(404);
    expect(w.toldTo('fabrikam').join()).not.toMatch(/diagnostics|fe01|Authentication-Info/i);
    expect(w.crossings).toMatchObject([
      { outcome: 'failed', reasons: ['sip-404'], diagnostics: 4006 },
    ]);
  });

  it('a partner that fails without a reason is named to our own', () => {
    const w = world();
    w.orgs.fabrikam.domain.script.answer('romeo', { status: 480 });
    const { response } = w.sends('contoso', AMY, ROMEO);
    expect(response?.headers.text('ms-diagnostics')).toMatch(
      /^1034;.*Domain="fabrikam.example";PeerServer="sip.fabrikam.example"/,
    );
    const reasoned = {
      status: 480,
      headers: [{ name: 'ms-diagnostics', value: '15032;reason="r"' }],
    };
    w.orgs.fabrikam.domain.script.answer('romeo', reasoned);
    const second = w.sends('contoso', AMY, ROMEO).response;
    expect(second?.headers.all('ms-diagnostics')).toEqual(['15032;reason="r"']);
  });
});

describe('answers', () => {
  const ROWS: readonly [number, number, string][] = [
    [202, 202, 'handed-over'],
    [302, 302, 'failed'],
    [486, 486, 'failed'],
    [503, 500, 'failed'],
    [603, 603, 'failed'],
  ];
  for (const [given, told, outcome] of ROWS)
    it(`${given} is told as ${told}`, () => {
      const w = world();
      w.orgs.fabrikam.domain.script.answer('romeo', { status: given });
      expect(w.sends('contoso', AMY, ROMEO).response?.status).toBe(told);
      expect(w.crossings).toMatchObject([{ outcome, answer: String(told) }]);
    });

  it('RFC 4320 §4.2: none in time is 504', () => {
    const w = world();
    w.orgs.fabrikam.domain.script.answer('romeo', 'silence');
    w.sends('contoso', AMY, ROMEO);
    w.run(() => w.crossings.length > 0);
    expect(w.crossings).toMatchObject([{ outcome: 'failed', reasons: ['timeout'], answer: '504' }]);
    expect(w.gateway.sizes).toMatchObject(EMPTY);
  });

  it('RFC 3261 §16.9: no server there is 504', () => {
    const w = world();
    w.world.network.down('192.0.2.10');
    expect(w.sends('contoso', AMY, ROMEO).response?.status).toBe(504);
    expect(w.crossings).toMatchObject([{ reasons: ['transport'], diagnostics: 1007 }]);
  });
});

describe('calls', () => {
  const INVITE = ['INVITE', 'ACK'] as const;
  it('RFC 3261 §21.4.26: are refused by name, with the rule that speaks of them, and their ACK is absorbed', () => {
    const w = world();
    w.sends('fabrikam', ROMEO, AMY, 'warms the connection up');
    const before = w.crossings.length;
    for (const method of INVITE) {
      const text = [
        `${method} sip:${AMY} SIP/2.0`,
        'Via: SIP/2.0/TLS sip.fabrikam.example:5061;branch=z9hG4bKcall',
        'Max-Forwards: 70',
        `From: <sip:${ROMEO}>;tag=r`,
        `To: <sip:${AMY}>${method === 'ACK' ? ';tag=x' : ''}`,
        'Call-ID: call-1',
        `CSeq: 1 ${method}`,
        'Contact: <sip:sip.fabrikam.example>',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n');
      const flow = flowOf(w);
      w.endpoint.receive(w.world.clock.now, {
        kind: 'bytes',
        flow,
        bytes: new TextEncoder().encode(text),
      });
      for (let out = w.endpoint.next(); out !== undefined; out = w.endpoint.next()) {
        if (out.kind === 'send') answers.push(new TextDecoder().decode(out.bytes));
        else if (out.kind === 'declined')
          w.gateway.receive(w.world.clock.now, { kind: 'sip', event: out });
      }
    }
    for (let out = w.gateway.next(); out !== undefined; out = w.gateway.next())
      if (out.kind === 'trace') w.traces.push(out.trace);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatch(/^SIP\/2\.0 488 /);
    expect(w.crossings.slice(before)).toMatchObject([
      {
        traffic: 'invite',
        outcome: 'refused',
        reasons: ['call'],
        by: ['allowed-domain:fabrikam.example'],
        answer: '488',
      },
    ]);
  });
  const answers: string[] = [];

  for (const method of ['UPDATE', 'REFER', 'BYE'])
    it(`${method} is refused by name too`, () => {
      const w = world();
      expect(w.sends('fabrikam', ROMEO, AMY, '', { method }).response?.status).toBe(488);
      expect(w.crossings).toMatchObject([{ reasons: ['call'], traffic: method.toLowerCase() }]);
    });

  for (const method of ['PUBLISH', 'REGISTER', 'SERVICE', 'FROB'])
    it(`${method} is for a home server`, () => {
      const w = world();
      const { response } = w.sends('contoso', AMY, ROMEO, '', { method });
      expect(response?.status).toBe(504);
      expect(response?.headers.text('ms-diagnostics')).toMatch(/^1027;/);
    });

  for (const method of ['INFO', 'OPTIONS'])
    it(`${method} is relayed`, () => {
      const w = world();
      const { response } = w.sends('contoso', AMY, ROMEO, '', { method });
      expect(w.toldTo('fabrikam')[0]).toMatch(new RegExp(`^${method} sip:${ROMEO} `));
      expect(response?.status).toBe(200);
    });
});

/** The flow by which the partner has come. */
function flowOf(w: EdgeWorld) {
  const { address } = w.orgs.fabrikam;
  return {
    id: '203.0.113.1#1',
    transport: 'tls',
    remote: { address, port: 40_000 },
    local: { address: '203.0.113.1', port: 5061 },
    proved: ['sip.fabrikam.example'],
  } as const;
}

describe('a provider with names of its own', () => {
  const TAILSPIN = 'tess@tailspin.example';
  const WRITTEN = 'tess(tailspin.example)@msn.example';

  it('is written to by them, and read back', () => {
    const w = world();
    w.orgs.msn.domain.script.answer('tess(tailspin.example)', {
      status: 200,
      headers: [
        { name: 'Contact', value: `<sip:${WRITTEN};gruu>` },
        { name: 'P-Asserted-Identity', value: `"Tess" <sip:${WRITTEN}>` },
      ],
    });
    const { response } = w.sends('contoso', AMY, TAILSPIN, 'hi', {
      to: { display: 'Tess', uri: uriOf(TAILSPIN), params: [{ name: 'epid', value: 'ab' }] },
    });
    const [request] = w.toldTo('msn');
    expect(request).toMatch(new RegExp(`^MESSAGE sip:${escaped(WRITTEN)} SIP/2.0`));
    expect(fieldIn(request, 'To')).toBe(`"Tess" <sip:${WRITTEN}>;epid=ab`);
    expect(fieldIn(request, 'From')).toMatch(/^<sip:amy@contoso.example>;tag=/);
    expect(response?.status).toBe(200);
    expect(response?.headers.text('To')).toMatch(
      /^"Tess" <sip:tess@tailspin.example>;epid=ab;tag=/,
    );
    expect(response?.headers.text('Contact')).toBe(`<sip:${TAILSPIN};gruu>`);
    expect(response?.headers.text('P-Asserted-Identity')).toBe(`"Tess" <sip:${TAILSPIN}>`);
    expect(w.crossings).toMatchObject([{ by: ['public-provider:msn'], to: TAILSPIN }]);
  });

  it('writes by them, and inner servers see who it is', () => {
    const w = world();
    const { response } = w.sends('msn', WRITTEN, AMY, 'hi', {
      headers: [
        { name: 'P-Asserted-Identity', value: `<sip:${WRITTEN}>` },
        { name: 'Contact', value: `<sip:${WRITTEN};x=1>` },
      ],
    });
    expect(response?.status).toBe(200);
    const [request] = w.toldTo('contoso');
    expect(fieldIn(request, 'From')).toMatch(/^<sip:tess@tailspin.example>;tag=/);
    expect(fieldIn(request, 'P-Asserted-Identity')).toBe(`<sip:${TAILSPIN}>`);
    expect(fieldIn(request, 'Contact')).toBe(`<sip:${TAILSPIN};x=1>`);
    expect(fieldIn(request, 'ms-edge-proxy-message-trust')).toBe(
      `ms-source-type=AuthorizedServer;ms-ep-fqdn=${EDGE};ms-source-verified-user=verified;ms-source-network=publiccloud;ms-remote-fqdn=federation.msn.example`,
    );
    const from = w.toldTo('msn').at(-1);
    expect(fieldIn(from, 'From')).toMatch(new RegExp(`^<sip:${escaped(WRITTEN)}>;tag=`));
  });

  it('does not hide a blocked domain behind them, nor one of ours', () => {
    const w = world();
    const spam = w.sends('msn', 'x(spam.example)@msn.example', AMY);
    expect(spam.response?.status).toBe(403);
    expect(w.crossings).toMatchObject([{ by: ['blocked-domain:spam.example'] }]);
    w.sends('msn', 'boss(contoso.example)@msn.example', AMY);
    const request = w.toldTo('contoso').find((text) => text.startsWith('MESSAGE'));
    expect(fieldIn(request, 'From')).toMatch(/^<sip:boss\(contoso.example\)@msn.example>/);
  });

  it('keeps the names of its own domains', () => {
    const w = world();
    const { response } = w.sends('contoso', AMY, 'juliet@outlook.example');
    expect(w.toldTo('msn')[0]).toMatch(/^MESSAGE sip:juliet@outlook.example /);
    expect(response).toBeDefined();
  });
});

function escaped(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}

function uriOf(address: string) {
  const [user, host = ''] = address.split('@');
  return {
    kind: 'sip',
    scheme: 'sip',
    user,
    password: undefined,
    host,
    port: undefined,
    params: [],
    headers: undefined,
  } as const;
}

describe('what is wanted of the words of a message', () => {
  const filtering = (action: 'allow' | 'block' | 'warn'): EdgeWorld =>
    world({
      policy: {
        federation: {
          ...FEDERATION,
          imFilter: { enabled: true, action, prefixes: ['http:'], warnMessage: 'Mind the link.' },
        },
      },
    });
  const archived = (duties: readonly 'archive'[]): EdgeWorld =>
    world({
      policy: {
        federation: {
          ...FEDERATION,
          archiving: {
            archiveExternal: true,
            enableArchiving: 'imOnly',
            blockOnArchiveFailure: true,
          },
        },
      },
      gateway: { duties },
    });
  const LINK = 'see http://x.example';

  it('links are made plain, and the rest of the request stays', () => {
    const w = filtering('allow');
    const headers = [{ name: 'X-Odd', value: 'as  is' }];
    const sent = w.sends('contoso', AMY, ROMEO, LINK, { headers, subject: 'hi' });
    expect(sent.response?.status).toBe(200);
    const [request = ''] = w.toldTo('fabrikam');
    expect(request.endsWith('\r\n\r\nsee _http://x.example')).toBe(true);
    expect(fieldIn(request, 'Content-Type')).toBe('text/plain;charset=utf-8');
    expect(fieldIn(request, 'Content-Length')).toBe('21');
    expect([fieldIn(request, 'X-Odd'), fieldIn(request, 'Subject')]).toEqual(['as  is', 'hi']);
    expect(w.crossings).toMatchObject([{ outcome: 'delivered', reasons: ['links-filtered'] }]);
  });

  it('or refused, both ways', () => {
    const w = filtering('block');
    expect(w.sends('contoso', AMY, ROMEO, LINK).response?.status).toBe(606);
    expect(w.sends('fabrikam', ROMEO, AMY, LINK).response?.status).toBe(606);
    expect(w.sends('fabrikam', ROMEO, AMY, 'no link').response?.status).toBe(200);
    expect(w.crossings.map(({ reasons }) => reasons)).toEqual([['links'], ['links'], []]);
  });

  it('what cannot be read cannot be looked through', () => {
    const w = filtering('block');
    const sent = w.sends('contoso', AMY, ROMEO, 'x', { contentType: 'application/odd' });
    expect(sent.response?.status).toBe(415);
    expect(
      world().sends('contoso', AMY, ROMEO, 'x', { contentType: 'application/odd' }).response
        ?.status,
    ).toBe(200);
  });

  it("archiving is the host's, who is asked before anything leaves", () => {
    const w = archived(['archive']);
    expect(w.sends('fabrikam', ROMEO, AMY, 'hello').response?.status).toBe(200);
    expect(w.asked).toContain(`archive sip-to-sip ${ROMEO} ${AMY} hello`);
    w.duty = () => ({ kind: 'duty', result: 'failed' });
    expect(w.sends('fabrikam', ROMEO, AMY, 'again').response?.status).toBe(403);
    expect(w.orgs.contoso.domain.script.texts('amy')).toEqual(['hello']);
    expect(w.crossings.at(-1)?.reasons).toEqual(['obligation-unmet']);
    expect(w.gateway.sizes).toMatchObject(EMPTY);
  });

  it('and stops everything where the host has not said that he does it', () => {
    const w = archived([]);
    expect(w.sends('contoso', AMY, ROMEO).response?.status).toBe(403);
    expect(w.crossings).toMatchObject([{ outcome: 'refused', reasons: ['obligation-unmet'] }]);
    expect(w.sends('contoso', AMY, ROMEO, '', { method: 'OPTIONS' }).response?.status).toBe(200);
  });

  it('of OPTIONS that say something as of a message', () => {
    const options = { method: 'OPTIONS' };
    const w = archived(['archive']);
    expect(w.sends('fabrikam', ROMEO, AMY, 'hello', options).response?.status).toBe(200);
    expect(w.asked).toContain(`archive sip-to-sip ${ROMEO} ${AMY} hello`);
    expect(archived([]).sends('contoso', AMY, ROMEO, 'hi', options).response?.status).toBe(403);
  });
});

describe('a hosting provider', () => {
  const hosted = (more: object = {}): EdgeWorld =>
    world({
      policy: {
        federation: {
          ...FEDERATION,
          allowedDomains: [{ domain: 'tailspin.example' }],
          publicProviders: [],
          hostingProviders: [
            { identity: 'host', proxyFqdn: 'federation.msn.example', enabled: true, ...more },
          ],
        },
      },
    });

  it('carries the domains that it hosts and that are allowed, and no others', () => {
    const w = hosted();
    w.orgs.msn.domain.script.answer('tess@tailspin.example', { status: 200 });
    expect(w.sends('contoso', AMY, 'tess@tailspin.example').response?.status).toBe(200);
    expect(w.sends('msn', 'tess@tailspin.example', AMY).response?.status).toBe(200);
    expect(w.sends('msn', 'x@outlook.example', AMY).response?.status).toBe(403);
    expect(w.crossings.map(({ by }) => by[0])).toEqual(Array(3).fill('hosting-provider:host'));
    const [request] = w.toldTo('contoso').filter((text) => text.startsWith('MESSAGE'));
    expect(fieldIn(request, 'ms-edge-proxy-message-trust')).toMatch(
      /^ms-source-type=AuthorizedServer;.*;ms-source-network=federation;/,
    );
  });

  it('speaks for users of our own domain only where it shares our address space', () => {
    const split = { enabledSharedAddressSpace: true, hostsOCSUsers: true };
    const boss = 'boss@contoso.example';
    expect(hosted().sends('msn', boss, AMY).response?.status).toBe(403);
    const w = hosted(split);
    expect(w.sends('msn', boss, AMY).response?.status).toBe(200);
    expect(w.sends('fabrikam', boss, AMY).response?.status).toBe(403);
    expect(w.sends('msn', boss, ROMEO).response?.status).toBe(403);
  });
});

describe('what a recipient has blocked', () => {
  it('is blocked from a domain that writes itself too', () => {
    for (const block of ['*', 'fabrikam.example']) {
      const federation = { ...FEDERATION, recipients: { [AMY]: { block: [block] } } };
      const w = world({ policy: { federation } });
      for (const from of [ROMEO, 'fabrikam.example']) {
        expect(w.sends('fabrikam', from, AMY).response?.status).toBe(403);
        expect(w.crossings.at(-1)).toMatchObject({ by: ['recipient:block'] });
      }
    }
  });
});

describe('bounds', () => {
  it('of a partner hold where its rule asks for nothing', () => {
    const w = world({
      policy: {
        partners: { fabrikam: { domains: ['fabrikam.example'], limits: { messagesPerSecond: 1 } } },
        rules: [{ id: 'fabrikam', effect: 'permit', partner: 'fabrikam' }],
      },
      certificates: { fabrikam: ['fabrikam.example'] },
    });
    const statuses = [1, 2].map(() => w.sends('fabrikam', ROMEO, AMY).response?.status);
    expect(statuses).toEqual([200, 480]);
    expect(w.crossings.at(-1)).toMatchObject({ reasons: ['rate-exceeded'], must: [] });
  });

  it('a relay too many is told when to come again', () => {
    const w = world({ edge: { limits: { openRelays: 1 } } });
    w.orgs.fabrikam.domain.script.answer('romeo', { status: 200, after: 5_000 });
    const { script } = w.orgs.contoso.domain;
    const targets = [
      { transport: 'tls', address: '203.0.113.1', port: 5061, references: [EDGE] },
    ] as const;
    const [one, two] = ['a', 'b'].map((text) =>
      script.send({ from: AMY, to: ROMEO, text }, targets),
    );
    w.run(() => one?.response !== undefined);
    const statuses = [one, two].map((sent) => sent?.response?.status ?? 0);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 503]);
    const refused = [one, two].find((sent) => sent?.response?.status === 503);
    expect(refused?.response?.headers.retryAfter).toBe(5);
    expect(w.gateway.sizes).toMatchObject(EMPTY);
  });

  it('a gateway that closes takes nothing new and answers what is open', () => {
    const w = world();
    w.orgs.fabrikam.domain.script.answer('romeo', 'silence');
    const { script } = w.orgs.contoso.domain;
    const targets = [
      { transport: 'tls', address: '203.0.113.1', port: 5061, references: [EDGE] },
    ] as const;
    const open = script.send({ from: AMY, to: ROMEO, text: 'a' }, targets);
    w.pass(100);
    void w.running.close();
    const late = script.send({ from: AMY, to: ROMEO, text: 'b' }, targets);
    w.run(() => open.response !== undefined);
    expect(late.response?.status).toBe(503);
    expect(open.response?.status).toBe(480);
    expect(w.gateway.sizes).toMatchObject(EMPTY);
  });
});
