// The parser side on its own: bytes to messages and back, no transactions, no endpoint.

export { checkRequest, checkResponse } from './check.ts';
export { type Fault, type FaultAnswer, type FaultCode, isFault, MisuseError } from './fault.ts';
export { Framer, type FramerEvent } from './framer.ts';
export { DEFAULT_LIMITS, type SipLimits } from './limits.ts';
export {
  type CSeq,
  type HeaderField,
  type Headers,
  type IncomingRequest,
  type IncomingResponse,
  type MediaType,
  type NameAddr,
  type Param,
  type ParamValue,
  param,
  type Read,
  type Request,
  type RequestDraft,
  type Response,
  type ResponseDraft,
  type Salvage,
  type SipMessage,
  type Via,
  type Warning,
  type WireRequest,
  type WireResponse,
} from './message.ts';
export { type MailboxUri, parseMailbox, writeMailbox } from './mailbox.ts';
export { parseNameAddr, writeNameAddr } from './name-addr.ts';
export { percentDecode } from './percent.ts';
export { headersOf } from './header/field.ts';
export { parseMessage } from './parse.ts';
export { salvage } from './salvage.ts';
export { equalTel, parseTel, type TelUri, writeTel } from './tel.ts';
export {
  equalUri,
  type OtherUri,
  parseUri,
  type SipUri,
  type Uri,
  uriParam,
  writeUri,
} from './uri.ts';
export { writeMessage, writeVia } from './write.ts';
