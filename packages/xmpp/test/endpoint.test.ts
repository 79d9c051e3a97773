// Endpoints against each other over a virtual network: proof, queues, fates, order, bounds.
import { describe, expect, test } from 'vitest';
import { fatesOf, faultsOf, im, Net, stanzasOf } from './net.ts';

const A = 'juliet@capulet.example';
const B = 'romeo@montague.example';

describe('a stanza crosses', () => {
  const rows = [
    { id: 'EXTERNAL', a: 'capulet.example', b: 'montague.example', proof: 'certificate' },
    {
      id: 'dialback over TLS, client certificate refused',
      a: '!capulet.example',
      b: 'montague.example',
      proof: 'dialback',
    },
    {
      id: 'dialback over TLS, no client certificate',
      a: '',
      b: 'montague.example',
      proof: 'dialback',
    },
    {
      id: 'dialback over TLS, both refused',
      a: '!capulet.example',
      b: '!montague.example',
      proof: 'dialback',
    },
    {
      id: 'dialback that needs no call back',
      a: 'capulet.example',
      b: '!montague.example',
      proof: 'certificate',
    },
  ];
  for (const row of rows)
    test(row.id, () => {
      const net = new Net();
      const a = net.add('a', { domains: ['capulet.example'], certificate: row.a });
      const b = net.add('b', { domains: ['montague.example'], certificate: row.b });
      net.give(a, im(A, B, 'hello'));
      expect(stanzasOf(b)).toEqual([`${A}: hello (${row.proof})`]);
      expect(fatesOf(a)).toEqual(['hello: sent']);
      net.give(b, im(B, A, 'hello back'));
      expect(stanzasOf(a)).toHaveLength(1);
      expect([...faultsOf(a), ...faultsOf(b)]).toEqual([]);
    });
});
