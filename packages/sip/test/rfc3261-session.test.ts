// RFC 3261 §13 to §15 at one end: each state by each input, and what each step sends, answers and tells.
import { describe, expect, it } from 'vitest';
import {
  type IncomingRequest,
  MisuseError,
  requestInSession,
  type SessionInput,
  type SessionState,
  type SessionStep,
} from '@interwork/sip';
import { endsSession, SESSION_MOVES } from '../src/session/transitions.ts';
import { good, utf8 } from './message-text.ts';
import {
  ANN,
  BOB,
  draftOf,
  End,
  fieldOf,
  OFFER,
  peerInvite,
  peerRequest,
  peerResponse,
  tagsOf,
} from './sessions.ts';

/** An end in a state, and the INVITE that brought it there. */
function endIn(state: SessionState): { readonly end: End; readonly invite: SessionStep } {
  const end = new End('x');
  const isCalled = ['answering', 'accepted', 'leaving'].includes(state);
  const invite = isCalled ? end.open(peerInvite()) : end.start();
  for (const input of WAYS[state](invite)) end.step(input);
  expect(end.state).toBe(state);
  end.told.length = 0;
  return { end, invite };
}

const END: SessionInput = { kind: 'end' };
const TAKE = { kind: 'answer', status: 200 } as const;

const answerTo = (step: SessionStep, status: number, tag = 'peer') =>
  peerResponse(draftOf(step, 'invite'), status, { tag });

const finalTo = (step: SessionStep, status: number): SessionInput => ({
  kind: 'response',
  tag: 'invite',
  response: answerTo(step, status),
});

/** How each state is come to. */
const WAYS: Readonly<Record<SessionState, (invite: SessionStep) => readonly SessionInput[]>> = {
  inviting: () => [],
  early: (invite) => [{ kind: 'provisional', response: answerTo(invite, 180) }],
  cancelling: () => [END],
  answering: () => [],
  accepted: () => [TAKE],
  leaving: () => [TAKE, END],
  active: (invite) => [finalTo(invite, 200)],
  ending: (invite) => [finalTo(invite, 200), END],
};

const within = (end: End, method: string, body = ''): IncomingRequest => {
  const tag = end.record.dialog.remoteTag || 'peer';
  return peerRequest(end.record, method, 9, { body, tag });
};

const request =
  (method: string, body = '') =>
  (end: End): SessionInput => ({ kind: 'request', request: within(end, method, body) });

/** Somebody else's INVITE stands in where this end has sent none. */
const OTHER = new End('y').start();
const sent = (invite: SessionStep) => (invite.requests.length > 0 ? invite : OTHER);

const final =
  (tag: 'invite' | 'bye' | 'within', status: number) =>
  (_: End, invite: SessionStep): SessionInput =>
    ({ ...finalTo(sent(invite), status), tag }) as SessionInput;

const fixed = (input: SessionInput) => () => input;

const INPUTS = {
  provisional: (_: End, invite: SessionStep): SessionInput => ({
    kind: 'provisional',
    response: answerTo(sent(invite), 183, 'other'),
  }),
  'invite 200': final('invite', 200),
  'invite 486': final('invite', 486),
  'bye 200': final('bye', 200),
  'within 200': final('within', 200),
  'within 481': final('within', 481),
  'within 408': final('within', 408),
  forked: (_: End, invite: SessionStep): SessionInput => ({
    kind: 'forked',
    response: answerTo(sent(invite), 200, 'other'),
  }),
  'invite timeout': fixed({ kind: 'failed', tag: 'invite', reason: 'timeout' }),
  'invite transport': fixed({ kind: 'failed', tag: 'invite', reason: 'transport' }),
  'bye timeout': fixed({ kind: 'failed', tag: 'bye', reason: 'timeout' }),
  'within timeout': fixed({ kind: 'failed', tag: 'within', reason: 'timeout' }),
  'within transport': fixed({ kind: 'failed', tag: 'within', reason: 'transport' }),
  acknowledged: (end: End): SessionInput => ({
    kind: 'acknowledged',
    request: peerRequest(end.record, 'ACK', 1, { tag: end.record.dialog.remoteTag || 'peer' }),
  }),
  unacknowledged: fixed({ kind: 'unacknowledged' }),
  cancelled: fixed({ kind: 'cancelled' }),
  BYE: request('BYE'),
  INVITE: request('INVITE', OFFER),
  UPDATE: request('UPDATE'),
  'UPDATE offering': request('UPDATE', OFFER),
  OPTIONS: request('OPTIONS'),
  MESSAGE: request('MESSAGE'),
  'answer 180': fixed({ kind: 'answer', status: 180 }),
  'answer 200': fixed(TAKE),
  'answer 486': fixed({ kind: 'answer', status: 486 }),
  end: fixed(END),
  refresh: fixed({ kind: 'refresh' }),
  wake: fixed({ kind: 'wake' }),
  lost: fixed({ kind: 'lost' }),
};

