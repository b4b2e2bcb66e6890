import { describe, expect, it } from 'vitest';
import { Project } from './project.ts';

/** What every control sequence begins with. */
const BEGIN = '\u001b[';

function sequenceOf(part: string): string {
  return /^[\d;?]*[A-Za-z]/.exec(part)?.[0] ?? '';
}

/** The control sequences of a stream, without what they begin with. */
function sequences(text: string): string[] {
  return text.split(BEGIN).slice(1).map(sequenceOf);
}

/** What a terminal shows of a stream: enough of its language for what fm says, and nothing else allowed. */
class Screen {
  readonly lines: string[] = [''];
  row = 0;
  column = 0;
  /** The most rows that were redrawn at once: above the top of the screen nothing can be. */
  highest = 0;
  #wraps = true;
  readonly #columns: number;

  constructor(columns: number, text: string) {
    this.#columns = columns;
    const [plain = '', ...rest] = text.split(BEGIN);
    for (const character of plain) this.#put(character);
    for (const part of rest) {
      const sequence = sequenceOf(part);
      this.#obey(sequence);
      for (const character of part.slice(sequence.length)) this.#put(character);
    }
  }

  get text(): string {
    return this.lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  #obey(sequence: string): void {
    const count = Number(/\d+/.exec(sequence)?.[0] ?? 1);
    if (sequence.endsWith('A')) {
      this.highest = Math.max(this.highest, count);
      this.row -= count;
    } else if (sequence.endsWith('J')) {
      this.lines.length = this.row + 1;
      this.lines[this.row] = (this.lines[this.row] ?? '').slice(0, this.column);
    } else if (sequence.endsWith('l')) this.#wraps = false;
    else if (sequence.endsWith('h')) this.#wraps = true;
    else if (!sequence.endsWith('m')) throw new Error(`unknown sequence ${JSON.stringify(sequence)}`);
  }

  #put(character: string): void {
    if (character === '\r') this.column = 0;
    else if (character === '\n') this.#next();
    else {
      if (this.column >= this.#columns && this.#wraps) this.#wrap();
      else if (this.column >= this.#columns) throw new Error(`wider than the screen: ${this.lines[this.row]}`);
      const line = (this.lines[this.row] ?? '').padEnd(this.column);
      this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1);
      this.column++;
    }
  }

  #wrap(): void {
    this.column = 0;
    this.#next();
  }

  #next(): void {
    this.row++;
    this.lines[this.row] ??= '';
  }
}

function shopOfMany(): Project {
  const shop = new Project();
  shop.write('closed', '');
  const retry = { max_attempts: 2, delay: '1ms', on: ['COMPONENT'] };
  shop.pipeline(
    'sale',
    [
      shop.step('order', [], {
        says: 'reading a very long list of orders, one by one, in order',
        until: shop.path('open'),
      }),
      { id: 'lines', component: 'foreach', depends_on: ['order'], config: { items: [1, 2, 3], loop_stages: ['line'] } },
      shop.step('line'),
      shop.step('never', ['order'], {}, { when: 'false' }),
      shop.step('pay', ['lines'], { fails: shop.path('closed') }, { retry, on_error: 'continue' }),
      { id: 'say', component: 'logger', depends_on: ['pay'], config: { message: 'all done' } },
    ],
    { result: { done: '{{ 2 + 3 }}' } },
  );
  return shop;
}

