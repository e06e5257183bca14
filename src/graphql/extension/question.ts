// A question about an extension's fields as stitching delegates it, separated from the ids of its images; and the
// answer to such a question, combined from the answers about each image.
import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  print,
} from 'graphql';
import { FederationError } from '../../model/errors.ts';

export interface ExtensionQuestion {
  /** The same for the same fields with the same variables, for every caller. */
  readonly key: string;
  readonly query: string;
  /** The variables of a request about the images with these ids. */
  variables(ids: readonly string[]): Readonly<Record<string, unknown>>;
  /** The response key of the list of images. */
  readonly responseKey: string;
}

/** What the registry answers about one image, or why it does not answer. */
export type ExtensionAnswer =
  | {
      /** A GraphQL object whose texts are inert; null: the registry has no such image. */
      readonly value: unknown;
      /** The paths within the image that the registry could not answer, each with its error. */
      readonly faults: readonly {
        readonly path: readonly (string | number)[];
        readonly failure: FederationError;
      }[];
    }
  | { readonly failure: FederationError };

/**
 * The question of a delegated document, and the registry's own ids of its images, in their order. Throws INTERNAL where
 * the document does not pass `ids` by a variable.
 */
export function readQuestion(
  document: DocumentNode,
  given: Readonly<Record<string, unknown>>,
): { readonly question: ExtensionQuestion; readonly ids: readonly string[] } {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const field = operation?.selectionSet.selections.find((one) => one.kind === Kind.FIELD);
  const argument = field?.arguments?.find(({ name }) => name.value === 'ids')?.value;
  if (operation === undefined || field === undefined || argument?.kind !== Kind.VARIABLE) {
    throw new FederationError('INTERNAL', 'a delegated document does not pass ids by a variable');
  }
  const name = argument.name.value;
  const { [name]: ids, ...others } = given;
  const query = print(nameless(document, operation));
  const key = createHash('sha256')
    .update(JSON.stringify([query, others]))
    .digest('base64');
  return {
    question: {
      key,
      query,
      variables: (some) => ({ ...others, [name]: some }),
      responseKey: (field.alias ?? field.name).value,
    },
    ids: ids as readonly string[],
  };
}

/**
 * Removes the caller's name of the operation, which the registry need not know and which would prevent sharing answers.
 */
function nameless(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const { name: _, ...rest } = operation;
  return { ...document, definitions: document.definitions.map((one) => (one === operation ? rest : one)) };
}

/**
 * The answer to a question (GraphQL's response) from the answers about each image, in their order: null for an image
 * whose answer failed; an image's errors have that image's path.
 */
export function combineAnswers(
  { responseKey }: ExtensionQuestion,
  answers: readonly ExtensionAnswer[],
): ExecutionResult {
  const errors = answers.flatMap((answer, index) =>
    'failure' in answer
      ? [errorAt([responseKey, index], answer.failure)]
      : answer.faults.map(({ path, failure }) => errorAt([responseKey, index, ...path], failure)),
  );
  const images = answers.map((answer) => ('failure' in answer ? null : answer.value));
  return { data: { [responseKey]: images }, ...(errors.length > 0 && { errors }) };
}

const errorAt = (path: readonly (string | number)[], failure: FederationError): GraphQLError =>
  new GraphQLError(failure.message, { path, originalError: failure });
