// Bytes as people read and write them, in binary units (IEC 80000-13).

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/**
 * A number of bytes, 0 or more, in the largest fitting binary unit (IEC 80000-13) from B to TiB, rounded to a tenth: `2
 * GiB`, `1.2 GiB`.
 */
export function sizeText(bytes: number): string {
  const power = powerOf(bytes);
  const value = bytes / 1_024 ** power;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[power]}`;
}

/**
 * A limit in bytes, exactly, in binary units (IEC 80000-13) up to TiB: `64 MiB`, or `100000000 bytes` if it is not a
 * whole number of the largest fitting unit.
 */
export function limitText(bytes: number): string {
  const power = powerOf(bytes);
  const value = bytes / 1_024 ** power;
  return power > 0 && Number.isInteger(value) ? `${value} ${UNITS[power]}` : `${bytes} bytes`;
}

const powerOf = (bytes: number): number =>
  Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));

const WRITTEN = /^(\d{1,15}(?:\.\d{1,6})?)\s*([KMGT]i?B)$/i;

/**
 * Bytes of a size with a unit, binary (`512 GiB`) or decimal (`500 GB`), in any case, rounded down; null for anything else, for
 * less than a byte, and beyond 2^53 - 1.
 */
export function parseSize(text: string): number | null {
  const [, amount, unit = ''] = WRITTEN.exec(text.trim()) ?? [];
  if (amount === undefined) return null;
  const power = 1 + ['K', 'M', 'G', 'T'].indexOf(unit.charAt(0).toUpperCase());
  const bytes = Math.floor(Number(amount) * (unit.length === 3 ? 1_024 : 1_000) ** power);
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : null;
}
