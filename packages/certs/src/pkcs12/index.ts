// Public names of @interwork/certs/pkcs12. Apart, since what writes and opens such files takes a while to load.

export { readPkcs12 } from './read.ts';
export type { Pkcs12 } from './read.ts';
export { writePkcs12 } from './write.ts';
export type { Pkcs12Plan } from './write.ts';
