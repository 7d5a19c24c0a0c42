import type { PolicyRow } from '@pagewalk/engine/catalog';
import { describe, expect, it } from 'vitest';
import { comparePages } from '../policy-docs/pages.ts';

const ROW: PolicyRow = {
  id: 'two_hands',
  className: 'TwoHands',
  aliases: ['handy'],
  family: 'clock',
  observes: 'ref-bit',
  repeats: 'never',
  params: [{ name: 'spread', default: 8, min: 1, max: 99, meaning: 'frames between the hands' }],
  summary: 'one hand clears ref bits, the other takes a page',
  source: 'Somebody 1987, doi 10.1000/182.',
  departs: '',
  kernel: 'any kernel',
  ghosts: true,
};
const BODY = '\n## How it works\n\n## Where implementations disagree\n\n## By hand\n\n## Cost\n';
const EMPTY = `<!-- head: generated -->\n<!-- /head -->\n${BODY}`;
const INDEX = 'Words.\n<!-- head: generated -->\n<!-- /head -->\n';

const compare = (pages: Record<string, string>) => comparePages([ROW], new Map(Object.entries(pages)));

describe('pages of policies', () => {
  it('get a head from the catalog, and keep what is written by hand', () => {
    const { texts, complaints } = compare({ 'README.md': INDEX, 'two-hands.md': EMPTY });
    expect(complaints).toEqual([]);
    const page = texts.get('two-hands.md') ?? '';
    expect(page).toContain('# two_hands\n\nOne hand clears ref bits, the other takes a page.\n');
    expect(page).toContain('- **Source:** Somebody 1987, [doi 10.1000/182](https://doi.org/10.1000/182).\n');
    expect(page).toContain('- **Also:** remembers pages that are gone (ghosts).\n');
    expect(page).toContain('| `spread` | 8 | 1 to 99 | frames between the hands |');
    expect(page).not.toContain('Departs');
    expect(page.endsWith(`<!-- /head -->\n${BODY}`)).toBe(true);
    expect(texts.get('README.md')).toMatch(
      /^Words\.\n<!-- head: generated -->\n## Clocks\n[\s\S]*\[two_hands\]\(two-hands\.md\)/,
    );
  });

  it('are left alone when they are right', () => {
    const { texts } = compare({ 'README.md': INDEX, 'two-hands.md': EMPTY });
    expect(compare(Object.fromEntries(texts)).texts.size).toBe(0);
  });

  it.each([
    ['a policy without a page', { 'README.md': INDEX }, /^two-hands\.md: missing/],
    ['a page without a policy', { 'README.md': INDEX, 'two-hands.md': EMPTY, 'x.md': '' }, /^x\.md:1: no policy/],
    ['no marks', { 'README.md': INDEX, 'two-hands.md': BODY }, /^two-hands\.md:1: no lines '<!-- head/],
    ['a section left out', { 'README.md': INDEX, 'two-hands.md': EMPTY.replace('## Cost', '') }, /sections are to be/],
    ['a long line', { 'README.md': INDEX, 'two-hands.md': `${EMPTY}${'x'.repeat(161)}\n` }, /:11: 161 columns/],
  ])('are complained about: %s', (_, pages, complaint) => {
    expect(compare(pages).complaints).toEqual([expect.stringMatching(complaint)]);
  });
});
