import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder } from '../setup/fm.ts';
import { type Answer, shell } from '../setup/in-process.ts';

export const ECHO = { id: 'echo', component: 'json-transform', config: { template: '{{ input }}' } };
export const ECHO_RESULT = '{{ stages.echo.output.result }}';

/** A project with pipelines and tests by name, and fm in it. */
export class Shop {
  readonly root = tempFolder();

  constructor(settings: object = {}) {
    this.write('flowmason.json', { name: 'shop', version: '1.0.0', ...settings });
  }

  write(file: string, content: object | string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(
      join(this.root, file),
      typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`,
    );
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  pipeline(name: string, stages: readonly object[] = [ECHO], result: unknown = ECHO_RESULT): void {
    this.write(`pipelines/${name}.pipeline.json`, { name, stages, result });
  }

  tests(name: string, tests: readonly object[], more: object = {}): void {
    this.write(`pipelines/${name}.test.json`, { name, pipeline: name, ...more, tests });
  }

  fm(...args: string[]): Promise<Answer> {
    return shell(this.root)(...args);
  }

  git(...args: string[]): void {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test'];
    execFileSync('git', [...identity, ...args], { cwd: this.root, stdio: 'ignore' });
  }
}
