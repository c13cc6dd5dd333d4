import { runTamperings } from './tamper.ts';

// npm run fuzz:tamper [-- count seed]
const count = Number(process.argv[2] ?? 1000);
const seed = Number(process.argv[3] ?? 1);
const results = runTamperings(count, seed);
const kinds = [...new Set(results.map(({ kind }) => kind))];
const table = kinds.map((kind) => {
  const of = results.filter((result) => result.kind === kind);
  const with_ = (outcome: string) => of.filter((result) => result.outcome === outcome).length;
  const wrongPlace = of.filter(({ outcome, positionRight }) => outcome === 'found' && !positionRight).length;
  return {
    kind,
    runs: of.length,
    found: with_('found'),
    young: with_('young'),
    nothing: with_('nothing'),
    missed: with_('missed'),
    wrongPlace,
  };
});
console.table(table);
const failed = results.filter(({ outcome, positionRight }) => outcome === 'missed' || !positionRight);
for (const { kind, note } of failed.slice(0, 20)) console.log(`${kind}: ${note}`);
console.log(
  `${results.length} tamperings, ${failed.length} missed or misplaced (young: newer than the witness's last checkpoint; nothing: the cut changed nothing)`,
);
process.exitCode = failed.length ? 1 : 0;
