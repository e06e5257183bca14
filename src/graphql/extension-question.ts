// A question about an extension's fields as stitching delegates it, apart from the images that it is about; and an answer
// of such a question put together from what is known of each image.
import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  print,
} from 'graphql';
import { FederationError } from '../model/errors.ts';

export interface ExtensionQuestion {
  /** The same for the same fields with the same variables, whoever asks. */
  readonly key: string;
  readonly query: string;
  /** The variables of a request about these images. */
  variables(ids: readonly string[]): Readonly<Record<string, unknown>>;
  /** The answer's name for the list of images. */
  readonly responseKey: string;
}

/** What the registry says of one image, or why it says nothing. */
export type ExtensionAnswer =
  | {
      /** An object of GraphQL, inert; null: the registry has no such image. */
      readonly value: unknown;
      /** Where within the image the registry could not answer, and what is said of it. */
      readonly faults: readonly {
        readonly path: readonly (string | number)[];
        readonly failure: FederationError;
      }[];
    }
  | { readonly failure: FederationError };

/** The question, and the registry's own ids of the images that are asked for. */
export function readQuestion(
  document: DocumentNode,
  given: Readonly<Record<string, unknown>>,
): { readonly question: ExtensionQuestion; readonly ids: readonly string[] } {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const field = operation?.selectionSet.selections.find((one) => one.kind === Kind.FIELD);
  const argument = field?.arguments?.find(({ name }) => name.value === 'ids')?.value;
  if (operation === undefined || field === undefined || argument?.kind !== Kind.VARIABLE) {
    throw new FederationError('INTERNAL', 'a delegated document asks for no images by a variable');
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

/** The caller's name of the operation is nobody's business but theirs, and no reason to ask again. */
function nameless(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const { name: _, ...rest } = operation;
  return { ...document, definitions: document.definitions.map((one) => (one === operation ? rest : one)) };
}

/** What is wrong with an image is wrong at that image's place alone. */
export function putTogether(
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
