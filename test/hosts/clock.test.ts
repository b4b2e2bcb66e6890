import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/hosts/node/clock.ts';

describe('the clock of a process', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('calls back once when the time is over', async () => {
    const before = systemClock.now();
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(4);
  });

  it.each([0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, 90 * 86_400_000])('can wait %i ms and not less', (ms) => {
    vi.useFakeTimers();
    const called = vi.fn();
    systemClock.after(ms, called);
    if (ms > 0) vi.advanceTimersByTime(ms - 1);
    expect(called).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(called).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(ms + 1);
    expect(called).toHaveBeenCalledOnce();
  });

  it.each([10, 2 ** 33])('can be cancelled at any time before %i ms are over', (ms) => {
    vi.useFakeTimers();
    const called = vi.fn();
    const cancel = systemClock.after(ms, called);
    vi.advanceTimersByTime(ms - 1);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(ms);
    expect(called).not.toHaveBeenCalled();
  });
});
