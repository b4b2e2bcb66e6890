import { cutToColumns, displayWidth } from '../../../core/columns.ts';
import { durationText } from '../../../core/duration.ts';
import { printable } from '../../../core/quote.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { table } from '../table.ts';
import { commandLines } from './notice.ts';

/** One entry of the log. */
export interface HistoryEntry {
  readonly number: number;
  readonly kind: string;
  readonly version: string;
  readonly release: Digest;
  /** RFC 3339. */
  readonly at: string;
  readonly actor: string;
  readonly commit: string | null;
  readonly message: string | null;
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly forced: boolean;
  readonly status: 'pending' | 'succeeded' | 'failed';
}

export interface HistoryView {
  /** The newest first. */
  readonly deployments: readonly HistoryEntry[];
  /** The number of the active one. */
  readonly active: number | null;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The command that shows older ones. */
  readonly older?: string | undefined;
}

const HEADER = ['NUMBER', 'KIND', 'VERSION', 'STATE', 'DIGEST', 'WHEN', 'WHO', 'COMMIT', 'CHANGES', 'MESSAGE'];
/** A message with less room than this is shown on a line of its own. */
const LEAST_MESSAGE = 16;
const COMMIT_SHOWN = 7;

/** The log as a table; where a terminal has no room for it, as a few lines for each entry. Nothing is left out. */
export function historyText(history: HistoryView, screen: Screen): string {
  const { deployments, older } = history;
  if (deployments.length === 0) return 'no deployments';
  const text = asTable(history, screen) ?? deployments.map((entry) => card(entry, history, screen)).join('\n');
  return older === undefined ? text : `${text}\n\n${commandLines('Older ones:', [older], screen)}`;
}

/** Undefined where it is too wide for a terminal. */
function asTable(history: HistoryView, { width, terminal, paint }: Screen): string | undefined {
  const rows = history.deployments.map((entry) => {
    const { version, digest, who, commit, changes, message, state } = facts(entry, history);
    return [
      `#${entry.number}`,
      entry.kind,
      version,
      state,
      digest,
      when(entry.at, history.now, terminal),
      who,
      commit,
      changes,
      message,
    ];
  });
  const widths = HEADER.map((word, i) => Math.max(word.length, ...rows.map((row) => displayWidth(row[i] ?? ''))));
  const message = widths.pop() ?? 0;
  const room = width - widths.reduce((sum, width) => sum + width + 2, 0);
  if (terminal && room < Math.min(message, LEAST_MESSAGE)) return undefined;
  const cells = rows.map((row, i) => {
    const cut = terminal ? cutToColumns(row.at(-1) ?? '', room) : (row.at(-1) ?? '');
    const facts = row.slice(0, -1);
    const active = history.deployments[i]?.number === history.active;
    return [...(active ? facts.map((cell) => (cell === '' ? '' : paint('bold', cell))) : facts), cut];
  });
  return table(cells, HEADER);
}

function card(entry: HistoryEntry, history: HistoryView, { width, terminal, paint }: Screen): string {
  const { version, digest, who, commit, changes, message, state } = facts(entry, history);
  const head = `#${entry.number} ${entry.kind} ${version}${state === '' ? '' : `  ${state}`}`;
  const about = [when(entry.at, history.now, terminal), digest, `by ${who}`, commit && `commit ${commit}`, changes];
  const lines = [about.filter((fact) => fact !== '').join('  '), message].filter((line) => line !== '');
  const below = lines.flatMap((line) => fitText(line, width, '    '));
  return [...fitText(head, width).map((line) => paint('bold', line)), ...below].join('\n');
}

/** What is shown of an entry, each on one line. */
function facts(entry: HistoryEntry, { active }: HistoryView) {
  const { number, version, release, actor, commit, message, changes, forced, status } = entry;
  const states = [number === active && 'active', status !== 'succeeded' && status, forced && 'forced'];
  return {
    version: printable(version),
    digest: shortDigest(release),
    who: printable(actor),
    commit: printable([...(commit ?? '')].slice(0, COMMIT_SHOWN).join('')),
    message: printable((message ?? '').replaceAll(/\s+/g, ' ').trim()),
    changes: `+${changes.added} ~${changes.changed} -${changes.removed}`,
    state: states.filter((state) => state !== false).join(', '),
  };
}

/** UTC to the second; on a terminal also how long ago that is. */
function when(at: string, now: number, terminal: boolean): string {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return printable(at);
  const absolute = new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
  return terminal && ms <= now ? `${absolute} (${agoText(now - ms)} ago)` : absolute;
}

const DAY_MS = 86_400_000;

function agoText(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} d`;
  return ms < 60_000 ? `${Math.floor(ms / 1_000)} s` : durationText(ms).replace(/ 00 m$|( m) \d\d s$/, '$1');
}
