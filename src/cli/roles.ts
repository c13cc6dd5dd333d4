import { ROLES, type Role } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';

/** `planner,approver`: throws `usage` for a role that there is not, and for none. */
export function rolesOf(text: string): Role[] {
  const roles = text.split(',').map((role) => role.trim());
  const unknown = roles.find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown !== undefined)
    throw new DomainError('usage', `--roles: found \`${unknown}\`, expected some of ${ROLES.join(', ')}`);
  return roles as Role[];
}
