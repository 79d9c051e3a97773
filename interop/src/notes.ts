// What is known about a gateway, or a case that fails, by its name: why, and what would mend it.

export const NOTES: Readonly<Record<string, string>> = {
  'kamailio-xmpp':
    'Kamailio with its own xmpp module as the gateway, as Debian packages it, a component over UDP. It ends by signal 11 at ' +
    'the first XML that the XMPP server sends it (kamailio#4154), is started again for each case, and ends again.',
};
