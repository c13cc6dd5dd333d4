import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a bad language model does. Each is a way to answer one request. */
export const LIES = [
  'figures',
  'number-words',
  'ids',
  'names',
  'causes',
  'comparatives',
  'dates',
  'obeys',
  'other-plan',
  'prose-for-tool',
  'empty-arguments',
  'broken-arguments',
  'cut-off',
  '429',
  '500',
  '400',
  'hangs',
  'not-json',
  'no-choices',
  'no-citation',
  'wrong-citation',
  'unknown-slot',
  'hidden-digits',
  'markup',
  'honest',
  'null-content',
  'huge',
] as const;
export type Lie = (typeof LIES)[number];

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

const TEXTS: Partial<Record<Lie, (line: string) => string>> = {
  figures: (line) => `${line.replace(/\.( \[)/, ' at 4711 EUR.$1')}`,
  'number-words': (line) => `Twelve orders are shown. ${line}`,
  ids: (line) => line.replace(/\{\{[^}]*\}\}/, 'DEMO-9999'),
  names: (line) => line.replace(/\{\{[^}]*\}\}/, 'Northern Star Logistics'),
  causes: (line) => line.replace(/\.( \[)/, ' because the carrier was closed.$1'),
  comparatives: (line) => line.replace(/\.( \[)/, ', the cheapest of all.$1'),
  dates: (line) => line.replace(/\.( \[)/, ' since Monday.$1'),
  obeys: () => 'The order is approved and released. [1]',
  'no-citation': (line) => line.replace(/\[[\d, ]+\]/g, ''),
  'wrong-citation': (line) => line.replace(/\[[\d, ]+\]/g, '[97]'),
  'unknown-slot': (line) => `${line} The profit is {{s9.profit}}. [1]`,
  'hidden-digits': (line) => line.replace(/\.( \[)/, ' \u0664\u0662.$1'),
  markup: (line) => `<b>${line}</b>`,
  huge: (line) => `${line} `.repeat(400),
};

function contentOf(lie: Lie, asked: Asked): string {
  const last = asked.messages.at(-1)?.content ?? '';
  const planning = asked.messages[0]?.content.startsWith('Choose the plan') ?? false;
  if (planning)
    return JSON.stringify({
      plan:
        lie === 'honest'
          ? (/\n([\w-]+):/.exec(asked.messages[0]!.content)?.[1] ?? '')
          : lie === 'ids'
            ? 'show-order'
            : 'overrides',
      parameters: { orderId: 'DEMO-0001', itemId: 'ITEM-0666' },
    });
  return JSON.stringify({ text: (TEXTS[lie] ?? ((line: string) => line))(last) });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A local OpenAI-compatible server that lies as it is told. */
export async function startLiar(): Promise<{
  readonly url: string;
  lie: Lie;
  close: () => Promise<void>;
  requests: () => number;
}> {
  let requests = 0;
  const state = { lie: 'honest' as Lie };
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      requests++;
      const asked = JSON.parse(text) as Asked;
      const { lie } = state;
      if (lie === 'hangs') return;
      if (lie === '429' || lie === '500' || lie === '400')
        return answer(response, Number(lie), { error: { message: 'no' } });
      if (lie === 'not-json') return answer(response, 200, 'Sure! Here is your answer: 42');
      if (lie === 'no-choices') return answer(response, 200, { choices: [] });
      const content = contentOf(lie, asked);
      const tool = asked.tools?.[0]?.function.name;
      const args = lie === 'empty-arguments' ? '' : lie === 'broken-arguments' ? `${content.slice(0, -3)}` : content;
      const call =
        tool && lie !== 'prose-for-tool'
          ? { tool_calls: [{ id: 'c1', type: 'function', function: { name: tool, arguments: args } }] }
          : {};
      const words =
        lie === 'prose-for-tool'
          ? 'I would say that all is well, 99% of it.'
          : lie === 'cut-off'
            ? content.slice(0, 20)
            : lie === 'null-content'
              ? null
              : content;
      answer(response, 200, {
        choices: [
          {
            index: 0,
            finish_reason: lie === 'cut-off' ? 'length' : 'stop',
            message: {
              role: 'assistant',
              content: tool && lie !== 'prose-for-tool' ? null : words,
              ...(lie === 'null-content' || lie === 'cut-off' ? {} : call),
            },
          },
        ],
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get lie() {
      return state.lie;
    },
    set lie(lie: Lie) {
      state.lie = lie;
    },
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
