/** Coefficients that minimise the squared error of `rows x coefficients = targets`, with a small ridge; normal equations. */
export function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[], ridge = 1e-6): number[] {
  const size = rows[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) => (i === j ? ridge : 0)),
  );
  for (const [index, row] of rows.entries())
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix[i]![j]! += row[i]! * row[j]!;
      matrix[i]![size]! += row[i]! * targets[index]!;
    }
  return solve(matrix);
}

/** Gauss elimination with pivoting on an augmented matrix. */
function solve(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row;
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    const head = matrix[column]!;
    for (let row = column + 1; row < size; row++) {
      const factor = matrix[row]![column]! / head[column]!;
      for (let j = column; j <= size; j++) matrix[row]![j]! -= factor * head[j]!;
    }
  }
  const answer = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let sum = matrix[row]![size]!;
    for (let j = row + 1; j < size; j++) sum -= matrix[row]![j]! * answer[j]!;
    answer[row] = sum / matrix[row]![row]!;
  }
  return answer;
}

export function dot(row: readonly number[], coefficients: readonly number[]): number {
  return row.reduce((sum, value, index) => sum + value * coefficients[index]!, 0);
}
