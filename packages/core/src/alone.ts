// A text of its own: what was cut from a message, or put together of pieces of one, would hold that message in memory for
// as long as it is kept.

/** The same text, holding nothing else. */
export function alone(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
