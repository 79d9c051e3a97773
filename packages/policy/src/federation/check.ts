// What Lync's objects say against each other, or in vain, told where it stands. The descriptor has seen to it that each
// field is what it should be; here one is held beside the other. Errors are what the product refuses as well, or what
// cannot be meant in any way; warnings are what works and is hardly meant. All of it is linear in the document.
import { placeIn, type Place, type Report } from '../finding.ts';
import type { ReadFederation } from '../read.ts';
import { checkAccess } from './check-access.ts';
import { checkDomains } from './check-domains.ts';
import { checkEdge } from './check-edge.ts';
import { checkMessages } from './check-messages.ts';
import { checkProviders } from './check-providers.ts';
import { checkXmpp } from './check-xmpp.ts';
import type { Federation } from './compiled.ts';
import type { DomainLists } from './named.ts';

/** Reports everything that Lync's objects, as read and as compiled, say against each other. */
export function checkFederation(
  federation: ReadFederation,
  compiled: Federation,
  lists: DomainLists,
  report: Report,
): void {
  checkDomains(lists, compiled, report);
  for (const check of CHECKS) check(federation, PLACE, report);
}

const PLACE: Place = placeIn(undefined, 'federation');
const CHECKS = [checkEdge, checkProviders, checkXmpp, checkAccess, checkMessages] as const;
