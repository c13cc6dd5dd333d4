import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, parseCheckpointBody, signCheckpoint } from '#audit/checkpoint.ts';
import { Frontier, inclusionProof, leafHash } from '#audit/merkle.ts';
import { createSigner, createVerifier, formatNote, parseNote, verifyNote } from '#audit/note.ts';
import { formatReceipt, parseReceipt, verifyReceipt } from '#audit/receipt.ts';
import { sha256 } from '#audit/sha256.ts';
import { decodeEntries, encodeEntries, parseTilePath, tilePath, tilesOf } from '#audit/tiles.ts';

const origin = 'log.example/north/2026';
const signer = createSigner(origin, new Uint8Array(32).fill(7));
const verifier = createVerifier(signer.verifierKey);
const root = sha256(Buffer.from('root'));

describe('signed notes', () => {
  it('opens a checkpoint that golang.org/x/mod/sumdb/note signed, under the key it printed', () => {
    const key = 'log.example/north/2026+269fc15e+ATajMnLgYRi8h4Zko3kuczDHJwX853wqHXlzw+ylbEwL';
    const note =
      'log.example/north/2026\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n' +
      '\u2014 log.example/north/2026 Jp/BXrIdvtbcX+cafmRBeVrCUPeckHwJ8hDeHh+Qh2bWXjrMkigBdTUBv+F6pS6ag9rJjUwyfj9JRhxPHcrbW2FjuQw=\n';
    expect(verifyNote(parseNote(note), [createVerifier(key)])).toHaveLength(1);
    expect(formatNote(parseNote(note))).toBe(note);
    expect(openCheckpoint(note, [createVerifier(key)]).size).toBe(3);
    expect(() => verifyNote(parseNote(note.replace('\n3\n', '\n4\n')), [createVerifier(key)])).toThrow(/fit/);
  });

  it('a flipped bit anywhere in a checkpoint is refused', () => {
    const note = signCheckpoint({ origin, size: 42, root }, [signer]);
    expect(openCheckpoint(note, [verifier])).toMatchObject({ origin, size: 42 });
    const bytes = Buffer.from(note);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = flipped[at]! ^ (1 << bit);
        expect(() => openCheckpoint(flipped.toString(), [verifier])).toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('during a rotation the note carries both signatures, and either key opens it', () => {
    const next = createSigner(origin, new Uint8Array(32).fill(8));
    const note = signCheckpoint({ origin, size: 1, root }, [next, signer]);
    expect(note.match(/^\u2014 /gmu)).toHaveLength(2);
    for (const key of [signer, next]) expect(openCheckpoint(note, [createVerifier(key.verifierKey)]).size).toBe(1);
    const stranger = createSigner(origin, new Uint8Array(32).fill(9));
    expect(() => openCheckpoint(note, [createVerifier(stranger.verifierKey)])).toThrow(/by a key that is known/);
  });

  it('a checkpoint signed under another name is not the log of its origin', () => {
    const other = createSigner('log.example/south/2026', new Uint8Array(32).fill(7));
    const note = signCheckpoint({ origin, size: 1, root }, [other]);
    expect(() => openCheckpoint(note, [createVerifier(other.verifierKey)])).toThrow(/not signed by its log/);
  });

  it('refuses malformed keys and bodies by name', () => {
    expect(() => createVerifier('name+00000000+AQ==')).toThrow(/verifier key/);
    expect(() => createVerifier(signer.verifierKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))).toThrow(
      /does not belong/,
    );
    expect(() => createSigner('two words', new Uint8Array(32))).toThrow(/space/);
    for (const text of ['', 'a\n1\n', `a\n01\n${Buffer.from(root).toString('base64')}\n`, 'a\n1\nshort\n'])
      expect(() => parseCheckpointBody(text)).toThrow(/not a checkpoint/);
  });
});

describe('tiles', () => {
  it('paths are those of tlog-tiles and read back', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 'entries', index: 0, width: 7 })).toBe('tile/entries/000.p/7');
    fc.assert(
      fc.property(fc.nat(63), fc.nat(5_000_000), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
      }),
    );
    for (const path of ['tile/0/0', 'tile/0/x000/001', 'tile/0/000.p/256', 'tile/00/000', 'tile/0/../000'])
      expect(parseTilePath(path)).toBeUndefined();
  });

  it('a tree of 70,000 leaves has 274 hash tiles, two of them one level up and one on top', () => {
    const tiles = [...tilesOf(70_000)];
    expect(tiles.filter((tile) => tile.level === 0)).toHaveLength(274);
    expect(tiles.filter((tile) => tile.level === 1).map((tile) => tile.width)).toEqual([256, 17]);
    expect(tiles.filter((tile) => tile.level === 2).map((tile) => tile.width)).toEqual([1]);
    expect(tiles.filter((tile) => tile.level === 'entries').at(-1)).toEqual({
      level: 'entries',
      index: 273,
      width: 112,
    });
  });

  it('entry bundles read back, and a cut one is refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1 }), (leaves) => {
        const bytes = encodeEntries(leaves);
        expect(decodeEntries(bytes).map((leaf) => [...leaf])).toEqual(leaves.map((leaf) => [...leaf]));
        expect(() => decodeEntries(bytes.subarray(0, bytes.length - 1))).toThrow(/cut off/);
      }),
    );
    expect(() => encodeEntries([new Uint8Array(65_536)])).toThrow(/at most 65535/);
  });
});

describe('receipts', () => {
  it('prove their leaf and no other', () => {
    const leaves = ['a', 'b', 'c', 'd', 'e'].map((text) => Buffer.from(text));
    const frontier = new Frontier(sha256);
    const nodes = new Map<string, Uint8Array>();
    leaves.forEach((leaf, index) => {
      nodes.set(`0/${index}`, leafHash(sha256, leaf));
      frontier.append(leafHash(sha256, leaf), (level, at, hash) => nodes.set(`${level}/${at}`, hash));
    });
    const checkpoint = signCheckpoint({ origin, size: 5, root: frontier.root() }, [signer]);
    const proof = inclusionProof(sha256, 2, 5, (level, index) => nodes.get(`${level}/${index}`)!);
    const text = formatReceipt({ index: 2, proof, checkpoint });
    expect(text.startsWith('c2sp.org/tlog-proof@v1\nindex 2\n')).toBe(true);
    expect(parseReceipt(text).checkpoint).toBe(checkpoint);
    expect(verifyReceipt(text, leaves[2]!, [verifier])).toBe(true);
    expect(verifyReceipt(text, leaves[3]!, [verifier])).toBe(false);
    expect(() => parseReceipt(text.replace('index 2', 'index 02'))).toThrow(/not a receipt/);
  });
});
