// The fields that a facility's own registry adds to Image beyond the contract: requested from that registry only, in
// one batch per page, for images that the caller may discover, with types prefixed by the facility. The SDL is a file,
// so that a lab that is down does not change the schema.
import { batchDelegateToSchema } from '@graphql-tools/batch-delegate';
import type { SubschemaConfig } from '@graphql-tools/delegate';
import type { Executor } from '@graphql-tools/utils';
import { FilterRootFields, RenameTypes } from '@graphql-tools/wrap';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import type { VisibleItem } from '../../discovery/view.ts';
import { FederationError } from '../../model/errors.ts';
import { ANONYMOUS } from '../../model/subject.ts';
import type { GatewayContext } from '../context.ts';
import { bytesOf } from '../measured.ts';
import { createExtensionAnswers, type ExtensionAnswers, type ExtensionAnswersOptions } from './answers.ts';
import { combineAnswers, readQuestion } from './question.ts';

/** The query of the contract that answers an extension's fields. */
const ROOT_FIELD = 'imagesById';
const TYPE = 'Image';

export interface ExtensionOptions extends ExtensionAnswersOptions {
  /** The registry that answers; the facility's id is also the field's name on Image. */
  readonly registry: string;
  /** `type Query { imagesById(ids: [ID!]!): [Image]! }` and the fields that Image has there beyond the contract. */
  readonly sdl: string;
}

export interface Extension {
  readonly facility: string;
  /** The type of the field, such as `EsrfImage`. */
  readonly type: string;
  readonly subschema: SubschemaConfig<unknown, unknown, unknown, GatewayContext>;
  /**
   * The field's value for one image, asked for in one batch with the others of the page; null for another registry's image, and
   * for one without the registry's own id. A registry that fails is the field's error; rejects with LIMIT_EXCEEDED once the
   * answer is beyond its bound.
   */
  resolve(visible: VisibleItem, context: GatewayContext, info: GraphQLResolveInfo): unknown;
}

/**
 * An extension of Image that a registry answers; its types have the facility's id as prefix. Its field is
 * null for other registries' images and those without an id of the registry's own, and its errors are those
 * of {@link createExtensionAnswers}. Throws CONFIG_INVALID where the SDL is not that of an extension.
 */
export function createExtension(options: ExtensionOptions): Extension {
  const { facility, registry } = options;
  const prefix = facility.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  const answers = createExtensionAnswers(options);
  const subschema: Extension['subschema'] = {
    schema: schemaOf(options),
    executor: (({ document, variables, context }) =>
      ask(answers, document, variables, context)) as Executor<GatewayContext>,
    transforms: [new RenameTypes((name) => `${prefix}${name}`), new FilterRootFields(() => false)],
  };
  return {
    facility,
    type: `${prefix}${TYPE}`,
    subschema,
    resolve: async ({ image }, context, info) => {
      if (image.facility !== facility || image.registry !== registry || image.upstreamId === null)
        return null;
      const answer: unknown = await batchDelegateToSchema({
        schema: subschema,
        operation: OperationTypeNode.QUERY,
        fieldName: ROOT_FIELD,
        key: image.upstreamId,
        argsFromKeys: (ids) => ({ ids }),
        context,
        info,
      });
      context.bounds.count(bytesOnce(answer));
      return answer;
    },
  };
}

const measuredBytes = new WeakMap<object, number>();

/**
 * The bytes of an answer. All aliases of one selection share one answer, which is measured once and counted each time.
 */
function bytesOnce(answer: unknown): number {
  if (typeof answer !== 'object' || answer === null) return 0;
  const bytes = measuredBytes.get(answer) ?? bytesOf(answer);
  measuredBytes.set(answer, bytes);
  return bytes;
}

function schemaOf({ facility, sdl }: ExtensionOptions): GraphQLSchema {
  const invalid = (what: string, cause?: unknown): FederationError =>
    new FederationError('CONFIG_INVALID', `The extension of ${facility} ${what}.`, {
      hint: `It needs \`type Query { ${ROOT_FIELD}(ids: [ID!]!): [${TYPE}]! }\` and a type ${TYPE}.`,
      cause,
    });
  let schema: GraphQLSchema;
  try {
    schema = buildSchema(sdl);
  } catch (error) {
    throw invalid(`is not a schema: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const field = schema.getQueryType()?.getFields()[ROOT_FIELD];
  if (field?.type.toString() !== `[${TYPE}]!`) throw invalid(`has no Query.${ROOT_FIELD}`);
  return schema;
}

/** Asks the registry. Its failures appear at the same paths; its own messages are logged, never answered. */
async function ask(
  answers: ExtensionAnswers,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> = {},
  context?: GatewayContext,
): Promise<ExecutionResult> {
  const { question, ids } = readQuestion(document, variables);
  const { principal } = context?.caller ?? ANONYMOUS;
  return combineAnswers(question, await answers.of(question, ids, principal, context?.bounds.signal));
}
