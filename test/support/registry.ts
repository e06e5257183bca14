// A registry that speaks the contract over any nodes, valid or not, which a test may replace while it runs.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GraphQLSchema, graphql } from 'graphql';
import { NOTHING_ATTACHED } from '../../src/registry-server/attached.ts';
import { registrySchema } from '../../src/registry-server/schema.ts';
import { startHttpServer } from './http-server.ts';

export type Node = Readonly<Record<string, unknown>>;

/** A request that arrived, for tests of what is sent where. */
export interface Arrival {
  readonly authorization: string | undefined;
  readonly method: string | undefined;
  readonly body: { readonly query?: string; readonly variables?: Node };
}

export interface TestRegistry {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** From now on; the generation is new unless said. */
  replace(nodes: readonly Node[], generation?: string): void;
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, arrival: Arrival) => void;

/** A node with what must not be missing, and the given fields. */
export const testNode = (repository: string, fields: Node = {}): Node => ({
  id: `upstream:${repository}`,
  repository,
  tags: ['1.0'],
  ...fields,
});

/** `before` may answer in place of the registry: it returns false to leave the request to it. */
export async function startRegistry(
  facility: string,
  nodes: readonly Node[],
  before: (...call: Parameters<Answer>) => boolean = () => false,
): Promise<TestRegistry> {
  let serial = 0;
  let schema: GraphQLSchema;
  const arrivals: Arrival[] = [];
  function replace(next: readonly Node[], generation = `generation ${++serial}`): void {
    const images = next.map((node, index) => ({
      ...{ id: String(node.id ?? index), node, extension: {} },
      ...{ attached: NOTHING_ATTACHED, demo: null },
    }));
    schema = registrySchema({ facility, name: `Registry of ${facility}`, images, generation }, null);
  }
  replace(nodes);

  const server = await startHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const arrival: Arrival = {
      authorization: request.headers.authorization,
      method: request.method,
      body: text === '' ? {} : JSON.parse(text),
    };
    arrivals.push(arrival);
    if (before(request, response, arrival)) return;
    const { query = '', variables = {} } = arrival.body;
    const result = await graphql({ schema, source: query, variableValues: variables });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  });
  return {
    url: `${server.origin}/graphql`,
    arrivals,
    replace,
    close: server.close,
  };
}
