// What cases about contacts and presence do: ask, decide, and look at what each side sees. What somebody sees is always
// the whole of it: for a SIP user the last document, for an XMPP user what her stanzas leave when they are put together.
import type { Presentity, Publisher, SipWatcher } from '../agents/people.ts';
import type { Sight, Tuple } from '../agents/person.ts';
import { childOf, type Element, textOf, type XmppClient } from '../agents/xmpp-clients.ts';
import { PREFIX } from '../places.ts';
import { CONTACTS, type World } from '../world.ts';
import { hold, same } from './case.ts';

let contacts = 0;
let people = 0;

/** A localpart of the XMPP domain that no other case has. */
export function freshContact(): string {
  const name = CONTACTS[contacts++];
  if (name === undefined) throw new Error('more contacts than the XMPP server knows');
  return name;
}

/** A user part of the SIP domain that no other case has. */
export const freshUser = (prefix = 'erin'): string => `${prefix}${++people}`;

/** An XMPP user who is online and in no other case. */
export const someone = (world: World): Promise<XmppClient> => world.clients.login(freshContact());

export const bareOf = ({ jid }: XmppClient): string => jid.split('/')[0] ?? '';
export const jidOf = ({ address }: { readonly address: string }): string => address.slice(4);

/** A SIP user and the XMPP user she watches. */
export interface Watched {
  readonly watcher: SipWatcher;
  readonly contact: XmppClient;
}

/** A SIP user asks an XMPP user, who has the request and has not answered. */
export async function asksXmpp(world: World, user = freshUser()): Promise<Watched> {
  const [contact, watcher] = await Promise.all([someone(world), world.people.watcher(user)]);
  await subscribes(watcher, bareOf(contact));
  await notify(watcher, 'pending');
  await requested({ watcher, contact });
  return { watcher, contact };
}

/** And she has approved; the SIP user sees her. */
export async function watchesXmpp(world: World, user?: string): Promise<Watched> {
  const pair = await asksXmpp(world, user);
  answers(pair, 'subscribed');
  await sipSees(pair.watcher, 'her online', (open) => open.length === 1);
  return pair;
}

/** The request came to the contact. */
export async function requested({ watcher, contact }: Watched): Promise<void> {
  await contact.until('the request', (one) => isPresence(one, jidOf(watcher), 'subscribe'));
}

/** The contact answers. */
export function answers({ watcher, contact }: Watched, type: 'subscribed' | 'unsubscribed'): void {
  contact.presence({ to: jidOf(watcher), type });
}

/** How often the contact was asked. */
export function timesAsked({ watcher, contact }: Watched): number {
  return contact.stanzas.filter((one) => isPresence(one, jidOf(watcher), 'subscribe')).length;
}

/** Subscribes, and is answered 200. */
export async function subscribes(
  watcher: SipWatcher,
  contact: string,
  expires?: number,
): Promise<void> {
  const answer = await watcher.subscribe(`sip:${contact}`, expires);
  hold(answer.status === 200, `SUBSCRIBE was answered ${answer.status}`);
}

/** A NOTIFY with this state, after those of `from`. */
export function notify(watcher: SipWatcher, state: string, from = 0): Promise<Sight> {
  return watcher.when(`NOTIFY ${state}`, (all) =>
    all.slice(from).find((one) => one.event === 'notify' && one.state === state),
  );
}

/** Until the last NOTIFY shows this: the tuples that are open. */
export function sipSees(
  watcher: SipWatcher,
  what: string,
  fits: (open: readonly Tuple[]) => boolean,
): Promise<true> {
  return watcher.when(`seeing ${what}`, (all) => (fits(openOf(all)) ? true : undefined));
}

/** What a watcher sees open now. */
export function openOf(all: readonly Sight[]): readonly Tuple[] {
  const last = all.findLast(({ event, state }) => event === 'notify' && state !== 'pending');
  return (last?.document?.tuples ?? []).filter(({ basic }) => basic === 'open');
}

/** An XMPP user and the SIP user whom she watches. */
export interface Watching<P> {
  readonly user: XmppClient;
  readonly presentity: P;
}

/** An XMPP user asks a SIP user who notifies by herself, and who has the request. */
export async function asksSip(
  world: World,
  policy: 'pending' | 'active' | number,
  more: { readonly user?: string; readonly longest?: number; readonly document?: string } = {},
): Promise<Watching<Presentity>> {
  const name = more.user ?? freshUser(PREFIX.own);
  const [user, presentity] = await Promise.all([someone(world), world.people.presentity(name)]);
  presentity.policy(policy, more.longest);
  presentity.state(pidf(presentity.address, [{ id: 'ID-desk', note: 'here' }]));
  user.presence({ to: jidOf(presentity), type: 'subscribe' });
  const sight = await presentity.until('a SUBSCRIBE', ({ event }) => event === 'subscribe');
  same(sight.remote, `sip:${bareOf(user)}`, 'who subscribes');
  return { user, presentity };
}

