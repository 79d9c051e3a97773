// The checksum of a journal's lines. It finds what was torn or has rotted, not what somebody forged:
// whoever can write the file may change it. (`zlib.crc32` is younger than the oldest Node we run on.)

/** CRC-32 (IEEE 802.3) of a text in UTF-8, as eight lower-case hexadecimal digits. */
export function crc32(text: string): string {
  let crc = ~0;
  for (const octet of Buffer.from(text)) crc = (TABLE[(crc ^ octet) & 0xff] ?? 0) ^ (crc >>> 8);
  return (~crc >>> 0).toString(16).padStart(8, '0');
}

const TABLE = Uint32Array.from({ length: 256 }, (_, octet) => {
  let crc = octet;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
