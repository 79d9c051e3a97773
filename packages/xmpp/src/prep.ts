// placeholder of the profiles; replaced below
/** local */
export function prepareLocal(text: string): string | undefined {
  const out = text.toLowerCase().normalize('NFC');
  return out !== '' && !/["&'/:<>@\s\p{C}]/u.test(out) ? out : undefined;
}
/** resource */
export function prepareResource(text: string): string | undefined {
  const out = text.normalize('NFC');
  return out !== '' && !/\p{Cc}/u.test(out) ? out : undefined;
}
