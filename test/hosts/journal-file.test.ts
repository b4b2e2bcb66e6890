import { appendFileSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../src/hosts/node/journal-file.ts';
import { runIds } from '../../src/hosts/node/runs/id.ts';
import { headerLine } from '../../src/hosts/node/runs/journal-entry.ts';
import { runFiles } from '../../src/hosts/node/runs/layout.ts';
import { loadJournal } from '../../src/hosts/node/runs/load-journal.ts';
import { startChild } from './fixtures/child.ts';
import { temporaryFolder } from './fixtures/folder.ts';
import { end } from './fixtures/runs.ts';

const HEADER = headerLine('0123456789abcdef', 0);

function journalFile(text = HEADER): string {
  const file = join(temporaryFolder(), 'journal.ndjson');
  writeFileSync(file, text);
  return file;
}

function open(file: string) {
  return openJournal(file, { bytes: statSync(file).size, alongside: [] });
}

describe('writing', () => {
  it('makes durable what was appended when it is flushed', async () => {
    const file = journalFile();
    const journal = open(file);
    journal.append({ kind: 'start', path: 'a', started_at: 5, resolved: { items: [1, 2] } });
    journal.append(end('a'));
    await journal.flush();
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
    const { recorded } = loadJournal(file);
    expect(recorded.starts.get('a')).toEqual({ kind: 'start', path: 'a', started_at: 5, resolved: { items: [1, 2] } });
    expect(recorded.ends.get('a')).toEqual(end('a'));
    journal.close();
  });

  it('has nothing to wait for when all is durable', async () => {
    const journal = open(journalFile());
    expect(journal.flush()).toBeUndefined();
    journal.append(end('a'));
    await journal.flush();
    expect(journal.flush()).toBeUndefined();
    journal.close();
  });

  it('writes without being flushed as soon as the turn is over', async () => {
    const file = journalFile();
    const journal = open(file);
    journal.append(end('a'));
    journal.append(end('b'));
    expect(readFileSync(file, 'utf8')).toBe(HEADER);
    await new Promise((resolve) => setImmediate(resolve));
    expect([...loadJournal(file).recorded.ends.keys()]).toEqual(['a', 'b']);
    journal.close();
  });

  it('serves many who flush at the same time, each after what was appended before', async () => {
    const file = journalFile();
    const journal = open(file);
    const lanes = Array.from({ length: 50 }, async (_, lane) => {
      for (let i = 0; i < 20; i++) {
        journal.append(end(`s${lane}_${i}`));
        await journal.flush();
        expect(readFileSync(file, 'utf8')).toContain(`"s${lane}_${i}"`);
      }
    });
    await Promise.all(lanes);
    expect(loadJournal(file).recorded.ends.size).toBe(1_000);
    journal.close();
  });

  it.each([
    ['quotes and line ends', 'a"b\\c\nd\r\ne\u2028f'],
    ['NUL and control characters', '\u0000\u0001\u001b[31m'],
    ['half of a surrogate pair', 'x\ud800y'],
    ['characters beyond the basic plane', '👩‍👩‍👧‍👦 𝔘𝔫𝔦'],
    ['right-to-left marks', '\u202eabc'],
    ['a template', '{{ secrets.KEY }}'],
    ['an empty text', ''],
  ])('gives back %s unchanged', async (_, text) => {
    const file = journalFile();
    const journal = open(file);
    const output = JSON.parse(`{"__proto__": {"constructor": 1}, ${JSON.stringify(text)}: [${JSON.stringify(text)}]}`);
    journal.append(end('a', { output }));
    await journal.flush();
    journal.close();
    expect(JSON.stringify(loadJournal(file).recorded.ends.get('a')?.output)).toBe(JSON.stringify(output));
  });

  it('keeps an output of several megabytes', async () => {
    const file = journalFile();
    const journal = open(file);
    const output = Array.from({ length: 3 }, (_, i) => `${i}${'ö'.repeat(1_500_000)}`);
    journal.append(end('big', { output }));
    journal.append(end('small'));
    await journal.flush();
    journal.close();
    const { recorded } = loadJournal(file);
    expect(recorded.ends.get('big')?.output).toEqual(output);
    expect(recorded.ends.get('small')).toEqual(end('small'));
  });
});

describe('what keeps it from writing', () => {
  it('says that the disk is full, before the next effect and for ever after', async () => {
    const file = join(temporaryFolder(), 'journal.ndjson');
    symlinkSync('/dev/full', file);
    const journal = openJournal(file, { bytes: 0, alongside: [] });
    journal.append(end('a'));
    const expected = expect.objectContaining({
      code: 'RECORD_UNWRITABLE',
      message: expect.stringContaining('the disk is full'),
    });
    await expect(journal.flush()).rejects.toEqual(expected);
    journal.append(end('b'));
    await expect(journal.flush()).rejects.toEqual(expected);
    journal.close();
  });

  it('names the folder that is gone', () => {
    const file = join(temporaryFolder(), 'gone', 'journal.ndjson');
    expect(() => openJournal(file, { bytes: 0, alongside: [] })).toThrow(
      expect.objectContaining({ code: 'RECORD_UNWRITABLE', message: expect.stringContaining('the folder is gone') }),
    );
  });
});

describe('after a crash', () => {
  it('forgives a torn last line wherever it was cut', async () => {
    const whole = `${HEADER}${JSON.stringify(end('a'))}\n${JSON.stringify(end('b', { output: 'ü'.repeat(20) }))}\n`;
    const bytes = Buffer.from(whole);
    const second = Buffer.from(HEADER).length;
    const third = bytes.indexOf(10, second) + 1;
    for (let size = 0; size < bytes.length; size++) {
      const file = journalFile();
      writeFileSync(file, bytes.subarray(0, size));
      const { recorded, bytes: kept } = loadJournal(file);
      expect([...recorded.ends.keys()]).toEqual(size >= third ? ['a'] : []);
      expect(kept).toBe(size >= third ? third : size >= second ? second : 0);
    }
  });

  it('cuts the torn line off before it goes on', async () => {
    const file = journalFile(`${HEADER}${JSON.stringify(end('a'))}\n`);
    appendFileSync(file, '{"kind":"end","path":"b","outp');
    const { bytes } = loadJournal(file);
    const journal = openJournal(file, { bytes, alongside: [] });
    journal.append(end('c'));
    await journal.flush();
    journal.close();
    expect([...loadJournal(file).recorded.ends.keys()]).toEqual(['a', 'c']);
  });

  it('forgives zeros that a power cut left at the end', () => {
    const file = journalFile(`${HEADER}${JSON.stringify(end('a'))}\n`);
    truncateSync(file, statSync(file).size + 4_096);
    expect([...loadJournal(file).recorded.ends.keys()]).toEqual(['a']);
  });

  it.each([
    ['not JSON', '{"kind":"end"'],
    ['an unknown kind', '{"kind":"other","path":"a"}'],
    ['an entry without its path', '{"kind":"start","started_at":1}'],
    ['an unknown status', JSON.stringify(end('x')).replace('succeeded', 'done')],
    ['an empty line', ''],
  ])('reports %s in the middle, with its line', (_, line) => {
    const file = journalFile(`${HEADER}${JSON.stringify(end('a'))}\n${line}\n${JSON.stringify(end('b'))}\n`);
    expect(() => loadJournal(file)).toThrow(
      expect.objectContaining({ code: 'RECORD_CORRUPT', message: expect.stringContaining(`${file}:3:`) }),
    );
  });

  it('reports a file that does not begin as a journal does', () => {
    const file = journalFile(`${JSON.stringify(end('a'))}\n${JSON.stringify(end('b'))}\n`);
    expect(() => loadJournal(file)).toThrow(expect.objectContaining({ message: expect.stringContaining(':1:') }));
  });

  it.each([1, 7, 40])('has every flushed entry after kill -9 behind %i of them', async (count) => {
    for (const size of ['10', '100000']) {
      const home = join(temporaryFolder(), '.flowmason');
      const child = startChild('write-entries.ts', [home, size]);
      let last = -1;
      while (last < count) last = Number(await child.line());
      await child.kill();
      for (let line = await child.line(); line !== undefined; line = await child.line()) last = Number(line);
      const [id = ''] = runIds(home);
      const { recorded } = loadJournal(runFiles(home, id).journal);
      for (let i = 0; i <= last; i++) {
        expect(recorded.starts.has(`s${i}`)).toBe(true);
        expect(recorded.ends.get(`s${i}`)?.output).toBe(`${i} ${'é'.repeat(Number(size))}`);
      }
    }
  });
});
