/**
 * Who is asking. Guarantees: a principal is only ever made from a credential that was
 * checked, and carries what bounds its view (platform, region or trainee), so a room
 * never has to look that up again.
 */
import type { FastifyRequest } from 'fastify';

export type Principal =
  /** A platform's backend or staff: sees and does what is the platform's own. */
  | { readonly kind: 'platform'; readonly platformId: string }
  /** A person who looks. `region` is a prefix of GB/T 2260 codes; every class that starts with it is in view. */
  | {
      readonly kind: 'person';
      readonly personId: string;
      readonly username: string;
      readonly role: 'monitor' | 'reviewer';
      readonly region: string;
    }
  /** A trainee, who sees the own record only. */
  | { readonly kind: 'trainee'; readonly traineeId: string; readonly platformId: string };

export interface Auth {
  /**
   * From the Authorization header (platform API key or people token) or the login cookie.
   * Throws `unauthenticated` when there is none or it is not valid, `forbidden` when a
   * foreign page tries to spend the cookie.
   */
  principal(request: FastifyRequest): Promise<Principal>;
  /** From a people token, e.g. of a Socket.IO handshake. Throws `unauthenticated`. */
  fromToken(token: string): Principal;
}
