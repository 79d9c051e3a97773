// What each habit of Lync's makes of what is well formed, of what is nearly so, and of what somebody made up to hurt: the rows are
// our own vectors. Every file of habits has its vectors, and every shared vector belongs to a habit.
import { readdirSync, readFileSync } from 'node:fs';
import {
  dialogOfRequest,
  param,
  parseNameAddr,
  requestWithin as requestInDialog,
  writeUri,
} from '@interwork/sip';
import { encodeUtf8 } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { LYNC } from '../src/dialect/lync.ts';
import { conversationHeader, conversationIn } from '../src/dialect/lync/conversation.ts';
import { epidOf, isDevice } from '../src/dialect/lync/endpoint-id.ts';
import { keepAliveIn } from '../src/dialect/lync/keep-alive.ts';
import { readMsgr, writeMsgr } from '../src/dialect/lync/msgr.ts';
import { productIn } from '../src/dialect/lync/product.ts';
import { TRUST_HEADER, trustHeader, trustIn } from '../src/dialect/lync/trust.ts';
import { AS_IT_CAME } from '../src/dialect/standard.ts';
import { methodOf } from '../src/edge/methods.ts';
import { readBody } from '../src/rules/content.ts';
import { declineRequest, refusalOfRequest } from '../src/rules/unsupported-request.ts';
import {
  ownVectors,
  requestWith,
  type RequestRow,
  responseWith,
  SHARED_IDS,
} from './lync-vectors.ts';

interface Row extends RequestRow {
  readonly point: string;
}
const rowsOf = (id: string): unknown => (ownVectors(id) as { readonly rows: unknown }).rows;
const titled = <T extends Row>(rows: readonly T[]): readonly (readonly [string, T])[] =>
  rows.map((row) => [row.point, row]);
const lostOf = (lost: readonly { readonly what: string }[]): readonly string[] =>
  lost.map(({ what }) => what);

interface First {
  readonly text?: string;
  readonly isRich?: true;
  readonly lost?: readonly string[];
}

describe('a first message in an INVITE', () => {
  it.each(titled(rowsOf('im-first-message') as readonly (Row & First)[]))('%s', (_point, row) => {
    const { first, refusal } = LYNC.request(
      requestWith({ ...row, type: 'application/sdp', body: TEXT }),
    );
    expect(refusal).toBeUndefined();
    if (row.text === undefined) return expect(first).toBeUndefined();
    const message = first?.message;
    const read = message && readBody(message.request, LYNC.traits);
    if (read?.kind !== 'body') throw new Error(`not read: ${read?.text}`);
    expect(read.text).toBe(row.text);
    expect(read.rich !== undefined).toBe(row.isRich === true);
    expect(lostOf(read.lost)).toEqual(expect.arrayContaining([...(row.lost ?? [])]));
    expect(first?.taken.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Supported: ms-text-format',
      'Supported: ms-embedded-first-message',
    ]);
  });

  it('is a MESSAGE of the same people, way and dialog, and has nothing of the offer', () => {
    const { message } = LYNC.request(withFirst()).first ?? {};
    const { method, callId, cseq, from, request } = message ?? withFirst();
    expect([method, request.method, cseq.method, callId]).toEqual([
      'MESSAGE',
      'MESSAGE',
      'MESSAGE',
      '1',
    ]);
    expect(param(from.params, 'epid')).toBe('9b6f316d27');
    const names = request.headers.fields().map(({ name }) => name.toLowerCase());
    expect(names.filter((name) => /^content|^ms-|require/.test(name))).toEqual(['content-type']);
    expect(request.headers.text('Via')).toBe(withFirst().request.headers.text('Via'));
  });

  it('is found in an INVITE alone', () => {
    const headers = withFirst()
      .request.headers.fields()
      .map(({ name, value }) => [name, value] as const);
    const only = headers.filter(([name]) => name === 'ms-text-format');
    expect(LYNC.request(requestWith({ method: 'MESSAGE', headers: only })).first).toBeUndefined();
  });

  it('whose text holds every boundary that is tried is taken without its copies', () => {
    const all = [0, 1, 2, 3].map((n) => `--first-message-${n}`).join(' ');
    const base64 = Buffer.from(all).toString('base64');
    const headers = [
      ['ms-text-format', `text/plain; ms-body=${base64}`],
      ['ms-im-format', `text/html; ms-body=${Buffer.from('<b>x</b>').toString('base64')}`],
    ] as const;
    const { first } = LYNC.request(requestWith({ headers, type: 'application/sdp', body: TEXT }));
    expect(first?.message.request.headers.text('Content-Type')).toBe('text/plain');
  });
});

interface Body {
  readonly text: string;
  readonly lost?: readonly string[];
}

