// Labels in a Dockerfile: those of its last stage and of the stages that it stands on, with the values that a build gives them.
// https://docs.docker.com/reference/dockerfile/#label
import { Arg, DockerfileParser, Env, From, Label, type Property } from 'dockerfile-ast';
import type { Position } from '../../config/problem.ts';
import type { LabelNote, LabelSource } from './label-source.ts';
import { shellWord } from './shell-word.ts';

interface Stated {
  readonly value: string;
  readonly position: Position;
  /** Variables that are given at build time alone. */
  readonly unknown: readonly string[];
}

/** A stage of a build: its labels by name, and the variables that are known where it has come to. */
interface Stage {
  readonly name: string | null;
  readonly labels: Map<string, Stated>;
  /** By ENV; later stages take them over. */
  readonly environment: Map<string, string>;
  /** By ARG; they end with the stage. null: only the build knows it. */
  readonly parameters: Map<string, string | null>;
}

const newStage = (name: string | null, base?: Stage): Stage => ({
  name,
  labels: new Map(base?.labels),
  environment: new Map(base?.environment),
  parameters: new Map(),
});

/**
 * The labels of the image that the Dockerfile makes, but for those of its base image. A variable has the default of its ARG or the
 * value of its ENV; what only a build gives is empty, and noted. Never throws: what is no instruction is passed over.
 */
export function dockerfileSource(text: string, name: string): LabelSource {
  const dockerfile = DockerfileParser.parse(text);
  const escaping = dockerfile.getEscapeCharacter();
  // The first holds what stands before any FROM.
  const head = newStage(null);
  const stages = [head];
  let stage = head;
  const wordOf = (property: Property) =>
    shellWord(property.getUnescapedValue() ?? '', {
      escape: escaping,
      lookUp: (variable) => stage.environment.get(variable) ?? stage.parameters.get(variable) ?? null,
    });
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) {
      stage = newStage(instruction.getBuildStage()?.toLowerCase() ?? null, baseOf(instruction, stages));
      stages.push(stage);
    } else if (instruction instanceof Label) {
      for (const property of instruction.getProperties()) {
        const { start } = property.getRange();
        const position = { line: start.line + 1, column: start.character + 1 };
        stage.labels.set(unquoted(property.getName()), { ...wordOf(property), position });
      }
    } else if (instruction instanceof Env) {
      for (const property of instruction.getProperties())
        stage.environment.set(property.getName(), wordOf(property).value);
    } else if (instruction instanceof Arg) {
      for (const property of instruction.getProperties()) {
        const variable = property.getName();
        const isGiven = property.getValue() === null;
        const value = isGiven ? (head.parameters.get(variable) ?? null) : wordOf(property).value;
        stage.parameters.set(variable, value);
      }
    }
  }
  const { labels } = stage;
  return {
    name,
    isDescription: false,
    levels: [Object.fromEntries([...labels].map(([label, { value }]) => [label, value]))],
    notes: [...labels].flatMap(([label, { unknown }]) => noteOf(label, unknown)),
    place: (label) => labels.get(label)?.position ?? null,
  };
}

/** The stage of that name, or number, from which `FROM build` takes over labels and environment. */
function baseOf(from: From, stages: readonly Stage[]): Stage | undefined {
  const image = from.getImage()?.toLowerCase();
  if (image === undefined) return undefined;
  const named = stages.findLast(({ name }) => name === image);
  return named ?? (/^\d{1,4}$/.test(image) ? stages[Number(image) + 1] : undefined);
}

const unquoted = (name: string): string => name.replace(/^(["'])(.*)\1$/, '$2');

function noteOf(label: string, unknown: readonly string[]): readonly LabelNote[] {
  if (unknown.length === 0) return [];
  return [
    {
      label,
      message: `has ${unknown.map((name) => `$${name}`).join(', ')}, which only the build knows`,
      hint: 'Check the built image as well: docker inspect <image> | panfed labels check -',
    },
  ];
}
