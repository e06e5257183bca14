// The only place that listens: an HTTP server whose connections, requests and unread answers are bounded.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type MonotonicClock, SYSTEM_CLOCK } from '../model/clock.ts';
import { type ErrorCode, FederationError } from '../model/errors.ts';
import { type AccessLog, logAnswer, REFUSED } from './access-log.ts';
import { type AnswersWaiting, createAnswersWaiting, type WaitingLimits } from './answers-waiting.ts';
import { targetOf } from './request-target.ts';
import { sendError, setCommonHeaders } from './respond.ts';

export interface ListenerLimits extends WaitingLimits {
  /** Connections at a time; a further one is closed at once. */
  readonly connections: number;
  /** Milliseconds within which a request must arrive. */
  readonly requestTimeout: number;
  /** Bytes of a request's headers. */
  readonly headerBytes: number;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly limits: ListenerLimits;
  /** Answers a request whose Host and target are valid; common headers are set. Never rejects. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;
  /**
   * Called for each connection that was destroyed because an answer was not read, as
   * {@link createAnswersWaiting} has it.
   */
  readonly onUnread?: ((cause: 'slow' | 'memory') => void) | undefined;
  /** Gets each request that is refused here; `answer` logs the others itself. By default, as with null, nothing does. */
  readonly accessLog?: AccessLog | null | undefined;
  /** The system's by default. */
  readonly clock?: MonotonicClock;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  /** The number of open connections. */
  readonly connections: () => number;
  readonly waiting: AnswersWaiting;
  /**
   * Takes no more connections, answers the requests that are under way for at most `patience` milliseconds, then destroys
   * their connections. Resolves when none is left; never rejects.
   */
  close(patience: number): Promise<void>;
}

/** Milliseconds within which a request's headers must arrive. */
const HEADERS_TIMEOUT = 10_000;
/**
 * Milliseconds between two checks for requests that arrive too slowly; Node's default of 30 s is longer than the
 * timeout.
 */
const CHECKING_INTERVAL = 1_000;
/** Requests of one connection at a time: a pipelining client sends a few; a thousand in one packet are an attack. */
const MAX_PIPELINED = 8;

/**
 * A server that listens, within its limits (HTTP/1.1, RFC 9112): headers may take 10 s, or `requestTimeout`
 * where that is shorter, an idle connection is kept for 65 s, and a ninth request of a connection that has
 * eight unanswered ones is refused with LIMIT_EXCEEDED. What cannot be read as a request is answered by 400,
 * 408, 413 or 431, and its connection ended. Rejects with PORT_TAKEN, or with CONFIG_INVALID for an address
 * that it cannot listen on.
 */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const { host, port, limits, accessLog, clock = SYSTEM_CLOCK } = options;
  const waiting = createAnswersWaiting(limits, options.onUnread);
  /** The unfinished answers of each open connection. */
  const sockets = new Map<Socket, Set<ServerResponse>>();

  function handle(request: IncomingMessage, response: ServerResponse): void {
    waiting.watch(response);
    setCommonHeaders(response);
    const { socket } = request;
    const underWay = sockets.get(socket) ?? new Set();
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    try {
      if (underWay.size > MAX_PIPELINED) throw tooMany();
      const url = targetOf(request);
      void options.answer(request, response, url);
    } catch (error) {
      if (accessLog) logAnswer(response, accessLog, clock, () => REFUSED);
      response.setHeader('connection', 'close');
      sendError(response, error as FederationError);
    }
  }

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      // Node requires that headers do not get more time than the whole request.
      headersTimeout: Math.min(HEADERS_TIMEOUT, limits.requestTimeout),
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: CHECKING_INTERVAL,
      keepAliveTimeout: 65_000,
      // The check is ours, because Node's answer has no code.
      requireHostHeader: false,
    },
    handle,
  );
  // By default Node drops headers after the 2,000th, perhaps a proxy's. Their bytes are bounded above.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseUnreadable(error, socket, accessLog),
  );
  server.on('connection', (socket) => {
    const underWay = new Set<ServerResponse>();
    sockets.set(socket, underWay);
    socket.once('close', () => {
      sockets.delete(socket);
      // Node closes only the current answer and forgets those behind it, whose work would continue for nobody.
      process.nextTick(() => {
        for (const response of underWay) {
          response.destroy();
          response.emit('close');
        }
      });
    });
  });
  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  return {
    host,
    port: bound.port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    connections: () => sockets.size,
    waiting,
    close: (patience) => drain(server, patience),
  };
}

function tooMany(): FederationError {
  return new FederationError(
    'LIMIT_EXCEEDED',
    `More than ${MAX_PIPELINED} requests are waiting on this connection.`,
    {
      hint: 'Wait for answers before sending more, or use several connections.',
    },
  );
}

/** The answer to an unreadable request, by Node's error code: status, reason phrase, and the code of the one table. */
const UNREADABLE: Readonly<Record<string, readonly [status: number, reason: string, code: ErrorCode]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'LIMIT_EXCEEDED'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Content Too Large', 'PAYLOAD_TOO_LARGE'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'REQUEST_TIMEOUT'],
};

const SENTENCES: Readonly<Partial<Record<ErrorCode, string>>> = {
  LIMIT_EXCEEDED: 'The headers are too large.',
  PAYLOAD_TOO_LARGE: 'The request is too large.',
  REQUEST_TIMEOUT: 'The request took too long to arrive.',
  BAD_REQUEST: 'This is not an HTTP request.',
};

/** Writes the answer to the socket, because there is no response object, and ends the connection. */
function refuseUnreadable(
  error: NodeJS.ErrnoException,
  socket: Socket,
  accessLog: AccessLog | null | undefined,
): void {
  const [status, reason, code] = UNREADABLE[error.code ?? ''] ?? [400, 'Bad Request', 'BAD_REQUEST'];
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ errors: [{ message: SENTENCES[code], extensions: { code } }] });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json; charset=utf-8',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  const answer = `${head.join('\r\n')}\r\n\r\n${body}`;
  accessLog?.({ ...REFUSED, method: null, status, milliseconds: null, bytes: Buffer.byteLength(answer) });
  socket.end(answer, () => socket.destroy());
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): FederationError {
  if (cause.code !== 'EADDRINUSE') {
    return new FederationError(
      'CONFIG_INVALID',
      `The server cannot listen on ${host} port ${port}: ${cause.code ?? cause.message}.`,
      { hint: 'Choose another address: HOST and PORT, or federation.listen.', cause },
    );
  }
  return new FederationError('PORT_TAKEN', `Port ${port} of ${host} is taken.`, {
    hint: `Choose another one: PORT=${port === 65_535 ? 4000 : port + 1} (0: any free port).`,
    cause,
  });
}

async function drain(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A kept-alive connection is idle only after its answer, so that idle ones are closed repeatedly until none is left.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(sweep);
  clearTimeout(timer);
}
