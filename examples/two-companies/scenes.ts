// The show: its scenes in their order.
import { CONTACT_SCENES, FAREWELL_SCENES } from './contact-scenes.ts';
import { MESSAGE_SCENES, REFUSAL_SCENES } from './message-scenes.ts';
import { PARTNER_SCENES } from './partner-scenes.ts';
import { RESTART } from './restart-scene.ts';
import type { Scene } from './scene.ts';

/** All scenes. */
export const SCENES: readonly Scene[] = [
  ...MESSAGE_SCENES,
  ...CONTACT_SCENES,
  RESTART,
  ...FAREWELL_SCENES,
  ...PARTNER_SCENES,
  ...REFUSAL_SCENES,
];
