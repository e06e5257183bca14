// A registry that misbehaves in a chosen way: what every lab will one day do to the gateway.
import type { ServerResponse } from 'node:http';
import { pipeline, type Transform } from 'node:stream';
import { createBrotliCompress, createGzip, gzipSync } from 'node:zlib';
import { type Answer, type Node, startRegistry, type TestRegistry, testNode } from './registry.ts';

export type Misbehaviour =
  | 'none'
  | 'slow'
  | 'html'
  | 'error 500'
  | 'unavailable 503'
  | 'unauthorized'
  | 'half a body'
  | 'broken connection'
  | 'endless body'
  | 'dripping body'
  | 'gzip bomb'
  | 'brotli bomb'
  | 'broken gzip'
  | 'deep json'
  | 'not json'
  | 'json of no use'
  | 'stuck cursor'
  | 'circling cursor'
  | 'no cursor'
  | 'empty page'
  | 'redirect'
  | 'contract 3'
  | 'other facility'
  | 'errors alone'
  | 'null node'
  | 'error in a node'
  | 'foreign record'
  | 'unknown word';

export interface BadRegistry extends TestRegistry {
  /** May be changed at any time. */
  misbehaviour: Misbehaviour;
}

export interface BadRegistryOptions {
  readonly facility?: string;
  readonly nodes?: readonly Node[];
  /** After so many requests it turns good. */
  readonly failures?: number;
  /** Where `redirect` leads. */
  readonly elsewhere?: string;
}

/** Starts as `misbehaviour`; with `none` it is a good registry of its nodes. */
export async function startBadRegistry(
  misbehaviour: Misbehaviour,
  {
    facility = 'esrf',
    nodes = [testNode('em/relion')],
    failures = Infinity,
    elsewhere = '',
  }: BadRegistryOptions = {},
): Promise<BadRegistry> {
  const state: { misbehaviour: Misbehaviour } = { misbehaviour };
  let left = failures;
  const registry = await startRegistry(facility, nodes, (request, response, arrival) => {
    const answer = answers(elsewhere)[state.misbehaviour];
    if (answer === undefined) return false;
    const asksImages = arrival.body.query?.includes('images') === true;
    if (PAGES.has(state.misbehaviour) && !asksImages) return false;
    if (left <= 0) return false;
    left -= 1;
    answer(request, response, arrival);
    return true;
  });
  return Object.defineProperty(registry as BadRegistry, 'misbehaviour', {
    get: () => state.misbehaviour,
    set: (next: Misbehaviour) => {
      state.misbehaviour = next;
    },
  });
}

/** These go wrong in the pages alone: the small check is answered well. */
const PAGES: ReadonlySet<Misbehaviour> = new Set([
  'stuck cursor',
  'circling cursor',
  'no cursor',
  'empty page',
  'null node',
  'error in a node',
  'foreign record',
  'unknown word',
]);

let circle = 0;

function answers(elsewhere: string): Partial<Record<Misbehaviour, Answer>> {
  return {
    slow: () => {},
    html: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Maintenance</h1>');
    },
    'error 500': (_request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end('secret stack trace of the lab');
    },
    'unavailable 503': (_request, response) => {
      response.writeHead(503).end();
    },
    unauthorized: (_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="https://elsewhere.example"' }).end();
    },
    'half a body': (_request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
      response.write('{"data":{"registry":', () => response.destroy());
    },
    'broken connection': (request) => {
      request.socket.destroy();
    },
    'endless body': (_request, response) => {
      response.writeHead(200, JSON_TYPE);
      pour(response, Buffer.alloc(65_536, 0x20));
    },
    'dripping body': (_request, response) => {
      response.writeHead(200, JSON_TYPE);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
    'gzip bomb': bomb('gzip', createGzip),
    'brotli bomb': bomb('br', createBrotliCompress),
    'broken gzip': (_request, response) => {
      response
        .writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' })
        .end(gzipSync('{"data":null}').subarray(0, 20));
    },
    'deep json': (_request, response) => reply(response, '['.repeat(100_000) + ']'.repeat(100_000)),
    'not json': (_request, response) => reply(response, '{"data": {"registry": '),
    'json of no use': (_request, response) => reply(response, '["hello"]'),
    'stuck cursor': page({ endCursor: 'always this', hasNextPage: true }),
    'circling cursor': (...call) => page({ endCursor: `cursor ${circle++ % 3}`, hasNextPage: true })(...call),
    'no cursor': page({ endCursor: null, hasNextPage: true }),
    'empty page': page({ endCursor: 'onward', hasNextPage: true, nodes: [] }),
    redirect: (_request, response) => {
      response.writeHead(307, { location: elsewhere }).end();
    },
    'contract 3': registry({ contract: 3 }),
    'other facility': registry({ facility: 'psi' }),
    'errors alone': (_request, response) =>
      reply(response, JSON.stringify({ data: null, errors: [{ message: 'secret of the lab' }] })),
    'null node': page({ nodes: [null, testNode('em/good')] }),
    'error in a node': page({ nodes: [testNode('em/spoilt', { groups: null }), testNode('em/good')] }, [
      { message: 'secret of the lab', path: ['images', 'nodes', 0, 'groups'] },
    ]),
    'foreign record': page({ nodes: [testNode('em/foreign', { facility: 'psi' }), testNode('em/good')] }),
    'unknown word': page({ nodes: [testNode('em/spoilt', { sharing: 'perhaps' }), testNode('em/good')] }),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function reply(response: ServerResponse, text: string): void {
  response.writeHead(200, JSON_TYPE).end(text);
}

function page(fields: Node, errors?: readonly Node[]): Answer {
  const images = {
    nodes: [testNode('em/relion')],
    generation: 'one',
    hasNextPage: false,
    endCursor: null,
    ...fields,
  };
  return (_request, response) => reply(response, JSON.stringify({ data: { images }, errors }));
}

function registry(fields: Node): Answer {
  const answer = { facility: 'esrf', name: 'ESRF', contract: 1, generation: 'one', ...fields };
  return (_request, response) => reply(response, JSON.stringify({ data: { registry: answer } }));
}

function bomb(coding: string, compress: () => Transform): Answer {
  return (_request, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': coding });
    const compressor = compress();
    pipeline(compressor, response, () => {});
    pour(compressor, Buffer.alloc(1_048_576, 0x20));
  };
}

/** Writes without end, as fast as it is read, until the reader has had enough. */
function pour(stream: NodeJS.WritableStream, chunk: Buffer): void {
  let open = true;
  stream.on('close', () => {
    open = false;
  });
  stream.on('error', () => {
    open = false;
  });
  const more = () => {
    while (open && stream.write(chunk));
    if (open) stream.once('drain', more);
  };
  more();
}
