import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { currentDecision } from '#explanation/answers/recorded-order.ts';
import type { DecisionReasons } from '#explanation/reasons.ts';
import { decisionReasons } from '#explanation/reasons.ts';
import { readConfig } from '#src/config.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { type Answer, answerOf } from '#src/wire/answer.ts';
import { openToRead, WHOM, WHOM_USAGE, whomToAsk, zoneOf } from './asking.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { type ReasonsShown, reasonsText } from './reasons-text.ts';
import type { ServiceClient } from './service-client.ts';

interface Listed {
  readonly decisionId: string;
  readonly mode: string;
  readonly currency: string;
}

async function there(service: ServiceClient, id: string): Promise<ReasonsShown> {
  const ofOrder = async (orderId: string) =>
    ((await service.get(`/v1/decisions?orderId=${encodeURIComponent(orderId)}`)) as { decisions: Listed[] }).decisions;
  const path = (decisionId: string) => `/v1/decisions/${encodeURIComponent(decisionId)}`;
  const rows = await ofOrder(id);
  // Newest first; a quote counts where there is nothing else.
  const decisionId = (rows.find(({ mode }) => mode !== 'quote') ?? rows[0])?.decisionId ?? id;
  const decision = (await service.get(path(decisionId))) as Answer;
  const listed = rows.length > 0 ? rows : await ofOrder(decision.orderId);
  return {
    decision,
    reasons: (await service.get(`${path(decisionId)}/reasons`)) as DecisionReasons,
    currency: listed.find((row) => row.decisionId === decisionId)?.currency ?? '',
  };
}

function here(file: string, tenant: string, zone: string, id: string): ReasonsShown {
  const store = openToRead(file);
  try {
    const sources = questionSources({ store, tenant, now: Date.now, zone });
    const found = currentDecision({ orderId: id }, sources);
    if (!found)
      throw new DomainError(
        'usage',
        `there is no decision or order \`${id}\` on record, or its evidence has been removed`,
      );
    const [origin = '', index] = found.cite.ref.split('#');
    return {
      decision: answerOf(found.decision, [], { origin, index: Number(index) }),
      reasons: decisionReasons(found, sources),
      currency: found.evidence.request.order.currency,
    };
  } finally {
    store.close();
  }
}

export const reasons: Command = {
  summary: 'why a decision is as it is: costs, rules, plans that lost, and what moves its risks',
  usage: `fairlead reasons <decisionId or orderId> [--json] [options]

Of an order the last decision that is more than a quote. Reading it is no question: nothing is logged.

  --json             the decision and its reasons as the API gives them
${WHOM_USAGE}`,
  async run(args: readonly string[], terminal: Terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...WHOM, json: { type: 'boolean', default: false } },
    });
    const [id] = positionals;
    if (id === undefined || positionals.length > 1)
      throw new DomainError('usage', `found ${positionals.length} ids, expected one of a decision or an order`);
    const config = readConfig(process.env);
    const zone = zoneOf(values, config);
    const whom = whomToAsk(values, config, process.env);
    const shown =
      'service' in whom ? await there(whom.service, id) : here(whom.file, values.tenant ?? config.tenant, zone, id);
    terminal.out(values.json ? `${JSON.stringify(shown)}\n` : reasonsText(shown, zone));
    return EXIT.ok;
  },
};
