import type { SecretView } from '../../../core/api/administration.ts';
import { printable } from '../../../core/quote.ts';
import { table } from '../table.ts';

export function secretsText(secrets: readonly SecretView[]): string {
  if (secrets.length === 0) return 'no active release names a secret';
  const rows = secrets.map(({ name, required, status, projects }) => [
    printable(name),
    status,
    required ? 'required' : 'optional',
    printable(projects.join(', ')),
  ]);
  return table(rows, ['SECRET', 'STATUS', 'NEEDED', 'BY']);
}
