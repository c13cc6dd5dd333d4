export type TensorFlow = typeof import('@tensorflow/tfjs');

export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  /** `tensorflow`, `wasm` or `cpu`: the same seed gives the same weights only on the same one. */
  readonly backend: string;
}

let loaded: Promise<LoadedTensorFlow> | undefined;

/**
 * TensorFlow.js on the quickest backend there is: native where it loads, else WebAssembly on one thread, else plain
 * JavaScript. Loaded on first use: it is large, and only training a network needs it.
 */
export function loadTensorFlow(): Promise<LoadedTensorFlow> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LoadedTensorFlow> {
  try {
    const tf = await import('@tensorflow/tfjs-node');
    await tf.ready();
    return { tf, backend: tf.getBackend() };
  } catch {
    // Not installed, not built for this platform, or not for this version of Node: the next one does the same work.
  }
  const tf = await import('@tensorflow/tfjs');
  tf.enableProdMode();
  try {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    // Threads would add up in another order each time.
    wasm.setThreadsCount(1);
    if (await tf.setBackend('wasm')) return { tf, backend: 'wasm' };
  } catch {
    // No WebAssembly backend here.
  }
  await tf.setBackend('cpu');
  return { tf, backend: 'cpu' };
}
