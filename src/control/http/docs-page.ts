import { html } from 'hono/html';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';

/** Without scripts, and with nothing from anywhere else. */
export const DOCS_POLICY =
  "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The reference page: what an OpenAPI document of ours says, for people. */
export async function docsPage(document: JsonObject): Promise<string> {
  const { info, paths } = document;
  const { version, description } = object(info);
  const operations = Object.entries(object(paths)).flatMap(([path, methods]) =>
    Object.entries(object(methods)).map(([method, operation]) => ({ path, method, operation: object(operation) })),
  );
  const tags = [...new Set(operations.map(({ operation }) => tagOf(operation)))].sort();
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FlowMason API</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<header>
<h1>FlowMason API <small>${text(version)}</small></h1>
<p>${text(description)}</p>
<p><a href="/openapi.json">openapi.json</a></p>
<nav>${tags.map((tag) => html`<a href="#${tag}">${tag}</a> `)}</nav>
</header>
<main>
${tags.map(
  (tag) => html`<section id="${tag}">
<h2>${tag}</h2>
${operations.filter(({ operation }) => tagOf(operation) === tag).map(({ path, method, operation }) => operationPart(path, method, operation))}
</section>
`,
)}
</main>
</body>
</html>
`;
  return String(page);
}

function operationPart(path: string, method: string, operation: JsonObject) {
  const { operationId, summary, description, requestBody, responses } = operation;
  const parameters = list(operation.parameters).map(object);
  const named = parameters.filter(({ name }) => name !== undefined);
  const body = object(object(object(requestBody).content)['application/json']);
  return html`<details id="${text(operationId)}">
<summary><code class="${method}">${method.toUpperCase()}</code> <code>${path}</code> <span>${text(summary)}</span></summary>
<p>${text(description)}</p>
${
  named.length === 0
    ? ''
    : html`<table><thead><tr><th>Parameter</th><th>In</th><th>Schema</th></tr></thead><tbody>
${named.map(({ name, in: place, required, schema }) => html`<tr><td><code>${text(name)}</code>${required === true ? ' *' : ''}</td><td>${text(place)}</td><td><code>${JSON.stringify(schema)}</code></td></tr>`)}
</tbody></table>`
}
${requestBody === undefined ? '' : html`<h3>Body</h3><pre>${JSON.stringify(body.schema, null, 2)}</pre>`}
${body.example === undefined ? '' : html`<h3>Example</h3><pre>${JSON.stringify(body.example, null, 2)}</pre>`}
<h3>Answers</h3>
<dl>${Object.entries(object(responses)).map(([status, response]) => html`<dt>${status}</dt><dd>${text(object(response).description)}</dd>`)}</dl>
</details>
`;
}

function tagOf({ tags }: JsonObject): string {
  return text(list(tags)[0]);
}

function object(value: Json | undefined): JsonObject {
  // A part of a JSON document is JSON.
  return isObject(value) ? (value as JsonObject) : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export const DOCS_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { border-bottom: 1px solid; text-transform: capitalize; }
nav a { margin-right: .75rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; }
summary span { opacity: .75; }
code, pre { font: 14px/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
dt { font-weight: bold; }
dd { white-space: pre-line; }
`;