describe('a body', () => {
  it.each(titled(rowsOf('im-rich-text') as readonly (Row & Body)[]))(
    '%s',
    (_point, { type, body, text, lost }) => {
      const r = requestWith({ method: 'MESSAGE', ...(type && { type }), ...(body && { body }) });
      const read = readBody(r.request, LYNC.traits);
      expect(read).toMatchObject({ kind: 'body', text });
      if (read.kind === 'body') expect(lostOf(read.lost)).toEqual(lost ?? []);
    },
  );

  it.each((ownVectors('im-other-types') as { types: readonly string[] }).types)(
    'of %s is refused',
    (type) => {
      const r = requestWith({ method: 'MESSAGE', type, body: 'x' });
      const read = readBody(r.request, LYNC.traits);
      const isMultipart = type.startsWith('multipart/');
      expect(read).toMatchObject({ kind: 'refusal', status: isMultipart ? 400 : 415 });
      if (!isMultipart && read.kind === 'refusal')
        expect(read.headers?.[0]?.value).toContain('text/rtf');
    },
  );

  it('of RTF is none from anybody else', () => {
    const r = requestWith({ method: 'MESSAGE', type: 'text/rtf', body: '{\\rtf1 Hi}' });
    const read = readBody(r.request);
    expect(read).toMatchObject({ kind: 'refusal', status: 415 });
    if (read.kind === 'refusal') expect(read.headers?.[0]?.value).not.toContain('text/rtf');
  });

  it('of HTML has its line ends as blanks from anybody else', () => {
    const r = requestWith({ method: 'MESSAGE', type: 'text/html', body: 'Good\r\nbye' });
    expect(readBody(r.request)).toMatchObject({ text: 'Good bye' });
    expect(readBody(r.request, LYNC.traits)).toMatchObject({ text: 'Goodbye' });
  });
});

describe('msgr', () => {
  it.each(titled(rowsOf('im-msgr') as readonly (Row & { value: string; format?: object })[]))(
    '%s',
    (_point, row) => {
      const read = readMsgr(row.value);
      if (row.format === undefined) return expect(read).toBeUndefined();
      expect(read).toMatchObject(row.format);
      expect(read && writeMsgr(read)).toBe(row.value);
    },
  );
});

describe('a sign of typing', () => {
  const rows = titled(
    rowsOf('im-typing') as readonly (Row & { body: string; state?: 'composing' | 'paused' })[],
  );
  it.each(rows)('%s', (_point, { body, state }) => {
    const r = requestWith({ method: 'INFO', type: 'application/xml', body });
    expect(LYNC.typing?.read(r)).toBe(state);
  });

  it.each(['composing', 'paused'] as const)('%s is read as it is written', (state) => {
    const written = new TextDecoder().decode(LYNC.typing?.write(state));
    const said = {
      method: LYNC.typing?.method ?? '',
      type: LYNC.typing?.contentType ?? '',
      body: written,
    };
    expect(LYNC.typing?.read(requestWith(said))).toBe(state);
    for (let end = 0; end < written.length; end += 1)
      expect(
        LYNC.typing?.read(requestWith({ ...said, body: written.slice(0, end) })),
      ).toBeUndefined();
  });

  it('is none in another method or of another type', () => {
    const body = '<KeyboardActivity><status status="type"/></KeyboardActivity>';
    expect(
      LYNC.typing?.read(requestWith({ method: 'MESSAGE', type: 'application/xml', body })),
    ).toBeUndefined();
    expect(
      LYNC.typing?.read(requestWith({ method: 'INFO', type: 'text/xml', body })),
    ).toBeUndefined();
    expect(LYNC.typing?.read(requestWith({ method: 'INFO', body }))).toBeUndefined();
  });
});

interface Session {
  readonly sdp: readonly string[] | null;
  readonly refused?: string;
  readonly status?: number;
  readonly unsupported?: string;
  readonly notes?: readonly string[];
}