type Name = keyof typeof INPUTS;

/** What a step comes to, in words: the state, what is sent, what is answered, what is told. */
function outcome(end: End, step: SessionStep): string {
  return [
    end.state,
    ...step.requests.map(({ tag }) => tag),
    ...(step.cancel === true ? ['CANCEL'] : []),
    ...(step.answer === undefined ? [] : [String(step.answer.status)]),
    ...(step.refusal === undefined ? [] : [`INVITE ${step.refusal.status}`]),
    ...end.words,
  ].join(', ');
}

const CALLING: Partial<Record<Name, string>> = {
  'invite 200': 'active, ack, established',
  'invite 486': 'over, ended by refused',
  'invite timeout': 'over, ended by timeout',
  'invite transport': 'over, ended by gone',
  end: 'cancelling, CANCEL, ended by us',
  wake: 'cancelling, CANCEL, ended by timeout',
  lost: 'over, ended by lost',
};

/** Row by row what is not simply left as it is. */
const OUTCOMES: Readonly<Record<SessionState, Partial<Record<Name, string>>>> = {
  inviting: {
    ...CALLING,
    provisional: 'early, ringing',
    forked: 'inviting, ack, fork-bye',
    BYE: 'inviting, 481',
    INVITE: 'inviting, 481',
    UPDATE: 'inviting, 481',
    'UPDATE offering': 'inviting, 481',
    OPTIONS: 'inviting, 481',
    MESSAGE: 'inviting, 481',
  },
  early: {
    ...CALLING,
    provisional: 'early, ringing',
    forked: 'early, ack, fork-bye',
    BYE: 'cancelling, CANCEL, 200, ended by peer',
    INVITE: 'early, 491',
    UPDATE: 'early, 200',
    'UPDATE offering': 'early, 491',
    OPTIONS: 'early, 200',
    MESSAGE: 'early, content',
  },
  cancelling: {
    'invite 200': 'over, ack, fork-bye',
    'invite 486': 'over',
    'invite timeout': 'over',
    'invite transport': 'over',
    forked: 'cancelling, ack, fork-bye',
    BYE: 'cancelling, 481',
    INVITE: 'cancelling, 481',
    UPDATE: 'cancelling, 481',
    'UPDATE offering': 'cancelling, 481',
    OPTIONS: 'cancelling, 481',
    MESSAGE: 'cancelling, 481',
    wake: 'over',
    lost: 'over',
  },
  answering: {
    cancelled: 'over, ended by cancelled',
    BYE: 'over, 200, INVITE 487, ended by peer',
    INVITE: 'answering, 500',
    UPDATE: 'answering, 200',
    'UPDATE offering': 'answering, 500',
    OPTIONS: 'answering, 200',
    MESSAGE: 'answering, content',
    'answer 180': 'answering, 180',
    'answer 200': 'accepted, 200',
    'answer 486': 'over, 486, ended by refused',
    end: 'over, 480, ended by us',
    wake: 'over, 480, ended by timeout',
    lost: 'over, ended by lost',
  },
  accepted: {
    'within 481': 'over, ended by gone',
    'within 408': 'leaving, ended by gone',
    'invite timeout': 'leaving, ended by gone',
    'bye timeout': 'leaving, ended by gone',
    'within timeout': 'leaving, ended by gone',
    acknowledged: 'active, established',
    unacknowledged: 'ending, bye, ended by timeout',
    BYE: 'over, 200, ended by peer',
    INVITE: 'accepted, 200, renegotiated',
    UPDATE: 'accepted, 200',
    'UPDATE offering': 'accepted, 200, renegotiated',
    OPTIONS: 'accepted, 200',
    MESSAGE: 'accepted, content',
    end: 'leaving, ended by us',
    wake: 'ending, bye, ended by timeout',
    lost: 'active, established',
  },
  leaving: {
    acknowledged: 'ending, bye',
    unacknowledged: 'ending, bye',
    BYE: 'over, 200',
    INVITE: 'leaving, 481',
    UPDATE: 'leaving, 481',
    'UPDATE offering': 'leaving, 481',
    OPTIONS: 'leaving, 481',
    MESSAGE: 'leaving, 481',
    wake: 'ending, bye',
    lost: 'ending, bye',
  },
  active: {
    'within 481': 'over, ended by gone',
    'within 408': 'ending, bye, ended by gone',
    'invite timeout': 'ending, bye, ended by gone',
    'bye timeout': 'ending, bye, ended by gone',
    'within timeout': 'ending, bye, ended by gone',
    forked: 'active, ack, fork-bye',
    BYE: 'over, 200, ended by peer',
    INVITE: 'active, 200, renegotiated',
    UPDATE: 'active, 200',
    'UPDATE offering': 'active, 200, renegotiated',
    OPTIONS: 'active, 200',
    MESSAGE: 'active, content',
    end: 'ending, bye, ended by us',
    refresh: 'active, update',
  },
  ending: {
    'invite 200': 'ending, ack',
    'bye 200': 'over',
    'bye timeout': 'over',
    forked: 'ending, ack, fork-bye',
    BYE: 'over, 200',
    INVITE: 'ending, 481',
    UPDATE: 'ending, 481',
    'UPDATE offering': 'ending, 481',
    OPTIONS: 'ending, 481',
    MESSAGE: 'ending, 481',
    wake: 'over',
    lost: 'ending, bye',
  },
};

