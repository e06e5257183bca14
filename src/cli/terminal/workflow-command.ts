// Lines that GitHub Actions shows beside a change:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
import { inert } from '../../model/inert.ts';

export type Level = 'error' | 'warning' | 'notice';

/** A line of a file that the change has. */
export interface Line {
  readonly file: string;
  readonly line: string;
}

/** One annotation; its texts are made inert, so that none of them ends it or begins another command. */
export function annotation(level: Level, title: string, message: string, at: Line | null = null): string {
  const place = at === null ? '' : `file=${property(at.file)},line=${property(at.line)},`;
  return `::${level} ${place}title=${property(title)}::${data(message)}\n`;
}

const data = (text: string): string => inert(text).replaceAll('%', '%25');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
