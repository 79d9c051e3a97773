// What is known about cases that fail, for the page's reader: why, and what would mend it.

export const NOTES: Readonly<Record<string, string>> = {};
