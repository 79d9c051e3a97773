// The gateways that can be put through the cases, by the name they are asked for with, and the links each can be on.
import { type Link, LINKS } from '../links.ts';
import type { MakeGateway } from './gateway.ts';
import { makeInterwork } from './interwork.ts';
import { makeKamailioGateway } from './kamailio.ts';

interface Known {
  readonly make: MakeGateway;
  readonly on?: (link: Link) => boolean;
}

export const GATEWAYS: Readonly<Record<string, Known>> = {
  interwork: { make: makeInterwork },
  'kamailio-xmpp': { make: makeKamailioGateway, on: ({ join }) => join === 'component' },
};

/** The links a gateway can be on. */
export function linksOf(name: string): readonly Link[] {
  const known = GATEWAYS[name];
  if (known === undefined)
    throw new Error(`no gateway ${name}: ${Object.keys(GATEWAYS).join(', ')}`);
  return LINKS.filter((link) => known.on?.(link) ?? true);
}
