import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MisuseError,
  param,
  type Publication,
  type PublicationEnv,
  type PublicationInput,
  type PublicationState,
  type PublicationStep,
  publicationWakeAt,
  type PublicationWish,
  type RequestDraft,
  startPublication,
  stepPublication,
  writeUri,
} from '@interwork/sip';
import { good, utf8 } from './message-text.ts';
import { ANN, headerOf, PIDF, responseTo, T0 } from './subscriptions.ts';
import { tokens } from './virtual.ts';

/** A publication on a table; its record goes through JSON between any two steps. */
class Publisher {
  now = T0;
  document = 'open';
  p: Publication | undefined;
  asked: RequestDraft;
  readonly first: PublicationStep;
  readonly env: PublicationEnv;

  constructor(wish: Partial<PublicationWish> = {}, jitter = () => 0.5) {
    this.env = {
      event: 'presence',
      draw: tokens('p'),
      jitter,
      document: () => ({ contentType: PIDF, body: utf8(this.document) }),
    };
    const all = { local: ANN, resource: ANN, expires: 3600, ...wish };
    this.first = startPublication(this.now, all, this.env);
    this.asked = good(this.first.request);
    this.#keep(this.first);
  }

  get record(): Publication {
    return good(this.p);
  }

  get wakeAt(): number {
    return publicationWakeAt(this.record);
  }

  step(input: PublicationInput): PublicationStep {
    const step = stepPublication(this.record, this.now, input, this.env);
    this.#keep(step);
    return step;
  }

  wake(at = this.wakeAt): PublicationStep {
    this.now = at;
    return this.step({ kind: 'wake' });
  }

  response(status: number, lines: readonly string[] = []): PublicationStep {
    return this.step({ kind: 'response', response: responseTo(this.asked, status, lines) });
  }

  /** A 200 that names what was published. */
  ok(etag = 'e1', expires = 3600): PublicationStep {
    return this.response(200, [`SIP-ETag: ${etag}`, `Expires: ${expires}`]);
  }

  #keep({ next, request }: PublicationStep): void {
    if (request !== undefined) this.asked = request;
    this.p = next === undefined ? undefined : (JSON.parse(JSON.stringify(next)) as Publication);
    expect(this.p).toStrictEqual(next);
    if (next === undefined) return;
    expect(JSON.stringify(next).length).toBeLessThan(900);
    expect(publicationWakeAt(next)).toBeGreaterThan(0);
  }
}

/** A step in one line: where it leads | what is asked | what is told. */
function told({ next, request, told: event }: PublicationStep): string {
  const etag = headerOf(request, 'SIP-If-Match');
  const body = request?.body === undefined ? '' : ` ${new TextDecoder().decode(request.body)}`;
  const asked =
    request === undefined ? '-' : `${headerOf(request, 'Expires')} ${etag ?? 'new'}${body}`;
  const again = event?.kind === 'failed' ? ` ${event.again}` : '';
  return [next?.state ?? 'over', asked, `${event?.kind ?? '-'}${again}`].join(' | ');
}

function published(): Publisher {
  const publisher = new Publisher();
  publisher.ok();
  return publisher;
}

const AT = {
  publishing: () => new Publisher(),
  published,
  'published, changing': () => {
    const publisher = published();
    publisher.step({ kind: 'changed' });
    return publisher;
  },
  'resting, with nothing published': () => {
    const publisher = new Publisher();
    publisher.response(503);
    return publisher;
  },
  'resting, with something published': () => {
    const publisher = published();
    publisher.step({ kind: 'changed' });
    publisher.response(503);
    return publisher;
  },
  removing: () => {
    const publisher = published();
    publisher.step({ kind: 'remove' });
    return publisher;
  },
  'removing, with the first on its way': () => {
    const publisher = new Publisher();
    publisher.step({ kind: 'remove' });
    return publisher;
  },
} as const satisfies Record<string, () => Publisher>;

const INPUTS = {
  '200': (p) => p.ok('e2'),
  '403': (p) => p.response(403),
  '412': (p) => p.response(412),
  '503': (p) => p.response(503),
  failed: (p) => p.step({ kind: 'failed', reason: 'transport' }),
  changed: (p) => p.step({ kind: 'changed' }),
  wake: (p) => p.wake(),
  remove: (p) => p.step({ kind: 'remove' }),
  lost: (p) => p.step({ kind: 'lost' }),
} as const satisfies Record<string, (p: Publisher) => PublicationStep>;

