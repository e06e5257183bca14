// Labels in a Dockerfile: those of its last stage and of the stages that it stands on, with the values that a build gives them.
// https://docs.docker.com/reference/dockerfile/#label
import { type Dockerfile, DockerfileParser, From, Label, type Property } from 'dockerfile-ast';
import type { Position } from '../../config/problem.ts';
import type { LabelNote, LabelSource } from './label-source.ts';
import { shellWord } from './shell-word.ts';

interface Stated {
  readonly value: string;
  readonly position: Position;
  /** Variables that are given at build time alone. */
  readonly unknown: readonly string[];
}

/** A stage of a build, with its labels by name. */
interface Stage {
  readonly name: string | null;
  readonly labels: Map<string, Stated>;
}

/**
 * The labels of the image that the Dockerfile makes, but for those of its base image. A variable has the default of its ARG or the
 * value of its ENV; what only a build gives is empty, and noted. Never throws: what is no instruction is passed over.
 */
export function dockerfileSource(text: string, name: string): LabelSource {
  const dockerfile = DockerfileParser.parse(text);
  const stages: Stage[] = [{ name: null, labels: new Map() }];
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) stages.push(stageOf(instruction, stages));
    else if (instruction instanceof Label) {
      for (const property of instruction.getProperties())
        stages.at(-1)?.labels.set(unquoted(property.getName()), statedBy(property, dockerfile));
    }
  }
  const labels = stages.at(-1)?.labels ?? new Map<string, Stated>();
  return {
    name,
    isDescription: false,
    levels: [Object.fromEntries([...labels].map(([label, { value }]) => [label, value]))],
    notes: [...labels].flatMap(([label, { unknown }]) => noteOf(label, unknown)),
    place: (label) => labels.get(label)?.position ?? null,
  };
}

/** `FROM build` takes over what the stage of that name, or number, has. */
function stageOf(from: From, stages: readonly Stage[]): Stage {
  const image = from.getImage()?.toLowerCase();
  const named = stages.findLast(({ name }) => name !== null && name === image);
  // The first of the stages holds what stands before any FROM.
  const numbered = image !== undefined && /^\d{1,4}$/.test(image) ? stages[Number(image) + 1] : undefined;
  return {
    name: from.getBuildStage()?.toLowerCase() ?? null,
    labels: new Map((named ?? numbered)?.labels ?? []),
  };
}

function statedBy(property: Property, dockerfile: Dockerfile): Stated {
  const { start } = property.getRange();
  const { value, unknown } = shellWord(property.getUnescapedValue() ?? '', {
    escape: dockerfile.getEscapeCharacter(),
    lookUp: (variable) => dockerfile.resolveVariable(variable, start.line) ?? null,
  });
  return { value, unknown, position: { line: start.line + 1, column: start.character + 1 } };
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
