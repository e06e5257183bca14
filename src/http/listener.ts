// The one way to listen: an HTTP server whose connections, requests and unread answers are bounded, whatever it answers.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type ErrorCode, FederationError } from '../model/errors.ts';
import { type AccessLog, logAnswer, REFUSED } from './access-log.ts';
import { type AnswersWaiting, createAnswersWaiting, type WaitingLimits } from './answers-waiting.ts';
import { targetOf } from './request-target.ts';
import { sendError, setCommonHeaders } from './respond.ts';

export interface ListenerLimits extends WaitingLimits {
  /** Connections at a time; one more is closed at once. */
  readonly connections: number;
  /** Milliseconds for a request to arrive. */
  readonly requestTimeout: number;
  /** Bytes of a request's headers. */
  readonly headerBytes: number;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly limits: ListenerLimits;
  /** Answers a request whose Host and target are valid; common headers are set. Never rejects. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;
  /** Connections that were destroyed because an answer was not read. */
  readonly onUnread?: ((cause: 'slow' | 'memory') => void) | undefined;
  /** Hears of each request that was refused here; those that `answer` has are its own to log. */
  readonly accessLog?: AccessLog | null | undefined;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  /** Connections that are open. */
  readonly connections: () => number;
  readonly waiting: AnswersWaiting;
  /** Answers what is under way, for so many milliseconds; then ends. */
  close(patience: number): Promise<void>;
}

/** Milliseconds in which a request's headers must arrive. */
const HEADERS_TIMEOUT = 10_000;
/** Milliseconds between two looks at requests that arrive too slowly; Node's own half minute would leave them all. */
const CHECKING_INTERVAL = 1_000;
/** Requests of one connection at a time: a client that pipelines sends some; a thousand in one packet are an attack. */
const PIPELINED = 8;

/** Rejects with PORT_TAKEN, or CONFIG_INVALID for an address that cannot be listened on. */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const { host, port, limits, accessLog } = options;
  const waiting = createAnswersWaiting(limits, options.onUnread);
  /** Of each connection that is open, the answers that are not taken yet. */
  const sockets = new Map<Socket, Set<ServerResponse>>();

  function take(request: IncomingMessage, response: ServerResponse): void {
    waiting.watch(response);
    setCommonHeaders(response);
    const { socket } = request;
    const underWay = sockets.get(socket) ?? new Set();
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    try {
      if (underWay.size > PIPELINED) throw tooMany();
      const url = targetOf(request);
      void options.answer(request, response, url);
    } catch (error) {
      if (accessLog) logAnswer(response, accessLog, () => REFUSED);
      response.setHeader('connection', 'close');
      sendError(response, error as FederationError);
    }
  }

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      // Node refuses to wait longer for the headers than for the whole request.
      headersTimeout: Math.min(HEADERS_TIMEOUT, limits.requestTimeout),
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: CHECKING_INTERVAL,
      keepAliveTimeout: 65_000,
      // Node's own answer has no code.
      requireHostHeader: false,
    },
    take,
  );
  // Node leaves out what comes after 2,000 headers, such as a proxy's; their bytes are bounded above.
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
      // Node closes the answer whose turn it is, now, and forgets those behind it: their work would go on for nobody.
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
  return new FederationError('LIMIT_EXCEEDED', `More than ${PIPELINED} requests wait on this connection.`, {
    hint: 'Wait for answers before sending more, or use several connections.',
  });
}

/** What could not be read as a request, by Node's code: the status, its reason, and the code of the one table. */
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

/** There is no response to write it with: the connection has an answer in bytes, if it still takes one, and ends. */
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
    hint: `Choose another one: PORT=${port === 65_535 ? 4000 : port + 1} (0: a free one).`,
    cause,
  });
}

async function drain(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive is idle only after its answer, so it is looked at again until none is left.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(sweep);
  clearTimeout(timer);
}
