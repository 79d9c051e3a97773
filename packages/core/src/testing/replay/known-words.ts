// Words that were seen of Microsoft's servers and clients, or that the RFCs have: what is not among them is worth a look in
// a trace, and no more. Data for replay.ts; nothing that is carried or refused depends on it.

/** Header names in lower case, compact forms included. */
export const KNOWN_HEADERS: ReadonlySet<string> = new Set(
  `accept accept-contact accept-encoding accept-language alert-info allow allow-events authentication-info authorization
  call-id call-info contact content-disposition content-encoding content-language content-length content-type cseq date
  error-info event expires from geolocation history-info identity in-reply-to join max-forwards mime-version min-expires
  min-se organization p-asserted-identity p-preferred-identity p-session-on-behalf-of path priority privacy
  proxy-authenticate proxy-authorization proxy-require rack reason record-route refer-sub refer-to referred-by
  reject-contact replaces reply-to request-disposition require retry-after route rseq server service-route session-expires
  sip-etag sip-if-match subject subscription-state supported timestamp to unsupported user-agent via warning
  www-authenticate
  ms-archiving ms-asserted-verification-level ms-client-diagnostics ms-conversation-id ms-correlation-id ms-diagnostics
  ms-diagnostics-public ms-edge-proxy-message-trust ms-endpoint-location-data ms-im-format ms-keep-alive
  ms-piggyback-cseq ms-split-domain-info ms-subnet ms-text-format ms-user-logon-data
  endpoints roster-manager triggeredinvite
  a b c d e f i j k l m n o r s t u v x y`.split(/\s+/),
);

/** Option tags in lower case. */
export const KNOWN_TAGS: ReadonlySet<string> = new Set(
  `100rel adhoclist com.microsoft.autoextend com.microsoft.msrtc.presence com.microsoft.rtc-multiparty eventlist gruu
  gruu-10 histinfo ms-benotify ms-conf-invite ms-delayed-accept ms-dialog-route-set-update ms-early-media
  ms-embedded-first-message ms-piggyback-first-notify ms-renders-gif ms-renders-isf ms-renders-mime-alternative
  ms-safe-transfer ms-sender ms-text-format msrtc-event-categories norefersub outbound path privacy replaces timer`.split(
    /\s+/,
  ),
);

/** Media types in lower case. */
export const KNOWN_TYPES: ReadonlySet<string> = new Set([
  'application/sdp',
  'multipart/alternative',
  'multipart/related',
  'multipart/mixed',
  'text/plain',
  'text/html',
  'text/rtf',
  'image/gif',
  'application/x-ms-ink',
  'text/x-msmsgsinvite',
  'message/cpim',
  'application/im-iscomposing+xml',
  'application/ms-imdn+xml',
  'application/xml',
  'application/pidf+xml',
  'application/xpidf+xml',
  'text/xml+msrtc.pidf',
  'text/xml+msrtc.wpending',
  'application/msrtc-event-categories+xml',
  'application/rlmi+xml',
  'application/msrtc-adrl-categorylist+xml',
]);

/** Numbers of diagnostics whose meaning is known. */
export const KNOWN_DIAGNOSTICS: ReadonlySet<number> = new Set([
  0, 1, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
  1017, 1027, 1034, 1047, 2139, 4003, 4004, 4005, 4006, 4141, 6001, 7008, 10003, 13004, 52017,
]);
