import type { Json } from '../../json.ts';
import { canonicalText } from '../equal.ts';
import { count } from '../show.ts';
import type { Keyword, Keywords } from './keyword.ts';

const prefixItems: Keyword<'prefixItems'> = (schemas, _schema, compiler) => {
  const nodes = schemas.map((schema) => compiler.node(schema));
  return (data, evaluation, seen) => {
    if (!Array.isArray(data)) return true;
    let holds = true;
    const length = Math.min(nodes.length, data.length);
    for (let i = 0; i < length; i++) {
      const node = nodes[i];
      if (node && !evaluation.applyAt(node, data[i] as Json, i)) holds = false;
    }
    if (seen) seen.items = Math.max(seen.items, length);
    return holds;
  };
};

const items: Keyword<'items'> = (schema, { prefixItems = [] }, compiler) => {
  const first = prefixItems.length;
  const node = schema === false ? undefined : compiler.node(schema);
  return (data, evaluation, seen) => {
    if (!Array.isArray(data)) return true;
    if (seen) seen.everyItem = true;
    if (!node) {
      if (data.length <= first) return true;
      return evaluation.error('items', () => `must have at most ${count(first, 'item')}, has ${data.length}`);
    }
    let holds = true;
    for (let i = first; i < data.length; i++) {
      if (evaluation.applyAt(node, data[i] as Json, i)) continue;
      holds = false;
      if (!evaluation.speaks) break;
    }
    return holds;
  };
};

const contains: Keyword<'contains'> = (schema, { minContains = 1, maxContains = Infinity }, compiler) => {
  const node = compiler.node(schema);
  return (data, evaluation, seen) => {
    if (!Array.isArray(data)) return true;
    let found = 0;
    for (let i = 0; i < data.length; i++) {
      if (!evaluation.test(node, data[i] as Json)) continue;
      found++;
      seen?.contained.add(i);
    }
    if (found < minContains) {
      const keyword = minContains === 1 ? 'contains' : 'minContains';
      const wanted = count(minContains, 'item');
      return evaluation.error(keyword, () => `must have at least ${wanted} of the form in "contains", has ${found}`);
    }
    if (found <= maxContains) return true;
    const wanted = count(maxContains, 'item');
    return evaluation.error('maxContains', () => `must have at most ${wanted} of the form in "contains", has ${found}`);
  };
};

const uniqueItems: Keyword<'uniqueItems'> = (wanted) => {
  if (!wanted) return undefined;
  return (data, evaluation) => {
    if (!Array.isArray(data)) return true;
    const indices = new Map<string, number>();
    for (let i = 0; i < data.length; i++) {
      const text = canonicalText(data[i] as Json, evaluation.budget);
      const first = indices.get(text);
      if (first !== undefined) {
        return evaluation.error('uniqueItems', () => `items must differ, but items ${first} and ${i} are equal`);
      }
      indices.set(text, i);
    }
    return true;
  };
};

export const ARRAY_KEYWORDS: Keywords = {
  prefixItems,
  items,
  contains,
  uniqueItems,
  minItems: (limit) => (data, evaluation) =>
    !Array.isArray(data) ||
    data.length >= limit ||
    evaluation.error('minItems', () => `must have at least ${count(limit, 'item')}, has ${data.length}`),
  maxItems: (limit) => (data, evaluation) =>
    !Array.isArray(data) ||
    data.length <= limit ||
    evaluation.error('maxItems', () => `must have at most ${count(limit, 'item')}, has ${data.length}`),
};
