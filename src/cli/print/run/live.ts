import type { StageStatus } from '../../../core/run.ts';
import type { RunEvent } from '../../../executor/types.ts';
import { columns, paint, type Style } from '../../terminal.ts';
import { durationText } from './duration.ts';
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

/** Draws the graph of a run in place on a terminal (stderr), a row per stage. */
export function livePrinter(view: RunView, title: string, stream: NodeJS.WriteStream = process.stderr): RunPrinter {
  const started = Date.now();
  let drawn = 0;
  let paused = false;
  const erase = (): void => {
    if (drawn > 0) stream.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = (): void => {
    if (paused) return;
    const lines = picture(view, title, Date.now() - started, stream);
    erase();
    stream.write(`${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    event(event: RunEvent) {
      applyEvent(view, event);
      if (event.type !== 'log' || paused) return;
      erase();
      stream.write(`${event.entry.level}  ${event.entry.path}  ${event.entry.message}\n`);
      draw();
    },
    pause() {
      draw();
      paused = true;
      drawn = 0;
      return () => {
        paused = false;
      };
    },
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

/** What fits on the screen: everything, or else what is not waiting for its turn. */
function picture(view: RunView, title: string, elapsed: number, stream: NodeJS.WriteStream): string[] {
  const height = Math.max(5, (stream.rows ?? 24) - 2);
  const width = columns(stream);
  let rows = view.rows;
  const hidden: string[] = [];
  if (rows.length + 1 > height) {
    rows = rows
      .filter((row) => row.status === 'running' || row.status === 'waiting' || row.status === 'failed')
      .slice(0, height - 2);
    const done = view.rows.filter((row) => row.status === 'succeeded' || row.status === 'skipped').length;
    hidden.push(paint('dim', `… ${done} of ${view.rows.length} stages done`, stream));
  }
  const idWidth = Math.min(32, Math.max(...view.rows.map((row) => row.id.length + row.depth * 2), 0));
  const head = `${paint('bold', title, stream)}  ${durationText(elapsed)}`;
  return [head, ...rows.map((row) => rowText(row, idWidth, width, stream)), ...hidden];
}

function rowText(row: Row, idWidth: number, width: number, stream: NodeJS.WriteStream): string {
  const { mark, style } = MARKS[row.status];
  const name = ('  '.repeat(row.depth) + row.id).padEnd(idWidth);
  const time = row.status === 'running' && row.startedAt !== undefined ? Date.now() - row.startedAt : row.durationMs;
  const facts = [
    row.status.padEnd(9),
    time === undefined || row.status === 'skipped' ? '' : durationText(time),
    ...details(row),
  ];
  const rest = facts.filter(Boolean).join('  ');
  const room = Math.max(10, width - idWidth - 6);
  const cut = rest.length > room ? `${rest.slice(0, room - 1)}…` : rest;
  return `  ${paint(style, mark, stream)} ${name}  ${paint(style, cut, stream)}`.trimEnd();
}

function details(row: Row): string[] {
  const list: string[] = [];
  if (row.ended > 1 || row.running > 1)
    list.push(`${row.ended} times${row.failed > 0 ? `, ${row.failed} failed` : ''}`);
  if (row.total !== undefined) list.push(`${row.total} items`);
  if (row.attempt > 1)
    list.push(`attempt ${row.attempt}${row.maxAttempts === undefined ? '' : ` of ${row.maxAttempts}`}`);
  if (row.recorded) list.push('from the record');
  if (row.note) list.push(row.note.replaceAll(/\s+/g, ' '));
  return list;
}
