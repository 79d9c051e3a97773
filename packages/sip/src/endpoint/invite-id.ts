// How the id of an INVITE is told from that of any other request: what may be answered to it differs, and is looked at
// before the endpoint is asked which request it is.

/** The id of the INVITE that came as the so-manieth request. */
export function inviteId(serial: number): string {
  return `${MARK}${serial}`;
}

export function isInviteId(id: unknown): boolean {
  return typeof id === 'string' && id.startsWith(MARK);
}

const MARK = 'invite-';
