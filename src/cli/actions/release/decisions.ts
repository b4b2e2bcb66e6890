import { fail } from '../../../core/errors.ts';
import { quoteList } from '../../../core/quote.ts';
import { planText } from '../../print/release/plan-text.ts';
import { type Target as ShownTarget, targetName } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import { ask } from '../../prompt.ts';
import { canAsk, say } from '../../terminal.ts';
import { type Decisions, refuseRemovals } from './deploy.ts';
import { planView } from './plan-view.ts';

export interface DecisionFlags {
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * The decisions of whoever sits at the terminal. Where nobody does, a plan is applied, and nothing is removed
 * (DEPLOYMENT.md 10). `--yes` never agrees to a removal. `command` is what does; `headed`:
 * the target's line was printed already.
 */
export function decisionsOf(
  target: ShownTarget,
  { yes, json }: DecisionFlags,
  command: string,
  headed: boolean = false,
): Decisions {
  const asks = !json && canAsk();
  return {
    asks: asks && !yes,
    show(shown) {
      if (!json) say(planText({ ...planView(target, shown), applied: true, headed }, screenOf(process.stderr)));
    },
    async consent(removals) {
      if (!asks) refuseRemovals(removals, command);
      await agreed(`Remove ${quoteList(removals)} from ${targetName(target)}?`);
    },
    async confirm() {
      if (!yes && asks) await agreed(`Activate it in ${targetName(target)}?`);
    },
  };
}

/** Asks; throws FlowMasonError `CONSENT_NEEDED` for a no, so that no script goes on. */
export async function agreed(message: string): Promise<void> {
  if (await ask.confirm({ message })) return;
  fail('CONSENT_NEEDED', 'It was not agreed to, so nothing was changed', {
    hint: 'Run the command again when it is wanted.',
  });
}
