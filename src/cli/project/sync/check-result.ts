import type { Problem } from '../../../core/problem.ts';
import { checkerOf } from '../../../core/release/facts.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { VERSION } from '../../package.ts';
import { checkSet, type SetMember } from '../check-set.ts';
import type { Descriptors } from '../compile-unit.ts';
import { readFactCache } from '../fact-cache.ts';
import { hashBytes } from '../local-files.ts';
import { projectLimits } from '../local-release.ts';
import type { Project } from '../read.ts';

/** For `planPull`: checks texts as the pipelines of a project; those that were checked before are not checked again. */
export function resultChecker(project: Project, descriptors: Descriptors) {
  return async (texts: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly Problem[]>> => {
    const limits = projectLimits(project);
    const checker = checkerOf({ version: VERSION, descriptors, limits });
    const cache = readFactCache(project.home);
    const members = new Map<string, SetMember>();
    for (const [name, text] of texts) {
      const cached = cache.get(name);
      const known = cached?.hash === hashBytes(text) ? cached : undefined;
      const facts = known?.checked?.checker === checker ? known.checked.facts : undefined;
      const source = () => parseSource(text, { file: `pipelines/${name}.pipeline.json`, limits });
      members.set(name, { name, digest: known?.digest, facts, source });
    }
    const { problems, between } = await checkSet(members, { descriptors, limits });
    if (between.length === 0) return problems;
    // A circle is of nobody in particular: whoever was merged has it.
    return new Map([...texts.keys()].map((name) => [name, [...(problems.get(name) ?? []), ...between]]));
  };
}
