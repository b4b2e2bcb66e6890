import type { Finding } from '../../core/api/deployment.ts';
import { quoteList } from '../../core/quote.ts';
import type { ReleaseManifest } from '../../core/release/manifest.ts';
import { shortDigest } from '../../core/release/short-digest.ts';
import { lockedMessage } from '../../store/environments.ts';
import type { Findings } from './preflight.ts';
import type { TargetState } from './target-state.ts';

/** How somebody wants a release to become active. */
export interface Wish {
  readonly kind: 'push' | 'deploy' | 'promote';
  /** The environment that it is promoted from. */
  readonly origin: string | null;
  readonly actor: string;
  /** Past a protected environment; `mayForce` when the caller's key has the scope for it. */
  readonly force: boolean;
  readonly mayForce: boolean;
  /** Although it was rolled back. */
  readonly again: boolean;
}

/** What the environment does not let pass, whatever the release needs (DEPLOYMENT.md 4.6 to 4.9, 4.12). */
export function gates(manifest: ReleaseManifest, target: TargetState, wish: Wish): Findings {
  const protection = protectedFrom(target, wish);
  return {
    problems: [
      ...lockedFrom(target, wish.actor),
      ...otherSource(target, wish),
      ...(isForced(target, wish) ? [] : protection),
      ...rolledBack(target, wish),
      ...versionTaken(manifest, target),
      ...evidenceMissing(target, wish),
    ],
    warnings: isForced(target, wish) ? protection.map(({ hint: _, ...past }) => past) : [],
  };
}

/** What somebody types who wants it so. */
export function commandOf(kind: Wish['kind'], environment: string): string {
  return kind === 'push' ? 'fm push' : `fm ${kind} ${environment}`;
}

/** Whether it goes past a protection, which history and audit say. */
export function isForced(target: TargetState, { kind, force, mayForce }: Wish): boolean {
  return target.environment.protected && kind !== 'promote' && force && mayForce;
}

function lockedFrom({ environment }: TargetState, actor: string): Finding[] {
  const { lock, name } = environment;
  if (lock === null || lock.holder === actor) return [];
  return [{ code: 'ENVIRONMENT_LOCKED', ...lockedMessage(name, lock) }];
}

function protectedFrom({ environment }: TargetState, { kind, force, mayForce }: Wish): Finding[] {
  const { name, promotes_from } = environment;
  if (!environment.protected || kind === 'promote') return [];
  const promote = `fm promote ${name}${promotes_from === null ? '' : ` --from ${promotes_from}`}`;
  return [
    {
      code: 'ENVIRONMENT_PROTECTED',
      message: `${name} is protected: it takes releases by promotion only${force && !mayForce ? ', and the key lacks the scope deploy:force' : ''}`,
      hint: force && !mayForce ? `${promote}, or use a key with the scope deploy:force` : promote,
      details: { promotes_from },
    },
  ];
}

function otherSource({ environment }: TargetState, { kind, origin }: Wish): Finding[] {
  const { name, promotes_from } = environment;
  if (kind !== 'promote' || promotes_from === null || origin === promotes_from) return [];
  return [
    {
      code: 'SOURCE_REFUSED',
      message: `${name} is promoted from ${promotes_from}, and not from ${origin}`,
      hint: `fm promote ${name} --from ${promotes_from}`,
      details: { promotes_from, origin },
    },
  ];
}

function rolledBack({ rolledBack: entry, environment }: TargetState, { kind, again }: Wish): Finding[] {
  if (entry === undefined || again) return [];
  const { number, actor, at } = entry;
  return [
    {
      code: 'ROLLED_BACK',
      message: `This release was rolled back in ${environment.name} by ${actor} (#${number}, ${new Date(at).toISOString()})`,
      hint: `${commandOf(kind, environment.name)} --again, if it is really wanted once more`,
      details: { number, actor, at },
    },
  ];
}

function versionTaken({ version }: ReleaseManifest, { environment, sameVersion }: TargetState): Finding[] {
  if (!environment.immutable_versions || sameVersion === undefined) return [];
  const { number, release } = sameVersion;
  return [
    {
      code: 'VERSION_TAKEN',
      message: `Version ${version} is deployment #${number} in ${environment.name}, with other content (${shortDigest(release)})`,
      hint: 'Raise `version` in flowmason.json: versions never change their content here',
      details: { version, number, release },
    },
  ];
}

function evidenceMissing({ environment, evidence }: TargetState, { kind, origin }: Wish): Finding[] {
  const missing = environment.requires.filter((kind) => !evidence.has(kind));
  if (missing.length === 0) return [];
  return [
    {
      code: 'EVIDENCE_MISSING',
      message: `${environment.name} takes only releases with evidence of: ${quoteList(missing)}`,
      hint:
        kind === 'promote'
          ? `Record it in ${origin} first: it comes along with the release`
          : `${commandOf(kind, environment.name)} runs the tests and attaches that they passed`,
      details: { missing },
    },
  ];
}
