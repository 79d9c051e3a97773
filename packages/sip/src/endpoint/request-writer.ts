// A request written for one target and one connection, with a transaction of its own; and the transaction found
// again that a response or what was written belongs to. RFC 3261 §8.1.1, §17.1.3 and §18.1.
import { isFault } from '../fault.ts';
import { type IncomingResponse, param } from '../message.ts';
import { parseMessage } from '../parse.ts';
import { clientKey } from '../transaction/key.ts';
import type { ClientTable, ClientTransaction } from './client-table.ts';
import type { Connection } from './connections.ts';
import type { Endings } from './endings.ts';
import type { Ground } from './ground.ts';
import type { InviteClient, InviteTable } from './invite-table.ts';
import { MAX_DATAGRAM, type Sending } from './sending.ts';
import { answersUs, hasOneVia, ourVia, type SentBy } from './sent-by.ts';
import type { Flow, Instant, Target } from './types.ts';
import { branchOf, octetsOf } from './wire-request.ts';

export class RequestWriter {
  readonly #ground: Ground;
  readonly #transactions: ClientTable;
  readonly #invites: InviteTable;
  readonly #endings: Endings;
  readonly #sentBy: SentBy;
  readonly #unanswered: readonly string[];

  constructor(
    ground: Ground,
    transactions: ClientTable,
    invites: InviteTable,
    endings: Endings,
    sentBy: SentBy,
    unanswered: readonly string[],
  ) {
    this.#ground = ground;
    this.#transactions = transactions;
    this.#invites = invites;
    this.#endings = endings;
    this.#unanswered = unanswered;
    this.#sentBy = sentBy;
  }

  /**
   * Writes and sends; tells how many octets. 0: it is too long for the datagram it would be.
   * @spec RFC 3261 §18.1.1
   */
  send(now: Instant, sending: Sending, target: Target, connection: Connection): number {
    const { content } = sending;
    const { outbox, draw } = this.#ground;
    let branch = branchOf(content, sending.tries === 0, draw);
    let key = clientKey(branch, content.method);
    if (this.#isTaken(key)) {
      branch = branchOf(content, false, draw);
      key = clientKey(branch, content.method);
    }
    const via = ourVia(this.#sentBy, target.transport, branch);
    const bytes = octetsOf(content, via);
    if (target.transport === 'udp' && !this.#fitsDatagram(sending, bytes)) return 0;
    sending.tries += 1;
    const isAnswered = this.#isAnswered(content.method);
    if (content.method === 'INVITE' && content.kind === 'own') {
      this.#invites.begin(now, { key, bytes, via, content, connection, target, sending });
    } else if (isAnswered) {
      this.#transactions.begin(now, { key, bytes, connection, target, sending });
    }
    outbox.push({ kind: 'send', flow: connection.flow, bytes });
    if (!isAnswered) this.#sent(sending, connection, bytes);
    return bytes.length;
  }

  /**
   * The transaction of a response: its branch is ours, and it came on the connection it belongs to.
   * @spec RFC 3261 §17.1.3
   * @spec RFC 3261 §18.1.2
   */
  answeredBy(flow: Flow, incoming: IncomingResponse): ClientTransaction | undefined {
    const branch = param(incoming.via.params, 'branch') ?? '';
    const transaction = this.#transactions.get(clientKey(branch, incoming.cseq.method));
    if (transaction === undefined) return undefined;
    const isOurs = answersUs(this.#sentBy, transaction.connection.flow, flow, incoming);
    const isOwn = transaction.sending?.content.kind === 'own';
    return isOurs && (!isOwn || hasOneVia(incoming)) ? transaction : undefined;
  }

  /** The transaction of a request that we wrote there once, and of which nothing was heard. */
  wroteOnce(
    request: Uint8Array,
    connection: Connection,
  ): ClientTransaction | InviteClient | undefined {
    const message = parseMessage(request);
    if (isFault(message) || message.kind !== 'request') return undefined;
    const { via } = message.headers;
    const top = via === undefined || isFault(via) ? undefined : via[0];
    const branch = top === undefined ? undefined : param(top.params, 'branch');
    const key = clientKey(branch ?? '', message.method);
    const transaction = this.#transactions.get(key) ?? this.#invites.get(key);
    const isThere = transaction?.connection === connection && !transaction.isRepeated;
    return isThere && isUnheard(transaction) ? transaction : undefined;
  }

  #isTaken(key: string): boolean {
    return this.#transactions.get(key) !== undefined || this.#invites.get(key) !== undefined;
  }

  #isAnswered(method: string): boolean {
    return method !== 'ACK' && !this.#unanswered.includes(method);
  }

  /** It is written, and nothing more will be known of it. */
  #sent(sending: Sending, connection: Connection, bytes: Uint8Array): void {
    const { content } = sending;
    if (content.method === 'ACK' && content.kind === 'own') {
      this.#invites.acknowledged(content, { bytes, connection, sending });
    }
    this.#endings.sent(sending);
  }

  #fitsDatagram(sending: Sending, bytes: Uint8Array): boolean {
    const { datagramRequest } = this.#ground.limits;
    return bytes.length <= (sending.exceeds ? MAX_DATAGRAM : datagramRequest);
  }
}

function isUnheard({ clock }: ClientTransaction | InviteClient): boolean {
  return clock?.state === 'trying' || clock?.state === 'calling';
}
