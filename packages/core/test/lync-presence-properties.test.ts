// The documents of the dialect `lync` over all there can be: what is written shows the same person again and is
// well-formed to an independent strict reader, and no octets make a reader throw or take longer than they are long.
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { checkRequest, isFault, parseMessage } from '@interwork/sip';
import { Jid } from '@interwork/xmpp';
import { pidfToResources, type ResourceState, resourcesToPidf } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { LYNC } from '../src/dialect/lync.ts';

const now = Date.UTC(2026, 1, 1);
const amy = Jid.parse('amy@contoso.com') as Jid;
const FACTS = { now, doNotDisturb: 'busy' } as const;

const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .map((all) =>
    all.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '&<>"\''),
  )
  .map((all) => all.trim())
  .filter((all) => all !== '');
const state: fc.Arbitrary<ResourceState> = fc.record(
  {
    resource: fc.constantFrom('desk', 'phone', ''),
    show: fc.constantFrom('away', 'dnd', 'xa', 'chat'),
    statuses: fc.tuple(fc.record({ text })),
    priority: fc.integer({ min: 0, max: 127 }),
    since: fc.integer({ min: 0, max: now }),
  },
  { requiredKeys: ['resource'] },
);

/** What a format can say of a show. */
const KEPT: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'application/msrtc-event-categories+xml': ['away', 'dnd', 'xa'],
  'text/xml+msrtc.pidf': ['away', 'dnd'],
  'application/xpidf+xml': ['away', 'dnd'],
};

describe('documents of the dialect', () => {
  for (const form of LYNC.documents) {
    it(`${form.type}: what is written is well-formed, and shows the best device`, () => {
      fc.assert(
        fc.property(state, (one) => {
          const { value } = form.write(resourcesToPidf({ jid: amy }, [one]), FACTS);
          const written = Buffer.from(value).toString('utf8');
          const parser = new SaxesParser({ xmlns: true });
          parser.on('error', (error) => {
            throw error;
          });
          parser.write(written).close();
          const document = form.read(value);
          if (document.kind === 'fault') throw new Error(document.text);
          const read = pidfToResources(document, { presentity: amy, now });
          if (read.kind === 'refusal') throw new Error(read.text);
          expect(read.value).toHaveLength(1);
          const [back] = read.value;
          if (form.type.endsWith('pidf+xml') && !form.type.includes('xpidf')) return;
          const kept = KEPT[form.type]?.includes(one.show) === true;
          const show = kept ? one.show : one.show === 'xa' ? 'away' : undefined;
          expect(back?.show).toBe(show);
          if (form.type !== 'application/xpidf+xml')
            expect(back?.statuses?.[0]?.text.replace(/\s+/g, ' ')).toBe(
              one.statuses?.[0]?.text.replace(/\s+/g, ' '),
            );
        }),
      );
    });

    it(`${form.type}: no octets make the reader throw`, () => {
      const { value } = form.write(
        resourcesToPidf({ jid: amy }, [
          { resource: 'desk', show: 'dnd', statuses: [{ text: 'a "note"' }] },
        ]),
        FACTS,
      );
      const spoiled = fc
        .array(fc.tuple(fc.nat(value.length - 1), fc.integer({ min: 0, max: 255 })), {
          maxLength: 6,
        })
        .map((edits) => {
          const octets = Uint8Array.from(value);
          for (const [at, octet] of edits) octets[at] = octet;
          return octets;
        });
      const shuffled = fc
        .array(fc.tuple(fc.nat(value.length), fc.nat(60)), { maxLength: 8 })
        .map((cuts) => Buffer.concat(cuts.map(([at, size]) => value.subarray(at, at + size))));
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), spoiled, shuffled), (octets) => {
          const document = form.read(octets);
          if (document.kind === 'fault') expect([400, 413]).toContain(document.answer);
          else pidfToResources(document, { presentity: amy, now });
        }),
      );
    });

    it(`${form.type}: what repeats without end is read or refused at once`, () => {
      for (const part of [
        '<!DOCTYPE a ',
        '<!--',
        '<a ',
        '<a>',
        ' encoding=',
        ' ',
        '?>\n <!DOCTYPE a ',
        '<?xml ',
        '"',
        "<!DOCTYPE a PUBLIC ''",
      ]) {
        const octets = Buffer.from(`<?xml version="1.0"${part.repeat(60_000 / part.length)}`);
        const started = performance.now();
        expect(form.read(octets)).toMatchObject({ kind: 'fault' });
        expect(performance.now() - started).toBeLessThan(1000);
      }
    });
  }
});

/** What every message of theirs has, and what it may have besides, in any number. */
const ALWAYS = [
  'From: "Amy"<sip:amy@contoso.com>;tag=a;epid=9b6f316d27',
  'To: <sip:romeo@fabrikam.com>;tag=b',
  'Call-ID: c',
  'Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bKx',
];
const LINES = [
  'Event: presence',
  'Event: presence.wpending',
  'Event: ;;',
  'subscription-state: terminated;expires=0',
  'Subscription-State: active;expires=1',
  'Subscription-State: ;',
  'ms-piggyback-cseq: 1',
  'ms-piggyback-cseq: 99999999999999999999',
  'Contact: <sip:a@b;gruu;opaque=user:epid:x>',
  'Contact: *',
  'Record-Route: <sip:r.test;lr;ms-route-sig=a>;tag=1, <sip:q.test;lr>',
  'Record-Route: <',
  'ms-diagnostics-public: 2139;reason="x"',
  'ms-diagnostics: ;;;',
  'Content-Type: application/msrtc-event-categories+xml',
  'Supported: ms-benotify',
  'Supported: ,',
];
const STARTS = [
  'BENOTIFY sip:x@y.test SIP/2.0',
  'NOTIFY sip:x@y.test SIP/2.0',
  'SUBSCRIBE sip:x@y.test SIP/2.0',
  'SIP/2.0 200 OK',
  'SIP/2.0 420 No',
];

describe('messages of the dialect', () => {
  it('whatever they hold, they are unfolded or left, and never throw', () => {
    const message = fc.tuple(
      fc.constantFrom(...STARTS),
      fc.array(fc.constantFrom(...LINES), { maxLength: 12 }),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(message, ([start, lines, body]) => {
        const cseq = `CSeq: 1 ${start.startsWith('SIP') ? 'SUBSCRIBE' : start.split(' ')[0]}`;
        const text = `${[start, ...ALWAYS, cseq, ...lines].join('\r\n')}\r\n\r\n${body}`;
        const parsed = parseMessage(Buffer.from(text, 'utf8'));
        if (parsed.kind === 'response') {
          const { notify } = LYNC.response(parsed, 'SUBSCRIBE');
          if (notify !== undefined) expect(notify.method).toBe('NOTIFY');
        } else if (parsed.kind === 'request') {
          const checked = checkRequest(parsed);
          if (isFault(checked)) return;
          const { request = checked, refusal } = LYNC.request(checked);
          if (refusal === undefined) expect(['NOTIFY', 'SUBSCRIBE']).toContain(request.method);
          else expect(refusal.status).toBe(489);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
