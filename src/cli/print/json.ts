/** JSON for reading: whatever fits on a line stands on one. `width` counts from the value's own column. */
export function compactJson(value: unknown, width = 90, indent = ''): string {
  const line = oneLine(value);
  if (line.length <= width || typeof value !== 'object' || value === null) return line;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const members = Object.entries(value).map(([key, member]) => {
    const prefix = isList ? '' : `${JSON.stringify(key)}: `;
    return `${inner}${prefix}${compactJson(member, width - prefix.length - 2, inner)}`;
  });
  return `${isList ? '[' : '{'}\n${members.join(',\n')}\n${indent}${isList ? ']' : '}'}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${oneLine(member)}`);
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
}
