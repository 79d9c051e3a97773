// RFC 4475, all 49 messages: what each one is there to show, checked by value.
import { describe, expect, it } from 'vitest';
import {
  checkRequest,
  checkResponse,
  type Fault,
  type IncomingRequest,
  isFault,
  param,
  parseMessage,
  percentDecode,
  type Request,
  type SipUri,
  salvage,
  uriParam,
} from '@interwork/sip';
import { haveVectors, vectorBytes, vectorJson } from '../../../test-kit/vectors.ts';
import { good, requestIn, responseIn } from './message-text.ts';

const bytesOf = (name: string): Uint8Array => vectorBytes(`rfc4475/${name}.dat`);
const received = (name: string): Request => requestIn(bytesOf(name));
const checked = (name: string): IncomingRequest => good(checkRequest(received(name)));
const sip = (uri: IncomingRequest['uri']): SipUri => {
  if (uri.kind !== 'sip') throw new Error(uri.text);
  return uri;
};
const fieldOf = (name: string, field: string): string | undefined =>
  received(name)
    .headers.fields()
    .find((one) => one.name === field)?.value;

/** Where the fault shows, and what it is. */
function faultOf(name: string): Fault {
  const parsed = parseMessage(bytesOf(name));
  if (isFault(parsed)) return parsed;
  const found = parsed.kind === 'request' ? checkRequest(parsed) : checkResponse(parsed);
  if (!isFault(found)) throw new Error(`${name} passed`);
  return found;
}

