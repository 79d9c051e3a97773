// Habit: autoextend
// They do: agree by com.microsoft.autoextend that each notification begins the time of the subscription anew, on both sides.
// Vectors: pres-01 D, pres-04 D.
// We do: offer it, and agree to it; but not where nothing answers, since a watcher who is gone would be kept for ever.

/** The option tag. */
export const AUTOEXTEND = 'com.microsoft.autoextend';
