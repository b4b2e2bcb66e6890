/**
 * Stands for a function, class or object that is loaded when something is done with it. Methods of an instance are called
 * on itself: some, as `performance.now`, refuse whatever stands for it.
 */
export const LATER = `const isInstance = (it) => typeof it === 'object' && ![Object.prototype, null].includes(Object.getPrototypeOf(it));
const ofIt = (it, value) => (typeof value === 'function' && isInstance(it) ? value.bind(it) : value);
const later = (load, isEsModule) => new Proxy(function () {}, {
  get: (_, key) => (key === '__esModule' ? isEsModule : ofIt(load(), load()[key])),
  apply: (_, self, args) => Reflect.apply(load(), self, args),
  construct: (_, args, target) => Reflect.construct(load(), args, target),
});
`;

/** Built-in modules that take milliseconds to load. */
export const SLOW = [
  ...['node:child_process', 'node:crypto', 'node:dns', 'node:fs/promises', 'node:http', 'node:https', 'node:net'],
  ...['node:perf_hooks', 'node:readline', 'node:tls', 'node:worker_threads', 'node:zlib'],
];

/** An ES module with the names of a CommonJS one; those that nobody imports are shaken off. */
export function namedExports(load: string, module: Readonly<Record<string, unknown>>, late: boolean): string {
  const names = Object.keys(module).filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== 'default');
  const lines = names.map((name) => {
    const isLate = late && (typeof module[name] === 'function' || typeof module[name] === 'object');
    const value = isLate ? `later(() => load().${name})` : `pick('${name}')`;
    return `const ${name}$ = /* @__PURE__ */ ${value};\nexport { ${name}$ as ${name} };`;
  });
  return `let module;
const load = () => (module ??= ${load});
const pick = (name) => load()[name];
${LATER}${lines.join('\n')}
export default /* @__PURE__ */ later(load);`;
}
