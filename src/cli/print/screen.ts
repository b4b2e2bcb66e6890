import { columns, paint, type Style } from '../terminal.ts';

/** Where a text will be shown. What is printed depends on it and on nothing else of the process. */
export interface Screen {
  /** Columns to fill. */
  readonly width: number;
  /** Somebody reads there now: times may be told from now, and lines have to fit. */
  readonly terminal: boolean;
  readonly paint: (style: Style, text: string) => string;
}

/** The screen that a stream writes to. */
export function screenOf(stream: NodeJS.WriteStream = process.stdout): Screen {
  return {
    width: columns(stream),
    terminal: Boolean(stream.isTTY),
    paint: (style, text) => paint(style, text, stream),
  };
}