const STATES = Object.keys(SESSION_MOVES) as readonly SessionState[];
const NAMES = Object.keys(INPUTS) as readonly Name[];
const CELLS = STATES.flatMap((state) => NAMES.map((name) => [state, name] as const));

describe('§13 and §15 each state by each input', () => {
  it.each(CELLS)('%s: %s', (state, name) => {
    const { end, invite } = endIn(state);
    const input = INPUTS[name](end, invite);
    end.now += 3_600_000;
    const step = end.step(input);
    expect(outcome(end, step)).toBe(OUTCOMES[state][name] ?? state);
  });

  it.each(STATES)('%s: a wake before its time is none', (state) => {
    const { end } = endIn(state);
    const before = end.record;
    end.now = Math.min(end.wakeAt - 1, end.now + 3_600_000);
    expect(end.step({ kind: 'wake' }).next).toEqual(before);
  });
});

describe('§13.2.1 the INVITE', () => {
  it('says where we are, what we take and what we offer', () => {
    const end = new End('x');
    const step = end.start({ headers: [{ name: 'Subject', value: 's' }], expires: 30 });
    const draft = draftOf(step, 'invite');
    expect(draft).toMatchObject({ method: 'INVITE', cseq: 1, contentType: 'application/sdp' });
    expect(draft.headers).toEqual([
      { name: 'Contact', value: '<sip:x@gw.x.example>' },
      { name: 'Allow', value: 'INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, MESSAGE, INFO' },
      { name: 'Supported', value: 'timer' },
      { name: 'Subject', value: 's' },
      { name: 'Expires', value: '30' },
    ]);
    expect(new TextDecoder().decode(draft.body)).toBe(OFFER);
    expect(end.wakeAt).toBe(end.now + 30_000);
  });

  it('has the tag and the Call-ID that are wished', () => {
    const draft = draftOf(new End('x').start({ tag: 't', callId: 'c' }), 'invite');
    expect([draft.callId, draft.from.params]).toEqual(['c', [{ name: 'tag', value: 't' }]]);
  });

  it.each([
    ['no URI', { remote: 'bob' }],
    ['no octets of a text', { offer: new Uint8Array([0xff]) }],
    ['no time', { expires: 0 }],
    ['no whole seconds', { expires: 1.5 }],
  ])('%s is misuse', (_, wish) => {
    expect(() => new End('x').start(wish)).toThrow(MisuseError);
  });
});

