// Habit: private-elements
// They do: put elements of Google's own into messages that cross to other servers, such as google:nosave, which asks a chat history
//   to keep nothing; they are between their clients and their own server.
// Vectors: own private-elements R.
// We do: carry none of them and declare no loss for it: nobody on the other side was to read them.
export const PRIVATE_NAMESPACES: ReadonlySet<string> = new Set([
  'google:nosave',
  'google:queue',
  'google:setting',
  'google:roster',
  'google:shared-status',
  'google:mail:notify',
  'google:mobile:data',
  'http://www.google.com/talk/protocol/auth',
]);
