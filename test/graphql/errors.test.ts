import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { answerable } from '../../src/graphql/errors.ts';
import { FederationError } from '../../src/model/errors.ts';

/** What a client is told of it, and what the log keeps. */
function told(error: unknown) {
  const lines: string[] = [];
  const { message, path, extensions } = answerable(error, pino({}, { write: (line) => lines.push(line) }));
  return { message, path, extensions, logged: lines.join('') };
}

const atField = (originalError: Error): GraphQLError =>
  new GraphQLError(originalError.message, { path: ['images', 'nodes', 0], originalError });

describe('a failure of ours', () => {
  test('is answered with its code, place, hint and details', () => {
    const error = new FederationError('BAD_CHOICE', 'There is no relin.', {
      at: 'frameworks',
      hint: 'Did you mean relion?',
      extensions: { suggestions: ['relion'] },
    });
    const { extensions, message, logged } = told(error);
    assert.equal(message, 'There is no relin.');
    assert.deepEqual(extensions, {
      code: 'BAD_CHOICE',
      at: 'frameworks',
      hint: 'Did you mean relion?',
      suggestions: ['relion'],
      http: { status: 400, spec: true },
    });
    assert.equal(logged, '');
  });

  test('has the status of its code where it is the whole answer, and none where it is a field’s', () => {
    const error = new FederationError('LIMIT_EXCEEDED', 'too much');
    assert.deepEqual(told(error).extensions.http, { status: 400 });
    assert.equal(told(atField(error)).extensions.http, undefined);
    assert.deepEqual(told(atField(error)).path, ['images', 'nodes', 0]);
  });

  test('that stops a question before it is executed has no 2xx status, except for clients of application/json', () => {
    const error = new FederationError('BAD_INPUT', 'no');
    assert.deepEqual(told(error).extensions.http, { status: 400, spec: true });
    assert.equal(told(atField(error)).extensions.http, undefined);
  });

  test('is found however often it is wrapped', () => {
    const error = atField(
      new GraphQLError('b', { originalError: atField(new FederationError('BAD_INPUT', 'c')) }),
    );
    assert.deepEqual([told(error).message, told(error).extensions.code], ['c', 'BAD_INPUT']);
  });
});

describe('a failure that nobody foresaw', () => {
  for (const error of [
    new TypeError('secret'),
    atField(new Error('secret')),
    new GraphQLError('secret', { path: ['a'] }),
    new FederationError('INTERNAL', 'secret'),
    'secret',
  ]) {
    test(`is masked and logged: ${String(error)}`, () => {
      const { message, extensions, logged } = told(error);
      assert.deepEqual([message, extensions.code], ['Unexpected error.', 'INTERNAL']);
      assert.doesNotMatch(JSON.stringify(extensions), /secret/);
      assert.match(logged, /secret/);
    });
  }

  test('in one field leaves the status to the rest of the answer', () => {
    assert.equal(told(atField(new Error('x'))).extensions.http, undefined);
    assert.deepEqual(told(new Error('x')).extensions.http, { status: 500 });
  });
});

describe('what GraphQL refuses', () => {
  test('keeps the code of a document that does not parse or validate', () => {
    for (const code of ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']) {
      const http = { status: 400, spec: true };
      assert.deepEqual(told(new GraphQLError('x', { extensions: { code, http } })).extensions, {
        code,
        http,
      });
    }
  });

  test('in variables is BAD_INPUT', () => {
    const error = new GraphQLError('Variable "$first" …', {
      originalError: new GraphQLError('Int cannot …'),
    });
    assert.deepEqual(told(error).extensions, { code: 'BAD_INPUT', http: { status: 400, spec: true } });
  });

  for (const [status, code] of [
    [400, 'BAD_REQUEST'],
    [405, 'METHOD_NOT_ALLOWED'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [415, 'UNSUPPORTED_MEDIA_TYPE'],
  ] as const) {
    test(`in the request with ${status} is ${code}, for every client, and shows nothing of the parser`, () => {
      const http = { status, spec: true, headers: { Allow: 'POST' } };
      const error = new GraphQLError('x', {
        extensions: { http, code: 'ANOTHER', originalError: { message: 'secret' } },
      });
      assert.deepEqual(told(error).extensions, { code, http: { ...http, spec: false } });
    });
  }
});