describe('an INVITE', () => {
  it.each(titled(rowsOf('im-sessions') as readonly (Row & Session)[]))(
    'for %s',
    (_point, { headers = [], sdp, ...row }) => {
      const body =
        sdp === null ? {} : { type: 'application/sdp', body: `${SESSION}${sdp.join('\r\n')}\r\n` };
      const { refusal, notes } = LYNC.request(requestWith({ headers, ...body }));
      expect([refusal?.code, refusal?.status]).toEqual([row.refused, row.status]);
      if (row.notes !== undefined) expect(notes).toEqual(row.notes);
      const said = refusal?.headers?.map(({ name, value }) => `${name}: ${value}`) ?? [];
      expect(said).toEqual(
        row.unsupported === undefined ? [] : [`Unsupported: ${row.unsupported}`],
      );
    },
  );

  it('of ours offers what the answer to it names, and the answer keeps the name of the medium', () => {
    const place = { address: '198.51.100.20', port: 5061 };
    const types = LYNC.traits.acceptTypes;
    const offer = LYNC.session?.offer(place, types) ?? new Uint8Array();
    expect(LYNC.session?.read(offer)).toEqual({
      media: 'message',
      port: 5061,
      proto: 'sip',
      fmt: 'null',
      acceptTypes: types,
    });
    const old = encodeUtf8(`${SESSION}m=x-ms-message 5060 sip null\r\n`);
    const answer = LYNC.session?.answer(
      { ...place, address: '2001:db8::1' },
      types,
      'sip:a b@c\r\nm=x',
      old,
    );
    expect(answer && LYNC.session?.read(answer)).toMatchObject({
      media: 'x-ms-message',
      fmt: 'sip:ab@cm=x',
    });
    expect(new TextDecoder().decode(answer)).toContain('c=IN IP6 2001:db8::1\r\n');
  });

  it.each([
    '',
    'v=0',
    'm=message',
    'm=audio 1 RTP/AVP 0\r\n',
    'm=message x sip null\r\n',
    'a m=message 1 sip null',
  ])('that describes %j describes no session in text', (body) =>
    expect(LYNC.session?.read(encodeUtf8(body))).toBeUndefined(),
  );
});

interface Echo {
  readonly routes: readonly string[];
  readonly contact: string;
  readonly from: string;
}

describe('a request within a dialog of theirs', () => {
  it.each(titled(rowsOf('im-echo') as readonly (Row & Echo)[]))('has %s', (_point, row) => {
    const record = row.routes.map((value) => ['Record-Route', value] as const);
    const r = requestWith({ headers: [...record, ['Contact', `<${row.contact}>`]] });
    const from = parseNameAddr(row.from);
    if ('kind' in from) throw new Error(from.text);
    const dialog = dialogOfRequest({ ...r, from }, 'ours');
    if ('kind' in dialog) throw new Error(dialog.text);
    const kept = JSON.parse(JSON.stringify(dialog)) as typeof dialog;
    const { draft } = requestInDialog(kept, 'MESSAGE');
    const routes = draft.headers?.filter(({ name }) => name === 'Route') ?? [];
    expect(routes.map(({ value }) => value)).toEqual(row.routes);
    expect(writeUri(draft.uri).toLowerCase()).toBe(row.contact.toLowerCase());
    expect(draft.to.params).toEqual(from.params);
    expect(isDevice({ uri: draft.uri })).toBe(true);
  });
});

interface Home {
  readonly refused: string;
  readonly status: number;
  readonly relayed?: string;
}

describe('a request between a client and its own server', () => {
  const rows = rowsOf('im-home-server') as readonly (Row & Home)[];
  it.each(titled(rows))('RFC 3261 §10.3: %s', (_point, { refused, status, relayed, ...row }) => {
    const r = requestWith(row);
    expect(refusalOfRequest(r)).toMatchObject({ code: refused, status });
    expect(declineRequest(r)).toMatchObject({ status });
    const passage = methodOf(r);
    expect(typeof passage === 'string' ? passage : undefined).toBe(relayed);
  });
});

interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly condition?: string;
  readonly again?: string;
}

describe.each(['im-answers', 'im-edge-faults'])('responses of %s', (id) => {
  it.each(titled(rowsOf(id) as readonly (Row & Answer)[]))(
    '%s',
    (_point, { method = 'INVITE', status, headers = [], ...row }) => {
      const said = LYNC.response(responseWith(status, headers), method);
      if (row.reason === undefined) return expect(said).toBe(AS_IT_CAME);
      const { reason, condition, again } = row;
      expect(said).toMatchObject({ notes: [reason], meaning: { reason, condition, again } });
      expect(said.meaning?.text).toMatch(/^The /);
    },
  );
});

interface Headers {
  readonly products: readonly {
    text: string;
    product?: string;
    version?: string;
    client?: string;
  }[];
  readonly tokens: readonly { tag: string; theirs: boolean }[];
  readonly keepAlive: readonly {
    text: string;
    role?: string;
    hopHop?: boolean;
    timeout?: number;
  }[];
  readonly conversations: readonly { text: string; is: boolean }[];
  readonly epids: readonly { text: string; is: boolean }[];
  readonly trust: readonly { text: string; sourceType?: string; verifiedUser?: boolean }[];
}