describe('§13.2.2.1 early dialogs', () => {
  it('only so many are kept, and each is told', () => {
    const end = new End('x');
    const draft = draftOf(end.start(), 'invite');
    for (let i = 0; i < 50; i++) {
      end.step({ kind: 'provisional', response: peerResponse(draft, 180, { tag: `t${i}` }) });
    }
    expect([end.record.early?.length, end.told.length]).toEqual([8, 50]);
  });

  it('one without Contact or tag begins none', () => {
    const end = new End('x');
    const draft = draftOf(end.start(), 'invite');
    end.step({ kind: 'provisional', response: peerResponse(draft, 180, { contact: '' }) });
    end.step({ kind: 'provisional', response: peerResponse(draft, 183, { tag: '' }) });
    end.step({ kind: 'provisional', response: peerResponse(draft, 100) });
    expect([end.state, end.words]).toEqual(['inviting', ['ringing', 'ringing']]);
  });

  it('§12.1.2 the count of the peer goes on in the session that comes of one', () => {
    const end = new End('x');
    const draft = draftOf(end.start(), 'invite');
    end.step({ kind: 'provisional', response: peerResponse(draft, 180) });
    end.step({ kind: 'request', request: peerRequest(end.record, 'INFO', 5, { tag: 'peer' }) });
    end.step({ kind: 'response', tag: 'invite', response: peerResponse(draft, 200) });
    const step = end.step({ kind: 'request', request: peerRequest(end.record, 'INFO', 5) });
    expect([step.answer?.status, end.words]).toEqual([500, ['ringing', 'content', 'established']]);
  });
});

describe('§13.2.2.4 a 2xx', () => {
  it('is acknowledged by the number of its INVITE and by its routes, and brings the answer', () => {
    const end = new End('x');
    const draft = draftOf(end.start(), 'invite');
    const lines = [
      'Record-Route: <sip:p1.example;lr>;x="A b", <sip:P2.example;lr;Opaque=Q>;ms-rrsig=1',
    ];
    const response = peerResponse(draft, 200, { lines, body: OFFER });
    const step = end.step({ kind: 'response', tag: 'invite', response });
    const ack = draftOf(step, 'ack');
    expect([ack.method, ack.cseq, ack.body]).toEqual(['ACK', 1, undefined]);
    expect(ack.headers?.map(({ value }) => value)).toEqual([
      '<sip:P2.example;lr;Opaque=Q>;ms-rrsig=1',
      '<sip:p1.example;lr>;x="A b"',
    ]);
    expect(step.told).toEqual([{ kind: 'established', response, body: response.body }]);
  });

  it('without a place for requests is acknowledged where it was called, and ended', () => {
    const end = new End('x');
    const draft = draftOf(end.start(), 'invite');
    const response = peerResponse(draft, 200, { contact: '' });
    const step = end.step({ kind: 'response', tag: 'invite', response });
    expect([end.state, tagsOf(step), end.words]).toEqual([
      'over',
      ['ack 1', 'fork-bye 2'],
      ['ended by refused'],
    ]);
  });

  it('again, or to another INVITE, does nothing', () => {
    const { end, invite } = endIn('active');
    expect(tagsOf(end.step(finalTo(invite, 200)))).toEqual([]);
    const step = end.step({ kind: 'forked', response: answerTo(invite, 200) });
    expect([end.state, tagsOf(step)]).toEqual(['active', []]);
  });
});

