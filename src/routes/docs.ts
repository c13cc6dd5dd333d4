import { html, raw } from 'hono/html';
import { DomainError, PROBLEMS, type ProblemCode } from '#domain/problems.ts';
import { describeApi } from './openapi.ts';
import type { Api } from './operation.ts';
import { served } from './tagged.ts';

interface Described {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: unknown }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: unknown }> }
  >;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
details { border: 1px solid #8886; border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer } code, pre { font: 13px/1.45 ui-monospace, monospace } pre { overflow: auto; max-height: 30rem }
.method { display: inline-block; width: 4.5em; font-weight: 600 } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top }`;

const page = (title: string, body: unknown) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${raw(STYLE)}</style></head><body>${body}</body></html>`;

const COMPONENT = '#/components/schemas/';

/** The schema as JSON; what stands under a name is a link to it. */
function schemaText(schema: unknown) {
  const parts = JSON.stringify(schema, null, 1).split(/\{\s*"\$ref": "#\/components\/schemas\/(\w+)"\s*\}/);
  return parts.map((part, at) => (at % 2 === 0 ? part : html`<a href="#${part}">${part}</a>`));
}

function schemaBlock(schema: unknown) {
  const ref = (schema as { readonly $ref?: string }).$ref?.replace(COMPONENT, '');
  return ref
    ? html` <a href="#${ref}">${ref}</a>`
    : html`<details><summary>schema</summary><pre>${schemaText(schema)}</pre></details>`;
}

function operationBlock(path: string, method: string, operation: Described) {
  const parameters = operation.parameters ?? [];
  return html`<details id="${method}-${path}"><summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> ${operation.summary}</summary>
${operation.description ? html`<p>${operation.description}</p>` : ''}
${
  parameters.length > 0
    ? html`<table><tr><th>parameter</th><th>in</th><th>required</th><th>schema</th></tr>${parameters.map(
        (row) =>
          html`<tr><td><code>${row.name}</code></td><td>${row.in}</td><td>${row.required ? 'yes' : 'no'}</td><td><code>${JSON.stringify(row.schema)}</code></td></tr>`,
      )}</table>`
    : ''
}
${Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) => html`<p>Body: <code>${type}</code>${schemaBlock(schema)}</p>`)}
${Object.entries(operation.responses).map(
  ([status, { description, content }]) =>
    html`<p><b>${status}</b> ${description}</p>${Object.entries(content ?? {}).map(([type, { schema }]) => html`<p><code>${type}</code>${schemaBlock(schema)}</p>`)}`,
)}</details>`;
}

/** `/docs` and `/problems/<code>`: plain pages that need no script and no network. */
export function docsRoutes(api: Api, version: string): void {
  const base = { method: 'get', tag: 'operations', roles: 'public' } as const;
  api.on(
    {
      ...base,
      path: '/docs',
      summary: 'This description for people',
      answer: { status: 200, description: 'A page', mediaType: 'text/html' },
    },
    served('text/html; charset=UTF-8', () => {
      const { paths, components } = describeApi(api.operations, version) as {
        readonly paths: Record<string, Record<string, Described>>;
        readonly components: { readonly schemas: Record<string, unknown> };
      };
      const blocks = Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => operationBlock(path, method, operation)),
      );
      const named = Object.entries(components.schemas).map(
        ([name, schema]) =>
          html`<details id="${name}"><summary>${name}</summary><pre>${schemaText(schema)}</pre></details>`,
      );
      return String(
        page(
          'Fairlead API',
          html`<h1>Fairlead API ${version}</h1><p>The same as <a href="/openapi.json">/openapi.json</a>. Every route but these pages and the health checks asks for
<code>Authorization: Bearer pk_…</code>. Errors are <code>application/problem+json</code>.</p>${blocks}<h2>Schemas</h2>${named}`,
        ),
      );
    }),
  );
  api.on(
    {
      ...base,
      path: '/problems/{code}',
      summary: 'What a problem means and what to do',
      answer: { status: 200, description: 'A page', mediaType: 'text/html' },
      problems: ['not-found'],
    },
    (c) => {
      const code = c.req.param('code') ?? '';
      if (!Object.hasOwn(PROBLEMS, code)) throw new DomainError('not-found', `there is no problem \`${code}\``);
      const { status, title, remedy } = PROBLEMS[code as ProblemCode];
      return c.html(page(title, html`<h1>${title}</h1><p><code>${code}</code>, status ${status}</p><p>${remedy}</p>`));
    },
  );
}
