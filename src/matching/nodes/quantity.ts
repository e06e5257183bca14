// Amounts as Kubernetes writes them.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/

const QUANTITY =
  /^(?<number>\d{1,19}(?:\.\d{0,9})?|\.\d{1,9})(?<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})?$/;

const DECIMAL: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1 },
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
};
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The number that a quantity is, 0 or more: `64`, `500m`, `512Gi`, `1e3`; null for anything else. */
export function parseQuantity(text: string): number | null {
  const { number, suffix = '' } = QUANTITY.exec(text)?.groups ?? {};
  if (number === undefined) return null;
  if (/^[eE]./.test(suffix)) return Number(`${number}${suffix}`);
  const power = BINARY.indexOf(suffix) + 1;
  return Number(number) * (power > 0 ? 1_024 ** power : (DECIMAL[suffix] ?? 1));
}
