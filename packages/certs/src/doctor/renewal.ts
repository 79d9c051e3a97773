// When a certificate should be renewed: thirty days before its end, or a third of its life if that
// is less, as ACME clients do it. A month is what people need to get a certificate by hand.

import type { Certificate } from '../certificate.ts';
import type { Instant } from '../time.ts';

/** The instant from which a certificate is due for renewal. */
export function renewalAt({
  notBefore,
  notAfter,
}: Pick<Certificate, 'notBefore' | 'notAfter'>): Instant {
  return notAfter - Math.min(MONTH, Math.floor((notAfter - notBefore) / 3));
}

const MONTH = 30 * 86_400_000;
