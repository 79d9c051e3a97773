// Findings and the calendar as text for people.
import type { Finding, ForecastEntry } from '@interwork/certs';

export function findingText(one: Finding): string {
  const role = one.role === 'both' ? 'as server and as client' : `as ${one.role}`;
  const peers = one.holder === 'us' && one.peers.length > 0 ? `, for ${one.peers.join(', ')}` : '';
  return [
    `${one.level.toUpperCase()} ${one.code}: ${one.certificate} ${role}${peers}`,
    `  what  ${one.what}`,
    `  why   ${one.why}`,
    `  seen  ${one.field}: ${one.evidence}`,
    `  do    ${one.remedy}`,
  ].join('\n');
}

export function calendarText(entries: readonly ForecastEntry[]): string {
  const lines = entries.map(({ at, level, certificate, peers, text, remedy, source }) =>
    [
      `${at.slice(0, 10)} ${level === 'breaks' ? '!' : ' '} ${certificate}: ${text}`,
      ...(peers.length === 0 ? [] : [`             peers: ${peers.join(', ')}`]),
      `             do: ${remedy}`,
      ...(source === '' ? [] : [`             source: ${source}`]),
    ].join('\n'),
  );
  return ['Calendar', ...lines].join('\n');
}
