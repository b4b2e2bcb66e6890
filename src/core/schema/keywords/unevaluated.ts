import { isObject, type Json } from '../../json.ts';
import type { Keyword, Keywords } from './keyword.ts';

const unevaluatedItems: Keyword<'unevaluatedItems'> = (schema, _schema, compiler) => {
  const node = schema === false ? undefined : compiler.node(schema);
  return (data, evaluation, seen) => {
    if (!Array.isArray(data) || !seen) return true;
    let holds = true;
    for (let i = 0; i < data.length; i++) {
      if (seen.hasItem(i)) continue;
      const ok = node
        ? evaluation.applyAt(node, data[i] as Json, i)
        : evaluation.error('unevaluatedItems', () => 'is an item that the schema does not provide for', i);
      if (!ok) holds = false;
    }
    seen.everyItem = true;
    return holds;
  };
};

const unevaluatedProperties: Keyword<'unevaluatedProperties'> = (schema, _schema, compiler) => {
  const node = schema === false ? undefined : compiler.node(schema);
  return (data, evaluation, seen) => {
    if (!isObject(data) || !seen) return true;
    let holds = true;
    for (const [name, value] of Object.entries(data)) {
      if (seen.hasProperty(name)) continue;
      const ok = node
        ? evaluation.applyAt(node, value as Json, name)
        : evaluation.error('unevaluatedProperties', () => 'is not a known property', name);
      if (!ok) holds = false;
    }
    seen.everyProperty = true;
    return holds;
  };
};

export const UNEVALUATED_KEYWORDS: Keywords = { unevaluatedItems, unevaluatedProperties };
