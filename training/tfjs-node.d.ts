// The native backend is optional and often not installed; it speaks the same API.
declare module '@tensorflow/tfjs-node' {
  export * from '@tensorflow/tfjs';
}
