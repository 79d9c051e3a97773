// Habit: home-server
// They do: REGISTER, SERVICE and subscriptions to packages called vnd-microsoft-roaming or -provisioning are between a client and its
//   own server; their edges answer such requests of a partner with 504 and the number 1027.
// Vectors: err-09 O, own im-home-server O.
// We do: take none of them, and refuse each by name; as an edge, with the same number.

/** Whether a package of events is one between a client and its own server. */
export function isHomeEvent(name: string): boolean {
  return HOME_EVENTS.test(name);
}

const HOME_EVENTS = /^vnd-microsoft-(?:roaming|provisioning)/i;