/** And she lets her: the XMPP user sees her. */
export async function watchesSip(
  world: World,
  more: { readonly user?: string; readonly longest?: number } = {},
): Promise<Watching<Presentity>> {
  const pair = await asksSip(world, 'active', more);
  await xmppSees(pair, 'her online', (view) => view.get('desk')?.status === 'here');
  return pair;
}

/** An XMPP user asks a SIP user whose presence the server has, and who has published and decided nothing. */
export async function asksPublished(world: World): Promise<Watching<Publisher>> {
  const [user, presentity] = await Promise.all([
    someone(world),
    world.people.publisher(freshUser(PREFIX.published)),
  ]);
  await presentity.publish(pidf(presentity.address, [{ id: 'ID-desk', note: 'here' }]));
  user.presence({ to: jidOf(presentity), type: 'subscribe' });
  await world.presence.notified(presentity.address, `sip:${bareOf(user)}`);
  return { user, presentity };
}

/** And the rules let her: the XMPP user sees her. */
export async function watchesPublished(world: World): Promise<Watching<Publisher>> {
  const pair = await asksPublished(world);
  await world.presence.rule(pair.presentity.address, `sip:${bareOf(pair.user)}`, 'allow');
  await xmppSees(pair, 'her online', (view) => view.get('desk')?.status === 'here');
  return pair;
}

type Pair = Watching<{ readonly address: string }>;

/** What is shown of a resource. */
export interface Shown {
  readonly show: string;
  readonly status: string;
  readonly priority: string;
}

/** Until what she sees is this: by resource, those that are available. */
export function xmppSees(
  pair: Pair,
  what: string,
  fits: (view: ReadonlyMap<string, Shown>) => boolean,
  bound?: number,
): Promise<true> {
  const sees = (all: readonly Element[]): true | undefined =>
    fits(viewOf(pair, all)) ? true : undefined;
  return pair.user.when(`seeing ${what}`, sees, bound);
}

/** What she sees of the other after these stanzas. */
export function viewOf(
  { presentity }: Pair,
  stanzas: readonly Element[],
): ReadonlyMap<string, Shown> {
  const view = new Map<string, Shown>();
  for (const one of presencesOf(jidOf(presentity), stanzas)) {
    const resource = one.attrs['from']?.split('/')[1];
    const type = one.attrs['type'];
    if (type === undefined && resource !== undefined) view.set(resource, shownOf(one));
    if (type === 'unavailable' && resource !== undefined) view.delete(resource);
    if (type === 'unavailable' && resource === undefined) view.clear();
  }
  return view;
}

function shownOf(stanza: Element): Shown {
  const text = (name: string): string => textOf(childOf(stanza, name));
  return { show: text('show'), status: text('status'), priority: text('priority') };
}

/** The types of the presence stanzas that came from the other, in order; `available` where there is none. */
export function typesOf({ user, presentity }: Pair): readonly string[] {
  return presencesOf(jidOf(presentity), user.stanzas).map(
    (one) => one.attrs['type'] ?? 'available',
  );
}

/** Until a presence stanza of this type came from the other. */
export async function told(pair: Pair, type: string): Promise<void> {
  await pair.user.until(type, (one) => isPresence(one, jidOf(pair.presentity), type));
}

function presencesOf(bare: string, stanzas: readonly Element[]): readonly Element[] {
  return stanzas.filter(
    ({ name, attrs }) => name === 'presence' && attrs['from']?.split('/')[0] === bare,
  );
}

function isPresence({ name, attrs }: Element, bare: string, type: string): boolean {
  return name === 'presence' && attrs['type'] === type && attrs['from']?.split('/')[0] === bare;
}

/** The roster says so, as the server has it: asked again at each push until it does. */
export async function subscription(client: XmppClient, jid: string, wanted: string): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    if (((await client.contact(jid))?.subscription ?? 'none') === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  same((await client.contact(jid))?.subscription, wanted, `the roster’s subscription to ${jid}`);
}

/** A tuple of a document that is written here. */
export interface Said {
  readonly id: string;
  readonly basic?: 'open' | 'closed';
  readonly show?: string;
  readonly note?: string;
  readonly priority?: string;
}

/** A PIDF document, as a SIP user sends it. RFC 3863 §4. */
export function pidf(entity: string, tuples: readonly Said[]): string {
  const written = tuples.map(({ id, basic = 'open', show, note, priority }) =>
    [
      `<tuple id="${id}"><status><basic>${basic}</basic>`,
      show === undefined ? '' : `<show xmlns="jabber:client">${show}</show>`,
      '</status>',
      priority === undefined ? '' : `<contact priority="${priority}">${entity}</contact>`,
      note === undefined ? '' : `<note xml:lang="en">${note}</note>`,
      '</tuple>',
    ].join(''),
  );
  const root = `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${entity.replace(/^sip:/, 'pres:')}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>${root}${written.join('')}</presence>`;
}
