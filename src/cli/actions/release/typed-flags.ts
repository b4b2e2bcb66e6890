/** Those of these flags that were typed, as they are typed again. */
export function typedFlags<Flags extends object>(flags: Flags, names: readonly (keyof Flags & string)[]): string[] {
  return names.flatMap((name) => {
    const value = flags[name];
    if (value === true) return [`--${name}`];
    return typeof value === 'string' ? [`--${name}`, value] : [];
  });
}