/** Where it leads | what is asked | what is told. */
const EXPECTED: Readonly<Record<keyof typeof AT, Readonly<Record<keyof typeof INPUTS, string>>>> = {
  publishing: {
    '200': 'published | - | published',
    '403': 'over | - | failed never',
    '412': 'resting | - | failed later',
    '503': 'resting | - | failed later',
    failed: 'resting | - | failed later',
    changed: 'publishing | - | -',
    wake: 'resting | - | failed later',
    remove: 'removing | - | -',
    lost: 'publishing | 3600 new open | -',
  },
  published: {
    '200': 'published | - | -',
    '403': 'published | - | -',
    '412': 'published | - | -',
    '503': 'published | - | -',
    failed: 'published | - | -',
    changed: 'publishing | 3600 e1 open | -',
    wake: 'publishing | 3600 e1 | -',
    remove: 'removing | 0 e1 | -',
    lost: 'published | - | -',
  },
  'published, changing': {
    '200': 'published | - | published',
    '403': 'over | - | failed never',
    '412': 'publishing | 3600 new open | -',
    '503': 'resting | - | failed later',
    failed: 'resting | - | failed later',
    changed: 'publishing | - | -',
    wake: 'resting | - | failed later',
    remove: 'removing | - | -',
    lost: 'publishing | 3600 e1 open | -',
  },
  'resting, with nothing published': {
    '200': 'resting | - | -',
    '403': 'resting | - | -',
    '412': 'resting | - | -',
    '503': 'resting | - | -',
    failed: 'resting | - | -',
    changed: 'resting | - | -',
    wake: 'publishing | 3600 new open | -',
    remove: 'over | - | removed',
    lost: 'resting | - | -',
  },
  'resting, with something published': {
    '200': 'resting | - | -',
    '403': 'resting | - | -',
    '412': 'resting | - | -',
    '503': 'resting | - | -',
    failed: 'resting | - | -',
    changed: 'resting | - | -',
    wake: 'publishing | 3600 e1 open | -',
    remove: 'removing | 0 e1 | -',
    lost: 'resting | - | -',
  },
  removing: {
    '200': 'over | - | removed',
    '403': 'over | - | removed',
    '412': 'over | - | removed',
    '503': 'over | - | removed',
    failed: 'over | - | removed',
    changed: 'removing | - | -',
    wake: 'over | - | removed',
    remove: 'removing | - | -',
    lost: 'removing | 0 e1 | -',
  },
  'removing, with the first on its way': {
    '200': 'removing | 0 e2 | -',
    '403': 'over | - | removed',
    '412': 'over | - | removed',
    '503': 'over | - | removed',
    failed: 'over | - | removed',
    changed: 'removing | - | -',
    wake: 'over | - | removed',
    remove: 'removing | - | -',
    lost: 'over | - | removed',
  },
};

describe('§4, §4.1 each state by each input: what names the state, and what tells it', () => {
  for (const [state, row] of Object.entries(EXPECTED) as [keyof typeof AT, object][]) {
    it.each(Object.entries(row) as [keyof typeof INPUTS, string][])(
      `${state}: %s`,
      (input, line) => {
        expect(told(INPUTS[input](AT[state]()))).toBe(line);
      },
    );
  }

  it('a wake before its time does nothing', () => {
    for (const make of Object.values(AT)) {
      const publisher = make();
      expect(publisher.step({ kind: 'wake' })).toEqual({ next: publisher.record });
    }
  });
});

describe('§4.2 the first PUBLISH', () => {
  it('has everything it needs', () => {
    const { asked, record } = new Publisher({ resource: 'sip:other@a.example' });
    expect(asked).toMatchObject({ method: 'PUBLISH', cseq: 1, contentType: PIDF });
    const uris = [asked.uri, asked.to.uri, asked.from.uri].map(writeUri);
    expect(uris).toEqual(['sip:other@a.example', 'sip:other@a.example', ANN]);
    expect([param(asked.from.params, 'tag'), asked.callId]).toEqual([
      record.localTag,
      record.callId,
    ]);
    expect(asked.headers).toEqual([
      { name: 'Event', value: 'presence' },
      { name: 'Expires', value: '3600' },
    ]);
  });

  it.each([
    { expires: 0 },
    { expires: 1.5 },
    { expires: 2 ** 32 },
    { local: '' },
    { resource: 'x' },
  ])('%o is misuse', (but) => {
    expect(() => new Publisher(but)).toThrow(MisuseError);
  });
});

describe('§4.3 refreshing', () => {
  it('goes on with the name of the last answer, and without a document', () => {
    const publisher = published();
    for (let round = 1; round < 10; round += 1) {
      expect(told(publisher.wake())).toBe(`publishing | 3600 e${round} | -`);
      expect([publisher.asked.contentType, publisher.asked.cseq]).toEqual([undefined, round + 1]);
      expect(told(publisher.ok(`e${round + 1}`))).toBe('published | - | published');
    }
  });

  it('in time, and never sooner than after ten seconds', () => {
    const after = (expires: number) => {
      const publisher = new Publisher();
      publisher.ok('e1', expires);
      return (publisher.wakeAt - T0) / 1000;
    };
    expect([after(3600), after(60), after(7200), after(0)]).toEqual([
      3568 * 0.95,
      30 * 0.95,
      3568 * 0.95,
      10,
    ]);
  });

  it('what has run out is published anew', () => {
    expect(told(published().wake(T0 + 7_200_000))).toBe('publishing | 3600 new open | -');
  });

  it.each(['', ' ', 'two words', 'x'.repeat(257)])('§11.3.1 %j names nothing', (etag) => {
    const publisher = new Publisher();
    publisher.ok(etag);
    expect(told(publisher.wake())).toBe('publishing | 3600 new open | -');
    expect(told(AT.publishing().response(200))).toBe('published | - | published');
  });
});

