// The kinds of a descriptive field, and the types that follow from a kind: the value as it was said, and as a record has it.

/** What every field has. */
interface Common {
  /** For the authors of policies. */
  readonly about?: string;
  /** The part that states it, for the authors of policies. */
  readonly saidBy: string;
  /** How a catalog file writes it, as a hint beside a mistake; free text needs none. */
  readonly example?: string;
  /** With it, `io.panfed.<field>` states the field where the registry does not: what it becomes, and an example. */
  readonly label?: { readonly becomes: string; readonly example: string };
  /** Below a group: the name of its row on the page. Without it there is none. */
  readonly row?: string;
  /** Below a part: how the page writes it in the part's row, `{}` being the value; the value alone unless said. */
  readonly phrase?: string;
}

/** What the page and the command line show alike. */
interface Showable extends Common {
  /** With it the field has a row: its name on the page, and on the command line, at most eleven small letters. */
  readonly shown?: { readonly name: string; readonly short: string };
}

/** One line. */
interface Line extends Showable {
  readonly kind: 'line';
  /** Characters, in UTF-16 code units; so for every kind of text. */
  readonly max: number;
}

/** One line without which what it is a field of says nothing. */
interface Name extends Common {
  readonly kind: 'name';
  readonly max: number;
}

/** Text that keeps its lines. */
interface Prose extends Showable {
  readonly kind: 'prose';
  readonly max: number;
}

/** An http or https URL, or an RFC 3339 time; what is neither is null in the record. */
interface Scalar extends Showable {
  readonly kind: 'url' | 'time';
}

/** A whole number that is not negative; `count`: within 32 bits, as GraphQL's Int. */
interface Amount extends Showable {
  readonly kind: 'amount' | 'count';
}

/** A list of lines: in small letters and a sorted set in the record. */
interface Names extends Showable {
  readonly kind: 'names';
  /** Entries. */
  readonly max: number;
}

/** A list of names of which the record has the vocabulary's ids. */
interface Terms extends Common {
  readonly kind: 'terms';
  readonly max: number;
}

/** Software by name and version. */
interface Frameworks extends Common {
  readonly kind: 'frameworks';
  readonly max: number;
}

/** Fields below a name. `group`: always there in the record. `part`: null where it was not said. */
interface Group extends Common {
  readonly kind: 'group';
  readonly fields: Readonly<Record<string, InnerField>>;
}

interface Part extends Common {
  readonly kind: 'part';
  /** With its article, for messages. */
  readonly called: string;
  readonly fields: Readonly<Record<string, InnerField>>;
}

export type Field = Line | Name | Prose | Scalar | Amount | Names | Terms | Frameworks | Group | Part;

/** What may stand by itself. */
export type OuterField = Exclude<Field, Name>;

/** What may stand below another: the vocabulary maps none of them. */
export type InnerField = Exclude<Field, Terms | Frameworks>;

/** A framework as the lab names it. */
export interface StatedFramework {
  readonly name: string;
  readonly version: string | null;
}

/** A framework with its canonical name (by the vocabulary alone) and the version as the lab writes it. */
export interface FrameworkVersion extends StatedFramework {
  readonly raw: string;
}

/** A field as a registry or a label says it, checked and cleaned. null: not said. */
export type StatedValue<F extends Field> = F extends { readonly kind: 'frameworks' }
  ? readonly StatedFramework[] | null
  : RecordValue<F> | null;

/** A field as a record has it, total: a scalar without a value is null, a list is empty. */
export type RecordValue<F extends Field> = F extends { readonly kind: 'name' }
  ? string
  : F extends { readonly kind: 'line' | 'prose' | 'url' | 'time' }
    ? string | null
    : F extends { readonly kind: 'amount' | 'count' }
      ? number | null
      : F extends { readonly kind: 'names' | 'terms' }
        ? readonly string[]
        : F extends { readonly kind: 'frameworks' }
          ? readonly FrameworkVersion[]
          : F extends { readonly kind: 'group'; readonly fields: infer Fields }
            ? RecordValues<Fields>
            : F extends { readonly kind: 'part'; readonly fields: infer Fields }
              ? RecordValues<Fields> | null
              : never;

export type RecordValues<Fields> = {
  readonly [F in keyof Fields]: Fields[F] extends Field ? RecordValue<Fields[F]> : never;
};

export type StatedValues<Fields> = {
  readonly [F in keyof Fields]: Fields[F] extends Field ? StatedValue<Fields[F]> : never;
};

/** A field as the contract's schema has it: what a catalog's answer would be if it kept its word. */
export type WireValue<F extends Field> = F extends { readonly kind: 'name' }
  ? string
  : F extends { readonly kind: 'frameworks' }
    ? readonly StatedFramework[] | null
    : F extends { readonly kind: 'group' | 'part'; readonly fields: infer Fields }
      ? WireValues<Fields> | null
      : RecordValue<F> | null;

export type WireValues<Fields> = {
  readonly [F in keyof Fields]: Fields[F] extends Field ? WireValue<Fields[F]> : never;
};
