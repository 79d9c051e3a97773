// How the daemon is, over HTTP: `/healthz` for whoever decides where traffic goes, `/metrics` for whoever
// keeps numbers. Meant for loopback; bounded all the same, and nothing that goes wrong here leaves here.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HealthPart } from './configuration.ts';

/** What is told, at the moment of asking. */
export interface HealthSource {
  /** Whether traffic should come here, and what is known of it. */
  readonly health: () => { readonly ready: boolean } & Readonly<Record<string, unknown>>;
  readonly metrics: () => string;
}

/** A health endpoint that listens. */
export interface HealthEnd {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens, or rejects with the error of the socket. */
export async function serveHealth(place: HealthPart, source: HealthSource): Promise<HealthEnd> {
  const server = createServer(OPTIONS, (request, response) => answer(request, response, source));
  server.maxConnections = MOST_CONNECTIONS;
  const port = await bind(server, place);
  server.on('error', () => undefined);
  return { address: place.address, port, close: () => closed(server) };
}

function answer(request: IncomingMessage, response: ServerResponse, source: HealthSource): void {
  try {
    const { status, type, text } = page(request, source);
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, headers).end(text);
  } catch {
    response.writeHead(500).end();
  }
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function page({ method, url }: IncomingMessage, source: HealthSource): Page {
  const [path] = (url ?? '').split('?');
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: PLAIN, text: 'GET\n' };
  if (path === '/metrics') return { status: 200, type: PROMETHEUS, text: source.metrics() };
  if (path !== '/healthz') return { status: 404, type: PLAIN, text: '/healthz /metrics\n' };
  const health = source.health();
  return { status: health.ready ? 200 : 503, type: JSON_TYPE, text: `${JSON.stringify(health)}\n` };
}

function bind(server: Server, { address, port }: HealthPart): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Milliseconds and bytes: a request is one line and a few headers from nearby. */
const OPTIONS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8_192,
};
/** Count. A scraper and a few probes. */
const MOST_CONNECTIONS = 32;
const PLAIN = 'text/plain; charset=utf-8';
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';
const JSON_TYPE = 'application/json';
