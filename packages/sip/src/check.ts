// stub, replaced in the next commit
import { fault, type Fault } from './fault.ts';
import type { IncomingRequest, IncomingResponse, Request, Response } from './message.ts';

/** Checks. */
export function checkRequest(_request: Request): IncomingRequest | Fault {
  return fault('missing-header');
}
/** Checks. */
export function checkResponse(_response: Response): IncomingResponse | Fault {
  return fault('missing-header');
}
