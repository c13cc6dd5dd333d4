import { parseArgs } from 'node:util';
import type { DecisionRecordV1 } from '#audit/record.ts';
import type { ReplayInputs } from '#audit/replay-inputs.ts';
import { DomainError } from '#domain/problems.ts';
import { DEFAULT_DATA_FOLDER } from '#src/config.ts';
import { createReplayer } from './audit-replayer.ts';
import { type Command, EXIT } from './command.ts';
import { instantOption } from './instant-option.ts';
import { openRecorded } from './recorded-inputs.ts';

function* chosen(inputs: ReplayInputs, decisionIds: readonly string[], from = -Infinity, to = Infinity) {
  for (const decisionId of decisionIds) {
    const record = inputs.record(decisionId);
    if (!record) throw new DomainError('not-found', `there is no decision \`${decisionId}\``, { decisionId });
    yield record;
  }
  if (decisionIds.length) return;
  for (const record of inputs.records()) {
    const at = Date.parse(record.ts);
    if (at >= from && at < to) yield record;
  }
}

export const auditReplay: Command = {
  summary: "run recorded decisions again through today's code: the same bytes, or the first difference",
  usage: `fairlead audit replay <decisionId>... | --all | --from <time> --to <time>  [--data <folder> | --from-export <folder>] [--json]
  The recorded request, snapshot, model files and policy revision go through today's decide().
  --from-export  an export made with --evidence --models --policies; loads no native module
  exit 1 when a decision comes out differently; the first difference of each is printed by path with both values`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: process.env['FAIRLEAD_HOME'] ?? DEFAULT_DATA_FOLDER },
        'from-export': { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        all: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [from, to] = [instantOption('--from', values.from), instantOption('--to', values.to)];
    const whole = values.all || (values['from-export'] !== undefined && positionals.length === 0);
    if (!whole && positionals.length === 0 && from === undefined && to === undefined)
      throw new DomainError('usage', auditReplay.usage);
    const { inputs, close } = await openRecorded(values.data, values['from-export']);
    try {
      const replay = createReplayer(inputs);
      const counts = { same: 0, different: 0, expired: 0 };
      const tell = ({ decisionId }: DecisionRecordV1, result: ReturnType<typeof replay>) => {
        counts[result.outcome]++;
        if (values.json) terminal.out(`${JSON.stringify({ decisionId, ...result })}\n`);
        else if (result.outcome === 'different') {
          const { path, recorded, replayed } = result.difference;
          const [was, is] = [recorded, replayed].map((value) => JSON.stringify(value) ?? 'nothing');
          terminal.out(`different  ${decisionId} at \`${path}\`: recorded ${was}, replayed ${is}\n`);
        } else if (result.outcome === 'expired') terminal.out(`expired    ${decisionId}: evidence expired\n`);
        else if (positionals.length) terminal.out(`same       ${decisionId}\n`);
      };
      for (const record of chosen(inputs, positionals, from, to)) tell(record, replay(record));
      if (!values.json)
        terminal.out(
          `${counts.same} the same, ${counts.different} different, ${counts.expired} with expired evidence\n`,
        );
      return counts.different ? EXIT.negative : EXIT.ok;
    } finally {
      close();
    }
  },
};
