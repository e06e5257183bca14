// How a finding about labels is put: its place, and what it is about, before what is wrong.
import { pathText } from '../../config/explain.ts';
import { BOUNDS } from '../../model/bounds.ts';
import { inert } from '../../model/inert.ts';
import type { Findings, Severity } from '../../registry-server/finding.ts';
import { IMAGE_LABEL } from '../../sources/labels.ts';
import type { LabelSource } from './label-source.ts';

type Path = readonly PropertyKey[];

/** Adds a finding about a label, or about a part of the JSON in `io.panfed.image`. */
export type Say = (
  severity: Severity,
  label: string,
  path: Path,
  message: string,
  hint?: string,
  part?: 'key' | 'value',
) => void;

/** Adds findings about the labels of `source` to `findings`, each with its place. */
export function sayOf(source: LabelSource, findings: Findings): Say {
  return (severity, label, path, message, hint, part = 'value') =>
    findings.add(severity, fieldOf(label, path), () => ({
      position: source.place(label, path, part),
      message: `${subjectOf(source, label, path)}${message}`,
      hint,
    }));
}

/** What a finding is counted by: a field of the description, or a label. */
const fieldOf = (label: string, [field]: Path): string => (field === undefined ? label : String(field));

function subjectOf({ isDescription }: LabelSource, label: string, path: Path): string {
  const name = inert(label.slice(0, BOUNDS.labelName));
  if (path.length === 0) return isDescription && label === IMAGE_LABEL ? 'the description: ' : `${name}: `;
  return isDescription ? `${pathText(path)}: ` : `${name}: ${pathText(path)}: `;
}