describe('§13.3.1 an INVITE of the peer', () => {
  it('§12.1.1 is answered by our tag, our Contact and its routes as they were written', () => {
    const end = new End('x');
    const routes = [
      '<sip:sip.contoso.com:5061;transport=tls;opaque=state:F;lr;ms-route-sig=aB>;ms-rrsig=Xy;tag=4C',
      '<sip:p2.example;lr>',
    ];
    end.open(peerInvite({ lines: [`Record-Route: ${routes.join(',')}`] }));
    const { answer } = end.step({ ...TAKE, body: utf8(OFFER) });
    expect(answer).toMatchObject({ status: 200, toTag: end.record.dialog.localTag });
    expect(answer?.contentType).toBe('application/sdp');
    expect(answer?.headers?.slice(0, 3)).toEqual([
      ...routes.map((value) => ({ name: 'Record-Route', value })),
      { name: 'Contact', value: '<sip:x@gw.x.example>' },
    ]);
  });

  it('§13.3.1.1 the fields of the host come behind ours', () => {
    const end = new End('x');
    end.open(peerInvite());
    const headers = [{ name: 'Supported', value: 'ms-text-format' }];
    const { answer } = end.step({ kind: 'answer', status: 200, headers });
    expect(answer?.headers?.at(-1)).toEqual(headers[0]);
  });

  it('RFC 3262 §3, RFC 3261 §8.2.2.3 what it requires and we do not know is 420, reliable provisionals too', () => {
    const step = new End('x').open(peerInvite({ lines: ['Require: timer, 100rel'] }));
    expect([step.answer?.status, fieldOf(step.answer, 'Unsupported')]).toEqual([420, '100rel']);
  });

  it.each([
    ['no Contact', { contact: '' }, 400],
    ['a Session-Expires that is none', { lines: ['Session-Expires: soon'] }, 400],
  ])('%s is refused', (_, parts, status) => {
    expect(new End('x').open(peerInvite(parts)).answer?.status).toBe(status);
  });

  it('one with a tag of ours belongs to no session', () => {
    const { end } = endIn('active');
    expect(new End('y').open(within(end, 'INVITE', OFFER)).answer?.status).toBe(481);
  });

  it('is held no longer than it says', () => {
    const end = new End('x');
    end.open(peerInvite({ lines: ['Expires: 5'] }));
    expect(end.wakeAt).toBe(end.now + 5000);
  });

  it.each([100, 700, 200.5])('§13.3.1.3 an answer of %s is misuse', (status) => {
    const { end } = endIn('answering');
    expect(() => end.step({ kind: 'answer', status })).toThrow(MisuseError);
  });

  it('§13.3.1.4 without an offer ours goes into the 2xx, and the ACK answers', () => {
    const end = new End('x');
    end.open(peerInvite({ body: '' }));
    end.step(TAKE);
    const ack = peerRequest(end.record, 'ACK', 1, { body: OFFER });
    const { told } = end.step({ kind: 'acknowledged', request: ack });
    expect(told).toEqual([{ kind: 'established', body: ack.request.body }]);
  });

  it('§13.3.1.4 an ACK to something else is none', () => {
    const { end } = endIn('accepted');
    end.step({ kind: 'acknowledged', request: peerRequest(end.record, 'ACK', 2) });
    expect(end.state).toBe('accepted');
  });

  it('§8.1.1.5 one that counts from 0 waits for its ACK as any other, and not for ever', () => {
    const end = new End('x');
    end.open(peerInvite({ cseq: 0 }));
    end.step(TAKE);
    const copy = Object.assign(new End('y'), { s: end.record, now: end.now });
    copy.step({ kind: 'acknowledged', request: peerRequest(end.record, 'ACK', 0) });
    expect(copy.state).toBe('active');
    end.wake();
    expect([end.state, ...end.words]).toEqual(['ending', 'ended by timeout']);
  });

  it('§14.2 another one before its answer is asked to wait some seconds', () => {
    const { end } = endIn('answering');
    const { answer } = end.step(INPUTS.INVITE(end));
    expect([answer?.status, fieldOf(answer, 'Retry-After')]).toEqual([500, '5']);
  });
});

