// The gateways that can be put through the cases, by the name they are asked for with.
import type { MakeGateway } from './gateway.ts';
import { makeInterwork } from './interwork.ts';

export const GATEWAYS: Readonly<Record<string, MakeGateway>> = { interwork: makeInterwork };
