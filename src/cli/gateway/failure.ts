// Errors of the connection to a gateway: the reason and what to do about it, by the code of the failure.
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';

/** OpenSSL's codes, as Node gives them, for a certificate that no trusted authority has signed. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);

/**
 * A GATEWAY_UNREACHABLE error, to be thrown by the caller, with the reason and a hint; `at` is the endpoint.
 * `ownCa`: the certificates to trust were named with `--ca`.
 */
export function unreachable(endpoint: URL, cause: unknown, ownCa: boolean): FederationError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = inert(code ?? message);
  if (code !== undefined && UNTRUSTED.has(code)) {
    return new FederationError(
      'GATEWAY_UNREACHABLE',
      `the gateway’s certificate is not signed by a trusted authority (${why})`,
      {
        at: endpoint.href,
        hint: ownCa
          ? 'Name with --ca the certificate (PEM) of the authority that signed the gateway’s.'
          : 'Name the certificate (PEM) of the authority that signed it: --ca <file>, or NODE_EXTRA_CA_CERTS for every command.',
        cause,
      },
    );
  }
  if (code?.startsWith('CERT_') || code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new FederationError('GATEWAY_UNREACHABLE', `the gateway’s certificate is not valid (${why})`, {
      at: endpoint.href,
      hint: 'Use the host name in the certificate; the gateway’s operator can renew it.',
      cause,
    });
  }
  return new FederationError('GATEWAY_UNREACHABLE', `the gateway does not answer (${why})`, {
    at: endpoint.href,
    hint: 'Start one with: panfed serve. Another address is named by --url or PANFED_URL.',
    cause,
  });
}