describe('§12.2.2 requests within a session', () => {
  const stood = () => endIn('active').end;

  it.each([
    ['an older CSeq', { cseq: 8 }, 500],
    ['the same again', { cseq: 9 }, 500],
    ['another tag', { cseq: 10, tag: 'other' }, 481],
  ])('%s', (_, { cseq, ...parts }: { cseq: number; tag?: string }, status) => {
    const end = stood();
    end.step({ kind: 'request', request: within(end, 'MESSAGE') });
    const request = peerRequest(end.record, 'MESSAGE', cseq, parts);
    expect(end.step({ kind: 'request', request }).answer?.status).toBe(status);
  });

  it.each([
    ['INVITE', 'sip:new@a.example'],
    ['UPDATE', 'sip:new@a.example'],
    ['MESSAGE', 'sip:bob@192.0.2.9:5061;transport=tls'],
    ['OPTIONS', 'sip:bob@192.0.2.9:5061;transport=tls'],
  ])('§12.2 the Contact of %s', (method, target) => {
    const end = stood();
    const body = method === 'INVITE' ? OFFER : '';
    const contact = '<sip:new@a.example>';
    end.step({ kind: 'request', request: peerRequest(end.record, method, 2, { contact, body }) });
    expect(end.record.dialog.target).toBe(target);
  });

  it('§21.4.13 a description of another type is 415', () => {
    const end = stood();
    const request = peerRequest(end.record, 'INVITE', 2, { body: 'x', type: 'text/plain' });
    const { answer } = end.step({ kind: 'request', request });
    expect([answer?.status, fieldOf(answer, 'Accept')]).toEqual([415, 'application/sdp']);
  });

  it('§14.2 an offer that cannot be taken is 488, and the session stays', () => {
    const end = new End('x', { describe: () => undefined });
    const invite = end.start();
    end.step(finalTo(invite, 200));
    expect(end.step(INPUTS.INVITE(end)).answer?.status).toBe(488);
    expect([end.state, end.record.owed]).toEqual(['active', 0]);
  });

  it('§14.2 an INVITE without an offer gets ours, and its ACK answers', () => {
    const end = stood();
    const { answer } = end.step(request('INVITE')(end));
    expect(new TextDecoder().decode(answer?.body)).toBe(OFFER);
    const ack = peerRequest(end.record, 'ACK', 9, { body: OFFER });
    const { told } = end.step({ kind: 'acknowledged', request: ack });
    expect(told).toEqual([{ kind: 'renegotiated', body: ack.request.body }]);
    expect(end.record.ackBy).toBe(0);
  });

  it('§8.1.1.5 an INVITE that counts from 0 is acknowledged as any other', () => {
    const end = stood();
    const invite = peerRequest(end.record, 'INVITE', 0, { body: OFFER });
    expect(end.step({ kind: 'request', request: invite }).answer?.status).toBe(200);
    end.step({ kind: 'acknowledged', request: peerRequest(end.record, 'ACK', 0) });
    expect([end.record.ackBy, end.wakeAt]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('§13.3.1.4 a later 2xx of ours without its ACK ends the session', () => {
    const end = stood();
    end.step(INPUTS.INVITE(end));
    const copy = Object.assign(new End('y'), { s: end.record, now: end.now });
    expect(outcome(copy, copy.step({ kind: 'unacknowledged' }))).toBe(
      'ending, bye, ended by timeout',
    );
    expect(tagsOf(end.wake())).toEqual(['bye 2']);
  });

  it('§11.2 OPTIONS are told what we take', () => {
    const end = stood();
    const { answer } = end.step(INPUTS.OPTIONS(end));
    expect(['Allow', 'Accept', 'Supported'].map((name) => fieldOf(answer, name))).toEqual([
      end.env.allow.join(', '),
      'application/sdp',
      'timer',
    ]);
  });
});

describe('§12.2.1.1 requests of the host', () => {
  it('go by the dialog and count', () => {
    const { end } = endIn('active');
    const one = requestInSession(end.record, 'MESSAGE', { contentType: 'text/plain' });
    const two = requestInSession(one.next, 'INFO');
    expect([one.draft.cseq, two.draft.cseq, two.draft.method]).toEqual([2, 3, 'INFO']);
    expect(one.draft.contentType).toBe('text/plain');
  });

  it.each(['inviting', 'early', 'cancelling', 'leaving', 'ending'] as const)(
    'while %s there is none',
    (state) => {
      expect(() => requestInSession(endIn(state).end.record, 'MESSAGE')).toThrow(MisuseError);
    },
  );

  it('§12.1 keep what peers have put behind both addresses', () => {
    const end = new End('x');
    const text = peerInvite({ tag: 'a1;epid=9b6f316d27' });
    end.open(text);
    end.step(TAKE);
    const { draft } = requestInSession(end.record, 'MESSAGE');
    expect(good(draft.to).params).toEqual([
      { name: 'tag', value: 'a1' },
      { name: 'epid', value: '9b6f316d27' },
    ]);
    expect([end.record.dialog.local, end.record.dialog.remote]).toEqual([BOB, ANN]);
  });
});

describe('RFC 5057 §5.1, RFC 3261 §12.2.1.2 which answers end a session', () => {
  const ENDS = [404, 408, 410, 416, 480, 481, 482, 483, 484, 485, 502, 604];

  it.each([200, 302, 400, 401, 403, 405, 415, 420, 486, 488, 491, 500, 503, 603, 606, ...ENDS])(
    '%s',
    (status) => {
      expect(endsSession(status)).toBe(ENDS.includes(status));
    },
  );
});

describe('RFC 3261 §15.1.1 BYE', () => {
  it('RFC 3326 §2 and RFC 3261 §15 says why', () => {
    const { end } = endIn('active');
    const step = end.step({ kind: 'end', reason: 'SIP;cause=200', by: 'replaced' });
    expect(fieldOf(draftOf(step, 'bye'), 'Reason')).toBe('SIP;cause=200');
    expect(end.words).toEqual(['ended by replaced']);
  });

  it('is not waited for for ever', () => {
    const { end } = endIn('ending');
    end.wake();
    expect(end.state).toBe('over');
  });
});
