// Numbers and questions in words.
import { quoted } from '../finding.ts';
import type { PolicyQuestion } from '../federation/facts.ts';

/**
 * What a number of Lync's ms-diagnostics header says of a refusal by policy; for any other number, that it is none of
 * those.
 */
export function diagnosticsText(number: number): string {
  return NUMBERS.get(number) ?? 'not a refusal by policy';
}

/** What would have to be known, as the end of "it is not known". */
export function questionText(question: PolicyQuestion): string {
  switch (question.kind) {
    case 'srv':
      return `which hosts _sipfederationtls._tcp.${question.domain} names`;
    case 'grant':
      return `which external access policy ${quoted(question.user)} has`;
    case 'relation':
      return `whether ${quoted(question.user)} has blocked, allowed or added ${quoted(question.contact)}`;
  }
}

const NUMBERS: ReadonlyMap<number, string> = new Map([
  [1001, 'the sender may not talk to users of public providers'],
  [1002, 'the sender may not talk to federated partners'],
  [1005, 'there is no route to the domain'],
  [1008, 'its SRV record was not found'],
  [1009, 'its SRV record names no host directly in the domain'],
  [1010, "the server's certificate does not show the name that it must"],
  [1012, 'the sender may not talk to anybody outside'],
  [1017, 'both domains are our own'],
]);
