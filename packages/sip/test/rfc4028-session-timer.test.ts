// RFC 4028: what is asked, what is granted, who refreshes, and what comes of silence.
import { describe, expect, it } from 'vitest';
import type { SessionInput, SessionStep } from '@interwork/sip';
import { NO_TIMER, readMinSe, readSessionExpires } from '../src/session/timer.ts';
import {
  draftOf,
  End,
  fieldOf,
  OFFER,
  OLD,
  peerInvite,
  peerRequest,
  peerResponse,
  type PeerParts,
} from './sessions.ts';

const TAKE: SessionInput = { kind: 'answer', status: 200 };
const SE = 'Session-Expires';

describe('§4 and §5 Session-Expires and Min-SE', () => {
  const of = (...lines: readonly string[]) => peerInvite({ lines }).request.headers;

  it.each([
    ['90', { seconds: 90, refresher: undefined }],
    ['1800;refresher=uac', { seconds: 1800, refresher: 'uac' }],
    ['1800 ; Refresher=UAS;x=1', { seconds: 1800, refresher: 'uas' }],
    ['4294967295', { seconds: 4_294_967_295, refresher: undefined }],
  ])('§4 %s', (text, read) => {
    expect(readSessionExpires(of(`Session-Expires: ${text}`))).toEqual(read);
    expect(readSessionExpires(of(`x: ${text}`))).toEqual(read);
  });

  it.each(['', 'soon', '-1', '1.5', '4294967296', '90;refresher=me', '90;;', '90 90'])(
    '§4 %j is a fault',
    (text) => {
      expect(readSessionExpires(of(`Session-Expires: ${text}`))).toMatchObject({ kind: 'fault' });
    },
  );

  it('neither there', () => {
    expect([readSessionExpires(of()), readMinSe(of())]).toEqual([undefined, 0]);
  });

  it('§5 Min-SE', () => {
    expect(readMinSe(of('Min-SE: 120;x'))).toBe(120);
    expect(readMinSe(of('Min-SE: x'))).toBe(0);
    expect(NO_TIMER.least).toBe(0);
  });
});

describe('§9 what is granted to an INVITE of the peer', () => {
  const granted = (lines: readonly string[], interval?: number): SessionStep => {
    const end = new End('x', interval === undefined ? {} : { interval });
    const step = end.open(peerInvite({ lines }));
    return step.next === undefined ? step : end.step(TAKE);
  };
  const ABLE = 'Supported: timer';

  it.each([
    ['nothing', [], undefined, undefined],
    ['nothing of who could', [ABLE], undefined, undefined],
    ['ours to who could', [ABLE], 1800, '1800;refresher=uas'],
    ['ours, as long as somebody wants', [ABLE, 'Min-SE: 3600'], 1800, '3600;refresher=uas'],
    ['nothing to who could not', [], 1800, undefined],
    ['the caller refreshes, if it does not say', [ABLE, `${SE}: 600`], 1800, '600;refresher=uac'],
    ['the caller refreshes', [ABLE, `${SE}: 600;refresher=uac`], undefined, '600;refresher=uac'],
    ['we refresh', [ABLE, `${SE}: 600;refresher=uas`], undefined, '600;refresher=uas'],
    ['we refresh for who cannot', [`${SE}: 600`], undefined, '600;refresher=uas'],
    ['no longer than a day', [ABLE, `${SE}: 4294967295`], undefined, '86400;refresher=uac'],
  ])('%s', (_, lines, interval, value) => {
    const { answer } = granted(lines, interval);
    expect(fieldOf(answer, SE)).toBe(value);
    const requires = value?.endsWith('uac') === true ? 'timer' : undefined;
    expect(fieldOf(answer, 'Require')).toBe(requires);
  });

  it('§8 one that is too short is 422 with what is taken', () => {
    const { answer } = granted([ABLE, `${SE}: 89`]);
    expect([answer?.status, fieldOf(answer, 'Min-SE')]).toEqual([422, '90']);
  });
});

/** A session that we called for, and what the 2xx said of its timer. */
function called(line: string, parts: PeerParts = {}, interval?: number): End {
  const end = new End('x', interval === undefined ? {} : { interval });
  const invite = draftOf(end.start(), 'invite');
  const lines = line === '' ? [] : [line];
  end.step({
    kind: 'response',
    tag: 'invite',
    response: peerResponse(invite, 200, { lines, ...parts }),
  });
  return end;
}