describe('§4.4 changes', () => {
  it('wait for the answer, and the newest is told', () => {
    const publisher = new Publisher();
    for (const document of ['two', 'three', 'four']) {
      publisher.document = document;
      expect(told(publisher.step({ kind: 'changed' }))).toBe('publishing | - | -');
    }
    expect(told(publisher.ok())).toBe('publishing | 3600 e1 four | published');
    expect(told(publisher.ok('e2'))).toBe('published | - | published');
  });

  it('during a refresh that is not known are told by what follows', () => {
    const publisher = published();
    publisher.wake();
    publisher.document = 'two';
    publisher.step({ kind: 'changed' });
    expect(told(publisher.response(412))).toBe('publishing | 3600 new two | -');
    expect(told(publisher.ok('e2'))).toBe('published | - | published');
  });

  it('§4.5 and are nothing when it is removed', () => {
    const publisher = AT['published, changing']();
    publisher.step({ kind: 'remove' });
    expect(told(publisher.ok('e2'))).toBe('removing | 0 e2 | -');
    expect(publisher.asked.body).toBeUndefined();
  });
});

describe('§5 answers', () => {
  it('423 is asked again with what is taken at least, twice', () => {
    const publisher = new Publisher({ expires: 60 });
    expect(told(publisher.response(423, ['Min-Expires: 600']))).toBe(
      'publishing | 600 new open | -',
    );
    publisher.response(423, ['Min-Expires: 700']);
    expect(told(publisher.response(423, ['Min-Expires: 800']))).toBe('resting | - | failed later');
  });

  it.each(['', 'Min-Expires: 60', 'Min-Expires: 86401'])('423 with %j is a failure', (line) => {
    const step = new Publisher({ expires: 60 }).response(423, line === '' ? [] : [line]);
    expect(told(step)).toBe('resting | - | failed later');
  });

  it('failures are waited for longer and longer, and for as long as asked', () => {
    const publisher = new Publisher();
    const waits = Array.from({ length: 8 }, () => {
      publisher.response(500);
      const wait = publisher.wakeAt - publisher.now;
      publisher.wake();
      return wait / 1000;
    });
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600]);
    publisher.ok();
    publisher.step({ kind: 'changed' });
    publisher.response(503, ['Retry-After: 500']);
    expect(publisher.wakeAt - publisher.now).toBe(500_000);
  });

  it('an answer or a failure of another PUBLISH is nothing', () => {
    const publisher = new Publisher();
    for (const but of [{ cseq: 9 }, { callId: 'other' }, { method: 'SUBSCRIBE' }]) {
      const response = responseTo({ ...publisher.asked, ...but }, 403);
      expect(told(publisher.step({ kind: 'response', response }))).toBe('publishing | - | -');
    }
    const of = { callId: publisher.record.callId, cseq: 2 };
    const step = publisher.step({ kind: 'failed', reason: 'timeout', of });
    expect(told(step)).toBe('publishing | - | -');
    expect(told(publisher.response(100))).toBe('publishing | - | -');
  });
});

it('§4 in any order one PUBLISH is on its way at most, and nothing throws', () => {
  const any = fc.oneof(
    fc.constantFrom<PublicationInput>(
      { kind: 'changed' },
      { kind: 'wake' },
      { kind: 'lost' },
      { kind: 'failed', reason: 'transport' },
    ),
    fc.constantFrom(200, 412, 423, 503),
  );
  const states: PublicationState[] = ['publishing', 'removing'];
  fc.assert(
    fc.property(fc.array(fc.tuple(any, fc.constantFrom(0, 1000, 70_000))), (list) => {
      const publisher = new Publisher();
      for (const [one, later] of list) {
        publisher.now += later;
        const before = publisher.record;
        const step =
          typeof one === 'number'
            ? publisher.response(one, ['SIP-ETag: e', 'Expires: 60', 'Min-Expires: 7200'])
            : publisher.step(one);
        const isChange = typeof one === 'object' && one.kind === 'changed';
        if (isChange && states.includes(before.state)) expect(step.request).toBeUndefined();
        if (publisher.p === undefined) return;
      }
    }),
  );
});
