import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/*/tables.ts', './audit/tables.ts'],
  out: './src/store/migrations',
});