describe('without a terminal', () => {
  it('every change of state is one plain line on stderr, and the result alone is on stdout', async () => {
    const shop = shopOfMany();
    shop.write('open', '');
    const { stdout, stderr } = await shop.fm(['run', 'sale'], { env: { TERM: 'xterm-256color' } });
    expect(stderr).not.toContain('\u001b');
    const lines = stderr
      .replaceAll(/\d+(\.\d)? (ms|s)\b/g, 'TIME')
      .trimEnd()
      .split('\n');
    expect(lines[0]).toMatch(/^run \w{16} {2}sale 0\.1\.0 {2}running$/);
    expect(lines).toEqual(
      expect.arrayContaining([
        'stage order  running',
        'stage order  succeeded  TIME',
        'stage never  skipped',
        'stage lines[2]/line  succeeded  TIME',
        'stage pay  retry 2 of 2 in TIME  COMPONENT: the shop is closed',
        'stage pay  failed  TIME  2 attempts  COMPONENT: the shop is closed',
        'log info  say  all done',
      ]),
    );
    expect(lines.at(-1)).toBe('sale succeeded in TIME, 8 stages');
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(run|stage|log) \S/);
    expect(JSON.parse(stdout)).toEqual({ done: 5 });
  });

  it('colours come with FORCE_COLOR only, never into stdout', async () => {
    const shop = new Project();
    shop.write('closed', '');
    shop.pipeline('sale', [shop.step('pay', [], { fails: shop.path('closed') })]);
    const [plain, none, forced, shown] = await Promise.all([
      shop.fm(['run', 'sale']),
      shop.fm(['run', 'sale'], { env: { NO_COLOR: '1' } }),
      shop.fm(['run', 'sale'], { env: { FORCE_COLOR: '1' } }),
      shop.fm(['run', 'sale', '--json'], { env: { FORCE_COLOR: '1' } }),
    ]);
    expect(plain.stderr + none.stderr + shown.stdout + shown.stderr).not.toContain('\u001b');
    expect(forced.stderr).toContain('\u001b[');
    expect(forced.stdout).toBe('');
  });

  it('--json-lines tells every event, and the outcome last', async () => {
    const shop = shopOfMany();
    shop.write('open', '');
    const { code, stdout, stderr } = await shop.fm(['run', 'sale', '--json-lines']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['run', 'stage', 'progress', 'retry', 'log', 'outcome']),
    );
    expect(events.at(-1)).toMatchObject({ type: 'outcome', status: 'succeeded', stages: expect.any(Array) });
  });

  it('--max-parallel says how many stages run at a time', async () => {
    const shop = new Project();
    shop.pipeline('wide', [shop.step('a', [], { until: shop.path('open') }), shop.step('b'), shop.step('c')]);
    const run = shop.start(['run', 'wide', '--max-parallel', '1']);
    await shop.hasRun('a');
    expect(run.text()).not.toContain('stage b  running');
    shop.write('open', '');
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(shop.ran()).toEqual(['a', 'b', 'c']);
  });
});

describe('in a terminal', () => {
  it('the graph stands in place: states, times, progress, attempts; the cursor ends below', async () => {
    const shop = shopOfMany();
    const run = shop.terminal(['run', 'sale', '-i', '{}']);
    await run.until('reading a very long list');
    const before = new Screen(80, run.text()).text;
    expect(before).toMatch(/^sale 0\.1\.0 {2}\d/);
    expect(before).toMatch(/^ {2}● order +running {2,}\d+(\.\d)? m?s {2}reading a very long list/m);
    expect(before).toMatch(/^ {2}○ lines +pending$/m);
    expect(before).toMatch(/^ {2}○ {3}line +pending$/m);
    shop.write('open', '');
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    const screen = new Screen(80, stdout);
    expect(screen.text.split('\n').map((line) => line.replaceAll(/\d+(\.\d)? (ms|s)\b/g, 'TIME').trimEnd())).toEqual([
      'info  say  all done',
      'sale 0.1.0  TIME',
      '  ✔ order   succeeded  TIME',
      '  ✔ lines   succeeded  TIME  3 items',
      '  ✔   line  succeeded  TIME  3 times',
      '  ↷ never   skipped',
      '  ✖ pay     failed     TIME  attempt 2 of 2',
      '  ✔ say     succeeded  TIME',
      'sale succeeded in TIME, 8 stages',
      '{',
      '  "done": 5',
      '}',
    ]);
    expect(screen.column).toBe(0);
  });

  it('narrow screens break no line, and colours are left out when they are not wanted', async () => {
    const shop = shopOfMany();
    shop.write('open', '');
    const run = shop.terminal(['run', 'sale'], { columns: 24, rows: 24 }, { NO_COLOR: '1' });
    const { stdout } = await run.ended;
    expect(sequences(stdout).filter((sequence) => sequence.endsWith('m'))).toEqual([]);
    // The screen throws when a redrawn line is wider than it is.
    const { text } = new Screen(24, stdout);
    expect(text).toMatch(/^ {2}✔ order +succeeded/m);
    expect(text.match(/order/g)).toHaveLength(1);
  });

  it('a graph larger than the screen shows what goes on, and fits', async () => {
    const shop = new Project();
    const names = Array.from({ length: 40 }, (_, i) => `s${i}`);
    const rest = names.map((name) => shop.step(name, ['first']));
    shop.pipeline('large', [shop.step('first', [], { until: shop.path('open') }), ...rest]);
    const run = shop.terminal(['run', 'large'], { columns: 80, rows: 12 });
    await run.until('… 0 of 41 stages done');
    shop.write('open', '');
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    const screen = new Screen(80, stdout);
    expect(screen.highest).toBeLessThan(12);
    expect(screen.text).toContain('… 41 of 41 stages done');
  });

  it('TERM=dumb and CI get lines', async () => {
    const shop = new Project();
    shop.pipeline('sale', [shop.step('pay')]);
    const ended = await Promise.all(
      [{ TERM: 'dumb' }, { CI: 'true' }].map((env) => shop.terminal(['run', 'sale'], undefined, env).ended),
    );
    for (const { stdout } of ended) {
      expect(stdout).toContain('stage pay  running');
      expect(sequences(stdout).filter((sequence) => /[AJ]$/.test(sequence))).toEqual([]);
    }
  });
});
