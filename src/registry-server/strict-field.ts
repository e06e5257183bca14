// A descriptive field as a catalog file has to write it: what the gateway would clean, leave out or take for unknown is a
// mistake here.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import type { Field, WireValue } from '../model/field.ts';

type Fields = Readonly<Record<string, Field>>;

/** The shape of a strict object of these fields. */
export type StrictShape<F extends Fields> = {
  readonly [Name in keyof F]: z.ZodType<WireValue<F[Name]> | undefined>;
};

/**
 * The shape (zod's) that a catalog file's object of these fields must have. A field of kind `name` is required; every
 * other may be left out or null. Text is not empty; it (in UTF-16 units) and lists are within the bounds of their
 * fields, and names in lists within `BOUNDS.name`. URLs are http or https, times have a zone, amounts and counts are whole
 * and not negative, counts at most 2^31 - 1, versions are text, and an object within has no other fields.
 */
export function strictShape<F extends Fields>(fields: F): StrictShape<F> {
  const shape = Object.entries(fields).map(([name, field]) => [name, strictField(field)]);
  return Object.fromEntries(shape) as StrictShape<F>;
}

const text = (max: number) => z.string().min(1).max(max);
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(BOUNDS.url);
const time = z.iso.datetime({ offset: true, error: 'must be a time as in 2024-05-01T12:00:00Z' });
const whole = z.number().int().min(0);
/** A version that YAML reads as a number has lost its last zero: 3.10 is 3.1. */
const version = z.string('must be text: write it in quotes').min(1).max(BOUNDS.version);
const framework = z.strictObject({ name: text(BOUNDS.name), version: version.nullish() });

function strictField(field: Field): z.ZodType {
  switch (field.kind) {
    case 'name':
      return text(field.max);
    case 'line':
    case 'prose':
      return text(field.max).nullish();
    case 'url':
      return url.nullish();
    case 'time':
      return time.nullish();
    case 'amount':
      return whole.nullish();
    case 'count':
      return whole.max(2_147_483_647).nullish();
    case 'names':
    case 'terms':
      return z.array(text(BOUNDS.name)).max(field.max).nullish();
    case 'frameworks':
      return z.array(framework).max(field.max).nullish();
    case 'group':
    case 'part':
      return z.strictObject(strictShape(field.fields)).nullish();
  }
}
