// What a federation is made of, and what a host is handed that runs a gateway of its own in it.
import type { IssueOptions, Variety } from '@interwork/certs/testing';
import type { AuthorityCrypto } from '@interwork/certs/testing';
import type { JudgeOptions } from '@interwork/certs';
import type { PolicyDocument } from '@interwork/policy';
import type { Transport } from '@interwork/sip';
import type { XmppEndpointOptions } from '@interwork/xmpp';
import type { Timing } from '../../drive.ts';
import type { GatewayOptions } from '../../gateway/options.ts';
import type { Edges, Hooks, Running } from '../../gateway/wire.ts';
import type { Recording } from '../../ladder/recording.ts';
import type { HostClock } from '../clock.ts';
import type { World } from '../world.ts';

/** One company, by its domain. */
export interface CompanyOptions {
  readonly speaks: 'sip' | 'xmpp';
  /** Names of its users. Default: those that are asked for by `user`. */
  readonly users?: readonly string[];
  /** What it shows in TLS: one that is wrong by name, such as `expired`, or what to issue. Default: an honest one. */
  readonly certificate?: Variety | IssueOptions;
}

/** What a federation is made of. Everything may be left out. */
export interface FederationOptions {
  /** Companies by domain. Default: `contoso.example` with alice speaks SIP, `gtalk.example` with bob speaks XMPP. */
  readonly companies?: Readonly<Record<string, CompanyOptions>>;
  /** The policy. Default: everybody may talk to everybody, by a rule called `everybody`. */
  readonly policy?: Partial<PolicyDocument>;
  /** What is to be different in the gateway's options. */
  readonly gateway?: Partial<GatewayOptions>;
  /** Runs a gateway of your own in place of the one that these options make. */
  readonly host?: Host;
  /** How SIP companies and the gateway reach each other. Faults of datagrams need `udp`. Default `tls`. */
  readonly transport?: Transport;
  /** Where chance begins: of faults, and of what waits for a while by chance. Default 1. */
  readonly seed?: number;
  /** The first instant (epoch milliseconds). Default the beginning of 2026. */
  readonly start?: number;
}

/** Runs a gateway in a federation, as `wire` or the host's own loop does. Called again when the gateway restarts. */
export type Host = (place: HostPlace) => Running;

/** What a host is handed. Its own code runs on this unchanged: edges are its transport port, `timing` its clock. */
export interface HostPlace {
  /** Both wires, listening, with certificates and names. */
  readonly edges: Edges;
  /** The clock and the alarm of this process. */
  readonly timing: Timing;
  /** What a `Gateway` of this federation is made of; spread it, and change what is yours. */
  readonly options: GatewayOptions;
  /** What the federation answers, and the ear it has for traces. Without `onTrace` there are none to look at. */
  readonly hooks: Hooks;
  /** Draws ladders of what passes a machine: `recording.over(gateway)` is run in its place. */
  readonly recording: Recording;
  /** For a host that makes its edges itself: the world, the clock of this process, and where it stands. */
  readonly world: World;
  readonly clock: HostClock;
  readonly address: string;
}

/** The cryptography of a federation, which `federation` of `@interwork/core/testing` brings along. */
export interface FederationCrypto {
  readonly certificates: AuthorityCrypto & JudgeOptions['crypto'];
  readonly digest: XmppEndpointOptions['digest'];
  readonly mac: GatewayOptions['mac'];
  /** Lets code of a host that waits for promises go on. */
  readonly breathe: () => Promise<void>;
}

/** The companies of a federation where nothing else is said. */
export const TWO_COMPANIES: Readonly<Record<string, CompanyOptions>> = {
  'contoso.example': { speaks: 'sip', users: ['alice'] },
  'gtalk.example': { speaks: 'xmpp', users: ['bob'] },
};

/** The policy where nothing else is said. */
export const EVERYBODY: Partial<PolicyDocument> = {
  rules: [{ id: 'everybody', effect: 'permit', domains: ['*'] }],
};
