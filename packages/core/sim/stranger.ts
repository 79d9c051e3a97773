// Somebody from elsewhere, who can prove who that is, and to whom nobody lets anybody talk: one misdeed by chance on a
// connection of its own. Nothing of it may reach anybody.
import { misbehave, type Random } from '@interwork/core/testing';
import { SIP_MISDEEDS } from '@interwork/sip/testing';
import { XMPP_MISDEEDS } from '@interwork/xmpp/testing';
import { CERTIFICATES, STRANGER, STRANGER_AT } from './places.ts';
import type { Town } from './town.ts';

/** The stranger misbehaves towards one person of each side. */
export function strangerActs(town: Town, sip: string, xmpp: string, chance: Random): void {
  const speaks = chance.pick(['sip', 'xmpp'] as const);
  const name = chance.pick(Object.keys(speaks === 'sip' ? SIP_MISDEEDS : XMPP_MISDEEDS));
  const gateway = chance.pick(town.gateways).address;
  const from = `mallory@${STRANGER}`;
  const to = speaks === 'sip' ? xmpp : sip;
  const company = {
    speaks,
    domain: STRANGER,
    address: STRANGER_AT,
    certificate: CERTIFICATES.stranger,
  };
  town.tell(`-- the stranger: ${name} to ${to}`);
  misbehave({ world: town.world, company, gateway, from, to }, name);
}
