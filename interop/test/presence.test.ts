// What a user sees, put together from what came: the last document for a SIP user, all stanzas for an XMPP user.
import { describe, expect, it } from 'vitest';
import type { Sight } from '../src/agents/person.ts';
import type { Element } from '../src/agents/xmpp-clients.ts';
import { openOf, pidf, viewOf } from '../src/cases/presence.ts';

const tuple = (id: string, basic: string) => ({ id, basic, show: null, notes: [], priority: null });
const notify = (state: string, ...tuples: ReturnType<typeof tuple>[]): Sight => ({
  as: 'w',
  event: 'notify',
  state,
  document: tuples.length === 0 ? null : { entity: 'pres:a@x', tuples },
});

describe('what a SIP user sees', () => {
  it.each([
    ['nothing before a NOTIFY', [], []],
    ['what is open', [notify('active', tuple('a', 'open'), tuple('b', 'closed'))], ['a']],
    [
      'the last document',
      [notify('active', tuple('a', 'open')), notify('active', tuple('b', 'open'))],
      ['b'],
    ],
    ['nothing without a document', [notify('active', tuple('a', 'open')), notify('active')], []],
    ['what it was, when pending', [notify('active', tuple('a', 'open')), notify('pending')], ['a']],
  ] as const)('%s', (_what, seen, ids) => {
    expect(openOf(seen).map(({ id }) => id)).toEqual(ids);
  });
});

const presence = (resource: string, type?: string, ...children: Element[]): Element => ({
  name: 'presence',
  ns: 'jabber:client',
  attrs: { from: `ua@sip.example${resource}`, ...(type === undefined ? {} : { type }) },
  children,
});
const show: Element = { name: 'show', ns: 'jabber:client', attrs: {}, children: ['dnd'] };

describe('what an XMPP user sees', () => {
  const pair = { presentity: { address: 'sip:ua@sip.example' } } as Parameters<typeof viewOf>[0];
  it.each([
    ['nobody', [], []],
    ['a resource', [presence('/a')], ['a']],
    ['no longer one that is unavailable', [presence('/a'), presence('/a', 'unavailable')], []],
    [
      'nobody when the whole address is',
      [presence('/a'), presence('/b'), presence('', 'unavailable')],
      [],
    ],
    ['nobody by a word about consent', [presence('', 'subscribed')], []],
    [
      'nobody else',
      [{ ...presence('/a'), attrs: { from: 'other@sip.example/a' } }, presence('/b')],
      ['b'],
    ],
  ] as const)('%s', (_what, stanzas, resources) => {
    expect([...viewOf(pair, stanzas).keys()]).toEqual(resources);
  });

  it('as she was shown last', () => {
    const view = viewOf(pair, [presence('/a'), presence('/a', undefined, show)]);
    expect(view.get('a')).toEqual({ show: 'dnd', status: '', priority: '' });
  });
});

describe('a document', () => {
  it('has only what it is told', () => {
    const text = pidf('sip:ua@sip.example', [{ id: 'a' }, { id: 'b', show: 'dnd', note: 'no' }]);
    expect(text).toContain('entity="pres:ua@sip.example"');
    expect(text).toContain('<tuple id="a"><status><basic>open</basic></status></tuple>');
    expect(text).toContain('<show xmlns="jabber:client">dnd</show></status><note xml:lang="en">no');
  });
});
