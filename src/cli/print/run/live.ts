import { durationText } from '../../../core/duration.ts';
import type { StageStatus } from '../../../core/run.ts';
import type { RunEvent } from '../../../executor/types.ts';
import { paint, type Style } from '../../terminal.ts';
import { cutTo, oneLine } from './lines.ts';
import type { RunPrinter } from './printer.ts';
import { applyEvent, type Row, type RunView } from './view.ts';

const MARKS: Readonly<Record<StageStatus, { mark: string; style: Style }>> = {
  pending: { mark: '○', style: 'dim' },
  running: { mark: '●', style: 'cyan' },
  waiting: { mark: '◔', style: 'yellow' },
  succeeded: { mark: '✔', style: 'green' },
  failed: { mark: '✖', style: 'red' },
  skipped: { mark: '↷', style: 'dim' },
  cancelled: { mark: '■', style: 'yellow' },
};
const FRAME_MS = 80;

/** Lines that are longer than the screen is wide are cut by the terminal meanwhile, so that each stays one row. */
const [NO_WRAP, WRAP] = ['\u001b[?7l', '\u001b[?7h'];
const LONGEST_ID = 32;

/** Draws the graph of a run in place on a terminal (stderr), a row per stage. */
export function livePrinter(view: RunView, title: string, stream: NodeJS.WriteStream = process.stderr): RunPrinter {
  const started = Date.now();
  let drawn = 0;
  let pauses = 0;
  /** Replaces the picture by `above`, which stays, and a new picture. */
  const draw = (above = ''): void => {
    const lines = picture(view, title, Date.now() - started, stream);
    const erase = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '';
    stream.write(`${erase}${above}${NO_WRAP}${lines.join('\n')}\n${WRAP}`);
    drawn = lines.length;
  };
  const timer = setInterval(() => {
    if (pauses === 0) draw();
  }, FRAME_MS);
  timer.unref();
  return {
    event(event: RunEvent) {
      applyEvent(view, event);
      if (event.type === 'log' && pauses === 0) draw(`${logText(event)}\n`);
    },
    pause() {
      if (pauses === 0) draw();
      pauses++;
      drawn = 0;
      return () => {
        pauses--;
      };
    },
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

function logText({ entry }: Extract<RunEvent, { type: 'log' }>): string {
  return `${entry.level}  ${entry.path}  ${oneLine(entry.message)}`;
}

/** What fits on the screen: everything, or else what is not waiting for its turn. */
function picture(view: RunView, title: string, elapsed: number, stream: NodeJS.WriteStream): string[] {
  // The cursor stands on a line of its own below.
  const height = Math.max(2, (stream.rows || 24) - 1);
  const width = stream.columns || 80;
  let rows = view.rows;
  const hidden: string[] = [];
  if (rows.length + 1 > height) {
    rows = rows
      .filter((row) => row.status === 'running' || row.status === 'waiting' || row.status === 'failed')
      .slice(0, height - 2);
    const done = view.rows.filter((row) => row.status === 'succeeded' || row.status === 'skipped').length;
    hidden.push(paint('dim', cutTo(`… ${done} of ${view.rows.length} stages done`, width), stream));
  }
  const longest = view.rows.reduce((most, row) => Math.max(most, row.id.length + row.depth * 2), 0);
  const idWidth = Math.min(LONGEST_ID, longest, Math.floor(width / 2));
  const time = durationText(elapsed);
  const head = `${paint('bold', cutTo(title, width - time.length - 2), stream)}  ${time}`;
  return [head, ...rows.map((row) => rowText(row, idWidth, width, stream)), ...hidden];
}

function rowText(row: Row, idWidth: number, width: number, stream: NodeJS.WriteStream): string {
  const { mark, style } = MARKS[row.status];
  const name = cutTo('  '.repeat(row.depth) + row.id, idWidth).padEnd(idWidth);
  const time = row.status === 'running' && row.startedAt !== undefined ? Date.now() - row.startedAt : row.durationMs;
  const facts = [
    row.status.padEnd(9),
    time === undefined || row.status === 'skipped' ? '' : durationText(time),
    ...details(row),
  ];
  const rest = cutTo(facts.filter(Boolean).join('  ').trimEnd(), width - idWidth - 6);
  return `  ${paint(style, mark, stream)} ${name}  ${paint(style, rest, stream)}`.trimEnd();
}

function details(row: Row): string[] {
  const list: string[] = [];
  if (row.ended > 1 || row.running > 1)
    list.push(`${row.ended} times${row.failed > 0 ? `, ${row.failed} failed` : ''}`);
  if (row.total !== undefined) list.push(`${row.total} items`);
  if (row.attempt > 1)
    list.push(`attempt ${row.attempt}${row.maxAttempts === undefined ? '' : ` of ${row.maxAttempts}`}`);
  if (row.recorded) list.push('from the record');
  if (row.note) list.push(oneLine(row.note));
  return list;
}
