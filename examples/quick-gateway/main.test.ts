// The program as its operator runs it: started, asked, signalled, restarted, and started wrongly.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SIP, Stage, XMPP } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.set();
});
afterEach(() => stage.close());

describe('a gateway that runs', () => {
  it('carries messages both ways, explains them, and ends with 0 on SIGTERM', async () => {
    const gateway = await stage.start();
    expect(await stage.alice(gateway, `bob@${XMPP}`, 'hello ✔')).toBe(202);
    expect(stage.xmpp.texts('bob')).toEqual(['hello ✔']);
    expect((await stage.bob(`alice@${SIP}`, 'and back')).fate).toBe('sent');
    await stage.until(() => stage.sip.texts('alice')[0]);
    expect(stage.sip.texts('alice')).toEqual(['and back']);
    const line = await gateway.logged(({ msg }) => msg === 'message handed-over');
    expect(line).toMatchObject({ direction: 'sip-to-xmpp', by: ['both'], from: `a…@${SIP}` });
    expect(line['because']).toContainEqual(expect.stringContaining('Rule both permits'));
    gateway.signal('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect(JSON.stringify(gateway.log)).not.toContain('hello');
  });
});
