// Domains with users on real sockets: two servers on loopback whose users see each other.
import { afterEach, expect, test } from 'vitest';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { playOn, XmppScript } from '@interwork/xmpp/testing';
import { Bell } from '../../../test-kit/bell.ts';
import { judge, keys } from './node-edges.ts';
import { rosterOf, seen } from './presence-town.ts';

const open: XmppEdge[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((edge) => edge.close()));
});

test('RFC 6121 §3.1, §4.2, §4.4, §4.5 from the first request to the last good-bye', async () => {
  const bell = new Bell();
  const places = new Map<string, number>();
  const serverOf = async (domain: string) => {
    const edge = await listenXmpp({
      domains: [domain],
      listen: [{ address: '127.0.0.1', port: 0 }],
      tls: { both: domain.startsWith('capulet') ? keys.a : keys.b },
      judge,
      secret: `secret of ${domain}`,
      locate: async (name) => {
        const port = places.get(name);
        return port === undefined ? 'not-found' : [{ address: '127.0.0.1', port, direct: false }];
      },
    });
    open.push(edge);
    places.set(domain, edge.listening[0]?.port ?? 0);
    const script = new XmppScript(domain);
    const step = playOn(
      {
        send: (input) => edge.send(input),
        start: (take) =>
          edge.start((event) => {
            take(event);
            bell.ring();
          }),
      },
      script,
    );
    return { script, step };
  };
  const capulet = await serverOf('capulet.example');
  const montague = await serverOf('montague.example');
  const juliet = capulet.script.user('juliet');
  const romeo = montague.script.user('romeo');
  romeo.answerRequests('approve-and-subscribe');
  juliet.answerRequests('approve');
  const orchard = romeo.login('orchard', { status: 'here' });
  const balcony = juliet.login('balcony');
  const bothSee = (ofRomeo: readonly string[], ofJuliet: readonly string[]) =>
    bell.until(() => {
      const sights = [seen(balcony, romeo.address), seen(orchard, juliet.address)];
      return JSON.stringify(sights) === JSON.stringify([ofRomeo, ofJuliet]) ? true : undefined;
    });

  juliet.subscribe(romeo.address);
  capulet.step();
  await bothSee(['orchard here'], ['balcony']);
  expect(rosterOf(juliet)).toEqual(['romeo@montague.example both']);
  orchard.setPresence({ show: 'away' });
  montague.step();
  await bothSee(['orchard away'], ['balcony']);
  orchard.setUnavailable('gone');
  montague.step();
  await bothSee([], []);
  orchard.setPresence({});
  montague.step();
  await bothSee(['orchard'], ['balcony']);
});