describe('§7.1 and §7.2 what we ask and what is set', () => {
  it('§7.1 we ask for what the host wants, and leave to the peer who refreshes', () => {
    const end = new End('x', { interval: 1800 });
    expect(fieldOf(draftOf(end.start(), 'invite'), SE)).toBe('1800');
  });

  it.each([
    ['nothing', '', 0, false],
    ['we refresh', `${SE}: 600;refresher=uac`, 600, true],
    ['we refresh if it is not said', `${SE}: 600`, 600, true],
    ['the peer refreshes', `${SE}: 600;refresher=uas`, 600, false],
    ['one that would have us ask all the time', `${SE}: 1;refresher=uac`, 0, false],
    ['one that is none', `${SE}: x`, 0, false],
  ])('§7.2 %s', (_, line, interval, isRefresher) => {
    expect(called(line).record).toMatchObject({ interval, isRefresher });
  });

  it('§7.3 422 to the INVITE asks again for longer, with all it said', () => {
    const end = new End('x', { interval: 100 });
    const headers = [{ name: 'Ms-Conversation-ID', value: 'c' }];
    const first = draftOf(end.start({ headers }), 'invite');
    const response = peerResponse(first, 422, { lines: ['Min-SE: 1800'] });
    const again = draftOf(end.step({ kind: 'response', tag: 'invite', response }), 'invite');
    const fields = [SE, 'Min-SE', 'Ms-Conversation-ID'].map((name) => fieldOf(again, name));
    expect(fields).toEqual(['1800', '1800', 'c']);
    expect([again.callId, again.cseq, again.body]).toEqual([first.callId, 2, first.body]);
    const same = peerResponse(again, 422, { lines: ['Min-SE: 1800'] });
    end.step({ kind: 'response', tag: 'invite', response: same });
    expect(end.words).toEqual(['ended by refused']);
  });

  it('§7.3 422 where we asked for nothing is a refusal', () => {
    const end = new End('x');
    const response = peerResponse(draftOf(end.start(), 'invite'), 422, { lines: ['Min-SE: 1800'] });
    end.step({ kind: 'response', tag: 'invite', response });
    expect(end.words).toEqual(['ended by refused']);
  });
});

describe('§10 and §7.4 refreshing', () => {
  const REFRESHER = `${SE}: 600;refresher=uac`;

  it('§7.4 goes out at half time as an UPDATE that offers nothing, and the session goes on', () => {
    const end = called(REFRESHER);
    expect(end.wakeAt).toBe(end.now + 300_000);
    const update = draftOf(end.wake(), 'update');
    expect([fieldOf(update, SE), update.body]).toEqual(['600;refresher=uac', undefined]);
    const response = peerResponse(update, 200, { lines: [REFRESHER] });
    end.step({ kind: 'response', tag: 'update', response });
    expect(end.wakeAt).toBe(end.now + 300_000);
  });

  it('§7.4 goes out as an INVITE to who does not take UPDATE', () => {
    const invite = draftOf(called(REFRESHER, { allow: OLD }).wake(), 'invite');
    expect(new TextDecoder().decode(invite.body)).toBe(OFFER);
  });

  it('§7.2 a 2xx without a timer turns it off', () => {
    const end = called(REFRESHER);
    const response = peerResponse(draftOf(end.wake(), 'update'), 200);
    end.step({ kind: 'response', tag: 'update', response });
    expect(end.wakeAt).toBe(Infinity);
  });

  it('§7.4 422 asks again for longer', () => {
    const end = called(REFRESHER);
    const response = peerResponse(draftOf(end.wake(), 'update'), 422, { lines: ['Min-SE: 900'] });
    const again = draftOf(end.step({ kind: 'response', tag: 'update', response }), 'update');
    expect(fieldOf(again, SE)).toBe('900;refresher=uac');
  });

  it.each([
    ['§10 481', 481, 'over', 'ended by gone'],
    ['§10 408', 408, 'ending', 'ended by gone'],
  ])('%s ends the session', (_, status, state, word) => {
    const end = called(REFRESHER);
    const response = peerResponse(draftOf(end.wake(), 'update'), status);
    end.step({ kind: 'response', tag: 'update', response });
    expect([end.state, end.words.at(-1)]).toEqual([state, word]);
  });

  it('another failure is tried again, until the time is over', () => {
    const end = called(REFRESHER);
    const end568 = end.now + 568_000;
    let asked = 0;
    while (end.state === 'active') {
      const step = end.wake();
      if (end.state !== 'active') break;
      asked += 1;
      const lines = asked === 1 ? ['Retry-After: 60'] : [];
      const response = peerResponse(draftOf(step, 'update'), 500, { lines });
      end.step({ kind: 'response', tag: 'update', response });
    }
    expect([end.state, end.now, asked]).toEqual(['ending', end568, 22]);
    expect(end.words.at(-1)).toBe('ended by timeout');
  });

  it('§10 a peer that does not refresh is left a little before its time', () => {
    const end = called(`${SE}: 90;refresher=uas`);
    expect(end.wakeAt).toBe(end.now + 60_000);
    end.wake();
    expect([end.state, end.words.at(-1)]).toEqual(['ending', 'ended by timeout']);
  });

  it.each(['UPDATE', 'INVITE'])('§9 the %s of the peer begins the time anew', (method) => {
    const end = called(`${SE}: 600;refresher=uas`);
    end.now += 300_000;
    const lines = [`${SE}: 600;refresher=uac`, 'Supported: timer'];
    const body = method === 'INVITE' ? OFFER : '';
    const request = peerRequest(end.record, method, 2, { lines, body });
    const { answer } = end.step({ kind: 'request', request });
    expect(fieldOf(answer, SE)).toBe('600;refresher=uac');
    expect(end.record.expiresAt).toBe(end.now + 568_000);
  });

  it('§10 it begins with the ACK at the end that was called', () => {
    const end = new End('x');
    end.open(peerInvite({ lines: ['Supported: timer', `${SE}: 600;refresher=uas`] }));
    end.step(TAKE);
    end.step({ kind: 'acknowledged', request: peerRequest(end.record, 'ACK', 1) });
    expect(end.wakeAt).toBe(end.now + 300_000);
  });
});
