// `npm run questions:docs`: writes docs/questions.md from the catalogue.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { questionsDocument } from '#explanation/catalogue/documentation.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
mkdirSync(docs, { recursive: true });
writeFileSync(`${docs}questions.md`, questionsDocument());
