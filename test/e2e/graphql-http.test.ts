// GraphQL over HTTP, by the audits of graphql-http: one for each MUST, SHOULD and MAY of the specification.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AuditResult, serverAudits } from 'graphql-http';
import { type RunningGateway, startSmallDemo } from '../support/gateway.ts';

let demo: RunningGateway;
before(async () => {
  demo = await startSmallDemo();
});
after(() => demo?.close());

const url = () => `${demo.url}/graphql`;

/** Some audits send a GET without an Accept of JSON, which a foreign page could make a browser send. */
const asClient: typeof fetch = (input, init) =>
  fetch(input, { ...init, headers: { 'apollo-require-preflight': '1', ...init?.headers } });

describe('a client that says that it is no foreign page', () => {
  const audits = serverAudits({ url, fetchFn: asClient });

  test('is answered as each of the 61 audits asks', async () => {
    const results = await Promise.all(audits.map(({ fn }) => fn()));
    assert.equal(results.length, 61);
    assert.deepEqual(
      results.flatMap((result) => (result.status === 'ok' ? [] : [told(result)])),
      [],
    );
  });
});

test('a client that does not is refused no MUST and no SHOULD', async () => {
  const results = await Promise.all(serverAudits({ url }).map(({ fn }) => fn()));
  assert.deepEqual(
    results.filter(({ status }) => status !== 'ok').map(({ name }) => name),
    // CSRF prevention: a page of another site can send a GET with any Accept.
    [
      'MAY accept application/x-www-form-urlencoded formatted GET requests',
      'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
      'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
    ],
  );
});

function told(result: AuditResult): string {
  return `${result.id} ${result.name}: ${'reason' in result ? result.reason : ''}`;
}
