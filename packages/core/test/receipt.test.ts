// XEP-0184, XEP-0333 and RFC 5438: what is asked, what is told, row by row.
import { describe, expect, it } from 'vitest';
import { writeXml } from '@interwork/xmpp';
import type { Disposition, Imdn } from '../src/body/imdn.ts';
import {
  dispositionsOf,
  imdnOfNotice,
  noticeElement,
  noticeIn,
  noticeOfImdn,
  wishesOf,
} from '../src/rules/receipt.ts';
import { readMessage } from './stanza-text.ts';

const REQUEST = "<request xmlns='urn:xmpp:receipts'/>";
const MARKABLE = "<markable xmlns='urn:xmpp:chat-markers:0'/>";
const BODY = '<body>x</body>';

describe('what a stanza asks', () => {
  it.each<readonly [string, string, string, readonly Disposition[]]>([
    [
      'XEP-0184 §5.1 a receipt',
      BODY + REQUEST,
      "id='1'",
      ['positive-delivery', 'negative-delivery'],
    ],
    ['XEP-0333 §3 a marker', BODY + MARKABLE, "id='1'", ['display']],
    [
      'both',
      BODY + REQUEST + MARKABLE,
      "id='1'",
      ['positive-delivery', 'negative-delivery', 'display'],
    ],
    ['nothing', BODY, "id='1'", []],
    ['nothing without an id', BODY + REQUEST, '', []],
    ['nothing in a room', BODY + REQUEST, "id='1' type='groupchat'", []],
    ['nothing in another namespace', `${BODY}<request xmlns='urn:x'/>`, "id='1'", []],
    [
      'never a notice for a notice',
      `${REQUEST}<received xmlns='urn:xmpp:receipts' id='0'/>`,
      "id='1'",
      [],
    ],
  ])('%s', (_, inside, attributes, dispositions) => {
    expect(dispositionsOf(readMessage(inside, attributes))).toEqual(dispositions);
  });
});

describe('what a SIP message asks', () => {
  it.each<readonly [readonly Disposition[], readonly string[]]>([
    [['positive-delivery'], ['request']],
    [
      ['positive-delivery', 'negative-delivery', 'display'],
      ['request', 'markable'],
    ],
    [['display'], ['markable']],
    [['negative-delivery'], []],
    [['processing'], []],
  ])('%j', (dispositions, names) => {
    expect(wishesOf({ messageId: 'm', dispositions }).map(({ name }) => name)).toEqual(names);
  });
});

describe('XEP-0184 §5.4 and XEP-0333 §3 what a notice says', () => {
  it.each([
    ["<received xmlns='urn:xmpp:receipts' id='a'/>", { kind: 'delivered', id: 'a' }],
    ["<displayed xmlns='urn:xmpp:chat-markers:0' id='a'/>", { kind: 'displayed', id: 'a' }],
    ["<received xmlns='urn:xmpp:chat-markers:0' id='a'/>", { kind: 'delivered', id: 'a' }],
    ["<acknowledged xmlns='urn:xmpp:chat-markers:0' id='a'/>", { kind: 'displayed', id: 'a' }],
    ["<received xmlns='urn:xmpp:receipts'/>", undefined],
    [`<received xmlns='urn:xmpp:receipts' id='${'x'.repeat(1025)}'/>`, undefined],
    [REQUEST, undefined],
    ["<constructor xmlns='urn:xmpp:receipts' id='a'/>", undefined],
    ["<received xmlns='__proto__' id='a'/>", undefined],
  ])('%s', (inside, notice) => {
    expect(noticeIn(readMessage(inside))).toEqual(notice);
  });

  it('both ways', () => {
    for (const kind of ['delivered', 'displayed'] as const) {
      const written = writeXml(noticeElement({ kind, id: 'a<b' }), '');
      expect(noticeIn(readMessage(written))).toEqual({ kind, id: 'a<b' });
    }
  });
});

describe('RFC 5438 §7.2.1 what is told to who asked', () => {
  it.each<readonly ['delivered' | 'displayed', readonly Disposition[], string | undefined]>([
    ['delivered', ['positive-delivery'], 'delivered'],
    ['delivered', ['display'], undefined],
    ['delivered', ['negative-delivery'], undefined],
    ['displayed', ['display', 'positive-delivery'], 'displayed'],
    ['displayed', ['positive-delivery'], 'delivered'],
    ['displayed', ['negative-delivery'], undefined],
  ])('%s to %j', (kind, dispositions, status) => {
    const told = imdnOfNotice({ kind, id: 'a' }, { messageId: 'm', dispositions });
    expect(told?.status).toBe(status);
  });
});

describe('RFC 5438 §7.1.3 what a notification is to a stanza', () => {
  it.each<readonly [Imdn['kind'], Imdn['status'], string]>([
    ['delivery', 'delivered', 'delivered'],
    ['display', 'displayed', 'displayed'],
    ['delivery', 'failed', 'failed'],
    ['delivery', 'error', 'failed'],
    ['delivery', 'forbidden', 'nothing'],
    ['display', 'error', 'nothing'],
    ['display', 'forbidden', 'nothing'],
    ['processing', 'processed', 'nothing'],
    ['processing', 'stored', 'nothing'],
  ])('%s %s', (kind, status, what) => {
    expect(noticeOfImdn({ messageId: 'm', sentAt: 0, kind, status })).toBe(what);
  });
});
