export const ROLES = ['orchestrator', 'planner', 'approver', 'data', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who acts. Every route but health has one. */
export interface Principal {
  readonly keyId: string;
  readonly roles: readonly Role[];
  readonly tenant: string;
}

/** How the log names who acted. */
export function actorOf(principal: Principal): string {
  return `key:${principal.keyId}`;
}
