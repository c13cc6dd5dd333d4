import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type StockoutSubject, stockoutMatrix } from '#features/stockout.ts';
import { stockoutRisks } from '#sourcing/stockout-risks.ts';
import { fakeModels } from '../fake-models.ts';
import { smallCase } from './cases.ts';

it('remembers what the model says, by model, position and quantity, and never anything else', () => {
  const model = fakeModels.stockout!;
  const other = { ...model, predict: (matrix: Parameters<typeof model.predict>[0]) => model.predict(matrix).fill(0.5) };
  const quantities = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 60 });
  let asked = 0;
  const counted = {
    ...model,
    predict(matrix: Parameters<typeof model.predict>[0]) {
      asked += matrix.rows;
      return model.predict(matrix);
    },
  };
  let subjectsSeen = 0;
  fc.assert(
    fc.property(smallCase, quantities, ({ snapshot }, taken) => {
      const subjects = taken.flatMap((takenQty): StockoutSubject[] =>
        snapshot.supply.map((position) => ({ position, takenQty })),
      );
      subjectsSeen += 2 * subjects.length;
      const plain = [...model.predict(stockoutMatrix(subjects))];
      for (let time = 0; time < 2; time++) expect([...stockoutRisks(counted, subjects)]).toEqual(plain);
      // A row that differs is another row, and another model has a memory of its own.
      const changed = subjects.map(({ position, takenQty }) => ({
        position: { ...position, reserved: position.reserved + 1 },
        takenQty,
      }));
      expect([...stockoutRisks(counted, changed)]).toEqual([...model.predict(stockoutMatrix(changed))]);
      expect([...stockoutRisks(other, subjects)]).toEqual(subjects.map(() => 0.5));
      subjectsSeen += changed.length;
    }),
    { numRuns: 100, seed: 3 },
  );
  expect(asked).toBeLessThan(subjectsSeen);
});
