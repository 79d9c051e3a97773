// What a host tells an endpoint once, looked at before anything is made of it: a mistake is to be seen where
// it was made, and not at the first message of a stranger. What a bound must be is ../limits.ts.
import { MisuseError } from '../fault.ts';
import { hostOf } from '../host.ts';
import { bound, filled, limitsOf } from '../limits.ts';
import { timerTable } from '../timers.ts';
import { DEFAULT_ENDPOINT_LIMITS } from './limits.ts';
import type { SipEndpointOptions } from './types.ts';

/**
 * Throws `MisuseError` for options that cannot be meant.
 * @spec RFC 3261 §18.1.1
 */
export function checkOptions(options: SipEndpointOptions): void {
  checkHost(options.host);
  for (const port of Object.values(options.ports)) checkPort(port, 1);
  checkFunction('draw-token', options.drawToken);
  if (options.decline !== undefined) checkFunction('decline', options.decline);
  if (options.proxies !== undefined) checkFunction('proxies', options.proxies);
  if (options.shownTo !== undefined) checkFunction('shown-to', options.shownTo);
  checkTexts('unanswered', options.unanswered);
  checkTexts('methods', options.methods);
  checkTexts('accept', options.accept);
  checkTexts('events', options.events);
  checkTexts('supported', options.supported);
  checkTexts('schemes', options.schemes);
  filled(DEFAULT_ENDPOINT_LIMITS, options.limits);
  limitsOf(options.limits);
  timerTable(options.timers);
  if (options.keepAlive !== undefined) bound('keepAlive', options.keepAlive);
}

/** A port from `least` to 65535. 0 stands for any, where one is asked for. */
export function checkPort(port: unknown, least: 0 | 1): void {
  const isPort = typeof port === 'number' && Number.isInteger(port);
  if (port === undefined && least === 1) return;
  if (isPort && port >= least && port <= 65_535) return;
  throw new MisuseError('port', `a port must be an integer from ${least} to 65535`);
}

/** Something to call. */
export function checkFunction(code: string, value: unknown): void {
  if (typeof value !== 'function') throw new MisuseError(code, `${code} must be a function`);
}

/** What stands in every Via must be one that a peer can read. */
function checkHost(host: unknown): void {
  if (typeof host === 'string' && hostOf(host) !== undefined) return;
  throw new MisuseError(
    'host',
    'host must be a name, an IPv4 address or an IPv6 address in brackets',
  );
}

function checkTexts(code: string, texts: unknown): void {
  const areTexts = Array.isArray(texts) && texts.every((text) => typeof text === 'string');
  if (texts === undefined || areTexts) return;
  throw new MisuseError(code, `${code} must be a list of texts`);
}
