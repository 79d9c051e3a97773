// Cases of typing: who writes is seen on the other side, and no empty message is. Words cross first both ways, since
// nobody has to be told of a stranger's typing. Sessions are none of these: the words are pager messages.
import { SIP, XMPP } from '../places.ts';
import type { World } from '../world.ts';
import { type Case, hold } from './case.ts';
import { childOf, type Element } from '../agents/xmpp-clients.ts';
import { statusOf } from '../agents/sip-message.ts';
import { deliverToXmpp, mark, sendSip, warningOf } from './sending.ts';

const COMPOSING = 'application/im-iscomposing+xml';
const STATES = 'http://jabber.org/protocol/chatstates';
const ACTIVE = `<?xml version="1.0" encoding="UTF-8"?>
<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state><refresh>60</refresh></isComposing>`;

export const TYPING: readonly Case[] = [
  {
    id: 'typing-to-xmpp',
    title: 'after words both ways a SIP user types: the XMPP user sees composing, without text',
    run: async (world) => {
      await wordsBothWays(world);
      const seen = world.bob.stanzas.length;
      const response = await sendSip(world, `sip:bob@${XMPP}`, ACTIVE, { type: COMPOSING });
      const status = statusOf(response);
      hold(status >= 200 && status < 300, `the answer was ${response.start}${warningOf(response)}`);
      const typing = await world.bob.when('composing', (all) => all.slice(seen).find(isTyping));
      hold(childOf(typing, 'body') === undefined, 'typing arrived with a text');
    },
  },
  {
    id: 'typing-to-sip',
    title:
      'after words both ways an XMPP user types: the SIP user has isComposing, and it is active',
    run: async (world) => {
      await wordsBothWays(world);
      const seen = world.agents.received.length;
      world.bob.raw(`${headTo()}<composing xmlns='${STATES}'/></message>`);
      const typing = await world.agents.when('isComposing', (all) =>
        all.slice(seen).find((one) => one.headers.get('content-type')?.startsWith(COMPOSING)),
      );
      hold(/<(\w+:)?state>\s*active\s*</.test(typing.body), `it says ${typing.body}`);
    },
  },
];

/** Bob's words say that his client knows of typing; without, nobody may show him any. XEP-0085 §5.1. */
async function wordsBothWays(world: World): Promise<void> {
  await deliverToXmpp(world, mark());
  const words = mark();
  world.bob.raw(`${headTo()}<body>${words}</body><active xmlns='${STATES}'/></message>`);
  await world.agents.until('the words', (one) => one.body.includes(words));
}

const headTo = (): string => `<message to='alice@${SIP}' type='chat' id='${mark()}'>`;

function isTyping(stanza: Element): boolean {
  return stanza.name === 'message' && childOf(stanza, 'composing')?.ns === STATES;
}
