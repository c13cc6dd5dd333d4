import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '#src/config.ts';
import { EVENT_TYPES } from '#world/event-data.ts';
import { parseEvents } from '#world/events.ts';
import { eventsPage } from '#world/events-page.ts';

describe('docs/events.md', () => {
  const page = readFileSync(join(packageRoot, 'docs/events.md'), 'utf8');

  it('is what the schemas say; `npm run docs` writes it', () => {
    expect(page).toBe(eventsPage());
  });

  it('has a section for each type, and its example is taken', () => {
    for (const type of EVENT_TYPES) expect(page).toContain(`## \`${type}\``);
    const example = JSON.parse(page.match(/```json\n([\s\S]+?)```/)![1]!);
    expect(parseEvents(example, Date.parse(example.time))).toMatchObject([{ type: 'fairlead.supply.position' }]);
  });
});