describe('a header', () => {
  const file = ownVectors('im-headers') as Headers;
  const having = (name: string, text: string) =>
    requestWith({ headers: [[name, text]] }).request.headers;

  it.each(file.products)('User-Agent: $text', ({ text, product, version, client }) => {
    expect(productIn(text)).toEqual(
      product === undefined ? undefined : { product, version, client },
    );
    expect(LYNC.recognise({ product: text, supported: [] })).toBe(product !== undefined);
  });

  it.each(file.tokens)('Supported: $tag', ({ tag, theirs }) => {
    expect(LYNC.recognise({ product: undefined, supported: ['timer', tag] })).toBe(theirs);
  });

  it.each(file.keepAlive)('ms-keep-alive: $text', ({ text, ...said }) => {
    const read = keepAliveIn(having('ms-keep-alive', text));
    if (said.role === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(said);
  });

  it.each(file.conversations)('Ms-Conversation-ID: $text', ({ text, is }) => {
    expect(conversationIn(having('ms-conversation-id', text))).toBe(is ? text : undefined);
    const { name, value } = conversationHeader(text);
    expect(LYNC.session?.headers(text)).toEqual([{ name, value }]);
    expect(conversationIn(having(name, value))).toBe(is ? text : undefined);
  });

  it.each(file.epids)('From with epid=$text', ({ text, is }) => {
    expect(epidOf({ params: [{ name: 'epid', value: text }] })).toBe(is ? text : undefined);
  });

  it.each(file.trust)('ms-edge-proxy-message-trust: $text', ({ text, ...said }) => {
    const r = requestWith({ method: 'MESSAGE', headers: [[TRUST_HEADER, text]] });
    const read = trustIn(r.request.headers);
    if (said.sourceType === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(said);
    const { request, notes } = LYNC.request(r);
    expect(notes).toEqual(['trust-header']);
    expect(request?.request.headers.all(TRUST_HEADER)).toEqual([]);
    expect(request?.request.headers.fields().length).toBe(r.request.headers.fields().length - 1);
  });

  it('ms-edge-proxy-message-trust is read as it is written', () => {
    const mark = {
      kind: 'mark',
      source: 'autoFederation',
      user: 'verified',
      network: 'federation',
    } as const;
    const { value } = trustHeader(mark, 'edge.example', 'sip.contoso.com');
    expect(trustIn(having(TRUST_HEADER, value))).toEqual({
      sourceType: 'AutoFederation',
      epFqdn: 'edge.example',
      verifiedUser: true,
      sourceNetwork: 'federation',
      remoteFqdn: 'sip.contoso.com',
    });
  });

  it.each([
    ['<sip:amy@contoso.com;opaque=user:epid:NXZd-_AA;gruu>', true],
    ['<sip:amy@contoso.com;gruu>', false],
    ['<sip:amy@192.0.2.1:5061;maddr=192.0.2.62>', false],
  ])('Contact: %s', (text, is) => {
    const read = parseNameAddr(text);
    if ('kind' in read) throw new Error(read.text);
    expect(isDevice(read)).toBe(is);
  });
});

describe('what is not theirs', () => {
  it('costs nothing: a message within a session is handed on as it came', () => {
    const r = requestWith({ method: 'MESSAGE', type: 'text/plain', body: 'Hi' });
    expect(LYNC.request(r)).toBe(AS_IT_CAME);
    expect(LYNC.response(responseWith(200), 'MESSAGE')).toBe(AS_IT_CAME);
  });
});

describe('the habits', () => {
  const folder = new URL('../src/dialect/lync/', import.meta.url);
  const banners = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const lists = banners.map(
    (text) => /^\/\/ Vectors: ([\s\S]*?)\n\/\/ We do/m.exec(text)?.[1] ?? '',
  );
  const named = new Set(lists.flatMap((list) => list.match(/[a-z]+-[a-z0-9-]+/g) ?? []));
  const shared = SHARED_IDS.map((id) => /^[a-z]+-\d+/.exec(id)?.[0] ?? '');

  it.each(shared)('say which of them %s shows', (short) => {
    expect([...named]).toContain(short);
  });

  it('have all of our own vectors', () => {
    const files = readdirSync(new URL('../vectors/lync/', import.meta.url));
    const ids = files.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    expect(ids.filter((id) => !named.has(id))).toEqual([]);
  });
});

const SESSION = 'v=0\r\no=- 0 0 IN IP4 192.0.2.57\r\ns=session\r\nc=IN IP4 192.0.2.57\r\nt=0 0\r\n';
const TEXT = `${SESSION}m=message 5060 sip null\r\na=accept-types:text/plain\r\n`;

function withFirst() {
  const headers = [
    ['ms-text-format', 'text/plain; charset=UTF-8; ms-body=SGk='],
    ['Content-Disposition', 'session'],
    ['Require', 'timer'],
  ] as const;
  return requestWith({ headers, type: 'application/sdp', body: TEXT });
}
