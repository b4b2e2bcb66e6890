import * as v from 'valibot';
import type { JsonObject } from '../../core/json.ts';
import { defineComponent } from '../../executor/component.ts';
import { textOf } from '../text.ts';
import { ask } from './ask.ts';
import { MODEL_OUTPUT, MODEL_SETTINGS } from './settings.ts';

const CRITERION = v.union([
  v.pipe(v.string(), v.minLength(1)),
  v.strictObject({
    name: v.pipe(v.string(), v.minLength(1)),
    description: v.optional(v.string()),
    weight: v.optional(v.pipe(v.number(), v.gtValue(0))),
  }),
]);

const SCALE = v.pipe(
  v.tuple([v.number(), v.number()]),
  v.check(([low, high]) => low < high, 'must be two numbers, the lower one first'),
);

export const critic = defineComponent({
  name: 'critic',
  version: '1.0.0',
  summary: 'Has a language model judge content by criteria.',
  category: 'ai',
  effects: true,
  maxAttempts: 3,
  config: v.strictObject({
    content: v.pipe(v.any(), v.description('What is judged: text, or any JSON.')),
    criteria: v.pipe(
      v.array(CRITERION),
      v.minLength(1),
      v.description('What it is judged by: texts, or `{name, description, weight}` (weight 1 unless written).'),
    ),
    scale: v.optional(v.pipe(SCALE, v.description('The lowest and the highest score.')), [1, 10]),
    rubric: v.optional(v.pipe(v.string(), v.description('What the scores mean.'))),
    ...MODEL_SETTINGS,
  }),
  output: v.strictObject({
    score: v.pipe(v.number(), v.description('The weighted mean of `scores`, to two digits.')),
    scores: v.pipe(v.record(v.string(), v.number()), v.description('A score for each criterion.')),
    feedback: v.pipe(v.string(), v.description('What could be better.')),
    ...MODEL_OUTPUT,
  }),
  example: {
    description: 'Two criteria, one of them twice as important, offline.',
    stages: [
      {
        id: 'judge',
        component: 'critic',
        config: {
          model: 'mock/demo',
          content: 'Pipelines belong in version control.',
          criteria: ['clarity', { name: 'usefulness', description: 'A reader can act on it.', weight: 2 }],
          scale: [0, 5],
        },
      },
      {
        id: 'within',
        component: 'json-transform',
        config: { template: '{{ stages.judge.output.score >= 0 && stages.judge.output.score <= 5 }}' },
      },
    ],
    result: { result: true },
    output: {
      score: 3.67,
      scores: { clarity: 3, usefulness: 4 },
      feedback: 'Say what a reader should do first.',
      usage: { input_tokens: 80, output_tokens: 20, total_tokens: 100 },
      model: 'mock/demo',
      finish_reason: 'stop',
    },
  },
  run: async ({ content, criteria, scale, rubric, ...settings }, context) => {
    const [low, high] = scale;
    const items = criteria.map((item) => (typeof item === 'string' ? { name: item } : item));
    const list = items.map(({ name, description }) => `- ${name}${description ? `: ${description}` : ''}`);
    const prompt = [
      `Judge the content below by each criterion, on a scale from ${low} (worst) to ${high} (best).`,
      `Criteria:\n${list.join('\n')}`,
      ...(rubric === undefined ? [] : [`What the scores mean:\n${rubric}`]),
      `Content:\n${textOf(content)}`,
    ].join('\n\n');
    const scored = Object.fromEntries(items.map(({ name }) => [name, { type: 'number', minimum: low, maximum: high }]));
    const schema: JsonObject = {
      type: 'object',
      required: ['scores', 'feedback'],
      additionalProperties: false,
      properties: {
        scores: { type: 'object', required: Object.keys(scored), additionalProperties: false, properties: scored },
        feedback: { type: 'string', description: 'What could be better, and how.' },
      },
    };
    const { object, about } = await ask(
      settings,
      { system: 'You are a fair and exact critic.', prompt, schema },
      context,
    );
    // Guaranteed by `ask`: the object conforms to the schema above.
    const { scores, feedback } = object as { scores: Record<string, number>; feedback: string };
    const weights = items.map((item) => ({ name: item.name, weight: 'weight' in item ? (item.weight ?? 1) : 1 }));
    return { score: weightedMean(scores, weights), scores, feedback, ...about };
  },
});

function weightedMean(
  scores: Readonly<Record<string, number>>,
  weights: readonly { name: string; weight: number }[],
): number {
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const sum = weights.reduce((sum, { name, weight }) => sum + (scores[name] ?? 0) * weight, 0);
  return Math.round((sum / total) * 100) / 100;
}