const VALID: Record<string, () => void> = {
  wsinv: () => {
    const { via, from, to, cseq, maxForwards, uri, request } = checked('wsinv');
    expect(param(to.params, 'tag')).toBe('1918181833n');
    expect(from.display).toBe('J Rosenberg \\"');
    expect(param(from.params, 'tag')).toBe('98asjd8');
    expect(cseq).toEqual({ number: 9, method: 'INVITE' });
    expect(maxForwards).toBe(68);
    expect(uriParam(uri, 'unknownparam')).toBe('');
    expect(via.host).toBe('192.0.2.2');
    expect(good(request.headers.via).map((one) => one.transport)).toEqual(['UDP', 'TCP', 'UDP']);
    expect(param(good(request.headers.via)[2]?.params ?? [], 'branch')).toBe('z9hG4bK30239');
    expect(request.headers.subject).toBe('');
    expect(request.headers.text('newfangledheader')).toBe(
      'newfangled value continued newfangled value',
    );
    expect(request.headers.text('UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;');
    const [contact] = good(request.headers.contact);
    expect(contact).toMatchObject({ display: 'Quoted string ""' });
    expect(good(request.headers.contact)).toHaveLength(1);
    expect(good(request.headers.route)[0]?.uri).toMatchObject({ host: 'services.example.com' });
    expect(request.body).toHaveLength(150);
  },
  intmeth: () => {
    const { method, from, to, callId, maxForwards, request } = checked('intmeth');
    expect(method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(to.display).toBe('BEL:\u0007 NUL:\u0000 DEL:\u007f');
    expect(from.display).toBe("token1~` token2'+_ token3*%!.-");
    expect(param(from.params, "fromparam''~+*_!.-%")).toBe('работающий');
    expect(param(from.params, 'tag')).toBe("_token~1'+`*%!-.");
    expect(callId).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{');
    expect(maxForwards).toBe(255);
    expect(request.headers.text("EXTENSIONHEADER-!.%*+_`'~")).toBe('\ufeff大停電');
    const uri = sip(checked('intmeth').uri);
    expect(uri.user).toBe("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    expect(uri.password).toBe("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  },
  esc01: () => {
    const { uri, to, request } = checked('esc01');
    expect(percentDecode(sip(uri).user ?? '')).toBe('sips:user@example.com');
    expect(percentDecode(sip(to.uri).user ?? '')).toBe('user');
    const contact = good(request.headers.contact)[0];
    if (typeof contact !== 'object') throw new Error('*');
    expect(uriParam(contact.uri, 'lr')).toBe('');
    expect(percentDecode(uriParam(contact.uri, 'name') ?? '')).toBe('value%41');
  },
  escnull: () => {
    const contacts = good(received('escnull').headers.contact);
    if (contacts === '*') throw new Error('*');
    const users = contacts.map((one) => percentDecode(sip(one.uri).user ?? ''));
    expect(users).toEqual(['\u0000', '\u0000\u0000']);
  },
  esc02: () => {
    const { method, request } = checked('esc02');
    expect(method).toBe('RE%47IST%45R');
    expect(request.headers.contact).toMatchObject([
      { uri: { user: 'alias1' } },
      { uri: { user: 'alias3' } },
    ]);
    expect(fieldOf('esc02', 'C%6Fntact')).toBe('<sip:alias2@host2.example.com>');
  },
  lwsdisp: () => {
    expect(checked('lwsdisp').from).toMatchObject({ display: 'caller', uri: { user: 'caller' } });
  },
  longreq: () => {
    const { callId, from, request } = checked('longreq');
    expect(callId.length).toBeGreaterThan(100);
    expect(param(from.params, 'tag')).toMatch(/^1(298)+2424$/);
    expect(good(request.headers.via)).toHaveLength(34);
    expect(request.body).toHaveLength(150);
  },
  dblreq: () => {
    expect(checked('dblreq').method).toBe('REGISTER');
    expect(received('dblreq').body).toHaveLength(0);
  },
  semiuri: () => {
    const { uri, request } = checked('semiuri');
    expect(percentDecode(sip(uri).user ?? '')).toBe('user;par=u@example.net');
    expect(sip(uri)).toMatchObject({ host: 'example.com', params: [] });
    expect(good(request.headers.accept).map((one) => one.subtype)).toEqual([
      'sdp',
      'pkcs7-mime',
      'mixed',
      'signed',
      'sip',
      'sipfrag',
    ]);
  },
  transports: () => {
    const vias = good(received('transports').headers.via);
    expect(vias.map((one) => one.transport)).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP']);
  },
  mpart01: () => {
    const { request } = checked('mpart01');
    expect(good(request.headers.contentType)).toMatchObject({
      type: 'multipart',
      subtype: 'mixed',
    });
    expect(param(good(request.headers.contentType).params, 'boundary')).toBe('7a9cbec02ceef655');
    expect(request.body).toHaveLength(good(request.headers.contentLength));
    expect(request.body.includes(0)).toBe(true);
  },
  unreason: () => {
    const response = responseIn(bytesOf('unreason'));
    expect(response.reason).toBe('= 2**3 * 5**2 но сто девяносто девять - простое');
    expect(good(checkResponse(response))).toMatchObject({ status: 200 });
  },
  noreason: () => {
    expect(responseIn(bytesOf('noreason'))).toMatchObject({ status: 100, reason: '' });
  },
  unkscm: () => {
    expect(checked('unkscm').uri).toEqual({
      kind: 'other',
      scheme: 'nobodyknowsthisscheme',
      text: 'nobodyKnowsThisScheme:totallyopaquecontent',
    });
  },
  novelsc: () => {
    expect(checked('novelsc').uri).toMatchObject({ kind: 'other', scheme: 'soap.beep' });
  },
  unksm2: () => {
    const { from, to, request } = checked('unksm2');
    expect(to.uri).toMatchObject({ scheme: 'isbn', text: 'isbn:2983792873' });
    expect(from).toMatchObject({
      uri: { scheme: 'http' },
      params: [{ name: 'tag', value: '3234233' }],
    });
    expect(request.headers.contact).toMatchObject([{ uri: { text: 'name:John_Smith' } }]);
  },
  bext01: () => {
    const { headers } = received('bext01');
    expect(headers.require).toEqual(['nothingsupportsthis', 'nothingsupportsthiseither']);
    expect(headers.proxyRequire).toEqual(['noproxiessupportthis', 'nordoanyproxiessupportthis']);
  },
  invut: () => {
    const { request } = checked('invut');
    expect(request.headers.contentType).toEqual({
      type: 'application',
      subtype: 'unknownformat',
      params: [],
    });
  },
  regaut01: () => {
    expect(checked('regaut01').request.headers.text('Authorization')).toMatch(
      /^NoOneKnowsThisScheme /,
    );
  },
  bcast: () => {
    const vias = good(responseIn(bytesOf('bcast')).headers.via);
    expect(vias.map((one) => one.host)).toEqual(['192.0.2.198', '255.255.255.255']);
  },
  zeromf: () => {
    expect(checked('zeromf').maxForwards).toBe(0);
  },
  cparam01: () => {
    expect(checked('cparam01').request.headers.contact).toMatchObject([
      { uri: { user: '+19725552222', params: [] }, params: [{ name: 'unknownparam' }] },
    ]);
  },
  cparam02: () => {
    expect(checked('cparam02').request.headers.contact).toMatchObject([
      { uri: { params: [{ name: 'unknownparam' }] }, params: [] },
    ]);
  },
  regescrt: () => {
    expect(checked('regescrt').request.headers.contact).toMatchObject([
      { uri: { user: 'user', headers: 'Route=%3Csip:sip.example.com%3E' } },
    ]);
    expect(received('regescrt').headers.route).toBeUndefined();
  },
  sdp01: () => {
    expect(checked('sdp01').request.headers.accept).toMatchObject([
      { type: 'text', subtype: 'nobodyknowsthis' },
    ]);
  },
  inv2543: () => {
    const { from, via, maxForwards, request } = checked('inv2543');
    expect(maxForwards).toBeUndefined();
    expect(param(from.params, 'tag')).toBeUndefined();
    expect(param(via.params, 'branch')).toBeUndefined();
    expect(request.headers.contentLength).toBeUndefined();
    expect(request.body.length).toBeGreaterThan(100);
  },
};

// Date out of GMT is the one liberal verdict: the header faults when it is asked for, the request passes.
const LIBERAL: Record<string, () => void> = {
  baddate: () => {
    expect(checked('baddate').request.headers.date).toMatchObject({
      code: 'header-value',
      at: 'Date',
    });
  },
};

// §3.1.2 by syntax, §3.2.1 by transaction, §3.3.1 to §3.3.9 by meaning
const INVALID: Record<
  string,
  readonly [code: string, at: string | undefined, status: number | undefined]
> = {
  badinv01: ['header-value', 'Via', 400],
  clerr: ['body-truncated', undefined, 400],
  ncl: ['content-length', undefined, 400],
  scalar02: ['header-value', 'CSeq', 400],
  scalarlg: ['header-value', 'CSeq', undefined],
  quotbal: ['header-value', 'To', 400],
  ltgtruri: ['request-uri', 'scheme', 400],
  lwsruri: ['start-line', undefined, 400],
  lwsstart: ['start-line', undefined, 400],
  trws: ['start-line', undefined, 400],
  escruri: ['request-uri', 'headers', 400],
  regbadct: ['header-value', 'Contact', 400],
  badaspec: ['header-value', 'To', 400],
  baddn: ['head-unterminated', undefined, 400],
  badvers: ['version', undefined, 505],
  mismatch01: ['cseq-method', 'CSeq', 400],
  mismatch02: ['cseq-method', 'CSeq', 400],
  bigcode: ['status-line', undefined, undefined],
  badbranch: ['branch', 'Via', 400],
  insuf: ['missing-header', 'From', 400],
  multi01: ['duplicate-header', 'Max-Forwards', 400],
  mcl01: ['duplicate-header', 'Content-Length', 400],
  test: ['header-line', undefined, 400],
};

describe.skipIf(!haveVectors)('RFC 4475', () => {
  it.each(Object.entries({ ...VALID, ...LIBERAL }))('%s reads as it should', (_, check) => check());

  it.each(Object.entries(INVALID))('%s is refused', (name, [code, at, status]) => {
    const found = faultOf(name);
    expect([found.code, found.at, found.answer?.status]).toEqual([code, at, status]);
  });

  it('baddn is also refused for its display names', () => {
    const whole = new Uint8Array([...bytesOf('baddn'), 13, 10]);
    expect(checkRequest(requestIn(whole))).toMatchObject({ code: 'header-value', at: 'From' });
  });

  it('scalar02 faults in every number', () => {
    const { headers } = received('scalar02');
    for (const value of [headers.cseq, headers.maxForwards, headers.expires]) {
      expect(isFault(value)).toBe(true);
    }
  });

  it('every refused request but those without a usable Via can be answered', () => {
    const answered = Object.keys(INVALID).filter((name) => salvage(bytesOf(name)) !== undefined);
    const silent = Object.keys(INVALID).filter((name) => !answered.includes(name));
    expect(silent.toSorted()).toEqual(['badinv01', 'bigcode', 'scalarlg', 'test']);
  });

  it('covers the whole index', () => {
    const index = vectorJson<{ vectors: { name: string }[] }>('rfc4475/index.json', {
      vectors: [],
    });
    const names = [...Object.keys(VALID), ...Object.keys(LIBERAL), ...Object.keys(INVALID)];
    expect(names.toSorted()).toEqual(index.vectors.map((one) => one.name).toSorted());
  });
});
