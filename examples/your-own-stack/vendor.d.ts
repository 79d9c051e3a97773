// What this example uses of two libraries that bring no types.

declare module 'sip' {
  export interface SipAddress {
    name?: string | undefined;
    uri: string;
    params: Record<string, string | null>;
  }
  export interface SipMessage {
    method?: string;
    uri?: string;
    status?: number;
    reason?: string;
    version?: string;
    headers: Record<string, unknown> & { to: SipAddress };
    content?: string;
  }
  export interface SipStack {
    send(message: SipMessage, callback?: (response: SipMessage) => void): void;
    destroy(): void;
  }
  export interface SipRemote {
    protocol: string;
    address: string;
    port: number;
  }
  export function create(
    options: { address: string; publicAddress: string; port: number; tcp?: boolean },
    callback: (request: SipMessage, remote: SipRemote) => void,
  ): SipStack;
  export function makeResponse(request: SipMessage, status: number, reason: string): SipMessage;
  export function stringify(message: SipMessage): string;
}

declare module '@xmpp/component' {
  export interface Element {
    name: string;
    attrs: Record<string, string>;
    children: (Element | string)[];
    getNS(): string;
  }
  export interface Component {
    on(event: 'stanza', listener: (stanza: Element) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(stanza: Element): Promise<void>;
  }
  export function component(options: {
    service: string;
    domain: string;
    password: string;
  }): Component;
  export function xml(
    name: string,
    attrs: Record<string, string>,
    ...children: (Element | string)[]
  ): Element;
}
